"""What several sources say of one model: its provider, models.dev, the inventory, and the last good catalog."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from platelayer.gateway.price_policy import filter_tiers
from platelayer.schema.catalog import LIMITS, MODELS_DEV, POLICY, CatalogModel, Price, PriceName, PriceTier

Prices = Mapping[PriceName, Price]


def fill_from_models_dev(model: CatalogModel, supplement: CatalogModel | None) -> CatalogModel:
    """Return the model with prices of models.dev if its provider names none, and with each limit that is missing."""
    if supplement is None:
        return model
    additions: dict[str, Any] = {}
    if not model.prices and not model.variable and supplement.prices:
        additions["prices"] = _name_models_dev(supplement.prices)
        additions["tiers"] = tuple(replace(tier, prices=_name_models_dev(tier.prices)) for tier in supplement.tiers)
    for limit in LIMITS:
        if getattr(model, limit) is None and (value := getattr(supplement, limit)) is not None:
            additions[limit] = value
            additions.setdefault("sources", {})[limit] = MODELS_DEV
    return replace(model, **additions) if additions else model


def extract_models_dev(last: CatalogModel | None) -> CatalogModel | None:
    """Return what models.dev said last time, for when it does not answer; None without a last catalog."""
    if last is None:
        return None
    prices = {name: price for name, price in last.prices.items() if price.source.startswith(MODELS_DEV)}
    tiers = filter_tiers(last.tiers, lambda name, price: price.source.startswith(MODELS_DEV))
    limits = {limit: getattr(last, limit) for limit in LIMITS if last.sources.get(limit) == MODELS_DEV}
    return CatalogModel(id=last.id, prices=prices, tiers=tiers if prices else (), **limits)


def extract_provider(last: CatalogModel) -> CatalogModel:
    """Return what the provider alone said last time, as if its list had been read again."""
    others = (POLICY, MODELS_DEV)
    prices = {name: price for name, price in last.prices.items() if not price.source.startswith(others)}
    return replace(
        last,
        prices=prices,
        tiers=filter_tiers(last.tiers, lambda name, price: not price.source.startswith(others)) if prices else (),
        max_input_tokens=None if "max_input_tokens" in last.sources else last.max_input_tokens,
        max_output_tokens=None if "max_output_tokens" in last.sources else last.max_output_tokens,
        sources={},
        missing_since=None,
    )


def hold_back_prices(new: CatalogModel, last: CatalogModel) -> CatalogModel:
    """Return the new model at its last prices, for when the new ones are not believed.

    A price that the inventory gives, or gave last time, is the operator's own: there the new one is taken.
    """
    kept = replace(new, prices=last.prices, tiers=last.tiers, variable=last.variable)
    policy_names = {name for model in (last, new) for name, price in model.prices.items() if price.source == POLICY}
    if not policy_names:
        return kept
    return replace(
        kept,
        prices={
            **{name: price for name, price in last.prices.items() if name not in policy_names},
            **{name: price for name, price in new.prices.items() if name in policy_names},
        },
        tiers=_merge_tiers(last.tiers, new.tiers, policy_names),
        variable=new.variable,
    )


def _merge_tiers(
    last: Iterable[PriceTier], new: Iterable[PriceTier], policy_names: Collection[PriceName]
) -> tuple[PriceTier, ...]:
    """Return the new tiers of the inventory's prices, and the last ones of all others."""
    prices_by_start: dict[int, dict[PriceName, Price]] = {}
    for tiers, is_new in ((last, False), (new, True)):
        for tier in tiers:
            for name, price in tier.prices.items():
                if (name in policy_names) == is_new:
                    prices_by_start.setdefault(tier.start, {})[name] = price
    return tuple(PriceTier(start, prices_by_start[start]) for start in sorted(prices_by_start))


def date_prices(model: CatalogModel, last: CatalogModel | None, now: str) -> CatalogModel:
    """Return the model with a date on each price: the last one if amount and source are the same, else `now`."""
    last_tiers = {tier.start: tier.prices for tier in last.tiers} if last is not None else {}
    return replace(
        model,
        prices=_date(model.prices, last.prices if last is not None else {}, now),
        tiers=tuple(
            replace(tier, prices=_date(tier.prices, last_tiers.get(tier.start, {}), now)) for tier in model.tiers
        ),
    )


def _date(prices: Prices, last: Prices, now: str) -> Prices:
    return {
        name: replace(price, since=last[name].since if _is_same(price, last.get(name)) else now)
        for name, price in prices.items()
    }


def _is_same(price: Price, last: Price | None) -> bool:
    return last is not None and (price.usd, price.source) == (last.usd, last.source)


def _name_models_dev(prices: Prices) -> Prices:
    """Return the prices with models.dev as the first word of their source."""
    return {
        name: price if price.source.startswith(MODELS_DEV) else replace(price, source=f"{MODELS_DEV} {price.source}")
        for name, price in prices.items()
    }
