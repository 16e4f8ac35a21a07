"""Which kind of provider a deployment of LiteLLM's asks: by prefix, model, address or the variables that hold these."""

import re
from configparser import ConfigParser
from dataclasses import dataclass
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from platelayer.providers import ProviderKind, load_kinds
from platelayer.providers.kind import CHAT_SERVER

_file = ConfigParser(delimiters=("=",))
_file.read(Path(__file__).with_name("litellm_providers.ini"), encoding="utf-8")
PREFIXES, ENDPOINTS, _SELF_HOSTED = (
    frozenset(_file["words"][name].split()) for name in ("prefixes", "endpoints", "self_hosted")
)
KEY_VARIABLES = dict(_file["key variables"])
_models = ConfigParser(delimiters=("=",))
_models.read(Path(__file__).with_name("litellm_models.ini"), encoding="utf-8")
# Model → the prefix that LiteLLM takes for it where it has none.
MODELS = {model: prefix for prefix, text in _models["models"].items() for model in text.split()}
# Kinds that carry a prefix of LiteLLM's that no kind has.
WITH_KEY, WITHOUT_KEY = "openai", "openai_compatible"
_VERY_LIKE = 0.85
# Labels of a host that say nothing of whose it is.
_EMPTY_LABELS = frozenset(
    {"ai", "api", "app", "eu", "gateway", "inference", "llm", "open", "openai", "us", "v1", "www"}
)
_OLLAMA_PORT = 11434


class UnusableDeploymentError(Exception):
    """Why a deployment has no place in an inventory: the name of the problem, and what its sentence needs."""

    def __init__(self, problem: str, **values: Any) -> None:
        self.problem, self.values = problem, values
        super().__init__(problem)


@dataclass(frozen=True, slots=True)
class RecognisedModel:
    """The kind that is asked for a model, and under which id.

    prefix: LiteLLM's; is_readable: whether LiteLLM knows that provider; is_foreign: whether no kind has that prefix, so
    that the kind only carries it.
    """

    kind: ProviderKind
    prefix: str
    id: str
    is_readable: bool = True
    is_foreign: bool = False


def recognise_model(
    model: str, provider: str, *, url: str | None, base_variable: str | None, key_variable: str | None, has_key: bool
) -> RecognisedModel:
    """Return what LiteLLM asks for a model string. Raise UnusableDeploymentError if nothing tells it.

    provider: `custom_llm_provider`; url, base_variable: the address, or what holds it; key_variable: that of the key.
    """
    prefix, model_id = _split_model(model, provider)
    if not model_id:
        raise UnusableDeploymentError("no-id", model=model)
    has_base = bool(url or base_variable)
    if prefix not in PREFIXES and not _is_endpoint(url or ""):
        if kind := _find_kind_by_name(prefix):
            return RecognisedModel(kind, prefix, model_id, is_readable=False)
        advice = f"; if its server speaks OpenAI's API, write openai/{model}" if has_base else ""
        for near in get_close_matches(prefix, sorted(PREFIXES), n=1, cutoff=_VERY_LIKE):
            advice = f"; did you mean '{near}/'?"
        raise UnusableDeploymentError("unknown-provider", prefix=prefix, advice=advice)
    if prefix == "openai" or (prefix == CHAT_SERVER and has_base):
        usual = load_kinds()[WITHOUT_KEY if has_base else WITH_KEY]
        return RecognisedModel(_find_openai_kind(url, base_variable, key_variable) or usual, prefix, model_id)
    if kind := _find_kind_by_prefix(prefix):
        return RecognisedModel(kind, prefix, model_id)
    if prefix in _SELF_HOSTED and has_base:
        return RecognisedModel(load_kinds()[WITHOUT_KEY], prefix, model_id, is_foreign=True)
    if not has_key and prefix not in KEY_VARIABLES:
        raise UnusableDeploymentError("no-kind", prefix=prefix)
    return RecognisedModel(load_kinds()[WITH_KEY], prefix, model_id, is_foreign=True)


def find_kind_by_address(api_base: str) -> ProviderKind | None:
    """Return the kind that is served at an address, or None if the address does not tell."""
    try:
        host, port = split_url(api_base)
    except ValueError:
        return None
    for kind in load_kinds().values():
        if any(host == end or host.endswith(f".{end}") for end in kind.hosts):
            return kind
    by_word = (kind for kind in load_kinds().values() if any(word in host for word in kind.host_words))
    by_port = (kind for kind in load_kinds().values() if port is not None and kind.port == port)
    return next(by_word, next(by_port, None))


