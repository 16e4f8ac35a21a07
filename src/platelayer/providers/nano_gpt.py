"""Nano-GPT. It answers its list to any key, even a wrong one.

Prices come from `GET /models?detailed=true`: `pricing.prompt`, `pricing.completion`, `pricing.input_cache_read` and
`pricing.input_cache_write`, numbers whose currency and unit are in `pricing.currency` and `pricing.unit`.
"""

from typing import Any

from platelayer.providers.kind import ProviderKind
from platelayer.providers.list_entries import ListEntry, UnusableEntry, parse_entries, read_objects
from platelayer.providers.listing import ListTransport, ModelListing
from platelayer.schema.catalog import CatalogModel, ParsedList, PriceName
from platelayer.schema.money import PER_MILLION, quote_value

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


async def fetch_list(transport: ListTransport, api_base: str) -> Any:
    """Return the answer to `GET /models?detailed=true`; only the detailed list has prices."""
    return await transport.get(f"{api_base.rstrip('/')}/models?detailed=true")


def parse(payload: Any) -> ParsedList:
    """Return the models of `GET /models?detailed=true`."""
    return parse_entries(read_objects(payload, "data", what="a list of models"), _parse_model)


def _parse_model(entry: ListEntry) -> CatalogModel:
    prices = {}
    if entry.get("pricing.prompt") is not None or entry.get("pricing.completion") is not None:
        currency, unit = entry.get("pricing.currency"), entry.get("pricing.unit")
        if currency not in (None, "USD"):
            raise UnusableEntry("pricing.currency", f"{quote_value(currency)} is not USD")
        tokens = next((tokens for name, tokens in UNITS.items() if unit in (None, name)), None)
        if tokens is None:
            raise UnusableEntry("pricing.unit", f"{quote_value(unit)} is unknown")
        prices = entry.parse_prices(PRICES, tokens=tokens)
        entry.find_unread_prices("pricing", PRICES.values())
    return CatalogModel(
        id=str(entry.get("id")),
        prices=prices,
        max_input_tokens=entry.parse_limit("context_length"),
        max_output_tokens=entry.parse_limit("max_output_tokens"),
        input_modalities=("text", "image") if entry.has_flag("capabilities.vision") else (),
        abilities=tuple(ours for theirs, ours in ABILITIES.items() if entry.has_flag(f"capabilities.{theirs}")),
    )


KIND = ProviderKind(
    name="nano_gpt",
    prefix="nano-gpt",
    needs_key=True,
    list_base="https://nano-gpt.com/api/v1",
    listing=ModelListing(fetch_list, parse, is_public=True, is_narrowed_by_key=True, models_dev="nano-gpt"),
    hosts=("nano-gpt.com",),
    variable_words=("NANO_GPT", "NANOGPT"),
)
