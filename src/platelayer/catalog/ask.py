"""What one provider answers, and what models.dev adds, each within a deadline."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import httpx

from platelayer import __version__
from platelayer.catalog import guards
from platelayer.catalog.guards import GuardSettings
from platelayer.catalog.snapshot import Snapshot
from platelayer.errors import CatalogError
from platelayer.gateway.price_policy import PricePolicy
from platelayer.providers import Kind, models_dev
from platelayer.schema.catalog import POLICY, CatalogModel, ParsedList
from platelayer.transport import Limits, Transport

_Found = TypeVar("_Found")


@dataclass(frozen=True, kw_only=True)
class Source:
    """One provider to ask. base: where its list is; key: sent as a bearer token, None sends none; no_key: why it
    could not be read; names: (id, name) of what its catalog adds to the inventory's own words; useless: the patterns of
    `include` without a match.
    """

    name: str
    kind: Kind
    base: str
    key: str | None = field(default=None, repr=False)
    no_key: str | None = None
    api_base: str | None = None
    policy: PricePolicy = field(default_factory=dict)
    settings: GuardSettings = field(default_factory=GuardSettings)
    models_dev: str | None = None
    names: Callable[[Mapping[str, CatalogModel]], Iterable[tuple[str, str]]] = lambda models: ()
    useless: Callable[[Collection[CatalogModel]], Iterable[str]] = lambda models: ()


@dataclass(frozen=True)
class Answer:
    """What a list says, None where it says what it said last time; public: ids that it has without a key, where that
    matters; etags: url → ETag, empty where a part of the list has none."""

    parsed: ParsedList | None
    public: frozenset[str] = frozenset()
    etags: Mapping[str, str] = field(default_factory=dict)


async def ask(connections: httpx.AsyncClient, limits: Limits, source: Source, last: Snapshot | None) -> Answer:
    """What the list says, and what it says to everybody, within one deadline. Raises CatalogError."""
    headers = {"Authorization": f"Bearer {source.key}"} if source.key else {}
    transport = Transport(connections, limits, headers=headers, known=_known(last, source))
    started = time.monotonic()
    parsed = await _within(limits.deadline, source.base, _parsed(transport, source))
    rest = limits.deadline - (time.monotonic() - started)
    public = await _public(Transport(connections, limits), source, rest, last, parsed)
    is_whole = set(transport.etags) == set(transport.asked)
    return Answer(parsed, public, transport.etags if is_whole else {})


def _known(last: Snapshot | None, source: Source) -> Mapping[str, str]:
    """ETags of last time, if the same question would be asked and read the same way."""
    if last is None or (last.written_by, last.kind, last.url, last.with_key) != (
        __version__,
        source.kind.name,
        source.base,
        source.key is not None,
    ):
        return {}
    # Under a price of the inventory the provider's own is not remembered, and may be wanted again.
    priced = any(price.source == POLICY for model in last.models.values() for price in model.prices.values())
    return {} if priced else last.etags


async def _parsed(transport: Transport, source: Source) -> ParsedList | None:
    listing = source.kind.listing
    if listing is None:
        raise CatalogError(f"providers of the kind {source.kind.name} have no list")
    if source.key is None and source.kind.needs_key and not listing.public:
        raise CatalogError(f"the list wants a key, and there is none: {source.no_key or 'api_key is empty'}")
    if source.key and not (source.key.isascii() and source.key.isprintable() and source.key == source.key.strip()):
        raise CatalogError("api_key holds a line break, or what else no key has; write it anew, in one line")
    if not source.base:
        raise CatalogError(
            f"nobody knows where its list is; a provider of the kind {source.kind.name} wants an api_base"
        )
    if await transport.is_unchanged():
        return None
    parsed = listing.parse(await listing.collect(transport, source.base))
    if parsed.refused and not parsed.models:
        raise CatalogError(
            f"no entry of the list can be used, the first of {len(parsed.refused)} is "
            f"{guards.first(dict(parsed.refused))}; see whether kind and api_base are right, or try again later"
        )
    return parsed


async def _public(
    transport: Transport, source: Source, seconds: float, last: Snapshot | None, parsed: ParsedList | None
) -> frozenset[str]:
    """Ids that the list has without a key, where a key narrows it and something is missing; none if not told."""
    listing = source.kind.listing
    if not (listing and listing.narrowed and listing.public and source.key and last and parsed):
        return frozenset()
    if not last.present().keys() - {model.id for model in parsed.models} - dict(parsed.refused).keys():
        return frozenset()
    try:
        payload = await _within(seconds, source.base, listing.collect(transport, source.base))
        return frozenset(model.id for model in listing.parse(payload).models)
    except CatalogError:
        return frozenset()


async def _within(seconds: float, address: str, asked: Awaitable[_Found]) -> _Found:
    try:
        async with asyncio.timeout(seconds):
            return await asked
    except TimeoutError:
        raise CatalogError(f"{address}: no whole answer within {seconds:g} s") from None


@dataclass(frozen=True)
class Second:
    """What models.dev says, by the provider's name in the inventory, or why it says nothing; is_down: of nobody."""

    models: Mapping[str, Mapping[str, CatalogModel]] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    is_down: bool = False

    def of(self, provider: str) -> Mapping[str, CatalogModel] | None:
        """None where it did not answer: then what it said last time stays."""
        return None if provider in self.errors else self.models.get(provider, {})


async def ask_second(
    connections: httpx.AsyncClient, limits: Limits, sources: Sequence[Source], address: str | None
) -> Second:
    """Ask models.dev once for all that want it. address: None asks nobody."""
    wanted = {source.name: source.models_dev for source in sources if source.models_dev}
    if not wanted or address is None:
        return Second()
    try:
        payload = await _within(limits.deadline, address, Transport(connections, limits).get(address))
    except CatalogError as error:
        return Second(errors=dict.fromkeys(wanted, str(error)), is_down=True)
    models, errors = {}, {}
    for name, theirs in wanted.items():
        try:
            models[name] = {model.id: model for model in models_dev.parse(payload, theirs).models}
        except CatalogError as error:
            errors[name] = str(error)
    return Second(models, errors, is_down=not models_dev.has_providers(payload))
