"""A served model becomes an entry of LiteLLM's `model_list`."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from platelayer.gateway import costs
from platelayer.gateway.logins import make_login_params
from platelayer.gateway.served_models import ServedModel
from platelayer.providers import ProviderKind, load_kinds
from platelayer.providers.litellm import COST_KEYS
from platelayer.schema import CatalogModel, GatewaySpec, ModelSpec, ProviderSpec
from platelayer.schema.catalog import LIMITS, Price, PriceName
from platelayer.schema.inventory import NativePath

# The options of `gateway_models` that are prices, and the catalog's name of each.
_PRICE_OPTIONS: Mapping[PriceName, str] = {
    name: key for name, key in COST_KEYS.items() if key in ModelSpec.model_fields
}
# Failures per minute that nothing reaches. LiteLLM would answer 429 to everybody after one client's mistake.
NEVER = 1_000_000


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
    return f"{name_variables(provider)}_API_KEY"


def name_variables(provider: str) -> str:
    """Return what the environment variables of a provider begin with: `nano-gpt` becomes `NANO_GPT`."""
    return re.sub(r"[^A-Z0-9]", "_", provider.upper())


def make_deployment(spec: GatewaySpec, served: ServedModel, *, is_replaceable: bool = True) -> Deployment:
    """Address one model at its provider, with prices, limits and abilities.

    is_replaceable: whether something else answers when it cannot; if not, it is asked however often it fails.
    Later wins: what follows from provider and catalog, the provider's `extra`, the `extra` of the model or layer.
    """
    provider = spec.providers[served.provider]
    kind = load_kinds()[provider.kind]
    params: dict[str, Any] = {"model": kind.format_model(served.id, served.mode, provider.litellm_provider)}
    if (api_base := provider.api_base or kind.api_base) is not None:
        params[kind.base_option] = api_base
    if provider.api_key is not None:
        params["api_key"] = f"os.environ/{name_key_variable(served.provider)}"
    elif kind.keyless is not None:
        params["api_key"] = kind.keyless
    params |= make_login_params(name_variables(served.provider), provider)
    native_paths = _find_native_paths(kind, provider, served)
    # Another provider of LiteLLM's would answer messages with nothing then.
    is_usual = served.mode == "chat" and not _names_other_provider(provider, served)
    if kind.is_translated and is_usual and "/v1/responses" not in native_paths:
        params["use_chat_completions_api"] = True
    if served.written is not None:
        params |= _read_options(served.written, ("timeout", "stream_timeout"))
    priced = _price_model(served)
    params |= costs.make_params(priced, by_cost=spec.router.is_by_cost and served.origin != "layer")
    params |= _read_options(served, ("weight", "order"))
    params |= provider.extra
    # LiteLLM takes chat for granted; a mode that is written down is also what /v1/models shows.
    info: dict[str, Any] = {"id": served.deployment_id, "mode": served.mode}
    if not is_replaceable:
        info["allowed_fails"] = NEVER
    if native_paths:
        info["supported_endpoints"] = list(native_paths)
    if served.catalog is not None:
        info |= costs.make_info(priced)
    if served.written is not None:
        params |= served.written.extra
        info |= {costs.ABILITY_KEYS[ability]: True for ability in served.written.abilities}
        if isinstance(served.written, ModelSpec):
            info |= _read_options(served.written, LIMITS)
    return Deployment(served.name, params, info)


def _find_native_paths(kind: ProviderKind, provider: ProviderSpec, served: ServedModel) -> tuple[NativePath, ...]:
    """Return the paths beside chat that are asked as they are. The model decides, else its provider, else the kind."""
    if served.mode != "chat":
        return ()
    of_kind = () if _names_other_provider(provider, served) else kind.native_paths
    of_provider = of_kind if provider.native_paths is None else provider.native_paths
    of_model = getattr(served.written, "native_paths", None)
    return of_provider if of_model is None else of_model


def _names_other_provider(provider: ProviderSpec, served: ServedModel) -> bool:
    """Return whether the inventory asks as another provider of LiteLLM's than the kind does."""
    extra = provider.extra if served.written is None else {**provider.extra, **served.written.extra}
    return bool(provider.litellm_provider or extra.keys() & {"model", "custom_llm_provider"})


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
