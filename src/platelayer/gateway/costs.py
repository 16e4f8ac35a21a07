"""What a catalog says of a model, in LiteLLM's own keys.

Costs are floats in USD per token (or per piece) and belong to `litellm_params`, where LiteLLM's cost-based routing
looks for them; limits and abilities belong to `model_info`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from platelayer.schema.catalog import TOKEN_PRICES, CatalogModel, Price, PriceName

COSTS: Mapping[PriceName, str] = {
    "input": "input_cost_per_token",
    "output": "output_cost_per_token",
    "cache_read": "cache_read_input_token_cost",
    "cache_write": "cache_creation_input_token_cost",
    "reasoning": "output_cost_per_reasoning_token",
    "image": "input_cost_per_image",
}
ABILITIES = {
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


def whole(model: CatalogModel) -> CatalogModel:
    """The same, with a price for each gap that LiteLLM would fill with what it knows of a model of that name.

    Cached tokens cost what others do; tokens cost nothing where only a request has a price.
    """
    prices = dict(model.prices)
    if "request" in prices and not prices.keys() & set(TOKEN_PRICES):
        prices["input"] = prices["output"] = Price(Decimal(0), prices["request"].source)
    # Of ranges, each is whole: LiteLLM takes its input price for what it lacks.
    if "input" in prices and not model.tiers and model.mode != "embedding":
        prices = {"cache_read": prices["input"], "cache_write": prices["input"], **prices}
    return replace(model, prices=prices)


def params(model: CatalogModel, *, by_cost: bool) -> dict[str, Any]:
    """Costs for `litellm_params`; none where no price is known. `by_cost`: for cost-based routing."""
    found: dict[str, Any] = {COSTS[name]: float(price.usd) for name, price in model.prices.items() if name in COSTS}
    if by_cost and found and not _costs_by_request(model):
        found |= _comparable(model, found)
    if model.tiers:
        found["tiered_pricing"] = list(_ranges(model))
    return found


def info(model: CatalogModel) -> dict[str, Any]:
    """Limits, abilities and what else clients may know, for `model_info`."""
    found: dict[str, Any] = {}
    for limit in ("max_input_tokens", "max_output_tokens"):
        if (value := getattr(model, limit)) is not None:
            found[limit] = value
    found |= {ABILITIES[ability]: True for ability in model.abilities if ability in ABILITIES}
    if model.deprecation_date:
        found["deprecation_date"] = model.deprecation_date
    if model.free:
        found["free"] = True
    if request := model.prices.get("request"):
        # LiteLLM has no price per request of a chat; it is told, not billed.
        found["cost_per_request"] = float(request.usd)
    return found


def _costs_by_request(model: CatalogModel) -> bool:
    """What a request costs is not among the costs that are compared."""
    request = model.prices.get("request")
    return request is not None and request.usd > 0


def _comparable(model: CatalogModel, found: Mapping[str, Any]) -> dict[str, float]:
    """Of the costs that cost-based routing adds up, those that are zero. An embedding has no output."""
    embeds = model.mode == "embedding" and COSTS["input"] in found
    unknown = 0.0 if model.free or embeds else None
    return {key: NEARLY_FREE for key in (COSTS["input"], COSTS["output"]) if found.get(key, unknown) == 0}


def _ranges(model: CatalogModel) -> Iterator[dict[str, Any]]:
    """LiteLLM's `tiered_pricing`: (start, end], each with all its rates."""
    rates = dict(model.prices)
    start = 0
    for tier in model.tiers:
        yield _range(start, tier.start - 1, rates)
        start, rates = tier.start - 1, {**rates, **tier.prices}
    yield _range(start, _LONGEST_PROMPT, rates)


def _range(start: int, end: int, rates: Mapping[PriceName, Price]) -> dict[str, Any]:
    return {"range": [start, end], **{COSTS[name]: float(price.usd) for name, price in rates.items() if name in COSTS}}
