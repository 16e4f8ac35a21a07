"""What is decided of a list after a last good catalog, and what is said of it."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from platelayer.catalog.decide import Decision, Situation, decide
from platelayer.catalog.snapshot import Snapshot
from platelayer.providers import kinds
from platelayer.schema.catalog import CatalogModel, ParsedList, Price

THEN, NOW = "2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z"
TEN = [f"m{number}" for number in range(10)]


def model(identity: str, usd: str | None = "0.000002", **more: Any) -> CatalogModel:
    prices = {} if usd is None else {"input": Price(Decimal(usd), "p", THEN)}
    return CatalogModel(id=identity, model=f"openai/{identity}", prices=prices, **more)  # type: ignore[arg-type]


def decided(
    last: Iterable[CatalogModel] | None, listed: Iterable[CatalogModel], refused: Iterable[str] = (), **more: Any
) -> Decision:
    """What becomes of a list, of which some entries are wrong, after a last good catalog."""
    before = {each.id: each for each in last or ()}
    kept = Snapshot(provider="lab", kind="requesty", url="http://x/v1", fetched_at=THEN, models=before)
    parsed = ParsedList(tuple(listed), tuple((name, "id is wrong") for name in refused))
    situation = Situation(
        provider="lab",
        kind=kinds()["requesty"],
        last=None if last is None else kept,
        parsed=parsed,
        now=NOW,
        **more,
    )
    return decide(situation)


def said(decision: Decision) -> list[str]:
    return [f"{refusal.guard}: {refusal.id}: {refusal.reason}" for refusal in decision.refusals]


ALL = [model(name) for name in TEN]
