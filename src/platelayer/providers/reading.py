"""What the adapters share: careful reading of foreign JSON, one entry at a time.

Numbers with a point or exponent come in as decimals, so that no price loses a digit.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from platelayer.errors import CatalogError
from platelayer.schema.catalog import TOKEN_PRICES, CatalogModel, ParsedList, Price, PriceName
from platelayer.schema.money import NotAPrice, shown, usd_per_piece, usd_per_token

LONGEST_ID = 200
LONGEST_WORD = 100
_NO_LIMIT = 10**12
_MINUS_ONE = re.compile(r"-1(\.0*)?")
# Where a price stands in a list may change without news of it.
_INDEX = re.compile(r"\[[0-9]+\]")


class Refused(ValueError):
    """Why one entry cannot be used: its field and the reason."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field} {reason}")


class Entry:
    """One object of a list. Fields are named by their path: `pricing.prompt`."""

    def __init__(self, raw: Mapping[str, Any], place: str = "", notes: list[str] | None = None) -> None:
        self.raw = raw
        self._place = place
        self.notes: list[str] = [] if notes is None else notes

    def at(self, path: str) -> Any:
        """What is there, or None."""
        found: Any = self.raw
        for key in path.split("."):
            found = found.get(key) if isinstance(found, Mapping) else None
        return found

    def note(self, words: str) -> None:
        """Remember what was not understood, and go on."""
        self.notes.append(f"{self._place}{words}")

    def each(self, path: str) -> "list[Entry] | None":
        """The objects of a list inside of it; None where there is no such list."""
        found = self.at(path)
        if not isinstance(found, list) or not all(isinstance(item, Mapping) for item in found):
            return None
        return [Entry(item, f"{self._place}{path}[{index}].", self.notes) for index, item in enumerate(found)]

    def text(self, path: str) -> str | None:
        """A short text of printable characters."""
        found = self.at(path)
        return found if _is_word(found) else None

    def words(self, path: str) -> tuple[str, ...]:
        """The short texts of a list."""
        found = self.at(path)
        return tuple(dict.fromkeys(filter(_is_word, found))) if isinstance(found, list) else ()

    def date(self, path: str) -> str | None:
        """The day of a date or a time in ISO 8601."""
        found = self.text(path)
        try:
            return datetime.fromisoformat(found).date().isoformat() if found else None
        except ValueError:
            self.note(f"{path} {shown(found)} is not a date")
            return None

    def has(self, path: str) -> bool:
        """Whether a flag is set."""
        return self.at(path) is True

    def tokens(self, *paths: str) -> int | None:
        """The first limit of these fields that is a number of tokens."""
        return next((count for path in paths if (count := self.count(path, self.at(path)))), None)

    def count(self, field: str, found: Any) -> int | None:
        """A number of tokens; zero and null mean that none is told."""
        if isinstance(found, str) and found.isascii() and found.isdecimal() and len(found) < 12:
            found = int(found)
        if isinstance(found, Decimal) and found.is_finite() and 0 < found < _NO_LIMIT and found % 1 == 0:
            found = int(found)
        if isinstance(found, int) and not isinstance(found, bool) and 0 < found < _NO_LIMIT:
            return found
        if found not in (None, 0, "", "0"):
            self.note(f"{field} {shown(found)} is not a number of tokens")
        return None

    def prices(self, fields: Mapping[PriceName, str], *, tokens: int = 1) -> dict[PriceName, Price]:
        """The prices that the provider tells, from name → field; fields are USD per so many tokens, or per piece."""
        found = {}
        for name, path in fields.items():
            value = self.at(path)
            if value in (None, ""):
                continue
            if is_untold(value) and name not in ("input", "output"):
                self.note(f"{path} is -1; it is taken for no price")
                continue
            try:
                usd = usd_per_token(value, tokens=tokens) if name in TOKEN_PRICES else usd_per_piece(value)
            except NotAPrice as reason:
                raise Refused(f"{self._place}{path}", str(reason)) from None
            found[name] = Price(usd, _INDEX.sub("", f"{self._place}{path}"))
        return found


def is_untold(value: Any) -> bool:
    """Whether -1 stands in the place of a price, in any writing: nobody says what it costs."""
    return isinstance(value, (str, int, Decimal)) and _MINUS_ONE.fullmatch(str(value).strip()) is not None


def part(payload: Any, key: str) -> Any:
    """One of the answers that an adapter gathered."""
    return payload.get(key) if isinstance(payload, Mapping) else None


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


def read(
    raw: Iterable[Any],
    one: Callable[[Entry], CatalogModel | None],
    *,
    id_field: str = "id",
    again: Callable[[CatalogModel, CatalogModel], CatalogModel] | None = None,
) -> ParsedList:
    """Every entry by itself: a wrong one costs that entry, and says why. `one` gives None for what is no model.

    again: which of two with one id it is, where a list may say it twice; without, the first counts.
    """
    models: dict[str, CatalogModel] = {}
    refused, notes = [], []
    for index, item in enumerate(raw):
        place = f"[{index}]"
        try:
            if not isinstance(item, Mapping):
                raise Refused("the entry", f"is {_kind(item)}")
            place = identity(item.get(id_field), id_field)
            if place in models and again is None:
                raise Refused(id_field, "is there twice; the first counts")
            entry = Entry(item)
            if (model := one(entry)) is not None:
                models[place] = again(models[place], model) if again and place in models else model
                notes += [(place, words) for words in entry.notes]
        except Refused as reason:
            refused.append((place, str(reason)))
    return ParsedList(tuple(models.values()), tuple(refused), tuple(notes))


def identity(value: Any, field: str) -> str:
    """A model's id: some printable characters without blanks."""
    if value is None or value == "":
        raise Refused(field, "is missing")
    if not isinstance(value, str):
        raise Refused(field, f"{shown(value)} is not a text")
    if len(value) > LONGEST_ID:
        raise Refused(field, f"has {len(value)} characters: {shown(value)}")
    if "*" in value:
        raise Refused(field, f"{shown(value)} is a pattern, and would stand for all models")
    if not value.isprintable() or value != value.strip():
        raise Refused(field, f"{shown(value)} holds what no id has")
    return value


def _kind(value: Any) -> str:
    if value is None:
        return "missing"
    if isinstance(value, str):
        return "text"
    return shown(value) if isinstance(value, (list, tuple, Mapping)) else f"the value {shown(value)}"


def _is_word(value: Any) -> bool:
    """Whether a foreign text can stand in a catalog: no line breaks, no half characters, of some length."""
    return isinstance(value, str) and 0 < len(value) <= LONGEST_WORD and value.isprintable()
