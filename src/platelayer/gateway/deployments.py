"""A served model becomes an entry of LiteLLM's `model_list`."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from platelayer.gateway import costs
from platelayer.gateway.served_models import ServedModel
from platelayer.providers import load_kinds
from platelayer.schema import CatalogModel, GatewaySpec, ModelSpec
from platelayer.schema.catalog import LIMITS, Price, PriceName

# The options of `gateway_models` that are prices, and the catalog's name of each.
_PRICE_OPTIONS: Mapping[PriceName, str] = {
    name: key for name, key in costs.COST_KEYS.items() if key in ModelSpec.model_fields
}


@dataclass(frozen=True, slots=True)
class Deployment:
    """`model_name`, `litellm_params` and `model_info` of LiteLLM, as plain data.

    `model_info.id` is what the header `x-litellm-model-id` says when this deployment answered.
    """

    model_name: str
    litellm_params: dict[str, Any]
    model_info: dict[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """Return plain data in LiteLLM's shape."""
        return {
            "model_name": self.model_name,
            "litellm_params": self.litellm_params,
            "model_info": self.model_info,
        }


def name_key_variable(provider: str) -> str:
    """Return the environment variable that carries a provider's key: `nano-gpt` becomes `NANO_GPT_API_KEY`."""
    return re.sub(r"[^A-Z0-9]", "_", provider.upper()) + "_API_KEY"


def make_deployment(spec: GatewaySpec, served: ServedModel) -> Deployment:
    """Address one model at its provider, with prices, limits and abilities.

    Later wins: what follows from provider and catalog, the provider's `extra`, the `extra` of the model or layer.
    """
    provider = spec.providers[served.provider]
    kind = load_kinds()[provider.kind]
    params: dict[str, Any] = {"model": kind.format_model(served.id, served.mode)}
    if (api_base := provider.api_base or kind.api_base) is not None:
        params["api_base"] = api_base
    if provider.api_key is not None:
        params["api_key"] = f"os.environ/{name_key_variable(served.provider)}"
    elif kind.keyless is not None:
        params["api_key"] = kind.keyless
    if served.written is not None:
        params |= _read_options(served.written, ("timeout", "stream_timeout"))
    priced = _price_model(served)
    params |= costs.make_params(priced, by_cost=spec.router.is_by_cost and served.origin != "layer")
    params |= _read_options(served, ("weight", "order"))
    params |= provider.extra
    # LiteLLM takes chat for granted; a mode that is written down is also what /v1/models shows.
    info = {"id": served.deployment_id, "mode": served.mode}
    if served.catalog is not None:
        info |= costs.make_info(priced)
    if served.written is not None:
        params |= served.written.extra
        if isinstance(served.written, ModelSpec):
            info |= _read_options(served.written, LIMITS)
    return Deployment(served.name, params, info)


def _price_model(served: ServedModel) -> CatalogModel:
    """Return the prices that LiteLLM is given: those that the inventory writes beside a model win."""
    prices = {name: Price(Decimal(repr(usd)), "gateway_models") for name, usd in _list_written_prices(served.written)}
    model = served.catalog or CatalogModel(id=served.id)
    if prices:
        # LiteLLM would bill what the catalog says of long prompts, whatever is written beside it.
        model = replace(model, prices={**model.prices, **prices}, tiers=(), variable=False)
    return costs.fill_price_gaps(model) if served.catalog else model


def _list_written_prices(written: Any) -> Iterator[tuple[PriceName, float]]:
    if isinstance(written, ModelSpec):
        for name, key in _PRICE_OPTIONS.items():
            if (usd := getattr(written, key)) is not None:
                yield name, usd


def _read_options(source: object, keys: Iterable[str]) -> dict[str, Any]:
    return {key: value for key in keys if (value := getattr(source, key)) is not None}
