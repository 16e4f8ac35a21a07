"""Novita.

Prices come from `GET /models`, of each the most exact form: `pricing.prompt.price_per_m_decimal` and its like, texts in
USD per million tokens; `pricing.prompt.price_per_m` and `input_token_price_per_m`, whole numbers in 0.0001 USD per
million tokens. Prices by the length of the prompt are in `tiered_billing_configs`.
"""

from typing import Any

from platelayer.providers.kind import ProviderKind
from platelayer.providers.list_entries import ListEntry, parse_entries, read_objects
from platelayer.providers.listing import ModelListing, fetch_openai_list
from platelayer.providers.tier_parsing import Prices, Tiers, UnreadableTiers, get_rows, make_tiers, parse_by_length
from platelayer.schema.catalog import CatalogModel, ParsedList, Price, PriceName
from platelayer.schema.money import PER_MILLION

# Tokens for 1 USD at a price of 1, which is 0.0001 USD per million tokens.
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
    """Return the active models of `GET /models`."""
    return parse_entries(read_objects(payload, "data", what="a list of models"), _parse_model)


def _parse_model(entry: ListEntry) -> CatalogModel | None:
    if entry.get("status") not in (None, *ACTIVE):
        return None
    is_tiered = entry.get("is_tiered_billing") or entry.get(BY_LENGTH)
    prices, longer = parse_by_length(entry, _parse_brackets) if is_tiered else (_parse_prices(entry), ())
    inputs = entry.get_texts("input_modalities")
    abilities = [ours for theirs, ours in FEATURES.items() if theirs in entry.get_texts("features")]
    if "image" in inputs:
        abilities.append("vision")
    return CatalogModel(
        id=str(entry.get("id")),
        mode=MODES.get(entry.get_text("model_type") or "chat", "chat"),
        prices=prices,
        tiers=longer,
        max_input_tokens=entry.parse_limit("context_size"),
        max_output_tokens=entry.parse_limit("max_output_tokens"),
        input_modalities=inputs,
        output_modalities=entry.get_texts("output_modalities"),
        abilities=tuple(abilities),
    )


def _parse_prices(entry: ListEntry) -> dict[PriceName, Price]:
    prices: dict[PriceName, Price] = {}
    for form, tokens in FORMS:
        prices |= entry.parse_prices({name: path for name, path in form.items() if name not in prices}, tokens=tokens)
    return prices


def _parse_brackets(entry: ListEntry) -> tuple[Prices, Tiers]:
    """Return the prices of the bracket for the shortest prompts, and the others as tiers.

    The prices outside of the brackets may be zero and are not read.
    """
    brackets = get_rows(entry, BY_LENGTH)
    # A bracket that begins at the number at which another one ends, begins one token later.
    ends = {end for bracket in brackets if (end := bracket.parse_limit("max_tokens"))}
    prices_by_start = {}
    for bracket in brackets:
        begin = 1 if bracket.get("min_tokens") in (None, 0, "0") else bracket.parse_limit("min_tokens")
        start = begin + (begin in ends) if begin else None
        prices = _parse_prices(bracket)
        if start is None or start in prices_by_start or "input" not in prices:
            raise UnreadableTiers(f"{BY_LENGTH} has a bracket without a length of its own or without a price")
        prices_by_start[start] = prices
    if 1 not in prices_by_start:
        raise UnreadableTiers(f"{BY_LENGTH} does not say what short prompts cost")
    return prices_by_start.pop(1), make_tiers(prices_by_start.items())


KIND = ProviderKind(
    name="novita",
    prefix="novita",
    needs_key=True,
    list_base="https://api.novita.ai/openai/v1",
    listing=ModelListing(fetch_openai_list, parse, models_dev="novita-ai"),
    hosts=("novita.ai",),
    variable_words=("NOVITA",),
)
