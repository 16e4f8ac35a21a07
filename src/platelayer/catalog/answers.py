"""What a provider's list and models.dev answer, each within a deadline."""

import asyncio
import time
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import httpx

from platelayer import __version__
from platelayer.catalog import guards
from platelayer.catalog.request import CatalogSource, RefreshRequest
from platelayer.catalog.snapshot import Snapshot
from platelayer.errors import CatalogError
from platelayer.providers import models_dev
from platelayer.schema.catalog import POLICY, CatalogModel, ParsedList
from platelayer.transport import Limits, Transport

_Answer = TypeVar("_Answer")


@dataclass(frozen=True)
class ModelsDevAnswer:
    """What models.dev says of the providers that are looked up there.

    models: provider → id → model. errors: provider → why nothing is known of it. is_down: it answered nothing at all.
    """

    models: Mapping[str, Mapping[str, CatalogModel]] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    is_down: bool = False

    def find_models(self, provider: str) -> Mapping[str, CatalogModel] | None:
        """Return its models by id; None if there was no answer, so that the last one still counts."""
        return None if provider in self.errors else self.models.get(provider, {})


@dataclass(frozen=True)
class ProviderAnswer:
    """What a provider's list says.

    received_at: ISO 8601, UTC. parsed: None if the list has not changed since last time.
    public_ids: what the list has without a key, if that matters. etags: url → ETag, empty if a part of the list has
    none. models_dev: what models.dev adds.
    """

    received_at: str
    parsed: ParsedList | None
    public_ids: frozenset[str] = frozenset()
    etags: Mapping[str, str] = field(default_factory=dict)
    models_dev: ModelsDevAnswer = field(default_factory=ModelsDevAnswer)


async def ask_provider(
    connections: httpx.AsyncClient, source: CatalogSource, request: RefreshRequest, last: Snapshot | None
) -> ProviderAnswer:
    """Return what the list says with the key and, if needed, without it. Raises CatalogError."""
    limits = request.limits
    headers = {"Authorization": f"Bearer {source.key}"} if source.key else {}
    transport = Transport(connections, limits, headers=headers, known=_choose_etags(last, source))
    started = time.monotonic()
    parsed = await _finish_within(limits.deadline, source.base, _read_list(transport, source))
    remaining = limits.deadline - (time.monotonic() - started)
    return ProviderAnswer(
        received_at=request.now().replace(microsecond=0).isoformat().replace("+00:00", "Z"),
        parsed=parsed,
        public_ids=await _find_public_ids(Transport(connections, limits), source, remaining, last, parsed),
        etags=transport.etags if set(transport.etags) == set(transport.asked) else {},
    )


def _choose_etags(last: Snapshot | None, source: CatalogSource) -> Mapping[str, str]:
    """Return the ETags of last time if the same question is asked and its answer would be read the same way."""
    if last is None or (last.written_by, last.kind, last.url, last.with_key) != (
        __version__,
        source.kind.name,
        source.base,
        source.key is not None,
    ):
        return {}
    # The provider's own price is not kept where the inventory gave one, and the inventory may no longer give it.
    has_policy = any(price.source == POLICY for model in last.models.values() for price in model.prices.values())
    return {} if has_policy else last.etags


async def _read_list(transport: Transport, source: CatalogSource) -> ParsedList | None:
    listing = source.kind.listing
    if listing is None:
        raise CatalogError(f"providers of the kind {source.kind.name} have no list")
    if source.key is None and source.kind.needs_key and not listing.is_public:
        raise CatalogError(f"the list needs a key: {source.key_problem or 'api_key is empty'}")
    if source.key and not (source.key.isascii() and source.key.isprintable() and source.key == source.key.strip()):
        raise CatalogError(
            "api_key has a line break, a blank at an end or a character outside of ASCII; write it again, on one line"
        )
    if not source.base:
        raise CatalogError(
            f"the address of its list is unknown; write an api_base, which a provider of the kind "
            f"{source.kind.name} needs"
        )
    if await transport.is_unchanged():
        return None
    parsed = listing.parse(await listing.fetch(transport, source.base))
    if parsed.refused and not parsed.models:
        raise CatalogError(
            f"none of the list's {len(parsed.refused)} entries can be used; the first is "
            f"{guards.describe_first(dict(parsed.refused))}; check kind and api_base, or try again later"
        )
    return parsed


async def _find_public_ids(
    transport: Transport, source: CatalogSource, seconds: float, last: Snapshot | None, parsed: ParsedList | None
) -> frozenset[str]:
    """Return what the list has without a key, if a key narrows it and models are missing; empty on any error."""
    listing = source.kind.listing
    if not (listing and listing.is_narrowed_by_key and listing.is_public and source.key and last and parsed):
        return frozenset()
    if not last.list_present().keys() - {model.id for model in parsed.models} - dict(parsed.refused).keys():
        return frozenset()
    try:
        payload = await _finish_within(seconds, source.base, listing.fetch(transport, source.base))
        return frozenset(model.id for model in listing.parse(payload).models)
    except CatalogError:
        return frozenset()


async def _finish_within(seconds: float, address: str, answer: Awaitable[_Answer]) -> _Answer:
    try:
        async with asyncio.timeout(seconds):
            return await answer
    except TimeoutError:
        raise CatalogError(f"{address}: no complete answer within {seconds:g} s") from None


async def ask_models_dev(
    connections: httpx.AsyncClient, limits: Limits, sources: Sequence[CatalogSource], address: str | None
) -> ModelsDevAnswer:
    """Ask models.dev once for all sources that are looked up there; with the address None, not at all."""
    names = {source.name: source.models_dev for source in sources if source.models_dev}
    if not names or address is None:
        return ModelsDevAnswer()
    try:
        payload = await _finish_within(limits.deadline, address, Transport(connections, limits).get(address))
    except CatalogError as error:
        return ModelsDevAnswer(errors=dict.fromkeys(names, str(error)), is_down=True)
    models, errors = {}, {}
    for name, name_there in names.items():
        try:
            models[name] = {model.id: model for model in models_dev.parse(payload, name_there).models}
        except CatalogError as error:
            errors[name] = str(error)
    return ModelsDevAnswer(models, errors, is_down=not models_dev.has_providers(payload))
