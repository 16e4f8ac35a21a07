"""Where one deployment's requests go: which kind of provider, which id, which address, which key."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from platelayer.gateway.deployment import key_variable
from platelayer.migrate import known
from platelayer.migrate.findings import Category
from platelayer.migrate.prefixes import alike, is_known, meant
from platelayer.migrate.references import (
    Key,
    embedded_variable,
    is_no_key,
    mistaken_variable,
    variable_of,
)
from platelayer.migrate.secrecy import is_secret
from platelayer.providers import ProviderKind, kinds

# Kinds that carry what Platelayer has no kind for; LiteLLM's own model string then stands in `extra.model`.
WITH_KEY, WITHOUT_KEY = "openai", "openai_compatible"


class Unusable(Exception):
    """Why a deployment cannot come over."""

    def __init__(self, category: Category, reason: str) -> None:
        self.category, self.reason = category, reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Place:
    """What deployments of one provider share. api_base: as the inventory writes it, None where the kind knows it.

    base: an address that the vault holds. foreign: LiteLLM's prefix, where no kind has it.
    """

    kind: str
    api_base: str | None
    base: Key | None
    key: Key | None
    foreign: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """prefix, id: how LiteLLM reads the model string, or was meant to; model: that string, if LiteLLM can read it.

    notes: what was assumed or mended on the way.
    """

    place: Place
    prefix: str
    id: str
    model: str | None
    names_key: bool
    notes: tuple[tuple[Category, str], ...] = ()


@dataclass(slots=True)
class _Base:
    """What a deployment says of its address. place: where it says so, if it is a secret."""

    text: str | None = None
    variable: str | None = None
    place: str | None = None
    notes: list[tuple[Category, str]] = field(default_factory=list)


def address(params: Mapping[str, Any], place: str = "litellm_params") -> Address:
    """Read `litellm_params`, which stand at `place`; raises Unusable."""
    model = params.get("model")
    if not isinstance(model, str) or not model.strip():
        raise Unusable("never_worked", "litellm_params.model is missing; LiteLLM does not start with such an entry")
    if variable := variable_of(model) or mistaken_variable(model):
        raise Unusable("not_carried", f"only the variable {variable} knows its model; write the model itself")
    prefix, identity = split(model, params.get("custom_llm_provider"))
    if not identity:
        raise Unusable("never_worked", f"'{model}' names no model behind its prefix")
    base = _base(params, prefix, place)
    raw = params.get("api_key")
    can_read = is_known(prefix, base.text)
    kind, foreign = _kind(prefix, base, raw) if can_read else _meant(model, prefix, base)
    api_base, hidden = _settled(base, kind)
    if kind.needs_api_base and api_base is None and hidden is None:
        raise Unusable("not_carried", f"kind {kind.name} needs an 'api_base', and the config gives none")
    key = _key(raw, prefix if can_read else kind.name, kind, f"{place}.api_key", base.notes)
    return Address(
        Place(kind.name, api_base, hidden, key, foreign),
        prefix if can_read else kind.prefix,
        identity,
        model if can_read else None,
        raw not in (None, ""),
        tuple(base.notes),
    )


def split(model: str, named: Any = None) -> tuple[str, str]:
    """LiteLLM's prefix and the id that it asks for: exactly one prefix is stripped. `named`: custom_llm_provider."""
    first, slash, rest = model.partition("/")
    if named:
        return str(named), rest if slash and first == named else model
    if slash:
        return first, rest
    for prefix, names in known.UNPREFIXED:
        if names.match(model):
            return prefix, model
    if model == "*":
        reason = "'*' leaves the provider to the client; write one wildcard per provider, openai/*"
    else:
        reason = f"'{model}' has no prefix that tells its provider; write it with one, such as openai/"
    raise Unusable("not_carried", reason)


def _base(params: Mapping[str, Any], prefix: str, place: str) -> _Base:
    name = "api_base" if params.get("api_base") else "base_url"
    raw = params.get(name)
    base = _Base()
    if raw in (None, ""):
        base.text, base.variable = known.DEFAULT_BASES.get(prefix), known.DEFAULT_BASE_VARIABLES.get(prefix)
        return base
    text = str(raw)
    if variable := variable_of(text):
        base.variable = variable
    elif variable := mistaken_variable(text):
        base.variable = variable
        base.notes.append(("never_worked", f"api_base: {mistake(variable)}"))
    elif variable := embedded_variable(text):
        base.variable = variable
        words = f"api_base: LiteLLM does not expand {variable} inside of a text; the vault asks for the whole address"
        base.notes.append(("never_worked", words))
    else:
        base.text = text
        base.place = f"{place}.{name}" if is_secret(name, text) else None
    return base


