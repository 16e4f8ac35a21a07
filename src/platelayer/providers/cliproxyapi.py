"""CLIProxyAPI: subscriptions behind an API like OpenAI's. They are paid by the month; a token costs nothing more."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from platelayer.providers import openai_compatible
from platelayer.providers.kind import NO_KEY, Kind
from platelayer.providers.listing import Listing, openai_list
from platelayer.schema.catalog import ParsedList, Price, PriceName

BY_THE_MONTH = Price(Decimal(0), "a subscription")


def parse(payload: Any) -> ParsedList:
    """Catalog models of `GET /models`."""
    parsed = openai_compatible.parse(payload)
    prices: dict[PriceName, Price] = {"input": BY_THE_MONTH, "output": BY_THE_MONTH}
    return replace(parsed, models=tuple(replace(model, prices=prices) for model in parsed.models))


KIND = Kind(
    name="cliproxyapi", prefix="openai", needs_api_base=True, keyless=NO_KEY, listing=Listing(openai_list, parse)
)
