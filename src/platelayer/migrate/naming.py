"""Deployments that share a place become one provider, with a name that a person would give it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from platelayer.gateway.deployment import key_variable
from platelayer.migrate import known
from platelayer.migrate.address import WITH_KEY, WITHOUT_KEY, Address, Place, kind_at
from platelayer.migrate.references import Key
from platelayer.migrate.values import fits
from platelayer.providers import kinds
from platelayer.schema import GatewaySpec

_KEY_ENDING = "_API_KEY"
# Parts of a host that say nothing of whose it is.
_EMPTY_WORDS = frozenset({"ai", "api", "app", "eu", "gateway", "inference", "llm", "open", "openai", "us", "v1", "www"})


@dataclass(frozen=True, slots=True)
class Named:
    """A provider to be. key, base: the vault's variables that hold its key and its address, if it has such."""

    name: str
    place: Place
    key: str | None
    base: str | None

    def as_inventory(self, *, api_key: str | None, api_base: str | None) -> dict[str, Any]:
        """One entry of `gateway_providers`, with these texts for what the vault holds."""
        options = {"kind": self.place.kind, "api_base": self.place.api_base}
        if self.base:
            options["api_base"] = api_base
        if self.key:
            options["api_key"] = api_key
        return {key: value for key, value in options.items() if value is not None}


def named(addresses: Iterable[tuple[Address, str | None]]) -> dict[Place, Named]:
    """Every place with its name, in the order of their first deployments. Different keys are different providers.

    With each address comes the name that a deployment's id gives it, `gpu_box` of `qwen/gpu_box`, as Platelayer has it.
    """
    seen: dict[Place, Address] = {}
    by_id: dict[Place, set[str]] = {}
    for address, name in addresses:
        seen.setdefault(address.place, address)
        by_id.setdefault(address.place, set()).update({name} if name else ())
    names = _names(seen, by_id)
    keys: dict[Key, str] = {}
    bases: dict[Key, str] = {}
    # Several providers with one key or one variable share it, named after the one that says it shortest.
    for place, name in sorted(names.items(), key=lambda item: len(item[1])):
        if place.key:
            keys.setdefault(place.key, _vault(name, "api_key"))
        if place.base:
            bases.setdefault(place.base, _vault(name, "api_base"))
    return {
        place: Named(
            name,
            place,
            keys[place.key] if place.key else None,
            bases[place.base] if place.base else None,
        )
        for place, name in names.items()
    }


def _vault(name: str, what: str) -> str:
    return f"vault_{name}_{what}".lower().replace("-", "_")


def _only(names: set[str]) -> str | None:
    return next(iter(names)) if len(names) == 1 else None


def _names(seen: Mapping[Place, Address], by_id: Mapping[Place, set[str]]) -> dict[Place, str]:
    taken: dict[str, Place] = {}
    # The variable that is there already says it best: NANO_GPT_API_KEY is what a provider nano_gpt reads. Where several
    # read it, it names the one that would be called so anyway.
    variables: set[str | None] = set()
    for place, address in sorted(seen.items(), key=lambda item: _by_key(item[0], item[1], by_id) != _by_place(item[0])):
        name = _by_key(place, address, by_id)
        if name and place.key and place.key.variable not in variables:
            taken[name] = place
            variables.add(place.key.variable)
    found = {place: name for name, place in taken.items()}
    used = {key_variable(name) for name in taken}
    for place in seen:
        if place not in found:
            wanted = (None if place.key else _only(by_id[place])) or _by_place(place)
            found[place] = next(name for name in _candidates(wanted, place) if key_variable(name) not in used)
            used.add(key_variable(found[place]))
    return {place: found[place] for place in seen}


def _candidates(name: str, place: Place) -> Iterator[str]:
    """A name, and others that tell it from those that have it already."""
    yield name
    if place.kind not in (WITH_KEY, WITHOUT_KEY, name):
        yield f"{name}_{place.kind}"
    host, port = _host(place.api_base or (place.base.text if place.base else None))
    if host and (word := _by_host(host, None)) != name:
        yield f"{name}_{word}"
    if port:
        yield f"{name}_{port}"
    yield from (f"{name}_{number}" for number in count(2))


def _by_key(place: Place, address: Address, by_id: Mapping[Place, set[str]]) -> str | None:
    variable = place.key.variable if place.key and address.names_key else None
    if not variable or not variable.endswith(_KEY_ENDING) or not variable.isupper():
        return None
    name = _only({name for name in by_id[place] if key_variable(name) == variable})
    if name is None:
        name = variable.removesuffix(_KEY_ENDING).lower()
        # NEW_API_KEY is the key of New API, whatever its ending says.
        name = place.kind if f"{name}_api" == place.kind else name
    return name if fits(GatewaySpec, "providers", {name: {"kind": place.kind}}) else None


def _by_place(place: Place) -> str:
    host, port = _host(place.api_base or (place.base.text if place.base else None))
    if place.foreign and not host:
        return _word(place.foreign)
    if host and (place.kind in (WITH_KEY, WITHOUT_KEY) or not _is_at_home(place)):
        return _by_host(host, port)
    if place.kind == WITHOUT_KEY and place.base and place.base.variable:
        return _word(re.sub(r"_(API_BASE|BASE_URL|API_URL|BASE|URL|HOST|ENDPOINT)$", "", place.base.variable.upper()))
    return place.kind


def _is_at_home(place: Place) -> bool:
    """Whether a kind is asked where one expects it: at an address of its own, or at one that is different for each."""
    return kinds()[place.kind].needs_api_base or kind_at(place.api_base or "") == place.kind


def _host(api_base: str | None) -> tuple[str, int | None]:
    try:
        parts = urlsplit(api_base or "")
        return parts.hostname or "", parts.port
    except ValueError:
        return "server", None


def _by_host(host: str, port: int | None) -> str:
    """`gpu_box` for http://gpu-box:8080, `deepseek` for https://api.deepseek.com."""
    if port == known.OLLAMA_PORT:
        return "ollama"
    try:
        return "local" if ip_address(host).is_loopback else _word(f"server_{host}")
    except ValueError:
        labels = host.split(".")
    if host == "localhost":
        return "local"
    words = labels[:-1] or labels
    return _word(next((word for word in words if word not in _EMPTY_WORDS), words[0]))


def _word(text: str) -> str:
    word = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
    return word if word[:1].isalpha() else f"server_{word}".rstrip("_")
