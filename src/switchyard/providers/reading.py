"""What the adapters share: careful reading of foreign JSON, one entry at a time.

Numbers with a point or exponent come in as decimals, so that no price loses a digit.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from switchyard.errors import CatalogError
from switchyard.model.catalog import TOKEN_PRICES, CatalogModel, Parsed, Price, PriceName
from switchyard.model.money import NotAPrice, shown, usd_per_piece, usd_per_token

LONGEST_ID = 200


class Refused(ValueError):
    """Why one entry cannot be used: its field and the reason."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field} {reason}")


class Entry:
    """One object of a list. Fields are named by their path: `pricing.prompt`."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.raw = raw
        self.notes: list[str] = []

    def at(self, path: str) -> Any:
        """What is there, or None."""
        found: Any = self.raw
        for key in path.split("."):
            found = found.get(key) if isinstance(found, Mapping) else None
        return found

    def note(self, words: str) -> None:
        """Remember what was not understood, and go on."""
        self.notes.append(words)

    def text(self, path: str) -> str | None:
        """A text that is not empty."""
        found = self.at(path)
        return found if isinstance(found, str) and found else None

    def words(self, path: str) -> tuple[str, ...]:
        """The texts of a list."""
        found = self.at(path)
        return tuple(item for item in found if isinstance(item, str)) if isinstance(found, list) else ()

    def has(self, path: str) -> bool:
        """Whether a flag is set."""
        return self.at(path) is True

    def tokens(self, *paths: str) -> int | None:
        """The first limit of these fields that is a number of tokens; zero and null mean that none is told."""
        for path in paths:
            found = self.at(path)
            if isinstance(found, str) and found.isascii() and found.isdecimal() and len(found) < 12:
                found = int(found)
            if isinstance(found, Decimal) and found.is_finite() and found == found.to_integral_value():
                found = int(found)
            if isinstance(found, int) and not isinstance(found, bool) and 0 < found < 10**12:
                return found
            if found not in (None, 0, "", "0"):
                self.note(f"{path} {shown(found)} is not a number of tokens")
        return None

    def prices(self, fields: Mapping[PriceName, str], *, tokens: int = 1) -> dict[PriceName, Price]:
        """The prices that the provider tells, from name → field; fields are USD per so many tokens, or per piece."""
        found = {}
        for name, path in fields.items():
            if (value := self.at(path)) not in (None, ""):
                try:
                    usd = usd_per_token(value, tokens=tokens) if name in TOKEN_PRICES else usd_per_piece(value)
                except NotAPrice as reason:
                    raise Refused(path, str(reason)) from None
                found[name] = Price(usd, path)
        return found


def objects(payload: Any, key: str, *, what: str) -> list[Any]:
    """The list under a key of an answer; anything else is refused in words."""
    if not isinstance(payload, Mapping):
        raise CatalogError(f"the answer is not {what}: it is {_kind(payload)}")
    error = payload.get("error")
    if payload.get("success") is False or (error and key not in payload):
        said = error.get("message") if isinstance(error, Mapping) else error
        raise CatalogError(f"the answer is an error: {shown(said or payload.get('message') or 'without a message')}")
    found = payload.get(key)
    if not isinstance(found, list):
        raise CatalogError(f"the answer is not {what}: '{key}' is {_kind(found)}")
    return found


def read(raw: Iterable[Any], one: Callable[[Entry], CatalogModel | None], *, id_field: str = "id") -> Parsed:
    """Every entry by itself: a wrong one costs that entry, and says why. `one` gives None for what is no model."""
    models: dict[str, CatalogModel] = {}
    refused, notes = [], []
    for index, item in enumerate(raw):
        place = f"[{index}]"
        try:
            if not isinstance(item, Mapping):
                raise Refused("the entry", f"is {_kind(item)}")
            place = identity(item.get(id_field), id_field)
            if place in models:
                raise Refused(id_field, "is there twice")
            entry = Entry(item)
            if (model := one(entry)) is not None:
                models[place] = model
                notes += [(place, words) for words in entry.notes]
        except Refused as reason:
            refused.append((place, str(reason)))
    return Parsed(tuple(models.values()), tuple(refused), tuple(notes))


def identity(value: Any, field: str) -> str:
    """A model's id: some printable characters without blanks."""
    if not isinstance(value, str) or not value:
        raise Refused(field, "is missing")
    if len(value) > LONGEST_ID:
        raise Refused(field, f"has {len(value)} characters: {shown(value)}")
    if not value.isprintable() or value != value.strip():
        raise Refused(field, f"{shown(value)} holds what no id has")
    return value


def _kind(value: Any) -> str:
    if value is None:
        return "missing"
    if isinstance(value, str):
        return "text"
    if isinstance(value, (list, tuple)):
        return "a list"
    return "an object" if isinstance(value, Mapping) else f"the value {shown(value)}"
