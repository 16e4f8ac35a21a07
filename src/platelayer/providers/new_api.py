"""New API, whose prices are ratios.

Models come from `GET /v1/models`, prices from `GET /api/pricing`. `model_ratio` 1 is 2 USD per million input tokens;
`completion_ratio`, `cache_ratio`, `create_cache_ratio`, `audio_ratio` and `image_ratio` are multiples of the input
price, `audio_completion_ratio` is one of the price of sound; `model_price` is USD per request. All are multiplied with
`group_ratio` of the group `default`.
"""

from collections.abc import Callable
from decimal import Decimal
from itertools import chain
from math import prod
from typing import Any

from platelayer.errors import CatalogError
from platelayer.providers.kind import NO_KEY, ChatServerKind
from platelayer.providers.list_entries import ListEntry, UnusableEntry, get_part, parse_entries, read_objects
from platelayer.providers.listing import ListTransport, MissingList, ModelListing, fetch_openai_list
from platelayer.providers.model_modes import guess_mode
from platelayer.schema.catalog import CatalogModel, ParsedList, Price, PriceName
from platelayer.schema.money import PriceError, parse_amount, parse_piece_price, parse_token_price, quote_value

# USD per token at ratio 1.
UNIT = Decimal("0.000002")
PER_TOKEN, PER_CALL = 0, 1
# Each price is the input price times these; without the last one there is none, without an earlier one that is 1.
RATIOS: dict[PriceName, tuple[str, ...]] = {
    "output": ("completion_ratio",),
    "cache_read": ("cache_ratio",),
    "cache_write": ("create_cache_ratio",),
    "audio_input": ("audio_ratio",),
    "audio_output": ("audio_ratio", "audio_completion_ratio"),
    "image_input": ("image_ratio",),
}
READ = {f"_price.{field}" for field in ("model_ratio", *chain(*RATIOS.values()))}
DEFAULT_GROUP = "default"
BY_RATIO = "model_ratio * group_ratio * 2e-6"


async def fetch_list(transport: ListTransport, api_base: str) -> Any:
    """Return {models: what the key may use, pricing: the prices, or MissingList}."""
    base = api_base.rstrip("/")
    models = await fetch_openai_list(transport, base)
    try:
        pricing = await transport.get(f"{base.removesuffix('/v1')}/api/pricing")
    except CatalogError as error:
        pricing = MissingList(str(error))
    return {"models": models, "pricing": pricing}


def parse(payload: Any) -> ParsedList:
    """Return the models of `/v1/models`, with the prices of `/api/pricing`."""
    listed = read_objects(get_part(payload, "models"), "data", what="a list of models")
    notes: list[tuple[str, str]] = []
    priced: dict[str, Any] = {}
    group: Any = 1
    pricing = get_part(payload, "pricing")
    try:
        if isinstance(pricing, MissingList):
            raise CatalogError(pricing.reason)
        items = read_objects(pricing, "data", what="a list of prices")
        priced = {name: item for item in items if isinstance(name := get_part(item, "model_name"), str)}
        ratios = get_part(pricing, "group_ratio")
        group = ratios.get(DEFAULT_GROUP, 1) if isinstance(ratios, dict) else 1
    except CatalogError as error:
        notes.append(("/api/pricing", str(error)))
    entries = [
        {**item, "_price": priced.get(str(item.get("id"))), "_group": group} if isinstance(item, dict) else item
        for item in listed
    ]
    return parse_entries(entries, _parse_model, notes=notes)


def _parse_model(entry: ListEntry) -> CatalogModel:
    # The list tells no mode.
    model_id = str(entry.get("id"))
    return CatalogModel(id=model_id, mode=guess_mode(model_id), prices=_parse_prices(entry))


def _parse_prices(entry: ListEntry) -> dict[PriceName, Price]:
    if entry.get("_price") is None:
        return {}
    if entry.get_text("_price.billing_mode") == "tiered_expr":
        entry.add_note("billing_mode: tiered_expr is a formula, which is read as no price")
        return {}
    group = _parse_number(entry, "_group", "group_ratio.default")
    if _parse_quota_type(entry) == PER_CALL:
        usd = _check_price(
            parse_piece_price, _parse_number(entry, "_price.model_price", "model_price") * group, "model_price"
        )
        # A request has a price, and tokens cost nothing.
        return {"request": Price(usd, "model_price * group_ratio")}
    if entry.get("_price.model_ratio") is None:
        return {}
    entry.find_unread_prices("_price", READ, "*_ratio")
    return _multiply_ratios(entry, _parse_number(entry, "_price.model_ratio", "model_ratio") * group * UNIT)


def _parse_quota_type(entry: ListEntry) -> Decimal:
    if entry.get("_price.quota_type") is None:
        return Decimal(PER_TOKEN)
    quota_type = _parse_number(entry, "_price.quota_type", "quota_type")
    if quota_type not in (PER_TOKEN, PER_CALL):
        raise UnusableEntry(
            "quota_type", f"{quote_value(quota_type)} is neither 0 (by the token) nor 1 (by the request)"
        )
    return quota_type


def _multiply_ratios(entry: ListEntry, base: Decimal) -> dict[PriceName, Price]:
    prices: dict[PriceName, Price] = {"input": Price(_check_price(parse_token_price, base, "model_ratio"), BY_RATIO)}
    for name, fields in RATIOS.items():
        told = [field for field in fields if entry.get(f"_price.{field}") is not None]
        if told[-1:] == [fields[-1]]:
            usd = prod((_parse_number(entry, f"_price.{field}", field) for field in told), start=base)
            source = " * ".join((BY_RATIO, *told))
            prices[name] = Price(_check_price(parse_token_price, usd, fields[-1]), source)
    # Without a ratio, output costs what input costs.
    prices.setdefault("output", Price(prices["input"].usd, BY_RATIO))
    return prices


def _check_price(price: Callable[[Decimal], Decimal], value: Decimal, field: str) -> Decimal:
    try:
        return price(value)
    except PriceError as reason:
        raise UnusableEntry(field, str(reason)) from None


def _parse_number(entry: ListEntry, path: str, field: str) -> Decimal:
    try:
        return parse_amount(entry.get(path))
    except PriceError as reason:
        raise UnusableEntry(field, str(reason)) from None


KIND = ChatServerKind(
    name="new_api",
    needs_api_base=True,
    keyless=NO_KEY,
    listing=ModelListing(fetch_list, parse),
    native_paths=("/v1/messages",),
    host_words=("new-api", "newapi"),
    variable_words=("NEW_API", "NEWAPI"),
)
