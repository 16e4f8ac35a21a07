"""Prices of the inventory are the operator's own word: no guard holds them back, and the plan says what they change."""

from typing import Any

import pytest
from decisions import ALL, TEN, decided, model, said
from fake_providers import FakeProvider
from labs import Lab
from test_price_moves import priced

from platelayer.catalog.result import RefreshResult
from platelayer.schema.catalog import CatalogModel
from platelayer.schema.money import format_decimal

PAID, FREE = {"input": "3", "output": "15"}, {"input": "0", "output": "0"}


def after(
    before: CatalogModel, now: CatalogModel, then: dict[str, Any] | None, policy: dict[str, Any] | None, **more: Any
) -> RefreshResult:
    """What becomes of a model that had the prices `then` of the inventory, and has these now."""
    first = decided(None, [before, *ALL[1:]], policy={"m0": then} if then else {})
    assert not first.is_rejected
    return decided(first.models.values(), [now, *ALL[1:]], policy={"m0": policy} if policy else {}, **more)


def usd(result: RefreshResult) -> dict[str, str]:
    """USD per million tokens, as the next catalog has it."""
    assert not result.is_rejected
    return {name: format_decimal(price.usd * 10**6) for name, price in result.models["m0"].prices.items()}


UNTOLD = priced({})


@pytest.mark.parametrize(
    ("told", "then", "policy", "expected"),
    [
        (UNTOLD, {"input": 1}, {"input": 10}, {"input": "10"}),
        (priced(FREE), None, {"input": 1, "output": 2}, {"input": "1", "output": "2"}),
        (priced(FREE), None, {"input": 1}, {"input": "1", "output": "0"}),
        (priced(FREE), {"input": 1}, None, FREE),
        (priced(PAID), None, {"input": 0, "output": 0}, FREE),
        (priced(PAID), {"input": 0, "output": 0}, None, PAID),
        (priced(PAID), {"input": 100}, None, PAID),
        (priced(PAID), None, {"reasoning": 1000}, {**PAID, "reasoning": "1000"}),
        (priced(PAID), {"reasoning": 1000}, None, PAID),
        (UNTOLD, {"input": 1, "output": 2}, None, {}),
        (UNTOLD, {"input": 1, "output": 2}, {"output": 2}, {"output": "2"}),
    ],
)
def test_what_the_operator_writes_is_not_guarded(
    told: CatalogModel, then: dict[str, Any] | None, policy: dict[str, Any] | None, expected: dict[str, str]
) -> None:
    result = after(told, told, then, policy)
    assert said(result) == []
    assert usd(result) == expected
    assert [(change.kind, change.id) for change in result.plan.changes] == [("repriced", "m0")]


def test_a_price_of_one_s_own_comes_through_beside_one_that_is_held_back() -> None:
    old = priced({**PAID, "cache_read": "0.3"}, {200000: {"input": "6", "output": "22.5"}})
    new = priced({"input": "3.3", "output": "1500", "cache_read": "0.3"}, {200000: {"input": "6.6", "output": "3000"}})
    sentence = (
        "price: m0: output 15.00 → 1500.00 USD per million tokens, times 100; "
        "output from 200000 tokens 22.50 → 3000.00 USD per million tokens, times 133"
    )
    for then, policy, expected, longer in (
        (None, {"input": 100}, "100", {"output": "22.5"}),
        ({"input": 100}, None, "3.3", {"input": "6.6", "output": "22.5"}),
    ):
        result = after(old, new, then, policy)
        assert said(result) == [sentence]
        assert usd(result) == {"input": expected, "output": "15", "cache_read": "0.3"}
        assert not result.is_rejected
        (tier,) = result.models["m0"].tiers
        assert {name: format_decimal(price.usd * 10**6) for name, price in tier.prices.items()} == longer


def test_what_the_provider_says_beside_it_is_guarded_still() -> None:
    result = after(priced(PAID), priced({"input": "3000", "output": "15"}), {"output": 1}, {"output": 100})
    assert said(result) == ["price: m0: input 3.00 → 3000.00 USD per million tokens, times 1,000"]
    assert usd(result) == {"input": "3", "output": "100"}


def test_own_prices_for_a_whole_list_are_no_reason_to_doubt_it() -> None:
    first = decided(None, ALL)
    assert not first.is_rejected
    result = decided(first.models.values(), [model(name) for name in TEN], policy={"*": {"input": 1000}})
    assert said(result) == []
    assert len(result.plan.changes) == 10


def test_a_refresh_takes_an_own_price_and_says_so(lab: Lab, fake: FakeProvider) -> None:
    fake.answers["GET /models"] = {"data": [{"id": "qwen"}]}
    lab.providers["box"] = {"kind": "openai_compatible", "api_base": fake.url}
    for price in (1, 10):
        lab.providers["box"]["prices_per_million_tokens"] = {"qwen": {"input": price}}
        said = lab.refreshed().out
    assert "~  qwen  input  1.00  →  10.00  times 10" in said
