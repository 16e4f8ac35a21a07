"""All providers asked at once; what each one's list changes is decided, and written if it shall be."""

import asyncio
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import httpx

from switchyard import __version__
from switchyard.catalog import guards, snapshot
from switchyard.catalog.complete import Policy
from switchyard.catalog.decide import Situation, decide
from switchyard.catalog.guards import Refusal, Settings
from switchyard.catalog.plan import Plan, Uses
from switchyard.catalog.snapshot import Snapshot
from switchyard.errors import CatalogError
from switchyard.model.catalog import POLICY, CatalogModel, Parsed
from switchyard.providers import Kind, models_dev
from switchyard.transport import Limits, Transport, client


@dataclass(frozen=True, kw_only=True)
class Source:
    """One provider to ask. base: where its list is; key: sent as a bearer token, None sends none; no_key: why it
    could not be read; is_chosen: the name under which `include` serves a model; useless: its patterns without a match.
    """

    name: str
    kind: Kind
    base: str
    key: str | None = field(default=None, repr=False)
    no_key: str | None = None
    api_base: str | None = None
    policy: Policy = field(default_factory=dict)
    settings: Settings = field(default_factory=Settings)
    models_dev: str | None = None
    is_chosen: Callable[[CatalogModel], str | None] = lambda model: None
    useless: Callable[[Collection[CatalogModel]], Iterable[str]] = lambda models: ()


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one provider. error: why it was not asked or not understood; changes: whether its file is, or
    would be, another one; is_first: whether it had no catalog before; served: how many models clients can ask for;
    without_second: it wants models.dev, which did not answer.

    warnings: (id or place, words) of entries that were left out or understood in part.
    """

    provider: str
    plan: Plan
    refusals: tuple[Refusal, ...] = ()
    warnings: tuple[tuple[str, str], ...] = ()
    error: str | None = None
    seconds: float = 0.0
    is_first: bool = False
    served: int = 0
    without_second: bool = False
    changes: bool = False

    @property
    def failed(self) -> bool:
        """Whether something was refused or could not be had."""
        return self.error is not None or bool(self.refusals)

    @property
    def stays(self) -> bool:
        """Whether nothing of the list was taken."""
        return self.error is not None or any(not refusal.id for refusal in self.refusals)

    @property
    def incomplete(self) -> bool:
        """Whether something is not as new as it could be."""
        return self.failed or self.without_second

    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "provider": self.provider,
            "count": self.plan.count,
            "served": self.served,
            "without_second": self.without_second,
            "changes": self.changes,
            "failed": self.failed,
            "error": self.error,
            "seconds": round(self.seconds, 3),
            "plan": [entry.as_dict() for entry in self.plan.entries],
            "refusals": [refusal.as_dict() for refusal in self.refusals],
            "warnings": [{"where": where, "words": words} for where, words in self.warnings],
        }


@dataclass(frozen=True, kw_only=True)
class Wish:
    """How a refresh shall go. `second`: where models.dev is asked, None for not at all."""

    folder: Path
    write: bool = True
    accept: Collection[str] = ()
    uses: Uses = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    second: str | None = models_dev.URL
    now: Callable[[], datetime] = lambda: datetime.now(UTC)


Done = Callable[[str], None]


def refresh(sources: Sequence[Source], wish: Wish, done: Done = lambda name: None) -> list[Outcome]:
    """Ask all of them side by side; the outcomes in the order of the sources. `done` is told each name."""
    return asyncio.run(_all(sources, wish, done))


async def _all(sources: Sequence[Source], wish: Wish, done: Done) -> list[Outcome]:
    async with client(wish.limits) as connections, asyncio.TaskGroup() as group:
        second = group.create_task(_second(connections, sources, wish))

        async def one(source: Source) -> Outcome:
            started = time.monotonic()
            try:
                outcome = await _one(connections, source, wish, second)
            except CatalogError as error:
                is_first = not snapshot.path_of(wish.folder, source.name).exists()
                outcome = Outcome(provider=source.name, plan=Plan(source.name), error=str(error), is_first=is_first)
            done(source.name)
            return replace(outcome, seconds=time.monotonic() - started)

        outcomes = await asyncio.gather(*map(one, sources))
        # Where every provider failed, nobody waits for it.
        second.cancel()
    return list(outcomes)


async def _one(connections: httpx.AsyncClient, source: Source, wish: Wish, second: "asyncio.Task[_Second]") -> Outcome:
    path = snapshot.path_of(wish.folder, source.name)
    last = snapshot.read(path)
    transport = Transport(
        connections,
        wish.limits,
        headers={"Authorization": f"Bearer {source.key}"} if source.key else {},
        known=_known(last, source),
    )
    started = time.monotonic()
    parsed = await _within(wish.limits.deadline, _parsed(transport, source))
    rest = wish.limits.deadline - (time.monotonic() - started)
    public = await _public(Transport(connections, wish.limits), source, rest, last, parsed)
    filled = await second
    situation = Situation(
        provider=source.name,
        kind=source.kind,
        last=last,
        parsed=parsed,
        api_base=source.api_base,
        second=filled.of(source.name),
        public=public,
        policy=source.policy,
        settings=source.settings,
        now=wish.now().replace(microsecond=0).isoformat().replace("+00:00", "Z"),
        accept=wish.accept,
        uses=wish.uses,
        is_chosen=source.is_chosen,
    )
    decision = decide(situation)
    warnings = (*parsed.refused, *parsed.notes) if parsed else ()
    if source.name in filled.errors:
        warnings += (("models.dev", filled.errors[source.name]),)
    outcome = Outcome(
        provider=source.name,
        plan=decision.plan,
        refusals=decision.refusals,
        warnings=warnings,
        is_first=last is None,
        without_second=filled.is_down and source.models_dev is not None,
    )
    if decision.models is None:
        return outcome
    models = decision.models.values()
    useless = tuple(("include", f"'{pattern}' matches no model") for pattern in source.useless(models))
    served = sum(bool(situation.touches(model)) for model in models)
    unknown = tuple(_unknown(source.name, decision.models, wish.uses))
    outcome = replace(outcome, warnings=(*warnings, *useless, *unknown), served=served)
    new = Snapshot(
        provider=source.name,
        kind=source.kind.name,
        url=source.base,
        api_base=source.api_base,
        fetched_at=situation.now,
        with_key=source.key is not None,
        written_by=__version__,
        # What was held back must be read again next time, when it may be accepted.
        etags=transport.etags if set(transport.etags) == set(transport.asked) and not decision.refusals else {},
        models=decision.models,
    )
    changes = last is None or not snapshot.same(last, new)
    if changes and wish.write:
        snapshot.write(path, new)
    return replace(outcome, changes=changes)


def _unknown(provider: str, models: Collection[str], uses: Uses) -> Iterator[tuple[str, str]]:
    """Ids that the inventory names and the catalog lacks: misspelt, or callable without being listed."""
    for (name, identity), users in uses.items():
        if name == provider and identity not in models and "*" not in identity:
            near = get_close_matches(identity, models, n=1)
            hint = f"; did you mean '{near[0]}'?" if near else ""
            yield identity, f"{', '.join(users)} asks for it, and the list does not have it, nor a price{hint}"


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


async def _parsed(transport: Transport, source: Source) -> Parsed | None:
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
    if await transport.unchanged():
        return None
    parsed = listing.parse(await listing.collect(transport, source.base))
    if parsed.refused and not parsed.models:
        raise CatalogError(
            f"no entry of the list can be used, the first of {len(parsed.refused)} is "
            f"{guards.first(dict(parsed.refused))}; see whether kind and api_base are right, or try again later"
        )
    return parsed


async def _public(
    transport: Transport, source: Source, seconds: float, last: Snapshot | None, parsed: Parsed | None
) -> frozenset[str]:
    """Ids that the list has without a key, where a key narrows it and something is missing; none if not told."""
    listing = source.kind.listing
    if not (listing and listing.narrowed and listing.public and source.key and last and parsed):
        return frozenset()
    if not last.present().keys() - {model.id for model in parsed.models} - dict(parsed.refused).keys():
        return frozenset()
    try:
        payload = await _within(seconds, listing.collect(transport, source.base))
        return frozenset(model.id for model in listing.parse(payload).models)
    except CatalogError:
        return frozenset()


async def _within(seconds: float, asked: Any) -> Any:
    try:
        async with asyncio.timeout(seconds):
            return await asked
    except TimeoutError:
        raise CatalogError(f"no whole answer within {seconds:g} s") from None


@dataclass(frozen=True)
class _Second:
    """What models.dev says, by the provider's name in the inventory, or why it says nothing; is_down: of nobody."""

    models: Mapping[str, Mapping[str, CatalogModel]] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    is_down: bool = False

    def of(self, provider: str) -> Mapping[str, CatalogModel] | None:
        """None where it did not answer: then what it said last time stays."""
        return None if provider in self.errors else self.models.get(provider, {})


async def _second(connections: httpx.AsyncClient, sources: Sequence[Source], wish: Wish) -> _Second:
    wanted = {source.name: source.models_dev for source in sources if source.models_dev}
    if not wanted or wish.second is None:
        return _Second()
    try:
        payload = await _within(wish.limits.deadline, Transport(connections, wish.limits).get(wish.second))
    except CatalogError as error:
        return _Second(errors=dict.fromkeys(wanted, str(error)), is_down=True)
    models, errors = {}, {}
    for name, theirs in wanted.items():
        try:
            models[name] = {model.id: model for model in models_dev.parse(payload, theirs).models}
        except CatalogError as error:
            errors[name] = str(error)
    return _Second(models, errors, is_down=not models_dev.has_providers(payload))
