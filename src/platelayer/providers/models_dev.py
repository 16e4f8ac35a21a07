"""models.dev: prices and limits of many providers, collected by volunteers.

It fills what a provider's own list leaves out, and never replaces it. Prices come from `cost` of each model, numbers in
USD per million tokens; those by the length of the prompt come from `cost.tiers` or `cost.context_over_200k`.
"""

from typing import Any

from platelayer.errors import CatalogError
from platelayer.providers.list_entries import ListEntry, get_part, parse_entries
from platelayer.providers.tier_parsing import Prices, Tiers, UnreadableTiers, get_rows, make_tiers, parse_by_length
from platelayer.schema.catalog import CatalogModel, ParsedList, PriceName
from platelayer.schema.money import PER_MILLION, quote_value

URL = "https://models.dev/api.json"
FIELDS: dict[PriceName, str] = {
    "input": "input",
    "output": "output",
    "cache_read": "cache_read",
    "cache_write": "cache_write",
    "reasoning": "reasoning",
    "audio_input": "input_audio",
    "audio_output": "output_audio",
}
PRICES: dict[PriceName, str] = {name: f"cost.{field}" for name, field in FIELDS.items()}
OVER_200K: dict[PriceName, str] = {name: f"cost.context_over_200k.{field}" for name, field in FIELDS.items()}
MILLION = int(PER_MILLION)


def has_providers(payload: Any) -> bool:
    """Return whether an answer has the form of models.dev's at all."""
    return isinstance(payload, dict) and any(isinstance(item, dict) and "models" in item for item in payload.values())


def parse(payload: Any, provider: str) -> ParsedList:
    """Return the models of one provider; raise CatalogError if there are none."""
    models = get_part(get_part(payload, provider), "models")
    if not isinstance(models, dict) or not models:
        raise CatalogError(f"the answer has no models of {quote_value(provider)}")
    entries = [{**item, "id": name} if isinstance(item, dict) else item for name, item in models.items()]
    return parse_entries(entries, _parse_model)


def _parse_model(entry: ListEntry) -> CatalogModel:
    prices, longer = parse_by_length(entry, _parse_prices)
    return CatalogModel(
        id=str(entry.get("id")),
        prices=prices,
        tiers=longer,
        max_input_tokens=entry.parse_limit("limit.input", "limit.context"),
        max_output_tokens=entry.parse_limit("limit.output"),
    )


def _parse_prices(entry: ListEntry) -> tuple[Prices, Tiers]:
    prices = entry.parse_prices(PRICES, tokens=MILLION)
    entry.find_unread_prices("cost", PRICES.values())
    # Beside `tiers`, `context_over_200k` repeats one of them, even if that one begins elsewhere.
    if entry.get("cost.tiers") not in (None, []):
        return prices, make_tiers(_parse_tier(row) for row in get_rows(entry, "cost.tiers"))
    if not isinstance(entry.get("cost.context_over_200k"), (dict, type(None))):
        raise UnreadableTiers("cost.context_over_200k is not an object")
    return prices, make_tiers([(200_001, entry.parse_prices(OVER_200K, tokens=MILLION))])


def _parse_tier(row: ListEntry) -> tuple[int, Prices]:
    """Return (start, prices) of a tier for prompts longer than `tier.size`; raise UnreadableTiers for another type."""
    size = row.parse_limit("tier.size")
    if size is None or row.get("tier.type") not in (None, "context"):
        raise UnreadableTiers("cost.tiers depend on more than the length of the prompt")
    return size + 1, row.parse_prices(FIELDS, tokens=MILLION)
