"""Nano-GPT: prices are numbers; their unit and currency stand beside them. Any key gets a list, a wrong one too."""

from typing import Any

from platelayer.providers.kind import Kind
from platelayer.providers.listing import Ask, Listing
from platelayer.providers.reading import Entry, Refused, objects, read
from platelayer.schema.catalog import CatalogModel, ParsedList, PriceName
from platelayer.schema.money import PER_MILLION, shown

PRICES: dict[PriceName, str] = {
    "input": "pricing.prompt",
    "output": "pricing.completion",
    "cache_read": "pricing.input_cache_read",
    "cache_write": "pricing.input_cache_write",
}
UNITS = {"per_million_tokens": int(PER_MILLION), "per_token": 1}
ABILITIES = {
    "vision": "vision",
    "reasoning": "reasoning",
    "tool_calling": "tools",
    "structured_output": "structured_output",
}


async def collect(ask: Ask, api_base: str) -> Any:
    """Only the detailed list tells prices."""
    return await ask.get(f"{api_base.rstrip('/')}/models?detailed=true")


def parse(payload: Any) -> ParsedList:
    """Catalog models of `GET /models?detailed=true`."""
    return read(objects(payload, "data", what="a list of models"), _model)


def _model(entry: Entry) -> CatalogModel:
    prices = {}
    if entry.at("pricing.prompt") is not None or entry.at("pricing.completion") is not None:
        currency, unit = entry.at("pricing.currency"), entry.at("pricing.unit")
        if currency not in (None, "USD"):
            raise Refused("pricing.currency", f"{shown(currency)} is not USD")
        tokens = next((tokens for name, tokens in UNITS.items() if unit in (None, name)), None)
        if tokens is None:
            raise Refused("pricing.unit", f"{shown(unit)} is unknown")
        prices = entry.prices(PRICES, tokens=tokens)
    return CatalogModel(
        id=str(entry.at("id")),
        prices=prices,
        max_input_tokens=entry.tokens("context_length"),
        max_output_tokens=entry.tokens("max_output_tokens"),
        input_modalities=("text", "image") if entry.has("capabilities.vision") else (),
        abilities=tuple(ours for theirs, ours in ABILITIES.items() if entry.has(f"capabilities.{theirs}")),
    )


KIND = Kind(
    name="nano_gpt",
    prefix="nano-gpt",
    needs_key=True,
    list_base="https://nano-gpt.com/api/v1",
    listing=Listing(collect, parse, public=True, narrowed=True, models_dev="nano-gpt"),
)
