"""Prices, limits and abilities of a catalog, in LiteLLM's own keys.

Costs are floats in USD per token (or per piece) and belong to `litellm_params`, where LiteLLM's cost-based routing
looks for them; limits and abilities belong to `model_info`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from platelayer.providers.litellm import COST_KEYS
from platelayer.schema.catalog import TOKEN_PRICES, CatalogModel, Price, PriceName

ABILITY_KEYS = {
    "tools": "supports_function_calling",
    "vision": "supports_vision",
    "reasoning": "supports_reasoning",
    "structured_output": "supports_response_schema",
    "audio": "supports_audio_input",
    "caching": "supports_prompt_caching",
    "pdf": "supports_pdf_input",
}
# LiteLLM's cost-based routing takes zero for "unknown" and then for 5 USD per token; this is less than any price.
NEARLY_FREE = 1e-9
# LiteLLM's ranges need an end; no prompt is longer.
_LONGEST_PROMPT = 10**9


def fill_price_gaps(model: CatalogModel) -> CatalogModel:
    """Return the model with a price for each gap that LiteLLM would fill from its own price map.

    Cached tokens cost what others do; tokens cost nothing where only a request has a price.
    """
    prices = dict(model.prices)
    if "request" in prices and not prices.keys() & set(TOKEN_PRICES):
        prices["input"] = prices["output"] = Price(Decimal(0), prices["request"].source)
    # Of ranges, each is whole: LiteLLM takes its input price for what it lacks.
    if "input" in prices and not model.tiers and model.mode != "embedding":
        prices = {"cache_read": prices["input"], "cache_write": prices["input"], **prices}
    return replace(model, prices=prices)


def make_params(model: CatalogModel, *, by_cost: bool) -> dict[str, Any]:
    """Return costs for `litellm_params` (USD per token or piece), empty where no price is known.

    by_cost: whether routing is cost-based.
    """
    params: dict[str, Any] = {
        COST_KEYS[name]: float(price.usd) for name, price in model.prices.items() if name in COST_KEYS
    }
    if by_cost and params and not _is_paid_by_request(model):
        params |= _make_comparable(model, params)
    if model.tiers:
        params["tiered_pricing"] = list(_list_ranges(model))
    return params


def make_info(model: CatalogModel) -> dict[str, Any]:
    """Return limits (tokens), abilities and what else clients may know, for `model_info`."""
    info: dict[str, Any] = {}
    for limit in ("max_input_tokens", "max_output_tokens"):
        if (value := getattr(model, limit)) is not None:
            info[limit] = value
    info |= {ABILITY_KEYS[ability]: True for ability in model.abilities if ability in ABILITY_KEYS}
    if model.deprecation_date:
        info["deprecation_date"] = model.deprecation_date
    if model.free:
        info["free"] = True
    if request := model.prices.get("request"):
        # LiteLLM has no price per request of a chat; it is told, not billed.
        info["cost_per_request"] = float(request.usd)
    return info


def _is_paid_by_request(model: CatalogModel) -> bool:
    """Return whether a request has a price, which is not among the costs that routing compares."""
    request = model.prices.get("request")
    return request is not None and request.usd > 0


def _make_comparable(model: CatalogModel, params: Mapping[str, Any]) -> dict[str, float]:
    """Return a price above zero for each cost that routing adds up and that is zero. An embedding has no output."""
    embeds = model.mode == "embedding" and COST_KEYS["input"] in params
    unknown = 0.0 if model.free or embeds else None
    return {key: NEARLY_FREE for key in (COST_KEYS["input"], COST_KEYS["output"]) if params.get(key, unknown) == 0}


def _list_ranges(model: CatalogModel) -> Iterator[dict[str, Any]]:
    """Yield LiteLLM's `tiered_pricing`: (start, end] in tokens of the prompt, each with all its rates."""
    rates = dict(model.prices)
    start = 0
    for tier in model.tiers:
        yield _make_range(start, tier.start - 1, rates)
        start, rates = tier.start - 1, {**rates, **tier.prices}
    yield _make_range(start, _LONGEST_PROMPT, rates)


def _make_range(start: int, end: int, rates: Mapping[PriceName, Price]) -> dict[str, Any]:
    return {
        "range": [start, end],
        **{COST_KEYS[name]: float(price.usd) for name, price in rates.items() if name in COST_KEYS},
    }
