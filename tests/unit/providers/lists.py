"""The answers of provider APIs in tests/fixtures/providers, given to adapters without any network."""

import asyncio
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from platelayer.errors import MissingAddressError
from platelayer.providers import load_kinds
from platelayer.schema.catalog import CatalogModel, ParsedList, Price, PriceName, PriceTier

FOLDER = Path(__file__).parents[2] / "fixtures" / "providers"
HOST = "http://provider.example.com"
# Where each kind's list lies in its fixture.
BASES = {
    "openrouter": "/api/v1",
    "requesty": "/v1",
    "novita": "/openai/v1",
    "nano_gpt": "/api/v1",
    "ollama": "",
    "openai_compatible": "/v1",
    "litellm": "/v1",
    "new_api": "/v1",
    "cliproxyapi": "/v1",
    "volces_ark": "/api/v3",
}


class Canned:
    """A transport that knows its answers: "GET /path" or "POST /path MODEL" → what is said."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    async def get(self, url: str) -> Any:
        return self._answer("GET", url, "")

    async def post(self, url: str, body: dict[str, Any]) -> Any:
        return self._answer("POST", url, f" {body['model']}")

    def _answer(self, method: str, url: str, about: str) -> Any:
        question = f"{method} {url.removeprefix(HOST)}{about}"
        self.asked.append(question)
        if question not in self.answers:
            raise MissingAddressError(f"{url}: answered 404, there is no such address")
        return self.answers[question]


def answers(name: str) -> dict[str, Any]:
    """A fixture, read as the transport reads answers."""
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(), parse_float=Decimal)
    return found


def gathered(kind: str, said: dict[str, Any]) -> Any:
    """The payload that an adapter collects from these answers."""
    listing = load_kinds()[kind].listing
    assert listing is not None
    return asyncio.run(listing.fetch(Canned(said), HOST + BASES[kind]))


def parsed(kind: str, payload: Any) -> ParsedList:
    """What an adapter makes of a payload."""
    listing = load_kinds()[kind].listing
    assert listing is not None
    return listing.parse(payload)


def listed(kind: str, name: str) -> ParsedList:
    """What an adapter makes of a fixture."""
    return parsed(kind, gathered(kind, answers(name)))


def by_id(found: ParsedList) -> dict[str, CatalogModel]:
    return {model.id: model for model in found.models}


def told(**prices: tuple[str, str]) -> dict[PriceName, Price]:
    """Prices as tests write them: name=(USD, field)."""
    return {name: Price(Decimal(usd), source) for name, (usd, source) in prices.items()}  # type: ignore[misc]


def tier(start: int, **prices: tuple[str, str]) -> PriceTier:
    """What prompts of `start` tokens or more cost, written like `told`."""
    return PriceTier(start, told(**prices))


def words(found: tuple[tuple[str, str], ...]) -> list[str]:
    """Refusals or notes as the lines that people read."""
    return [f"{place}: {reason}" for place, reason in found]
