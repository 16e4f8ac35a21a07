"""Requesty: prices are numbers in USD per token. With a key, its list holds only what the organisation approved."""

from typing import Any

from platelayer.providers.kind import Kind
from platelayer.providers.listing import Listing, openai_list
from platelayer.providers.reading import Entry, objects, read
from platelayer.schema.catalog import CatalogModel, ParsedList, PriceName

PRICES: dict[PriceName, str] = {
    "input": "input_price",
    "output": "output_price",
    "cache_read": "cached_price",
    "cache_write": "caching_price",
}
ABILITIES = {"supports_vision": "vision", "supports_reasoning": "reasoning", "supports_caching": "caching"}


def parse(payload: Any) -> ParsedList:
    """Catalog models of `GET /models`."""
    return read(objects(payload, "data", what="a list of models"), _model)


def _model(entry: Entry) -> CatalogModel:
    prices = entry.prices(PRICES)
    # It writes 0 where there is no price of its own for the cache; such tokens cost what others cost.
    for name in ("cache_read", "cache_write"):
        if name in prices and not prices[name].usd and "input" in prices:
            del prices[name]
    return CatalogModel(
        id=str(entry.at("id")),
        prices=prices,
        max_input_tokens=entry.tokens("context_window"),
        max_output_tokens=entry.tokens("max_output_tokens"),
        input_modalities=("text", "image") if entry.has("supports_vision") else (),
        abilities=tuple(ours for theirs, ours in ABILITIES.items() if entry.has(theirs)),
    )


KIND = Kind(
    name="requesty",
    prefix="openai",
    needs_key=True,
    api_base="https://router.requesty.ai/v1",
    listing=Listing(openai_list, parse, public=True, narrowed=True, models_dev="requesty"),
)
