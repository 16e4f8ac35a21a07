"""What the page shows of catalogs: one row per model, one summary per provider. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from platelayer.catalog.plan import Change, Uses
from platelayer.catalog.snapshot import Snapshot
from platelayer.page import words
from platelayer.schema.catalog import MODELS_DEV, POLICY, CatalogModel, PriceName
from platelayer.schema.money import per_million, plainly, tokens

COLUMNS: tuple[PriceName, ...] = ("input", "output", "cache_read", "cache_write")
# (provider, id) → what changed of it.
Changed = Mapping[tuple[str, str], Sequence[Change]]


@dataclass(frozen=True, slots=True)
class Row:
    """One model of one provider.

    prices: of COLUMNS, USD per million tokens, "" where unknown; context, output: tokens; badges: (kind, text);
    notes: what else it costs; since: the day of its last change of price; names: what clients ask for.
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
class Summary:
    """One provider. A provider that was never fetched has no `url`, and its counts are zero."""

    provider: str
    url: str = ""
    changed_at: str = ""
    count: int = 0
    free: int = 0
    unpriced: int = 0
    missing: int = 0


def rows(catalogs: Mapping[str, Snapshot | None], names: Uses, changed: Changed) -> list[Row]:
    """Every model of every catalog, by provider and id."""
    return [
        _row(provider, model, names.get((provider, identity), ()), changed.get((provider, identity), ()))
        for provider, catalog in sorted(catalogs.items())
        if catalog is not None
        for identity, model in sorted(catalog.models.items())
    ]


def summaries(catalogs: Mapping[str, Snapshot | None]) -> list[Summary]:
    """One line per provider, by name."""
    return [_summary(provider, catalog) for provider, catalog in sorted(catalogs.items())]


def _summary(provider: str, catalog: Snapshot | None) -> Summary:
    if catalog is None:
        return Summary(provider)
    models = catalog.models.values()
    return Summary(
        provider=provider,
        url=catalog.url,
        changed_at=words.minute(catalog.fetched_at),
        count=len(models),
        free=sum(model.free for model in models),
        unpriced=sum(not model.prices for model in models),
        missing=sum(model.missing_since is not None for model in models),
    )


def _row(provider: str, model: CatalogModel, names: Sequence[str], changes: Sequence[Change]) -> Row:
    return Row(
        provider=provider,
        id=model.id,
        mode=model.mode,
        prices=tuple(per_million(model.prices[name].usd) if name in model.prices else "" for name in COLUMNS),
        context=model.max_input_tokens,
        output=model.max_output_tokens,
        abilities=tuple(words.SHORT.get(ability, ability) for ability in model.abilities),
        badges=(*(("mark", words.MARKS[change]) for change in changes), *_badges(model)),
        notes=tuple(_notes(model)),
        since=words.date(max((price.since for price in model.prices.values()), default="")),
        names=tuple(names),
        free=model.free,
        changed=bool(changes),
    )


def _badges(model: CatalogModel) -> Iterator[tuple[str, str]]:
    if model.free:
        yield "good", "free"
    if model.variable:
        yield "calm", "variable price"
    if model.missing_since:
        yield "warn", f"missing since {words.date(model.missing_since)}"
    if model.deprecation_date:
        yield "warn", f"deprecated {model.deprecation_date}"
    if model.variant:
        yield "calm", model.variant
    for source, text in ((MODELS_DEV, f"price from {MODELS_DEV}"), (POLICY, "your inventory's price")):
        if any(price.source.startswith(source) for price in model.prices.values()):
            yield "calm", text


def _notes(model: CatalogModel) -> Iterator[str]:
    """Prices that have no column of their own."""
    if reasoning := model.prices.get("reasoning"):
        yield f"reasoning {per_million(reasoning.usd)}"
    for piece in ("request", "image"):
        if price := model.prices.get(piece):
            yield f"{plainly(price.usd)} USD per {piece}"
    for tier in model.tiers:
        costs = ", ".join(f"{name.replace('_', ' ')} {per_million(price.usd)}" for name, price in tier.prices.items())
        yield f"from {tokens(tier.start)} tokens: {costs}"
