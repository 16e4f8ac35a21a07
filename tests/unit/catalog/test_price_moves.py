"""What a prompt costs is guarded for every length and for every price that is told, begins or ends."""

from decimal import Decimal

import pytest
from decisions import ALL, decided, said

from platelayer.catalog.guards import GuardSettings
from platelayer.schema.catalog import CatalogModel, Price, PriceTier

Usd = dict[str, str]
TOKENS = {"input": "3", "output": "15"}
CACHED = {**TOKENS, "cache_read": "0.3"}


def priced(prices: Usd, tiers: dict[int, Usd] | None = None) -> CatalogModel:
    """A model's prices in USD per million tokens, or per piece."""

    def usd(found: Usd) -> dict[str, Price]:
        pieces = ("request",)
        return {name: Price(Decimal(value) / (1 if name in pieces else 10**6), "p") for name, value in found.items()}

    longer = tuple(PriceTier(start, usd(found)) for start, found in (tiers or {}).items())  # type: ignore[arg-type]
    return CatalogModel(id="m0", prices=usd(prices), tiers=longer)  # type: ignore[arg-type]


def sentences(old: CatalogModel, new: CatalogModel, **more: object) -> list[str]:
    return said(decided([old, *ALL[1:]], [new, *ALL[1:]], **more))


REFUSED = {
    "input is told no more": (
        priced(CACHED),
        priced({"output": "15"}),
        "input cost 3.00 USD per million tokens, and would have no price; "
        "cache read cost 0.30 USD per million tokens, and would have no price",
    ),
    "output is told no more": (
        priced(TOKENS),
        priced({"input": "3"}),
        "output cost 15.00 USD per million tokens, and would have no price",
    ),
    "output begins": (
        priced({"input": "3"}),
        priced(TOKENS),
        "output had no price and would cost 15.00 USD per million tokens",
    ),
    "a cached token costs what others do": (
        priced(CACHED),
        priced(TOKENS),
        "cache read 0.30 → 3.00 USD per million tokens, times 10, billed as input from now on",
    ),
    "reasoning begins": (
        priced(TOKENS),
        priced({**TOKENS, "reasoning": "1500"}),
        "reasoning 15.00 → 1500.00 USD per million tokens, times 100, billed as output until now",
    ),
    "writing to the cache begins": (
        priced(TOKENS),
        priced({**TOKENS, "cache_write": "10"}),
        "cache write 3.00 → 10.00 USD per million tokens, times 3.33, billed as input until now",
    ),
    "a price of the request begins": (
        priced(TOKENS),
        priced({**TOKENS, "request": "500"}),
        "request had no price and would cost 500 USD",
    ),
    "a price of the request ends": (
        priced({**TOKENS, "request": "0.005"}),
        priced(TOKENS),
        "request cost 0.005 USD, and would have no price",
    ),
    "a price of the request moves": (
        priced({**TOKENS, "request": "0.005"}),
        priced({**TOKENS, "request": "0.02"}),
        "request 0.005 → 0.02 USD, times 4",
    ),
    "a tier begins": (
        priced(TOKENS),
        priced(TOKENS, {200000: {"input": "300", "output": "22.5"}}),
        "input from 200000 tokens 3.00 → 300.00 USD per million tokens, times 100",
    ),
    "all tiers end": (
        priced(TOKENS, {32000: {"input": "6"}, 128000: {"input": "12"}}),
        priced(TOKENS),
        "input from 128000 tokens 12.00 → 3.00 USD per million tokens, -75.0 %",
    ),
    "a tier moves": (
        priced(TOKENS, {200000: {"input": "6"}}),
        priced(TOKENS, {200000: {"input": "60"}}),
        "input from 200000 tokens 6.00 → 60.00 USD per million tokens, times 10",
    ),
    "a tier begins earlier": (
        priced(TOKENS, {200000: {"input": "30"}}),
        priced(TOKENS, {1: {"input": "30"}}),
        "input from 1 tokens 3.00 → 30.00 USD per million tokens, times 10",
    ),
    "what costs nothing for short prompts": (
        priced({**TOKENS, "output": "0"}),
        priced({**TOKENS, "output": "0"}, {128000: {"output": "2"}}),
        "output from 128000 tokens 0.00 → 2.00 USD per million tokens",
    ),
    "a discount ends for long prompts": (
        priced(CACHED, {200000: {"input": "6", "cache_read": "0.6"}}),
        priced(CACHED, {200000: {"input": "6", "cache_read": "6"}}),
        "cache read from 200000 tokens 0.60 → 6.00 USD per million tokens, times 10",
    ),
    "everything moves": (
        priced(TOKENS, {200000: {"input": "6"}}),
        priced({"input": "30", "output": "150"}, {200000: {"input": "60"}}),
        "input 3.00 → 30.00 USD per million tokens, times 10; output 15.00 → 150.00 USD per million tokens, times 10; "
        "input from 200000 tokens 6.00 → 60.00 USD per million tokens, times 10",
    ),
}


