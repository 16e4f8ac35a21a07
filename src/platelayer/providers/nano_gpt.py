"""Nano-GPT. It answers its lists to any key, even a wrong one.

Prices come from `GET /models?detailed=true`: `pricing.prompt`, `pricing.completion`, `pricing.input_cache_read` and
`pricing.input_cache_write`, numbers whose currency and unit are in `pricing.currency` and `pricing.unit`. Embeddings
are a list of their own, `GET /embedding-models`, whose price is `pricing.per_million_tokens`.
"""

from collections.abc import Mapping
from typing import Any

from platelayer.providers.kind import ProviderKind
from platelayer.providers.list_entries import ListEntry, UnusableEntry, join_modes, parse_entries, read_objects
from platelayer.providers.listing import ListTransport, ModelListing, fetch_side_list
from platelayer.providers.tier_parsing import Prices
from platelayer.schema.catalog import CatalogModel, ParsedList, PriceName
from platelayer.schema.money import PER_MILLION, quote_value

PRICES: dict[PriceName, str] = {
    "input": "pricing.prompt",
    "output": "pricing.completion",
    "cache_read": "pricing.input_cache_read",
    "cache_write": "pricing.input_cache_write",
}
EMBEDDING_PRICES: dict[PriceName, str] = {"input": "pricing.per_million_tokens"}
UNITS = {"per_million_tokens": int(PER_MILLION), "per_token": 1}
ABILITIES = {
    "vision": "vision",
    "reasoning": "reasoning",
    "tool_calling": "tools",
    "structured_output": "structured_output",
}


async def fetch_list(transport: ListTransport, api_base: str) -> Any:
    """Return {chat: the detailed list, the only one with prices, embedding: the other list, or MissingList}."""
    base = api_base.rstrip("/")
    return {
        "chat": await transport.get(f"{base}/models?detailed=true"),
        "embedding": await fetch_side_list(transport.get(f"{base}/embedding-models")),
    }


def parse(payload: Any) -> ParsedList:
    """Return the models of both lists."""
    entries, notes = join_modes(payload, _read_entries, embeddings="/embedding-models")
    return parse_entries(entries, _parse_model, notes=notes)


def _read_entries(_: str, answer: Any) -> list[Any]:
    return read_objects(answer, "data", what="a list of models")


def _parse_model(entry: ListEntry) -> CatalogModel:
    is_embedding = entry.get("_mode") == "embedding"
    return CatalogModel(
        id=str(entry.get("id")),
        mode="embedding" if is_embedding else "chat",
        prices=_parse_prices(entry, EMBEDDING_PRICES if is_embedding else PRICES),
        max_input_tokens=entry.parse_limit("context_length", "max_tokens"),
        max_output_tokens=entry.parse_limit("max_output_tokens"),
        input_modalities=("text", "image") if entry.has_flag("capabilities.vision") else (),
        abilities=tuple(ours for theirs, ours in ABILITIES.items() if entry.has_flag(f"capabilities.{theirs}")),
    )


def _parse_prices(entry: ListEntry, fields: Mapping[PriceName, str]) -> Prices:
    """Return the prices that the entry has; those of embeddings have their unit in the field's name."""
    entry.find_unread_prices("pricing", fields.values())
    if all(entry.get(path) is None for path in fields.values()):
        return {}
    currency, unit = entry.get("pricing.currency"), entry.get("pricing.unit")
    if currency not in (None, "USD"):
        raise UnusableEntry("pricing.currency", f"{quote_value(currency)} is not USD")
    tokens = next((tokens for name, tokens in UNITS.items() if unit in (None, name)), None)
    if tokens is None:
        raise UnusableEntry("pricing.unit", f"{quote_value(unit)} is unknown")
    return entry.parse_prices(fields, tokens=tokens)


KIND = ProviderKind(
    name="nano_gpt",
    prefix="nano-gpt",
    needs_key=True,
    list_base="https://nano-gpt.com/api/v1",
    listing=ModelListing(fetch_list, parse, is_public=True, is_narrowed_by_key=True, models_dev="nano-gpt"),
    hosts=("nano-gpt.com",),
    variable_words=("NANO_GPT", "NANOGPT"),
)
