"""models.dev: what many providers charge and allow, as people collected it; numbers in USD per million tokens.

The second source: it fills what a provider's own list leaves out, and never overrules it.
"""

from typing import Any

from switchyard.errors import CatalogError
from switchyard.model.catalog import CatalogModel, Parsed, PriceName, Tier
from switchyard.model.money import PER_MILLION, shown
from switchyard.providers.reading import Entry, part, read

URL = "https://models.dev/api.json"
PRICES: dict[PriceName, str] = {
    "input": "cost.input",
    "output": "cost.output",
    "cache_read": "cost.cache_read",
    "cache_write": "cost.cache_write",
    "reasoning": "cost.reasoning",
}
# `context_over_200k` begins with the token after it.
LONG = 200_001
MILLION = int(PER_MILLION)


def has_providers(payload: Any) -> bool:
    """Whether an answer is one of models.dev at all."""
    return isinstance(payload, dict) and any(isinstance(item, dict) and "models" in item for item in payload.values())


def parse(payload: Any, provider: str) -> Parsed:
    """The models of one provider."""
    models = part(part(payload, provider), "models")
    if not isinstance(models, dict) or not models:
        raise CatalogError(f"the answer knows no models of {shown(provider)}")
    entries = [{**item, "id": name} if isinstance(item, dict) else item for name, item in models.items()]
    return read(entries, _model)


def _model(entry: Entry) -> CatalogModel:
    long = {name: path.replace("cost.", "cost.context_over_200k.") for name, path in PRICES.items()}
    prices = entry.prices(PRICES, tokens=MILLION)
    dearer = {name: price.usd for name, price in entry.prices(long, tokens=MILLION).items()}
    return CatalogModel(
        id=str(entry.at("id")),
        prices=prices,
        tiers=(Tier(LONG, dearer),) if prices and dearer else (),
        max_input_tokens=entry.tokens("limit.context"),
        max_output_tokens=entry.tokens("limit.output"),
    )