@pytest.mark.parametrize(("old", "new", "sentence"), REFUSED.values(), ids=REFUSED)
def test_what_a_prompt_costs_does_not_move_far_unasked(old: CatalogModel, new: CatalogModel, sentence: str) -> None:
    assert sentences(old, new) == [f"price: m0: {sentence}"]
    result = decided([old, *ALL[1:]], [new, *ALL[1:]])
    assert not result.is_rejected
    assert (result.models["m0"].prices, result.models["m0"].tiers) == (old.prices, old.tiers)
    assert sentences(old, new, accept=["price"]) == []


def test_how_far_is_a_setting() -> None:
    old, new = priced(TOKENS), priced(TOKENS, {200000: {"input": "300"}})
    assert sentences(old, new, settings=GuardSettings(max_price_factor=99)) != []
    assert sentences(old, new, settings=GuardSettings(max_price_factor=100)) == []


TAKEN = {
    "a discount for cached tokens begins": (priced(TOKENS), priced(CACHED)),
    "a discount for long prompts begins": (priced(TOKENS), priced(TOKENS, {200000: {"cache_read": "0.3"}})),
    "cached tokens cost nothing": (priced(TOKENS), priced({**TOKENS, "cache_read": "0"})),
    "reasoning costs nothing apart": (priced(TOKENS), priced({**TOKENS, "reasoning": "0"})),
    "reasoning is told apart, at the same price": (priced(TOKENS), priced({**TOKENS, "reasoning": "15"})),
    "what cost nothing is told no more": (priced({**TOKENS, "request": "0"}), priced(TOKENS)),
    "a price that is nothing begins": (priced({"input": "3"}), priced({"input": "3", "output": "0", "request": "0"})),
    "long prompts cost twice": (priced(TOKENS), priced(TOKENS, {200000: {"input": "6", "output": "22.5"}})),
    "long prompts cost what others do": (priced(TOKENS, {200000: {"input": "6", "output": "22.5"}}), priced(TOKENS)),
    "longer prompts count as long": (
        priced(TOKENS, {128000: {"input": "6"}}),
        priced(TOKENS, {200000: {"input": "6"}}),
    ),
    "the same prices, told for every length": (priced(TOKENS), priced(TOKENS, {1: TOKENS, 32000: TOKENS})),
}


@pytest.mark.parametrize(("old", "new"), TAKEN.values(), ids=TAKEN)
def test_what_providers_do_every_week_is_taken(old: CatalogModel, new: CatalogModel) -> None:
    assert sentences(old, new) == []


def test_what_a_free_model_would_cost_is_said_for_every_length() -> None:
    free, longer = {"input": "0", "output": "0"}, {128000: {"input": "3"}}
    assert sentences(priced(free), priced({"input": "1", "output": "2"}, longer)) == [
        "paid: m0: was free and would cost input 1.00, output 2.00, input from 128000 tokens 3.00 USD per million "
        "tokens"
    ]
    assert sentences(priced(free), priced(free, longer)) == [
        "paid: m0: was free and would cost input from 128000 tokens 3.00 USD per million tokens"
    ]
    assert sentences(priced(free, longer), priced(free)) == [
        "free: m0: cost input from 128000 tokens 3.00 USD per million tokens, and would be free"
    ]
    assert sentences(priced({"input": "0", "request": "0"}), priced({"request": "0.005"})) == [
        "paid: m0: was free and would cost 0.005 USD per request"
    ]
    assert sentences(priced({"input": "0"}), priced({})) == ["price: m0: was free, and would have no price"]
