"""Catalogs to report on."""

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

from platelayer.catalog.snapshot import Snapshot, locate_snapshot, write_snapshot
from platelayer.schema.catalog import CatalogModel, Price

THEN = "2026-11-14T15:00:09Z"
NOW = "2026-11-21T15:01:41Z"


def price(per_million: str, since: str = THEN, source: str = "pricing") -> Price:
    return Price(Decimal(per_million) / 1_000_000, source, since)


def model(identity: str, *, prices: dict[str, Any] | None = None, **known: Any) -> CatalogModel:
    """A model; prices as text in USD per million tokens, or as a Price."""
    found = {name: value if isinstance(value, Price) else price(value) for name, value in (prices or {}).items()}
    return CatalogModel(id=identity, prices=found, **known)


def catalog(provider: str, models: Iterable[CatalogModel], fetched_at: str = NOW) -> Snapshot:
    return Snapshot(
        provider=provider,
        kind="openrouter",
        url=f"https://{provider}.example.com/v1",
        fetched_at=fetched_at,
        models={model.id: model for model in models},
    )


def save(folder: Path, *catalogs: Snapshot) -> Path:
    """Write catalogs as PROVIDER.json into a folder."""
    for each in catalogs:
        write_snapshot(locate_snapshot(folder, each.provider), each)
    return folder
