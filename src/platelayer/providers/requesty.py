"""Requesty. With a key, its list has only the models that the organisation approved.

Prices come from `GET /models`: `input_price`, `output_price`, `cached_price` (cache read) and `caching_price` (cache
write), numbers in USD per token.
"""

from typing import Any

from platelayer.providers.kind import ChatServerKind
from platelayer.providers.list_entries import ListEntry, parse_entries, read_objects
from platelayer.providers.listing import ModelListing, fetch_openai_list
from platelayer.schema.catalog import CatalogModel, ParsedList, PriceName

PRICES: dict[PriceName, str] = {
    "input": "input_price",
    "output": "output_price",
    "cache_read": "cached_price",
    "cache_write": "caching_price",
}
ABILITIES = {
    "supports_vision": "vision",
    "supports_reasoning": "reasoning",
    "supports_caching": "caching",
    "supports_tool_calling": "tools",
    "supports_output_json_schema": "structured_output",
}
MODES = {"chat": "chat", "embedding": "embedding"}


def parse(payload: Any) -> ParsedList:
    """Return the models of `GET /models`."""
    return parse_entries(read_objects(payload, "data", what="a list of models"), _parse_model)


def _parse_model(entry: ListEntry) -> CatalogModel:
    prices = entry.parse_prices(PRICES)
    entry.find_unread_prices("", PRICES.values(), "*price*")
    # 0 means that there is no price for the cache; such tokens cost what other input costs.
    for name in ("cache_read", "cache_write"):
        if name in prices and not prices[name].usd and "input" in prices:
            del prices[name]
    return CatalogModel(
        id=str(entry.get("id")),
        mode=MODES.get(entry.get_text("api") or "chat", "chat"),
        prices=prices,
        max_input_tokens=entry.parse_limit("context_window"),
        max_output_tokens=entry.parse_limit("max_output_tokens"),
        input_modalities=("text", "image") if entry.has_flag("supports_vision") else (),
        abilities=tuple(ours for theirs, ours in ABILITIES.items() if entry.has_flag(theirs)),
    )


KIND = ChatServerKind(
    name="requesty",
    needs_key=True,
    api_base="https://router.requesty.ai/v1",
    listing=ModelListing(fetch_openai_list, parse, is_public=True, is_narrowed_by_key=True, models_dev="requesty"),
    hosts=("requesty.ai",),
    variable_words=("REQUESTY",),
)
