"""What the table says of a model, and the summary of a provider."""

from decimal import Decimal

import pytest
from report_samples import NOW, THEN, catalog, model, price

from platelayer.page.model_rows import ModelRow, ProviderSummary, make_rows, summarize_providers
from platelayer.schema.catalog import Price, PriceTier


def row(*args, **known) -> ModelRow:
    return make_rows({"a": catalog("a", [model(*args, **known)])}, {}, {})[0]


def test_prices_are_per_million_tokens_and_unknown_ones_are_empty() -> None:
    found = row("x", prices={"output": "15", "cache_read": "0.075", "input": "3"})
    assert found.prices == ("3.00", "15.00", "0.075", "")


def test_limits_are_exact_and_may_be_unknown() -> None:
    found = row("x", max_input_tokens=131_072)
    assert (found.context, found.output) == (131_072, None)


@pytest.mark.parametrize(
    ("known", "badges"),
    [
        ({"prices": {"input": "1"}}, []),
        ({"prices": {"input": "0", "output": "0"}}, [("good", "free")]),
        ({"variable": True}, [("calm", "variable price")]),
        ({"missing_since": "2026-11-19T07:00:00Z"}, [("warn", "missing since 2026-11-19")]),
        ({"deprecation_date": "2027-01-31"}, [("warn", "deprecated 2027-01-31")]),
        ({"variant": "batch"}, [("calm", "batch")]),
        ({"prices": {"input": price("1", source="models.dev cost")}}, [("calm", "price from models.dev")]),
        ({"prices": {"input": price("1", source="policy")}}, [("calm", "your inventory's price")]),
    ],
)
def test_what_is_special_is_a_badge(known: dict, badges: list) -> None:
    assert list(row("x", **known).badges) == badges


def test_what_else_it_costs_is_told() -> None:
    tier = PriceTier(
        200_000, {"input": Price(Decimal("0.000006"), "p"), "cache_read": Price(Decimal("0.0000006"), "p")}
    )
    others = {"image_output": "120", "audio_input": "32", "request": price("5000")}
    found = row("x", prices={"input": "3", "reasoning": "4", **others}, tiers=(tier,))
    assert found.notes == (
        "reasoning 4.00",
        "audio input 32.00",
        "image output 120.00",
        "0.005 USD per request",
        "from 200k tokens: input 6.00, cache read 0.60",
    )


def test_the_date_is_of_the_last_change_of_any_price() -> None:
    assert row("x", prices={"input": price("1", NOW), "output": price("2", THEN)}).since == "2026-11-21"
    assert row("x").since == ""


def test_abilities_are_short() -> None:
    assert row("x", abilities=("tools", "structured_output")).abilities == ("tools", "structured")


def test_rows_have_names_and_changes_and_stand_by_provider_and_id() -> None:
    found = make_rows(
        {"b": catalog("b", [model("2"), model("1")]), "a": catalog("a", [model("3")]), "never": None},
        {("b", "1"): ("auto", "one")},
        {("b", "2"): ["repriced", "limits"]},
    )
    assert [(each.provider, each.id, each.names, each.changed) for each in found] == [
        ("a", "3", (), False),
        ("b", "1", ("auto", "one"), False),
        ("b", "2", (), True),
    ]
    assert found[2].badges == (("mark", "re-priced"), ("mark", "new limits"))


def test_a_provider_is_one_line() -> None:
    models = [
        model("paid", prices={"input": "1"}),
        model("free", prices={"input": "0"}, missing_since=NOW),
        model("unknown"),
        model("router", variable=True),
    ]
    assert summarize_providers({"b": None, "a": catalog("a", models)}) == [
        ProviderSummary(
            "a", "https://a.example.com/v1", "2026-11-21 15:01 UTC", count=4, free=1, unpriced=2, missing=1
        ),
        ProviderSummary("b"),
    ]
