"""Another LiteLLM: prices are numbers in USD per token; its list has a row per deployment."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from platelayer.providers.kind import NO_KEY, Kind
from platelayer.providers.listing import Ask, Listing
from platelayer.providers.reading import Entry, objects, part, read
from platelayer.providers.tiers import Prices, Tiers, Unreadable, by_length, rows, tiers
from platelayer.schema.catalog import INSTEAD, CatalogModel, ParsedList, Price, PriceName
from platelayer.schema.money import NotAPrice, amount

FIELDS: dict[PriceName, str] = {
    "input": "input_cost_per_token",
    "output": "output_cost_per_token",
    "cache_read": "cache_read_input_token_cost",
    "cache_write": "cache_creation_input_token_cost",
    "reasoning": "output_cost_per_reasoning_token",
}
PRICES: dict[PriceName, str] = {name: f"model_info.{field}" for name, field in FIELDS.items()}
ABOVE = re.compile(r"(?P<field>[a-z_]+)_above_(?P<count>[0-9]{1,9})(?P<thousands>k?)_tokens")
TABLE = "model_info.tiered_pricing"
ABILITIES = {
    "supports_function_calling": "tools",
    "supports_vision": "vision",
    "supports_reasoning": "reasoning",
    "supports_response_schema": "structured_output",
    "supports_audio_input": "audio",
    "supports_prompt_caching": "caching",
    "supports_pdf_input": "pdf",
}


async def collect(ask: Ask, api_base: str) -> Any:
    """`GET /model/info` lies beside /v1."""
    return await ask.get(f"{api_base.rstrip('/').removesuffix('/v1')}/model/info")


def parse(payload: Any) -> ParsedList:
    """One catalog model per name; of several deployments the dearest, so that no cost is told too low."""
    # A wildcard is a row like any other there.
    listed = [
        row for row in objects(payload, "data", what="a list of models") if "*" not in str(part(row, "model_name"))
    ]
    return read(listed, _model, id_field="model_name", again=lambda one, other: max(one, other, key=_cost))


def _cost(model: CatalogModel) -> Decimal:
    return sum((model.prices[name].usd for name in ("input", "output") if name in model.prices), start=Decimal(0))


def _model(entry: Entry) -> CatalogModel:
    prices, longer = by_length(entry, _table if entry.at(TABLE) not in (None, []) else _prices)
    return CatalogModel(
        id=str(entry.at("model_name")),
        mode=entry.text("model_info.mode") or "chat",
        prices=prices,
        tiers=longer,
        max_input_tokens=entry.tokens("model_info.max_input_tokens", "model_info.max_tokens"),
        max_output_tokens=entry.tokens("model_info.max_output_tokens"),
        abilities=tuple(ours for theirs, ours in ABILITIES.items() if entry.has(f"model_info.{theirs}")),
    )


def _prices(entry: Entry) -> tuple[Prices, Tiers]:
    prices = _read(entry, PRICES)
    # LiteLLM fills in zero where a model is paid by the query, the second, the image.
    if not any(price.usd for price in prices.values()) and _costs_otherwise(entry):
        return {}, ()
    return prices, tiers(_above(entry))


def _above(entry: Entry) -> Iterator[tuple[int, Prices]]:
    """`input_cost_per_token_above_200k_tokens` and its kin: LiteLLM bills them from 200001 tokens."""
    names = {field: name for name, field in FIELDS.items()}
    for key in _info(entry):
        if (found := ABOVE.fullmatch(key)) and (name := names.get(found["field"])):
            start = int(found["count"]) * (1000 if found["thousands"] else 1) + 1
            yield start, _read(entry, {name: f"model_info.{key}"})


def _table(entry: Entry) -> tuple[Prices, Tiers]:
    """`tiered_pricing`, which LiteLLM bills before all else: each row is for (start, end] and has prices of its own."""
    table = [(row, *_range(row)) for row in rows(entry, TABLE)]
    table.sort(key=lambda each: each[1])
    if [start for _, start, _ in table] != [0, *(end for _, _, end in table[:-1])]:
        raise Unreadable(f"{TABLE} has ranges that do not follow each other")
    found = [(start + 1, _read(row, FIELDS)) for row, start, _ in table]
    if not all("input" in prices for _, prices in found):
        raise Unreadable(f"{TABLE} has a row without input_cost_per_token")
    named = {name for _, prices in found for name in prices}
    output = _read(entry, {"output": PRICES["output"]})
    whole = [(start, _whole({**output, **prices}, named)) for start, prices in found]
    return whole[0][1], tiers(whole[1:])


def _whole(prices: Prices, named: set[PriceName]) -> Prices:
    """A row's prices, with those that only other rows have: LiteLLM bills what stands in their place."""
    return {name: prices[other] for name, other in INSTEAD.items() if name in named and other in prices} | dict(prices)


def _range(row: Entry) -> tuple[int, int]:
    """Where a row begins and ends."""
    found = row.at("range")
    if isinstance(found, list) and len(found) == 2:
        start = 0 if found[0] == 0 else row.count("range[0]", found[0])
        end = row.count("range[1]", found[1])
        if start is not None and end is not None:
            return start, end
    raise Unreadable(f"{TABLE} has a row without its range")


def _read(entry: Entry, fields: Mapping[PriceName, str]) -> dict[PriceName, Price]:
    """Zero for reasoning says that it costs what other output costs."""
    found = entry.prices(fields)
    return {name: price for name, price in found.items() if name != "reasoning" or price.usd}


def _costs_otherwise(entry: Entry) -> bool:
    return any("cost_per_" in key and _is_paid(value) for key, value in _info(entry).items())


def _is_paid(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_is_paid(inner) for inner in value.values())
    try:
        return amount(value) > 0
    except NotAPrice:
        return False


def _info(entry: Entry) -> Mapping[str, Any]:
    found = entry.at("model_info")
    return found if isinstance(found, Mapping) else {}


KIND = Kind(
    name="litellm",
    prefix="litellm_proxy",
    needs_api_base=True,
    keyless=NO_KEY,
    listing=Listing(collect, parse),
)
