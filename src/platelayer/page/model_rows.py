"""What the page shows of catalogs: a row for each model, and a summary of each provider. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from platelayer.catalog.plan import ChangeKind, Uses
from platelayer.catalog.snapshot import Snapshot
from platelayer.schema.catalog import MODELS_DEV, POLICY, TOKEN_PRICES, CatalogModel, PriceName
from platelayer.schema.money import format_per_million, format_tokens
from platelayer.wording.catalog_changes import CHANGE_WORDS, list_piece_prices

COLUMNS: tuple[PriceName, ...] = ("input", "output", "cache_read", "cache_write")
NOTHING = "\N{EN DASH}"
# Badges must be short.
_SHORT_ABILITIES = {"structured_output": "structured"}


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One model of one provider.

    prices: those of COLUMNS in USD per million tokens, empty if unknown. context, output: limits in tokens.
    badges: (style, text). notes: its other prices. since: the day on which a price last changed. names: what clients
    ask for.
    """

    provider: str
    id: str
    mode: str
    prices: tuple[str, ...]
    context: int | None
    output: int | None
    abilities: tuple[str, ...]
    badges: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    since: str
    names: tuple[str, ...]
    free: bool
    changed: bool


@dataclass(frozen=True, slots=True)
class ProviderSummary:
    """One provider. If it was never fetched, `url` is empty and all counts are zero."""

    provider: str
    url: str = ""
    changed_at: str = ""
    count: int = 0
    free: int = 0
    unpriced: int = 0
    missing: int = 0


def make_rows(
    catalogs: Mapping[str, Snapshot | None], names: Uses, kinds_by_model: Mapping[tuple[str, str], Sequence[ChangeKind]]
) -> list[ModelRow]:
    """Return every model of every catalog, by provider and id. kinds_by_model: (provider, id) → what changed."""
    return [
        _make_row(provider, model, names.get((provider, model_id), ()), kinds_by_model.get((provider, model_id), ()))
        for provider, catalog in sorted(catalogs.items())
        if catalog is not None
        for model_id, model in sorted(catalog.models.items())
    ]


def summarize_providers(catalogs: Mapping[str, Snapshot | None]) -> list[ProviderSummary]:
    """Return a line for each provider, by name."""
    return [_summarize(provider, catalog) for provider, catalog in sorted(catalogs.items())]


def _summarize(provider: str, catalog: Snapshot | None) -> ProviderSummary:
    if catalog is None:
        return ProviderSummary(provider)
    models = catalog.models.values()
    return ProviderSummary(
        provider=provider,
        url=catalog.url,
        changed_at=format_minute(catalog.fetched_at),
        count=len(models),
        free=sum(model.free for model in models),
        unpriced=sum(not model.prices for model in models),
        missing=sum(model.missing_since is not None for model in models),
    )


def _make_row(provider: str, model: CatalogModel, names: Sequence[str], kinds: Sequence[ChangeKind]) -> ModelRow:
    return ModelRow(
        provider=provider,
        id=model.id,
        mode=model.mode,
        prices=tuple(format_per_million(model.prices[name].usd) if name in model.prices else "" for name in COLUMNS),
        context=model.max_input_tokens,
        output=model.max_output_tokens,
        abilities=tuple(_SHORT_ABILITIES.get(ability, ability) for ability in model.abilities),
        badges=(*(("mark", CHANGE_WORDS[kind].mark) for kind in kinds), *_list_badges(model)),
        notes=tuple(_list_notes(model)),
        since=_format_day(max((price.since for price in model.prices.values()), default="")),
        names=tuple(names),
        free=model.free,
        changed=bool(kinds),
    )


def _list_badges(model: CatalogModel) -> Iterator[tuple[str, str]]:
    if model.free:
        yield "good", "free"
    if model.variable:
        yield "calm", "variable price"
    if model.missing_since:
        yield "warn", f"missing since {_format_day(model.missing_since)}"
    if model.deprecation_date:
        yield "warn", f"deprecated {model.deprecation_date}"
    if model.variant:
        yield "calm", model.variant
    for source, text in ((MODELS_DEV, f"price from {MODELS_DEV}"), (POLICY, "your inventory's price")):
        if any(price.source.startswith(source) for price in model.prices.values()):
            yield "calm", text


def _list_notes(model: CatalogModel) -> Iterator[str]:
    """Yield the prices that have no column of their own."""
    for name in TOKEN_PRICES:
        if name not in COLUMNS and (price := model.prices.get(name)):
            yield f"{name.replace('_', ' ')} {format_per_million(price.usd)}"
    yield from list_piece_prices(model)
    for tier in model.tiers:
        costs = ", ".join(
            f"{name.replace('_', ' ')} {format_per_million(price.usd)}" for name, price in tier.prices.items()
        )
        yield f"from {format_tokens(tier.start)} tokens: {costs}"


def format_minute(moment: str) -> str:
    """Return an ISO 8601 moment as `2026-11-21 15:01 UTC`, a dash for none."""
    return f"{moment[:16].replace('T', ' ')} UTC" if moment else NOTHING


def _format_day(moment: str) -> str:
    return moment[:10]
