"""Prices in USD as exact decimals: parsed from what providers write, and formatted for people."""

from collections.abc import Mapping
from decimal import Context, Decimal, InvalidOperation
from typing import Any

PER_MILLION = Decimal(1_000_000)
# The dearest model known costs 0.0006 USD per token. What is above this is in another unit than it says.
DEAREST_TOKEN = Decimal("0.01")
# A price below 1e-15 USD per token cannot be charged; LiteLLM's floats cannot hold much less.
CHEAPEST_TOKEN = Decimal("1e-15")
# For what is paid by the piece: a request.
DEAREST_PIECE = Decimal(1000)
_LONGEST = 40
# Powers of ten beyond which no amount of money lies; what is computed from it stays a number of some digits.
_FARTHEST = 30


class PriceError(ValueError):
    """The reason why a value is not a price; it reads on after the name of its field."""


def parse_token_price(value: Any, *, tokens: Decimal | int = 1) -> Decimal:
    """Return USD per token from a number or its text, which is USD per so many `tokens`. Raises PriceError."""
    price = parse_amount(value) / tokens
    if price > DEAREST_TOKEN:
        raise PriceError(
            f"{quote_value(value)} would be {format_decimal(price * PER_MILLION)} USD per million tokens; "
            "the unit is wrong"
        )
    if 0 < price < CHEAPEST_TOKEN:
        raise PriceError(f"{quote_value(value)} is too small for a price")
    return price.normalize()


def parse_piece_price(value: Any) -> Decimal:
    """Return USD per request from a number or its text. Raises PriceError."""
    price = parse_amount(value)
    if price > DEAREST_PIECE:
        raise PriceError(f"{quote_value(value)} USD is more than any price of one piece; the unit is wrong")
    return price.normalize()


def parse_amount(value: Any) -> Decimal:
    """Return a number that is finite and not below zero. Raises PriceError for anything else."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float, Decimal)):
        raise PriceError(f"{quote_value(value)} is not a number")
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or (number and abs(number.adjusted()) > _FARTHEST):
        raise PriceError(f"{quote_value(value)} is not a number")
    if number < 0:
        raise PriceError(f"{quote_value(value)} is negative")
    # Without the sign of "-0".
    return number.copy_abs()


def format_decimal(price: Decimal) -> str:
    """Return the digits of a price without an exponent: 0.00000025."""
    return f"{price.normalize():f}"


def format_per_million(price: Decimal) -> str:
    """Return USD per million tokens for people: 0.25 for 0.00000025, with at least two places."""
    # Twelve digits: some lists have what floats make of a price, such as 7.500000000000001.
    text = format_decimal(Context(prec=12).multiply(price, PER_MILLION))
    whole, _, places = text.partition(".")
    return f"{whole}.{places:0<2}"


def quote_value(value: Any) -> str:
    """Return a foreign value for a message: short, on one line, of printable characters."""
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, (list, tuple)):
        return "a list"
    if value is None:
        return "null"
    text = str(value)
    text = "".join(character if character.isprintable() else "�" for character in text[: _LONGEST + 1])
    return f"'{text[:_LONGEST]}…'" if len(text) > _LONGEST else f"'{text}'"


def format_tokens(count: int) -> str:
    """Return a number of tokens for people: 131072 as 131k, 1000000 as 1M."""
    if count >= 1_000_000:
        return f"{count / 1_000_000:.3g}M"
    return f"{count // 1000}k" if count >= 10_000 else str(count)
