"""How changes of catalogs are worded: titles and marks of changes, names of fields, values with their units."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, NamedTuple

from platelayer.catalog.plan import ChangeKind, FieldDifference, describe_move
from platelayer.schema.catalog import PIECE_PRICES, PRICES, VARIABLE, CatalogModel
from platelayer.schema.money import format_decimal, format_per_million, format_tokens


class ChangeWords(NamedTuple):
    """The words for one kind of change: above all of its models, after their number, and beside one model."""

    title: str
    counted: str
    mark: str


# In the order of what may break a client first.
CHANGE_WORDS: dict[ChangeKind, ChangeWords] = {
    "gone": ChangeWords("gone", "gone", "gone"),
    "missing": ChangeWords("missing from the list, kept for now", "missing", "newly missing"),
    "repriced": ChangeWords("re-priced, USD per million tokens", "re-priced", "re-priced"),
    "limits": ChangeWords("limits changed, tokens", "with new limits", "new limits"),
    "changed": ChangeWords("changed otherwise", "changed otherwise", "changed"),
    "returned": ChangeWords("in the list again", "returned", "back"),
    "added": ChangeWords("added, USD per million tokens", "added", "new"),
}
_FIELDS: dict[str, str] = {
    "max_input_tokens": "context",
    "max_output_tokens": "output limit",
    **{name: f"USD per {name}" for name in PIECE_PRICES},
}


@dataclass(frozen=True, slots=True)
class ChangedValue:
    """One value of a model that differs, as text. old: None for a model that is new. move: `+20.0 %` or `times 30`."""

    field: str
    old: str | None
    new: str
    move: str = ""

    @property
    def direction(self) -> Literal["", "up", "down"]:
        """Where a price moves to, empty if that is unknown."""
        return "" if not self.move else "down" if self.move.startswith("-") else "up"


def describe_difference(difference: FieldDifference, nothing: str) -> ChangedValue:
    """Return a difference as text. nothing: what stands for a value that is not there."""
    field, old, new = difference.field, difference.old, difference.new
    return ChangedValue(
        field=name_field(field),
        old=format_value(field, old, nothing),
        new=format_value(field, new, nothing),
        move=describe_price_move(difference),
    )


def describe_price_move(difference: FieldDifference) -> str:
    """Return how far a price moves, empty for other fields and for prices that begin or end."""
    old, new = difference.old, difference.new
    return describe_move(old, new) if isinstance(old, Decimal) and isinstance(new, Decimal) else ""


def is_price(field: str) -> bool:
    """Return whether a difference is of a price: `input`, `input from 200000 tokens`."""
    return field.split(" ")[0] in PRICES


def name_field(field: str) -> str:
    """Return the words for a field: `cache read from 200k tokens` for `cache_read from 200000 tokens`."""
    with_start = re.sub(r"(?<= from )\d+", lambda number: format_tokens(int(number[0])), field)
    return _FIELDS.get(field) or with_start.replace("_", " ")


def format_value(field: str, value: object, nothing: str) -> str:
    """Return one side of a difference. Prices are USD per million tokens or per piece, limits are tokens."""
    if value is None or value == ():
        return nothing
    if isinstance(value, Decimal):
        return format_decimal(value) if field in PIECE_PRICES else format_per_million(value)
    if isinstance(value, bool):
        return VARIABLE if value else "fixed"
    if isinstance(value, int):
        return f"{value:,}"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def list_piece_prices(model: CatalogModel) -> Iterator[str]:
    """Yield the prices that are not per token: `0.005 USD per request`."""
    for name in PIECE_PRICES:
        if price := model.prices.get(name):
            yield f"{format_decimal(price.usd)} USD per {name}"
