"""Prices that the inventory gives to models of a provider: `prices_per_million_tokens`."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any, cast

from platelayer.schema import ProviderSpec
from platelayer.schema.catalog import POLICY, CatalogModel, Price, PriceName, PriceTier
from platelayer.schema.money import PER_MILLION, parse_token_price

# A model's id or a pattern → name of a price → USD per million tokens.
PricePolicy = Mapping[str, Mapping[PriceName, Any]]


def read_price_policy(provider: ProviderSpec) -> PricePolicy:
    """Return `prices_per_million_tokens` of a provider as plain data."""
    written = provider.prices_per_million_tokens.items()
    return {pattern: cast(Mapping[PriceName, Any], prices.model_dump(exclude_none=True)) for pattern, prices in written}


def apply_price_policy(model: CatalogModel, policy: PricePolicy) -> CatalogModel:
    """Return the model with the inventory's prices, which win over everybody's.

    An id wins over patterns, and earlier patterns over later ones.
    """
    pattern = model.id if model.id in policy else next((each for each in policy if fnmatchcase(model.id, each)), None)
    if pattern is None:
        return model
    ours = {
        name: Price(parse_token_price(value, tokens=int(PER_MILLION)), POLICY)
        for name, value in policy[pattern].items()
    }
    # A tier would replace a price that the inventory says is the same for prompts of all lengths.
    tiers = filter_tiers(model.tiers, lambda name, price: name not in ours)
    return replace(model, prices={**model.prices, **ours}, tiers=tiers, variable=False)


def filter_tiers(tiers: Iterable[PriceTier], keep: Callable[[PriceName, Price], bool]) -> tuple[PriceTier, ...]:
    """Return the tiers with the prices that `keep` allows; tiers without any are left out."""
    kept = ((tier.start, {name: price for name, price in tier.prices.items() if keep(name, price)}) for tier in tiers)
    return tuple(PriceTier(start, prices) for start, prices in kept if prices)
