"""What the catalog keeps of a model whose new prices are not believed."""

from collections.abc import Collection, Iterable
from dataclasses import replace

from platelayer.catalog.complete import with_prices_of
from platelayer.schema.catalog import POLICY, CatalogModel, Price, PriceName, PriceTier


def held_back(new: CatalogModel, last: CatalogModel) -> CatalogModel:
    """All that is new of a model, at the prices that it had. Where the inventory gave a price, or gives one now, that
    is the operator's own word: the new price is taken."""
    kept = with_prices_of(new, last)
    ours = {name for model in (last, new) for name, price in model.prices.items() if price.source == POLICY}
    if not ours:
        return kept
    return replace(
        kept,
        prices={
            **{name: price for name, price in last.prices.items() if name not in ours},
            **{name: price for name, price in new.prices.items() if name in ours},
        },
        tiers=_tiers(last.tiers, new.tiers, ours),
        variable=new.variable,
    )


def _tiers(last: Iterable[PriceTier], new: Iterable[PriceTier], ours: Collection[PriceName]) -> tuple[PriceTier, ...]:
    """The new tiers of our prices, the last ones of all others."""
    found: dict[int, dict[PriceName, Price]] = {}
    for tiers, is_new in ((last, False), (new, True)):
        for tier in tiers:
            for name, price in tier.prices.items():
                if (name in ours) == is_new:
                    found.setdefault(tier.start, {})[name] = price
    return tuple(PriceTier(start, found[start]) for start in sorted(found))
