"""What is decided of a list after a last good catalog, and what is said of it."""

from collections.abc import Collection, Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

from platelayer.catalog.answers import ProviderAnswer
from platelayer.catalog.decision import judge_answer
from platelayer.catalog.guards import GuardSettings
from platelayer.catalog.plan import Uses
from platelayer.catalog.request import CatalogSource, RefreshRequest
from platelayer.catalog.result import RefreshResult
from platelayer.catalog.snapshot import Snapshot
from platelayer.gateway.price_policy import PricePolicy
from platelayer.providers import load_kinds
from platelayer.schema.catalog import CatalogModel, ParsedList, Price

THEN, NOW = "2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z"
TEN = [f"m{number}" for number in range(10)]


def model(identity: str, usd: str | None = "0.000002", **more: Any) -> CatalogModel:
    prices = {} if usd is None else {"input": Price(Decimal(usd), "p", THEN)}
    return CatalogModel(id=identity, prices=prices, **more)  # type: ignore[arg-type]


def decided(
    last: Iterable[CatalogModel] | None,
    listed: Iterable[CatalogModel],
    refused: Iterable[str] = (),
    *,
    public: Iterable[str] = (),
    accept: Collection[str] = (),
    uses: Uses | None = None,
    settings: GuardSettings | None = None,
    policy: PricePolicy | None = None,
) -> RefreshResult:
    """Return what becomes of a list, of which some entries are wrong, after a last good catalog."""
    last_models = {model.id: model for model in last or ()}
    snapshot = Snapshot(provider="lab", kind="requesty", url="http://x/v1", fetched_at=THEN, models=last_models)
    parsed = ParsedList(tuple(listed), tuple((name, "id is wrong") for name in refused))
    return judge_answer(
        CatalogSource(
            name="lab",
            kind=load_kinds()["requesty"],
            base="http://x/v1",
            policy=policy or {},
            guards=settings or GuardSettings(),
        ),
        RefreshRequest(folder=Path("catalogs"), accept=accept, uses=uses or {}),
        None if last is None else snapshot,
        ProviderAnswer(NOW, parsed, frozenset(public)),
    )


def said(result: RefreshResult) -> list[str]:
    return [f"{refusal.guard}: {refusal.id}: {refusal.reason}" for refusal in result.refusals]


ALL = [model(name) for name in TEN]
