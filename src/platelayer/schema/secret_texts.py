"""Which texts of LiteLLM's settings are secrets, and which name environment variables."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

ENVIRON = "os.environ/"
# `${X}`, `${X:-default}`, `$X`, a template that nobody filled, and what looks like Python or a path behind
# `os.environ/X`.
_MISTAKEN_REFERENCE = re.compile(
    r"\$\{(\w+)(?::?-[^}]*)?\}|\$([A-Z_][A-Z0-9_]*)|\{\{\s*([A-Z_][A-Z0-9_]*)\s*\}\}|"
    r"os\.(?:environ|getenv)[\[(./]+[\"']?(\w+)[\"'\])/].*"
)
_PASS_THROUGH = re.compile(r"\bpass_through_endpoints\[\d+\]\.headers\.")
_HEADER_REFERENCE = re.compile(r"[\w ]*os\.environ/(\w+)")
# What people write where a server wants no key, and LiteLLM's client wants any.
_NO_KEYS = frozenset(
    {"", "-", "anything", "dummy", "empty", "fake", "key", "local", "n/a", "na", "no-key", "no-key-needed",
     "no-key-required", "none", "not-needed", "null", "ollama", "placeholder", "sk-no-key-required", "x", "xxx"}
)  # fmt: skip
_WORDS = (
    "key|keys|secret|token|password|passwd|passphrase|pass|pwd|pat|credentials?|auth_value|authorization|basic_auth|"
    "cookies?|signature|sig|dsn|license|webhook|webhook_url|connection_string|access_key_id|apikey"
)
_SECRET_NAME = re.compile(rf"(^|_)({_WORDS})$", re.IGNORECASE)
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SECRET_LOOKS = re.compile(
    r"(sk|pk|rk|ghp|gsk|glpat|github_pat|tvly|pplx|r8|xox[abp]|AIza|AKIA|hf|nvapi)[-_A-Z0-9][\w-]{7,}"
    r"|([Bb]earer|[Bb]asic) +\S+|eyJ[\w-]{9,}\."
    r"|https://(hooks\.slack\.com|discord(app)?\.com/api/webhooks|[^/]*webhook\.office\.com)/"
)
# Somewhere in a text: the query of an address, the words of a connection, a key in PEM.
_SECRET_WITHIN = re.compile(
    rf"(?:^|[?&;,\s])([\w-]*(key|secret|token|password|signature)|{_WORDS}|auth|code)=[^&;,\s]|PRIVATE KEY",
    re.IGNORECASE,
)
# A shorter number is no password that anybody would write down.
_SMALLEST_PIN = 100_000
_HEADERS = re.compile(r"(^|_)headers?$", re.IGNORECASE)
# Headers that tell who asks for what. Every other one may be what lets a client in.
_HARMLESS_HEADERS = frozenset(
    {"accept", "accept-encoding", "accept-language", "anthropic-beta", "anthropic-version", "content-type",
     "helicone-cache-enabled", "http-referer", "openai-beta", "openai-organization", "openai-project", "origin",
     "referer", "user-agent", "x-title"}
)  # fmt: skip
# Stands in the place of list items that `map_values` leaves out.
DROPPED = object()


def read_reference(value: Any) -> str | None:
    """Return the environment variable that LiteLLM reads in the place of this value, or None."""
    match = re.fullmatch(r"os\.environ/(\w+)", value) if isinstance(value, str) else None
    return match[1] if match else None


def read_header_reference(path: str, value: Any) -> str | None:
    """Return the variable that LiteLLM reads in a header of a pass-through endpoint such as `Bearer os.environ/X`."""
    match = _HEADER_REFERENCE.fullmatch(value) if isinstance(value, str) and _PASS_THROUGH.search(path) else None
    return match[1] if match else None


def read_mistaken_reference(value: str) -> str | None:
    """Return the variable that a whole text is meant to name; LiteLLM takes such a text for the value itself."""
    match = _MISTAKEN_REFERENCE.fullmatch(value.strip())
    return next(filter(None, match.groups())) if match else None


def is_no_key(text: str) -> bool:
    """Return whether a key is only written because LiteLLM's client wants one."""
    return text.strip().lower() in _NO_KEYS


def are_headers(name: str) -> bool:
    """Return whether a setting of this name holds HTTP headers."""
    return _HEADERS.search(name.replace("-", "_")) is not None


def is_secret(name: str, value: str, *, header: bool = False) -> bool:
    """Return whether a text must stay out of files and reports.

    name: the setting's; header: whether that is the name of an HTTP header.
    """
    if not value or read_reference(value) or "cost_per" in name:
        return False
    if header and name.lower() not in _HARMLESS_HEADERS:
        return True
    try:
        # `https://TOKEN@host`, with or without a password.
        names_user = "://" in value and urlsplit(value).username is not None
    except ValueError:
        # No address, so nobody can tell what it is.
        names_user = "@" in value
    has_secret_name = _SECRET_NAME.search(_HUMP.sub("_", name).replace("-", "_"))
    return names_user or any((has_secret_name, _SECRET_LOOKS.match(value), _SECRET_WITHIN.search(value)))


def read_text(value: Any) -> str | None:
    """Return a text, or a number that is long enough to be a password, as text; None for everything else."""
    is_pin = isinstance(value, int) and not isinstance(value, bool) and value >= _SMALLEST_PIN
    return value if isinstance(value, str) else str(value) if is_pin else None


def map_values(
    data: Any, change: Callable[[str, str, bool, Any], Any], path: str = "", name: str = "", *, header: bool = False
) -> Any:
    """Return the same data with each value that is no mapping or list replaced.

    change: called with (path such as `a.b[0].c`, name of the setting, whether that is an HTTP header, value); an item
    of a list for which it returns DROPPED is left out.
    """
    header = header or are_headers(name)
    if isinstance(data, Mapping):
        paths = {key: f"{path}.{key}" if path else str(key) for key in data}
        return {key: map_values(item, change, paths[key], str(key), header=header) for key, item in data.items()}
    if isinstance(data, list):
        items = (map_values(item, change, f"{path}[{n}]", name, header=header) for n, item in enumerate(data))
        return [item for item in items if item is not DROPPED]
    return change(path, name, header, data)


def list_references(data: Any, path: str = "") -> list[tuple[str, str, bool]]:
    """Return (variable, path, whether a secret is expected there) of every reference.

    LiteLLM reads none in lists.
    """
    references: list[tuple[str, str, bool]] = []

    def collect(path: str, name: str, header: bool, value: Any) -> None:
        variable = read_reference(value) or read_header_reference(path, value)
        if variable and not path.endswith("]"):
            references.append((variable, path, is_secret(name, "x", header=header)))

    map_values(data, collect, path)
    return references
