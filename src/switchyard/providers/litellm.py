"""Another LiteLLM: prices are numbers in USD per token; its list has a row per deployment."""

from decimal import Decimal
from typing import Any

from switchyard.model.catalog import CatalogModel, Parsed, PriceName
from switchyard.providers.kind import NO_KEY, Kind
from switchyard.providers.listing import Ask, Listing
from switchyard.providers.reading import Entry, objects, read

PRICES: dict[PriceName, str] = {
    "input": "model_info.input_cost_per_token",
    "output": "model_info.output_cost_per_token",
    "cache_read": "model_info.cache_read_input_token_cost",
    "cache_write": "model_info.cache_creation_input_token_cost",
    "reasoning": "model_info.output_cost_per_reasoning_token",
}
ABILITIES = {
    "supports_function_calling": "tools",
    "supports_vision": "vision",
    "supports_reasoning": "reasoning",
    "supports_response_schema": "structured_output",
    "supports_audio_input": "audio",
    "supports_prompt_caching": "caching",
    "supports_pdf_input": "pdf",
}


async def collect(ask: Ask, api_base: str) -> Any:
    """`GET /model/info` lies beside /v1."""
    return await ask.get(f"{api_base.rstrip('/').removesuffix('/v1')}/model/info")


def parse(payload: Any) -> Parsed:
    """One catalog model per name; of several deployments the dearest, so that no cost is told too low."""
    rows = objects(payload, "data", what="a list of models")
    return read(rows, _model, id_field="model_name", again=lambda one, other: max(one, other, key=_cost))


def _cost(model: CatalogModel) -> Decimal:
    return sum((model.prices[name].usd for name in ("input", "output") if name in model.prices), start=Decimal(0))


def _model(entry: Entry) -> CatalogModel | None:
    if "*" in str(entry.at("model_name")):
        return None
    prices = entry.prices(PRICES)
    if "reasoning" in prices and not prices["reasoning"].usd:
        del prices["reasoning"]
    return CatalogModel(
        id=str(entry.at("model_name")),
        mode=entry.text("model_info.mode") or "chat",
        prices=prices,
        max_input_tokens=entry.tokens("model_info.max_input_tokens", "model_info.max_tokens"),
        max_output_tokens=entry.tokens("model_info.max_output_tokens"),
        abilities=tuple(ours for theirs, ours in ABILITIES.items() if entry.has(f"model_info.{theirs}")),
    )


KIND = Kind(
    name="litellm",
    prefix="litellm_proxy",
    needs_api_base=True,
    keyless=NO_KEY,
    listing=Listing(collect, parse, narrowed=True),
)
