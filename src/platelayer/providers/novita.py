"""Novita: whole numbers in 0.0001 USD per million tokens, or in the newer form texts in USD per million tokens."""

from typing import Any

from platelayer.providers.kind import Kind
from platelayer.providers.listing import Listing, openai_list
from platelayer.providers.reading import Entry, objects, read
from platelayer.providers.tiers import Prices, Tiers, Unreadable, by_length, rows, tiers
from platelayer.schema.catalog import CatalogModel, ParsedList, Price, PriceName
from platelayer.schema.money import PER_MILLION

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
# The most exact form of each price wins.
FORMS = ((NEW, int(PER_MILLION)), (NEW_WHOLE, OLD_UNIT), (OLD, OLD_UNIT))
BY_LENGTH = "tiered_billing_configs"
FEATURES = {"function-calling": "tools", "structured-outputs": "structured_output", "reasoning": "reasoning"}
MODES = {"chat": "chat", "completion": "completion", "embedding": "embedding", "rerank": "rerank"}
ACTIVE = (1, "1")


def parse(payload: Any) -> ParsedList:
    """Catalog models of `GET /models`; those that are not active are left out."""
    return read(objects(payload, "data", what="a list of models"), _model)


def _model(entry: Entry) -> CatalogModel | None:
    if entry.at("status") not in (None, *ACTIVE):
        return None
    is_tiered = entry.at("is_tiered_billing") or entry.at(BY_LENGTH)
    prices, longer = by_length(entry, _brackets) if is_tiered else (_prices(entry), ())
    inputs = entry.words("input_modalities")
    abilities = [ours for theirs, ours in FEATURES.items() if theirs in entry.words("features")]
    if "image" in inputs:
        abilities.append("vision")
    return CatalogModel(
        id=str(entry.at("id")),
        mode=MODES.get(entry.text("model_type") or "chat", "chat"),
        prices=prices,
        tiers=longer,
        max_input_tokens=entry.tokens("context_size"),
        max_output_tokens=entry.tokens("max_output_tokens"),
        input_modalities=inputs,
        output_modalities=entry.words("output_modalities"),
        abilities=tuple(abilities),
    )


def _prices(entry: Entry) -> dict[PriceName, Price]:
    found: dict[PriceName, Price] = {}
    for form, tokens in FORMS:
        found |= entry.prices({name: path for name, path in form.items() if name not in found}, tokens=tokens)
    return found


def _brackets(entry: Entry) -> tuple[Prices, Tiers]:
    """The shortest prompts' bracket is the price; what stands outside of the brackets may be zero and says nothing."""
    brackets = rows(entry, BY_LENGTH)
    # Where a bracket begins at the number with which another ends, that number is still the other's.
    ends = {end for bracket in brackets if (end := bracket.tokens("max_tokens"))}
    found = {}
    for bracket in brackets:
        begin = 1 if bracket.at("min_tokens") in (None, 0, "0") else bracket.tokens("min_tokens")
        start = begin + (begin in ends) if begin else None
        prices = _prices(bracket)
        if start is None or start in found or "input" not in prices:
            raise Unreadable(f"{BY_LENGTH} holds a bracket without its own length or without a price")
        found[start] = prices
    if 1 not in found:
        raise Unreadable(f"{BY_LENGTH} does not say what short prompts cost")
    return found.pop(1), tiers(found.items())


KIND = Kind(
    name="novita",
    prefix="novita",
    needs_key=True,
    list_base="https://api.novita.ai/openai/v1",
    listing=Listing(openai_list, parse, models_dev="novita-ai"),
)
