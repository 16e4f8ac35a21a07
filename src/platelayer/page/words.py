"""How the page writes values: prices per million tokens, limits in thousands, dates without times."""

import re
from decimal import Decimal
from typing import Any

from platelayer.catalog.plan import Change
from platelayer.schema.catalog import PIECE_PRICES, PRICES, VARIABLE
from platelayer.schema.money import per_million, plainly, tokens

NOTHING = "\N{EN DASH}"
# From what may hurt to what does not.
TITLES: dict[Change, str] = {
    "gone": "gone",
    "missing": "missing from the list, kept for now",
    "repriced": "re-priced, USD per million tokens",
    "limits": "limits changed, tokens",
    "changed": "changed otherwise",
    "returned": "in the list again",
    "added": "added",
}
# Of one model in the table.
MARKS: dict[Change, str] = {
    "added": "new",
    "missing": "newly missing",
    "returned": "back",
    "gone": "gone",
    "repriced": "re-priced",
    "limits": "new limits",
    "changed": "changed",
}
# Badges and fields must be short.
SHORT = {"structured_output": "structured", "max_input_tokens": "context", "max_output_tokens": "output limit"}


def is_price(field: str) -> bool:
    """Whether a difference is of a price: `input`, `input from 200000 tokens`."""
    return field.split(" ")[0] in PRICES


def field(name: str) -> str:
    """`cache_read from 200000 tokens` as `cache read from 200k tokens`."""
    start = re.sub(r"(?<= from )\d+", lambda number: tokens(int(number[0])), name)
    return SHORT.get(name, start.replace("_", " "))


def date(moment: str) -> str:
    """The day of an ISO 8601 moment."""
    return moment[:10]


def minute(moment: str) -> str:
    """2026-11-21T15:01:41Z as 2026-11-21 15:01 UTC."""
    return f"{moment[:16].replace('T', ' ')} UTC" if moment else NOTHING


def value(field: str, found: Any) -> str:
    """One side of a difference."""
    if found is None or found == ():
        return NOTHING
    if isinstance(found, Decimal):
        return plainly(found) if field in PIECE_PRICES else per_million(found)
    if isinstance(found, bool):
        return VARIABLE if found else "fixed"
    if isinstance(found, int):
        return f"{found:,}"
    return ", ".join(map(str, found)) if isinstance(found, tuple) else str(found)
