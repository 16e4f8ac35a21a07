"""All providers asked at once; what each one's list changes is decided, and written if it shall be."""

import asyncio
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import httpx

from platelayer import __version__
from platelayer.catalog import snapshot
from platelayer.catalog.ask import Answer, Second, Source, ask, ask_second
from platelayer.catalog.decide import Decision, Situation, decide
from platelayer.catalog.guards import Refusal
from platelayer.catalog.plan import Plan, Uses
from platelayer.catalog.snapshot import Snapshot
from platelayer.errors import CatalogError
from platelayer.gateway.price_policy import apply_price_policy
from platelayer.providers import models_dev
from platelayer.schema.catalog import CatalogModel
from platelayer.transport import Limits, open_client


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one provider. error: why it was not asked or not understood; changes: whether its file is, or
    would be, another one; is_first: whether it had no catalog before; is_damaged: whether that cannot be read; models:
    the catalog that counts now; served: how many of them clients can ask for; without_second: it wants models.dev,
    which did not answer.

    warnings: (id or place, words) of entries that were left out or understood in part.
    """

    provider: str
    plan: Plan
    refusals: tuple[Refusal, ...] = ()
    warnings: tuple[tuple[str, str], ...] = ()
    error: str | None = None
    seconds: float = 0.0
    is_first: bool = False
    is_damaged: bool = False
    models: Mapping[str, CatalogModel] = field(default_factory=dict, repr=False)
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

    @property
    def state(self) -> str:
        """All of that in a word: failed, refused, held back, changed or unchanged."""
        if self.stays:
            return "failed" if self.error is not None else "refused"
        if self.refusals:
            return "held back"
        return "changed" if self.changes else "unchanged"

    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "provider": self.provider,
            "state": self.state,
            "error": self.error,
            "changes": self.changes,
            "count": self.plan.count,
            "served": self.served,
            "models_dev_failed": self.without_second,
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
    async with open_client(wish.limits) as connections, asyncio.TaskGroup() as group:
        second = group.create_task(ask_second(connections, wish.limits, sources, wish.second))

        async def one(source: Source) -> Outcome:
            started = time.monotonic()
            outcome = await _one(connections, source, wish, second)
            done(source.name)
            return replace(outcome, seconds=time.monotonic() - started)

        outcomes = await asyncio.gather(*map(one, sources))
        # Where every provider failed, nobody waits for it.
        second.cancel()
    return list(outcomes)


async def _one(connections: httpx.AsyncClient, source: Source, wish: Wish, second: "asyncio.Task[Second]") -> Outcome:
    try:
        last = snapshot.read(snapshot.path_of(wish.folder, source.name))
    except CatalogError as error:
        return Outcome(provider=source.name, plan=Plan(source.name), error=str(error), is_damaged=True)
    try:
        answer = await ask(connections, wish.limits, source, last)
        return _decided(source, wish, last, answer, await second)
    except CatalogError as error:
        outcome = Outcome(provider=source.name, plan=Plan(source.name), error=str(error), is_first=last is None)
        return _with(outcome, source, wish, last.models if last else {})


def _decided(source: Source, wish: Wish, last: Snapshot | None, answer: Answer, filled: Second) -> Outcome:
    situation = _situation(source, wish, last, answer, filled.of(source.name))
    decision = decide(situation)
    outcome = Outcome(
        provider=source.name,
        plan=decision.plan,
        refusals=decision.refusals,
        warnings=tuple(_warnings(source, wish, answer, filled, decision)),
        is_first=last is None,
        without_second=filled.is_down and source.models_dev is not None,
    )
    if decision.models is None:
        return _with(outcome, source, wish, last.models if last else {})
    # What was held back must be read again next time, when it may be accepted.
    etags = {} if decision.refusals else answer.etags
    new = _snapshot(source, situation.now, decision.models, etags)
    changes = last is None or not snapshot.same(last, new)
    if changes and wish.write:
        snapshot.write(snapshot.path_of(wish.folder, source.name), new)
    return replace(_with(outcome, source, wish, decision.models), changes=changes)


def _with(outcome: Outcome, source: Source, wish: Wish, models: Mapping[str, CatalogModel]) -> Outcome:
    """The outcome with the catalog that counts then."""
    names = {identity for provider, identity in wish.uses if provider == source.name}
    names.update(identity for identity, _ in source.names(models))
    return replace(
        outcome,
        models=models,
        served=len(models.keys() & names),
        plan=replace(outcome.plan, count=len(models)),
    )


def _situation(
    source: Source, wish: Wish, last: Snapshot | None, answer: Answer, second: Mapping[str, CatalogModel] | None
) -> Situation:
    return Situation(
        provider=source.name,
        kind=source.kind,
        last=last,
        parsed=answer.parsed,
        api_base=source.api_base,
        second=second,
        public=answer.public,
        policy=source.policy,
        settings=source.settings,
        now=wish.now().replace(microsecond=0).isoformat().replace("+00:00", "Z"),
        accept=wish.accept,
        uses=wish.uses,
        names=source.names,
    )


def _snapshot(source: Source, now: str, models: Mapping[str, CatalogModel], etags: Mapping[str, str]) -> Snapshot:
    return Snapshot(
        provider=source.name,
        kind=source.kind.name,
        url=source.base,
        api_base=source.api_base,
        fetched_at=now,
        with_key=source.key is not None,
        written_by=__version__,
        etags=etags,
        models=models,
    )


def _warnings(
    source: Source, wish: Wish, answer: Answer, filled: Second, decision: Decision
) -> Iterator[tuple[str, str]]:
    """What was left out or understood in part, and what of the inventory the next catalog does not have."""
    if answer.parsed:
        yield from (*answer.parsed.refused, *answer.parsed.notes)
    if source.name in filled.errors:
        yield "models.dev", filled.errors[source.name]
    if decision.models is not None:
        for pattern in source.useless(decision.models.values()):
            yield "include", f"'{pattern}' matches no model"
        yield from _unknown(source, decision.models, wish.uses)


def _unknown(source: Source, models: Collection[str], uses: Uses) -> Iterator[tuple[str, str]]:
    """Ids that the inventory names and the catalog lacks: misspelt, or callable without being listed."""
    for (name, identity), users in uses.items():
        if name == source.name and identity not in models and "*" not in identity:
            near = get_close_matches(identity, models, n=1)
            hint = f"; did you mean '{near[0]}'?" if near else ""
            is_priced = apply_price_policy(CatalogModel(id=identity), source.policy).prices
            price = "the price of prices_per_million_tokens" if is_priced else "no price of a catalog"
            yield identity, f"is not in the list; it is served as {', '.join(users)}, with {price}{hint}"
