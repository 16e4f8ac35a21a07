"""What a provider's list leaves out, from the second source and from the inventory; and since when a price holds."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from platelayer.gateway.price_policy import filter_tiers
from platelayer.schema.catalog import LIMITS, MODELS_DEV, POLICY, CatalogModel, Price, PriceName

Prices = Mapping[PriceName, Price]


def with_second(model: CatalogModel, second: CatalogModel | None) -> CatalogModel:
    """Prices from the second source where the provider tells none at all, limits one by one."""
    if second is None:
        return model
    found: dict[str, Any] = {}
    if not model.prices and not model.variable and second.prices:
        found["prices"] = _from_models_dev(second.prices)
        found["tiers"] = tuple(replace(tier, prices=_from_models_dev(tier.prices)) for tier in second.tiers)
    for limit in LIMITS:
        if getattr(model, limit) is None and (value := getattr(second, limit)) is not None:
            found[limit] = value
            found.setdefault("sources", {})[limit] = MODELS_DEV
    return replace(model, **found) if found else model


def second_of(last: CatalogModel | None) -> CatalogModel | None:
    """What the second source said last time, for the time when it does not answer."""
    if last is None:
        return None
    prices = {name: price for name, price in last.prices.items() if price.source.startswith(MODELS_DEV)}
    tiers = filter_tiers(last.tiers, lambda name, price: price.source.startswith(MODELS_DEV))
    limits = {limit: getattr(last, limit) for limit in LIMITS if last.sources.get(limit) == MODELS_DEV}
    return CatalogModel(id=last.id, prices=prices, tiers=tiers if prices else (), **limits)


def with_prices_of(model: CatalogModel, last: CatalogModel) -> CatalogModel:
    """What is new of a model, at the prices that it had."""
    return replace(model, prices=last.prices, tiers=last.tiers, variable=last.variable)


def own_words(last: CatalogModel) -> CatalogModel:
    """A model with what its provider says alone, as if it had been read again."""
    ours = (POLICY, MODELS_DEV)
    theirs = {name: price for name, price in last.prices.items() if not price.source.startswith(ours)}
    return replace(
        last,
        prices=theirs,
        tiers=filter_tiers(last.tiers, lambda name, price: not price.source.startswith(ours)) if theirs else (),
        max_input_tokens=None if "max_input_tokens" in last.sources else last.max_input_tokens,
        max_output_tokens=None if "max_output_tokens" in last.sources else last.max_output_tokens,
        sources={},
        missing_since=None,
    )


def dated(model: CatalogModel, last: CatalogModel | None, now: str) -> CatalogModel:
    """A price that is what it was, from where it was, keeps its date."""
    before = {tier.start: tier.prices for tier in last.tiers} if last is not None else {}
    return replace(
        model,
        prices=_dated(model.prices, last.prices if last is not None else {}, now),
        tiers=tuple(replace(tier, prices=_dated(tier.prices, before.get(tier.start, {}), now)) for tier in model.tiers),
    )


def _dated(prices: Prices, before: Prices, now: str) -> Prices:
    return {
        name: replace(price, since=before[name].since if _same(price, before.get(name)) else now)
        for name, price in prices.items()
    }


def _same(price: Price, before: Price | None) -> bool:
    return before is not None and (price.usd, price.source) == (before.usd, before.source)


def _from_models_dev(prices: Prices) -> Prices:
    return {
        name: price if price.source.startswith(MODELS_DEV) else replace(price, source=f"{MODELS_DEV} {price.source}")
        for name, price in prices.items()
    }
