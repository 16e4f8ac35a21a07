"""CLIProxyAPI: subscriptions behind OpenAI's API.

Models come from `GET /models`. It lists no prices: a subscription is paid by the month, so every token costs 0 USD.
"""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from platelayer.providers import openai_compatible
from platelayer.providers.kind import NO_KEY, ChatServerKind
from platelayer.providers.listing import ModelListing, fetch_openai_list
from platelayer.schema.catalog import ParsedList, Price, PriceName

NO_COST = Price(Decimal(0), "a subscription")


def parse(payload: Any) -> ParsedList:
    """Return the models of `GET /models`."""
    parsed = openai_compatible.parse(payload)
    prices: dict[PriceName, Price] = {"input": NO_COST, "output": NO_COST}
    return replace(parsed, models=tuple(replace(model, prices=prices) for model in parsed.models))


KIND = ChatServerKind(
    name="cliproxyapi",
    needs_api_base=True,
    keyless=NO_KEY,
    listing=ModelListing(fetch_openai_list, parse),
    host_words=("cliproxy", "cli-proxy"),
    port=8317,
    native_paths=("/v1/messages", "/v1/responses"),
    variable_words=("CLIPROXY", "CLIPROXYAPI", "CLI_PROXY"),
)