def mistake(variable: str) -> str:
    """What is wrong with `${VARIABLE}` and the like."""
    return (
        f"LiteLLM does not read {variable} from what is written there, it takes those characters for the value; "
        f"carried over as if it were os.environ/{variable}"
    )


def _meant(model: str, prefix: str, base: _Base) -> tuple[ProviderKind, str]:
    """The kind whose name stands where LiteLLM wants a provider of its own."""
    unread = f"LiteLLM knows no provider '{prefix}/' and leaves the deployment out"
    if (kind := kinds().get(meant(prefix) or "")) is None:
        advice = ""
        if near := alike(prefix):
            advice = f"; did you mean '{near}/'?"
        elif base.text or base.variable:
            advice = f"; if its server speaks OpenAI's API, write openai/{model}"
        raise Unusable("never_worked", f"{unread}{advice}")
    base.notes.append(("never_worked", f"{unread}; carried over as kind {kind.name}"))
    return kind, ""


def _kind(prefix: str, base: _Base, key: Any) -> tuple[ProviderKind, str]:
    """The kind, and the prefix if it is none of that kind's own."""
    if prefix == "openai":
        return kinds()[_recognised(base, variable_of(key) or mistaken_variable(key))], ""
    for kind in kinds().values():
        if kind.prefix != "openai" and prefix in {kind.prefix, *kind.prefix_by_mode.values()}:
            return kind, ""
    if prefix in known.SELF_HOSTED and (base.text or base.variable):
        return kinds()[WITHOUT_KEY], prefix
    if key in (None, "") and prefix not in known.DEFAULT_KEYS:
        reason = f"Platelayer has no kind of provider for '{prefix}/', and the config names no 'api_key' for it"
        raise Unusable("not_carried", reason)
    return kinds()[WITH_KEY], prefix


def _recognised(base: _Base, variable: str | None) -> str:
    """Who it is that speaks OpenAI's API."""
    by_key = _by_words(variable)
    if base.text is not None:
        # Another server's key can be sent to a relay of one's own, so the key tells only what a relay is.
        relay = by_key if by_key and kinds()[by_key].needs_api_base else None
        return kind_at(base.text) or relay or WITHOUT_KEY
    if base.variable is not None:
        return _by_words(base.variable) or by_key or WITHOUT_KEY
    if by_key and (meant := known_base(kinds()[by_key])):
        base.text = meant
        base.notes.append(
            ("never_worked", f"has the key of {by_key} and no api_base, so that LiteLLM asks OpenAI; {meant} was meant")
        )
        return by_key
    return WITH_KEY


def kind_at(api_base: str) -> str | None:
    """The kind of provider at an address, if that is known."""
    try:
        parts = urlsplit(api_base)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    for end, kind in known.HOSTS.items():
        if host == end or host.endswith(f".{end}"):
            return kind
    return next((kind for word, kind in known.HOST_WORDS.items() if word in host), known.PORTS.get(port or 0))


def _by_words(variable: str | None) -> str | None:
    return next((kind for word, kind in known.VARIABLE_WORDS.items() if f"_{word}_" in f"_{variable}_"), None)


def known_base(kind: ProviderKind) -> str | None:
    """Where a kind's provider is, if that is one place for all."""
    return kind.api_base or kind.list_base


def _settled(base: _Base, kind: ProviderKind) -> tuple[str | None, Key | None]:
    """The address as the inventory has it, nothing where the kind knows it; or what the vault has to hold."""
    text, variable = base.text, base.variable
    if text and base.place:
        base.notes.append(("check", "its api_base holds a secret, so the whole address comes from the vault now"))
        return None, Key(None, text, base.place)
    if variable and _by_words(variable) == kind.name and (text := known_base(kind)):
        base.notes.append(("check", f"api_base: the variable {variable} is taken to hold {text}"))
        variable = None
    return (None if text == kind.api_base else text), Key(variable) if variable else None


def _key(raw: Any, prefix: str, kind: ProviderKind, place: str, notes: list[tuple[Category, str]]) -> Key | None:
    text = "" if raw is None else str(raw)
    if variable := variable_of(text):
        return Key(variable)
    if variable := mistaken_variable(text):
        notes.append(("never_worked", f"api_key: {mistake(variable)}"))
        return Key(variable)
    if kind.needs_key:
        usual = "OPENAI_API_KEY" if kind.name == WITH_KEY else key_variable(kind.name)
        return Key(None, text, place) if text else Key(known.DEFAULT_KEYS.get(prefix, usual))
    if not text and (variable := _sent_unasked(prefix)):
        notes.append(
            ("check", f"names no api_key; LiteLLM sent what {variable} holds, and nothing is sent from now on")
        )
    return None if is_no_key(text) else Key(None, text, place)


def _sent_unasked(prefix: str) -> str | None:
    return {"openai": "OPENAI_API_KEY", "litellm_proxy": "LITELLM_PROXY_API_KEY"}.get(prefix)
