"""The inventory and what catalogs know become the list of deployments."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from platelayer.gateway import costs
from platelayer.gateway.deployment import Deployment, deployment
from platelayer.gateway.virtual_models import virtual_deployments
from platelayer.schema import CatalogModel, GatewaySpec, ModelSpec
from platelayer.schema.catalog import LIMITS, Price, PriceName

_ROUTING = ("weight", "order")
# What an entry of `gateway_models` may say of its prices, and which price of a catalog that is.
_PRICES: Mapping[PriceName, str] = {name: key for name, key in costs.COSTS.items() if key in ModelSpec.model_fields}


def deployment_id(model: ModelSpec) -> str:
    """`NAME/PROVIDER`, unless the inventory names it."""
    return model.deployment_id or f"{model.name}/{model.provider}"


def deployments(gateway: GatewaySpec) -> list[Deployment]:
    """Every deployment: models in the order written, then virtual models. Disabled providers have none."""
    return [*_models(gateway), *virtual_deployments(gateway)]


def uses(gateway: GatewaySpec) -> dict[tuple[str, str], tuple[str, ...]]:
    """(provider, id) → the names that it serves, for everything that the inventory names itself."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for model in gateway.models:
        found.setdefault((model.provider, model.id), {})[model.name] = None
    for group in gateway.model_groups:
        for provider, member in group.ids.items():
            found.setdefault((provider, member.id), {})[group.name] = None
    for virtual in gateway.virtual_models:
        for layer in virtual.layers:
            found.setdefault((layer.provider, layer.id), {})[virtual.name] = None
    return {target: tuple(names) for target, names in found.items()}


def _models(gateway: GatewaySpec) -> Iterator[Deployment]:
    by_cost = gateway.router.routing_strategy == "cost-based-routing"
    for model in gateway.models:
        if gateway.serves(model):
            known = gateway.known(model)
            priced = costs.whole(_priced(known, model)) if known else _priced(CatalogModel(id=model.id), model)
            yield deployment(
                gateway,
                model,
                name=model.name,
                deployment_id=deployment_id(model),
                mode=model.mode,
                # LiteLLM's cost-based routing reads prices from litellm_params only.
                params={**costs.params(priced, by_cost=by_cost), **_given(model, _ROUTING)},
                info={**(costs.info(priced) if known else {}), **_given(model, LIMITS)},
            )


def _priced(known: CatalogModel, model: ModelSpec) -> CatalogModel:
    """What a catalog says of a model; a price that the inventory writes beside it wins."""
    prices = {name: Price(Decimal(repr(usd)), "gateway_models") for name, usd in _written(model)}
    if not prices:
        return known
    # LiteLLM would bill what long prompts cost there, whatever is written beside it.
    return replace(known, prices={**known.prices, **prices}, tiers=(), variable=False)


def _written(model: ModelSpec) -> Iterator[tuple[PriceName, float]]:
    for name, key in _PRICES.items():
        if (usd := getattr(model, key)) is not None:
            yield name, usd


def _given(model: ModelSpec, keys: Iterable[str]) -> dict[str, Any]:
    return {key: value for key in keys if (value := getattr(model, key)) is not None}
