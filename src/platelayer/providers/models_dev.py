"""models.dev: what many providers charge and allow, as people collected it; numbers in USD per million tokens.

The second source: it fills what a provider's own list leaves out, and never overrules it.
"""

from typing import Any

from platelayer.errors import CatalogError
from platelayer.providers.reading import Entry, part, read
from platelayer.providers.tiers import Prices, Tiers, Unreadable, by_length, rows, tiers
from platelayer.schema.catalog import TOKEN_PRICES, CatalogModel, ParsedList, PriceName
from platelayer.schema.money import PER_MILLION, shown

URL = "https://models.dev/api.json"
TIER_PRICES: dict[PriceName, str] = {name: name for name in TOKEN_PRICES}
PRICES: dict[PriceName, str] = {name: f"cost.{name}" for name in TOKEN_PRICES}
OVER_200K: dict[PriceName, str] = {name: f"cost.context_over_200k.{name}" for name in TOKEN_PRICES}
MILLION = int(PER_MILLION)


def has_providers(payload: Any) -> bool:
    """Whether an answer is one of models.dev at all."""
    return isinstance(payload, dict) and any(isinstance(item, dict) and "models" in item for item in payload.values())


def parse(payload: Any, provider: str) -> ParsedList:
    """The models of one provider."""
    models = part(part(payload, provider), "models")
    if not isinstance(models, dict) or not models:
        raise CatalogError(f"the answer knows no models of {shown(provider)}")
    entries = [{**item, "id": name} if isinstance(item, dict) else item for name, item in models.items()]
    return read(entries, _model)


def _model(entry: Entry) -> CatalogModel:
    prices, longer = by_length(entry, _prices)
    return CatalogModel(
        id=str(entry.at("id")),
        prices=prices,
        tiers=longer,
        max_input_tokens=entry.tokens("limit.input", "limit.context"),
        max_output_tokens=entry.tokens("limit.output"),
    )


def _prices(entry: Entry) -> tuple[Prices, Tiers]:
    prices = entry.prices(PRICES, tokens=MILLION)
    # Beside `tiers`, `context_over_200k` repeats one of them, whatever its length is.
    if entry.at("cost.tiers") not in (None, []):
        return prices, tiers(_tier(row) for row in rows(entry, "cost.tiers"))
    if not isinstance(entry.at("cost.context_over_200k"), (dict, type(None))):
        raise Unreadable("cost.context_over_200k is not an object")
    return prices, tiers([(200_001, entry.prices(OVER_200K, tokens=MILLION))])


def _tier(row: Entry) -> tuple[int, Prices]:
    """Prices for prompts longer than `size`. Conditions of another type are hours, or the length of the answer."""
    size = row.tokens("tier.size")
    if size is None or row.at("tier.type") not in (None, "context"):
        raise Unreadable("cost.tiers depend on more than the length of the prompt")
    return size + 1, row.prices(TIER_PRICES, tokens=MILLION)
