"""New API: ratios. Ratio 1 is 2 USD per million input tokens; other prices are multiples of the input price."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from platelayer.errors import CatalogError
from platelayer.providers.kind import NO_KEY, Kind
from platelayer.providers.listing import Ask, Listing, openai_list
from platelayer.providers.reading import Entry, Refused, objects, part, read
from platelayer.schema.catalog import CatalogModel, ParsedList, Price, PriceName
from platelayer.schema.money import NotAPrice, amount, shown, usd_per_piece, usd_per_token

# USD per token at ratio 1.
UNIT = Decimal("0.000002")
PER_TOKEN, PER_CALL = 0, 1
RATIOS: dict[PriceName, str] = {
    "output": "completion_ratio",
    "cache_read": "cache_ratio",
    "cache_write": "create_cache_ratio",
}
DEFAULT_GROUP = "default"
BY_RATIO = "model_ratio * group_ratio * 2e-6"


async def collect(ask: Ask, api_base: str) -> Any:
    """{models: what the key may use, pricing: what things cost, or {failed: why it is not told}}."""
    base = api_base.rstrip("/")
    models = await openai_list(ask, base)
    try:
        pricing = await ask.get(f"{base.removesuffix('/v1')}/api/pricing")
    except CatalogError as error:
        pricing = {"failed": str(error)}
    return {"models": models, "pricing": pricing}


def parse(payload: Any) -> ParsedList:
    """Catalog models of `/v1/models`, with the prices of `/api/pricing`."""
    listed = objects(part(payload, "models"), "data", what="a list of models")
    notes: list[tuple[str, str]] = []
    priced: dict[str, Any] = {}
    group: Any = 1
    pricing = part(payload, "pricing")
    try:
        if failed := part(pricing, "failed"):
            raise CatalogError(str(failed))
        items = objects(pricing, "data", what="a list of prices")
        priced = {name: item for item in items if isinstance(name := part(item, "model_name"), str)}
        ratios = part(pricing, "group_ratio")
        group = ratios.get(DEFAULT_GROUP, 1) if isinstance(ratios, dict) else 1
    except CatalogError as error:
        notes.append(("/api/pricing", str(error)))
    entries = [
        {**item, "_price": priced.get(str(item.get("id"))), "_group": group} if isinstance(item, dict) else item
        for item in listed
    ]
    parsed = read(entries, _model)
    return ParsedList(parsed.models, parsed.refused, (*notes, *parsed.notes))


def _model(entry: Entry) -> CatalogModel:
    return CatalogModel(id=str(entry.at("id")), prices=_prices(entry))


def _prices(entry: Entry) -> dict[PriceName, Price]:
    if entry.at("_price") is None:
        return {}
    if entry.text("_price.billing_mode") == "tiered_expr":
        entry.note("billing_mode: tiered_expr is a formula; it has no price here")
        return {}
    group = _number(entry, "_group", "group_ratio.default")
    if _quota_type(entry) == PER_CALL:
        usd = _usd(usd_per_piece, _number(entry, "_price.model_price", "model_price") * group, "model_price")
        # Tokens cost nothing, and a request does.
        return {"request": Price(usd, "model_price * group_ratio")}
    if entry.at("_price.model_ratio") is None:
        return {}
    return _by_ratio(entry, _number(entry, "_price.model_ratio", "model_ratio") * group * UNIT)


def _quota_type(entry: Entry) -> Decimal:
    if entry.at("_price.quota_type") is None:
        return Decimal(PER_TOKEN)
    found = _number(entry, "_price.quota_type", "quota_type")
    if found not in (PER_TOKEN, PER_CALL):
        raise Refused("quota_type", f"{shown(found)} is neither 0, by the token, nor 1, by the request")
    return found


def _by_ratio(entry: Entry, base: Decimal) -> dict[PriceName, Price]:
    found: dict[PriceName, Price] = {"input": Price(_usd(usd_per_token, base, "model_ratio"), BY_RATIO)}
    for name, field in RATIOS.items():
        # Without a ratio, output costs what input costs.
        if entry.at(f"_price.{field}") is not None:
            usd = _usd(usd_per_token, base * _number(entry, f"_price.{field}", field), field)
            found[name] = Price(usd, f"{BY_RATIO} * {field}")
    found.setdefault("output", Price(found["input"].usd, BY_RATIO))
    return found


def _usd(price: Callable[[Decimal], Decimal], value: Decimal, field: str) -> Decimal:
    try:
        return price(value)
    except NotAPrice as reason:
        raise Refused(field, str(reason)) from None


def _number(entry: Entry, path: str, field: str) -> Decimal:
    try:
        return amount(entry.at(path))
    except NotAPrice as reason:
        raise Refused(field, str(reason)) from None


KIND = Kind(
    name="new_api",
    prefix="openai",
    needs_api_base=True,
    keyless=NO_KEY,
    listing=Listing(collect, parse),
)
