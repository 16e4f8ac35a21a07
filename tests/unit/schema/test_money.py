"""Prices: exact, in USD per token, and refused where they can only be wrong."""

from decimal import Context, Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from platelayer.schema.money import (
    PriceError,
    format_decimal,
    format_per_million,
    parse_amount,
    parse_piece_price,
    parse_token_price,
    quote_value,
)

MILLION = 1_000_000


@pytest.mark.parametrize(
    ("value", "tokens", "usd"),
    [
        ("0.000003", 1, "0.000003"),
        (" 0.000003\n", 1, "0.000003"),
        ("3e-06", 1, "0.000003"),
        (3e-06, 1, "0.000003"),
        (Decimal("2.5e-8"), 1, "0.000000025"),
        (0.15, MILLION, "0.00000015"),
        ("0.15", MILLION, "0.00000015"),
        (3900, MILLION * 10_000, "0.00000039"),
        ("0", 1, "0"),
        ("-0", 1, "0"),
        (0, MILLION, "0"),
        (0.0, 1, "0"),
        ("1e-15", 1, "0.000000000000001"),
        ("0.01", 1, "0.01"),
    ],
)
def test_a_price_is_exact_in_every_unit(value: Any, tokens: int, usd: str) -> None:
    assert format_decimal(parse_token_price(value, tokens=tokens)) == usd


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("-1", "'-1' is negative"),
        (-1, "'-1' is negative"),
        (Decimal("-0.000001"), "'-0.000001' is negative"),
        ("NaN", "'NaN' is not a number"),
        ("sNaN", "'sNaN' is not a number"),
        (float("nan"), "'nan' is not a number"),
        ("Infinity", "'Infinity' is not a number"),
        (float("inf"), "'inf' is not a number"),
        (Decimal("-Infinity"), "'-Infinity' is not a number"),
        ("", "'' is not a number"),
        ("free", "'free' is not a number"),
        ("$3", "'$3' is not a number"),
        ("3,5", "'3,5' is not a number"),
        (None, "null is not a number"),
        (True, "'True' is not a number"),
        ([3], "a list is not a number"),
        ({"usd": 3}, "an object is not a number"),
        ("1e999999999", "'1e999999999' is not a number"),
        (Decimal("1e-999999999"), "'1E-999999999' is not a number"),
        ("9" * 60, f"'{'9' * 40}…' is not a number"),
        ("0.\x1b[2J", "'0.�[2J' is not a number"),
        ("0.02", "'0.02' would be 20000 USD per million tokens; the unit is wrong"),
        (3, "'3' would be 3000000 USD per million tokens; the unit is wrong"),
        ("1e-16", "'1e-16' is too small for a price"),
    ],
)
def test_what_is_no_price_is_refused(value: Any, sentence: str) -> None:
    with pytest.raises(PriceError) as caught:
        parse_token_price(value)
    assert str(caught.value) == sentence


def test_a_piece_may_cost_more_than_a_token() -> None:
    assert parse_piece_price("0.10") == Decimal("0.1")
    assert parse_piece_price(1000) == 1000
    with pytest.raises(PriceError) as caught:
        parse_piece_price("1000.01")
    assert str(caught.value) == "'1000.01' USD is more than any price of one piece; the unit is wrong"


@pytest.mark.parametrize(
    ("usd", "words"),
    [
        ("0.00000025", "0.25"),
        ("0.000003", "3.00"),
        ("0.0006", "600.00"),
        ("0", "0.00"),
        ("0.000000001238", "0.001238"),
        ("0.00000000005", "0.00005"),
    ],
)
def test_people_read_prices_per_million_tokens(usd: str, words: str) -> None:
    assert format_per_million(Decimal(usd)) == words


@settings(deadline=None)
@given(st.decimals() | st.floats() | st.integers() | st.text())
def test_a_price_can_be_written_and_read_without_a_loss(value: Any) -> None:
    for price in (parse_token_price, parse_piece_price):
        try:
            usd = price(value)
        except PriceError:
            continue
        assert parse_amount(format_decimal(usd)) == usd
        # For people, without the noise of floats.
        assert Decimal(format_per_million(usd)) == Context(prec=12).multiply(usd, MILLION)
        assert "E" not in format_decimal(usd)
        assert len(format_decimal(usd)) < 80


@settings(deadline=None)
@given(st.text() | st.integers() | st.floats() | st.none() | st.lists(st.text()))
def test_a_foreign_value_is_one_short_printable_line(value: Any) -> None:
    assert quote_value(value).isprintable()
    assert len(quote_value(value)) <= 43
