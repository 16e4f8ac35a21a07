"""What stands before the first slash of a model: a provider that LiteLLM knows, or one that it was hoped to know."""

from difflib import get_close_matches
from urllib.parse import urlsplit

from platelayer.migrate import words
from platelayer.providers import kinds

_VERY_LIKE = 0.85


def is_known(prefix: str, api_base: str | None) -> bool:
    """Whether LiteLLM finds a provider, by the prefix or by an address that is one provider's own."""
    return prefix in words.PROVIDERS or (api_base is not None and _is_endpoint(api_base))


def meant(prefix: str) -> str | None:
    """The kind of provider that Platelayer calls so: `nano_gpt` of `nanogpt`."""
    return next((name for name in kinds() if _plain(name) == _plain(prefix)), None)


def alike(prefix: str) -> str | None:
    """A provider of LiteLLM's that is called almost so."""
    return next(iter(get_close_matches(prefix, sorted(words.PROVIDERS), n=1, cutoff=_VERY_LIKE)), None)


def _plain(text: str) -> str:
    return text.lower().replace("-", "").replace("_", "")


def _is_endpoint(api_base: str) -> bool:
    try:
        parts = urlsplit(api_base)
    except ValueError:
        return False
    asked = f"{parts.hostname}{parts.path.rstrip('/')}/"
    return any(asked.startswith(f"{endpoint}/") for endpoint in words.ENDPOINTS)