def find_kind_by_variable(variable: str | None) -> ProviderKind | None:
    """Return the kind whose key or address an environment variable holds, judged by its name."""
    for kind in load_kinds().values():
        if any(f"_{word}_" in f"_{variable}_" for word in kind.variable_words):
            return kind
    return None


def _find_kind_by_prefix(prefix: str) -> ProviderKind | None:
    """Return the kind that has a prefix of LiteLLM's to itself; `openai` and `hosted_vllm` are shared by many."""
    for kind in load_kinds().values():
        prefixes = {kind.prefix, *kind.prefix_by_mode.values(), *kind.other_prefixes}
        if kind.prefix not in ("openai", CHAT_SERVER) and prefix in prefixes:
            return kind
    return None


def _find_openai_kind(url: str | None, base_variable: str | None, key_variable: str | None) -> ProviderKind | None:
    """Return the kind that speaks OpenAI's API at a URL, or None if nothing tells it."""
    by_key = find_kind_by_variable(key_variable)
    if url:
        # Another provider's key can be sent to a relay of one's own, so the key tells only what a relay is.
        relay = by_key if by_key and by_key.needs_api_base else None
        return find_kind_by_address(url) or relay
    if base_variable:
        return find_kind_by_variable(base_variable) or by_key
    return by_key if by_key and by_key.fixed_address else None


def _find_kind_by_name(word: str) -> ProviderKind | None:
    """Return the kind of this name, however it is spelt: `nano_gpt` of `nanogpt`."""
    return next((kind for name, kind in load_kinds().items() if _spell(name) == _spell(word)), None)


def _spell(word: str) -> str:
    return re.sub(r"[-_]", "", word.lower())


def _split_model(model: str, provider: str) -> tuple[str, str]:
    """Return LiteLLM's prefix and the id that it asks for: exactly one prefix is stripped."""
    first, slash, rest = model.partition("/")
    if provider:
        return provider, rest if slash and first == provider else model
    if slash:
        return first, rest
    if model in MODELS:
        return MODELS[model], model
    for kind in load_kinds().values():
        if kind.bare_names and re.match(kind.bare_names, model):
            return kind.prefix, model
    raise UnusableDeploymentError("bare-wildcard" if model == "*" else "no-prefix", model=model)


def _is_endpoint(url: str) -> bool:
    """Return whether LiteLLM knows the provider by this address, whatever the prefix is."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    address = f"{parts.hostname}{parts.path.rstrip('/')}/"
    return any(address.startswith(f"{endpoint}/") for endpoint in ENDPOINTS)


def split_url(url: str | None) -> tuple[str, int | None]:
    """Return the host (empty if there is none) and the port of a URL. Raise ValueError if it is none."""
    parts = urlsplit(url or "")
    return parts.hostname or "", parts.port


def name_host(host: str, port: int | None = None) -> str:
    """Return the name that a person gives to a server: `gpu_box` for gpu-box:8080, `deepseek` for api.deepseek.com."""
    if port == _OLLAMA_PORT:
        return "ollama"
    try:
        return "local" if ip_address(host).is_loopback else as_name(f"server_{host}")
    except ValueError:
        labels = host.split(".")
    if host == "localhost":
        return "local"
    labels = labels[:-1] or labels
    return as_name(next((label for label in labels if label not in _EMPTY_LABELS), labels[0]))


def as_name(text: str) -> str:
    """Return a text as a provider can be named: small letters, digits and underscores, a letter first."""
    name = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
    return name if name[:1].isalpha() else f"server_{name}".rstrip("_")


def find_host_problem(url: str | None) -> tuple[str, str] | None:
    """Return (host, why the gateway's host may not reach it) for a name that only some machines know, or None."""
    try:
        host, _ = split_url(url)
    except ValueError:
        return None
    if host in ("host.docker.internal", "host.containers.internal"):
        return host, "only containers know; on the gateway's host the same machine is 127.0.0.1"
    if host != "localhost" and re.fullmatch(r"[a-z][a-z0-9_-]*", host):
        return host, "looks like a name of a compose network; the gateway's host must know it"
    return None
