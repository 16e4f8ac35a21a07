"""Novita: whole numbers in 0.0001 USD per million tokens, or in the newer form texts in USD per million tokens."""

from typing import Any

from switchyard.model.catalog import CatalogModel, Parsed, PriceName
from switchyard.model.money import PER_MILLION
from switchyard.providers.kind import Kind
from switchyard.providers.listing import Listing, openai_list
from switchyard.providers.reading import Entry, objects, read

# 0.0001 USD per million tokens.
OLD_UNIT = int(PER_MILLION) * 10_000
OLD: dict[PriceName, str] = {"input": "input_token_price_per_m", "output": "output_token_price_per_m"}
NEW: dict[PriceName, str] = {
    "input": "pricing.prompt.price_per_m_decimal",
    "output": "pricing.completion.price_per_m_decimal",
    "cache_read": "pricing.input_cache_read.price_per_m_decimal",
    "cache_write": "pricing.input_cache_write.price_per_m_decimal",
}
NEW_WHOLE: dict[PriceName, str] = {name: path.removesuffix("_decimal") for name, path in NEW.items()}
FEATURES = {"function-calling": "tools", "structured-outputs": "structured_output", "reasoning": "reasoning"}
MODES = {"chat": "chat", "completion": "completion", "embedding": "embedding", "rerank": "rerank"}
ACTIVE = (1, "1")


def parse(payload: Any) -> Parsed:
    """Catalog models of `GET /models`; those that are not active are left out."""
    return read(objects(payload, "data", what="a list of models"), _model)


def _model(entry: Entry) -> CatalogModel | None:
    if entry.at("status") not in (None, *ACTIVE):
        return None
    # The most exact form of each price wins.
    prices = (
        entry.prices(OLD, tokens=OLD_UNIT)
        | entry.prices(NEW_WHOLE, tokens=OLD_UNIT)
        | entry.prices(NEW, tokens=int(PER_MILLION))
    )
    if entry.has("is_tiered_billing"):
        entry.note("is_tiered_billing: its price depends on the length of the prompt; the lowest is used")
    inputs = entry.words("input_modalities")
    abilities = [ours for theirs, ours in FEATURES.items() if theirs in entry.words("features")]
    if "image" in inputs:
        abilities.append("vision")
    return CatalogModel(
        id=str(entry.at("id")),
        mode=MODES.get(entry.text("model_type") or "chat", "chat"),
        prices=prices,
        max_input_tokens=entry.tokens("context_size"),
        max_output_tokens=entry.tokens("max_output_tokens"),
        input_modalities=inputs,
        output_modalities=entry.words("output_modalities"),
        abilities=tuple(abilities),
    )


KIND = Kind(
    name="novita",
    prefix="novita",
    needs_key=True,
    list_base="https://api.novita.ai/openai/v1",
    listing=Listing(openai_list, parse, models_dev="novita-ai"),
)
