"""Another LiteLLM. Its list, `GET /model/info`, has an entry for each deployment.

Prices come from `model_info`: `input_cost_per_token`, `output_cost_per_token`, `cache_read_input_token_cost`,
`cache_creation_input_token_cost` and `output_cost_per_reasoning_token`, numbers in USD per token. Prices by the length
of the prompt are in `tiered_pricing`, or in fields such as `input_cost_per_token_above_200k_tokens`.
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from platelayer.providers.kind import NO_KEY, ProviderKind
from platelayer.providers.list_entries import ListEntry, get_part, parse_entries, read_objects
from platelayer.providers.listing import ListTransport, ModelListing
from platelayer.providers.model_modes import guess_mode
from platelayer.providers.tier_parsing import Prices, Tiers, UnreadableTiers, get_rows, make_tiers, parse_by_length
from platelayer.schema.catalog import INSTEAD, CatalogModel, ParsedList, Price, PriceName
from platelayer.schema.money import PriceError, parse_amount

# LiteLLM's own names of prices, USD per token, in lists and in configs.
COST_KEYS: Mapping[PriceName, str] = {
    "input": "input_cost_per_token",
    "output": "output_cost_per_token",
    "cache_read": "cache_read_input_token_cost",
    "cache_write": "cache_creation_input_token_cost",
    "cache_write_1h": "cache_creation_input_token_cost_above_1hr",
    "reasoning": "output_cost_per_reasoning_token",
    "audio_input": "input_cost_per_audio_token",
    "audio_cache_read": "cache_read_input_audio_token_cost",
    "audio_output": "output_cost_per_audio_token",
    "image_input": "input_cost_per_image_token",
    "image_output": "output_cost_per_image_token",
}
PRICES: dict[PriceName, str] = {name: f"model_info.{field}" for name, field in COST_KEYS.items()}
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


async def fetch_list(transport: ListTransport, api_base: str) -> Any:
    """Return the answer to `GET /model/info`, which is beside `/v1`."""
    return await transport.get(f"{api_base.rstrip('/').removesuffix('/v1')}/model/info")


def parse(payload: Any) -> ParsedList:
    """Return one model for each name; of several deployments the dearest, so that no cost is reported too low."""
    # Wildcards have entries too, and are no models.
    entries = [
        entry
        for entry in read_objects(payload, "data", what="a list of models")
        if "*" not in str(get_part(entry, "model_name"))
    ]
    return parse_entries(
        entries, _parse_model, id_field="model_name", choose=lambda *models: max(models, key=_sum_prices)
    )


def _sum_prices(model: CatalogModel) -> Decimal:
    return sum((model.prices[name].usd for name in ("input", "output") if name in model.prices), start=Decimal(0))


def _parse_model(entry: ListEntry) -> CatalogModel:
    prices, longer = parse_by_length(entry, _parse_table if entry.get(TABLE) not in (None, []) else _parse_prices)
    name = str(entry.get("model_name"))
    return CatalogModel(
        id=name,
        mode=entry.get_text("model_info.mode") or guess_mode(name),
        prices=prices,
        tiers=longer,
        max_input_tokens=entry.parse_limit("model_info.max_input_tokens", "model_info.max_tokens"),
        max_output_tokens=entry.parse_limit("model_info.max_output_tokens"),
        abilities=tuple(ours for theirs, ours in ABILITIES.items() if entry.has_flag(f"model_info.{theirs}")),
    )


def _parse_prices(entry: ListEntry) -> tuple[Prices, Tiers]:
    prices = _read_prices(entry, PRICES)
    # LiteLLM writes zero for models that are paid by the query, the second or the image.
    if not any(price.usd for price in prices.values()) and _has_other_costs(entry):
        return {}, ()
    return prices, make_tiers(_parse_above(entry))


def _parse_above(entry: ListEntry) -> Iterator[tuple[int, Prices]]:
    """Yield (start, prices) of fields such as `input_cost_per_token_above_200k_tokens`, billed from 200001 tokens."""
    names = {field: name for name, field in COST_KEYS.items()}
    for key in _get_info(entry):
        if (match := ABOVE.fullmatch(key)) and (name := names.get(match["field"])):
            start = int(match["count"]) * (1000 if match["thousands"] else 1) + 1
            yield start, _read_prices(entry, {name: f"model_info.{key}"})


def _parse_table(entry: ListEntry) -> tuple[Prices, Tiers]:
    """Return prices and tiers of `tiered_pricing`, which LiteLLM prefers to all other prices.

    Each row is for prompts of more than `range[0]` and up to `range[1]` tokens.
    """
    table = sorted(((*_parse_range(row), row) for row in get_rows(entry, TABLE)), key=lambda row: row[0])
    if [start for start, _, _ in table] != [0, *(end for _, end, _ in table[:-1])]:
        raise UnreadableTiers(f"{TABLE} has ranges that overlap or leave gaps")
    parsed = [(start + 1, _read_prices(row, COST_KEYS)) for start, _, row in table]
    if not all("input" in prices for _, prices in parsed):
        raise UnreadableTiers(f"{TABLE} has a row without input_cost_per_token")
    names = {name for _, prices in parsed for name in prices}
    output = _read_prices(entry, {"output": PRICES["output"]})
    complete = [(start, _fill_prices({**output, **prices}, names)) for start, prices in parsed]
    return complete[0][1], make_tiers(complete[1:])


def _fill_prices(prices: Prices, names: set[PriceName]) -> Prices:
    """Return the prices of a row with those that only other rows have; LiteLLM bills the price in their place."""
    return {name: prices[other] for name, other in INSTEAD.items() if name in names and other in prices} | dict(prices)


def _parse_range(row: ListEntry) -> tuple[int, int]:
    """Return the start and the end of a row, in tokens."""
    bounds = row.get("range")
    if isinstance(bounds, list) and len(bounds) == 2:
        start = 0 if bounds[0] == 0 else row.parse_tokens("range[0]", bounds[0])
        end = row.parse_tokens("range[1]", bounds[1])
        if start is not None and end is not None:
            return start, end
    raise UnreadableTiers(f"{TABLE} has a row without its range")


def _read_prices(entry: ListEntry, fields: Mapping[PriceName, str]) -> dict[PriceName, Price]:
    """Return prices without a zero for reasoning, which then costs what other output costs."""
    prices = entry.parse_prices(fields)
    return {name: price for name, price in prices.items() if name != "reasoning" or price.usd}


def _has_other_costs(entry: ListEntry) -> bool:
    return any("cost_per_" in key and _is_paid(value) for key, value in _get_info(entry).items())


def _is_paid(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_is_paid(inner) for inner in value.values())
    try:
        return parse_amount(value) > 0
    except PriceError:
        return False


def _get_info(entry: ListEntry) -> Mapping[str, Any]:
    info = entry.get("model_info")
    return info if isinstance(info, Mapping) else {}


KIND = ProviderKind(
    name="litellm",
    prefix="litellm_proxy",
    needs_api_base=True,
    keyless=NO_KEY,
    is_translated=True,
    listing=ModelListing(fetch_list, parse),
    litellm_base="os.environ/LITELLM_PROXY_API_BASE",
)
