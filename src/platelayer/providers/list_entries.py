"""Careful reading of a provider's list, entry by entry, for all adapters.

Numbers with a point or an exponent are Decimals already, so that no price loses a digit.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Any

from platelayer.errors import CatalogError
from platelayer.providers.listing import MissingList
from platelayer.schema.catalog import TOKEN_PRICES, CatalogModel, ParsedList, Price, PriceName
from platelayer.schema.money import PriceError, parse_amount, parse_piece_price, parse_token_price, quote_value

LONGEST_ID = 200
LONGEST_WORD = 100
_NO_LIMIT = 10**12
_MINUS_ONE = re.compile(r"-1(\.0*)?")
# Left out of a price's source, so that entries may change places without a change of their prices.
_INDEX = re.compile(r"\[[0-9]+\]")


class UnusableEntry(ValueError):
    """One entry of a list cannot be used; the text is its field and the reason."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field} {reason}")


class ListEntry:
    """One object of a list, whose fields are read by their path: `pricing.prompt`.

    notes: what could not be read of it, a sentence each; unread: fields with prices that nobody reads.
    """

    def __init__(self, raw: Mapping[str, Any], place: str = "", notes: list[str] | None = None) -> None:
        self.raw = raw
        self._place = place
        self.notes: list[str] = [] if notes is None else notes
        self.unread: list[str] = []

    def get(self, path: str) -> Any:
        """Return the value of a field, or None."""
        value: Any = self.raw
        for key in path.split("."):
            value = value.get(key) if isinstance(value, Mapping) else None
        return value

    def add_note(self, sentence: str) -> None:
        """Add a sentence to the notes."""
        self.notes.append(f"{self._place}{sentence}")

    def get_objects(self, path: str) -> "list[ListEntry] | None":
        """Return the objects of a list, or None if it is not a list of objects."""
        items = self.get(path)
        if not isinstance(items, list) or not all(isinstance(item, Mapping) for item in items):
            return None
        return [ListEntry(item, f"{self._place}{path}[{index}].", self.notes) for index, item in enumerate(items)]

    def get_text(self, path: str) -> str | None:
        """Return a short text of printable characters, or None."""
        value = self.get(path)
        return value if _is_word(value) else None

    def get_texts(self, path: str) -> tuple[str, ...]:
        """Return the short texts of a list, each once."""
        items = self.get(path)
        return tuple(dict.fromkeys(filter(_is_word, items))) if isinstance(items, list) else ()

    def get_date(self, path: str) -> str | None:
        """Return the day of a date or a time in ISO 8601, or None."""
        text = self.get_text(path)
        try:
            return datetime.fromisoformat(text).date().isoformat() if text else None
        except ValueError:
            self.add_note(f"{path} {quote_value(text)} is not a date")
            return None

    def has_flag(self, path: str) -> bool:
        """Return whether a field is true."""
        return self.get(path) is True

    def parse_limit(self, *paths: str) -> int | None:
        """Return the first of these fields that is a number of tokens, or None."""
        return next((count for path in paths if (count := self.parse_tokens(path, self.get(path)))), None)

    def parse_tokens(self, field: str, value: Any) -> int | None:
        """Return a value as a number of tokens; None for zero, null, and with a note for anything else."""
        if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 12:
            value = int(value)
        if isinstance(value, Decimal) and value.is_finite() and 0 < value < _NO_LIMIT and value % 1 == 0:
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool) and 0 < value < _NO_LIMIT:
            return value
        if value not in (None, 0, "", "0"):
            self.add_note(f"{field} {quote_value(value)} is not a number of tokens")
        return None

    def parse_prices(self, fields: Mapping[PriceName, str], *, tokens: int = 1) -> dict[PriceName, Price]:
        """Return the prices that the entry has; raise UnusableEntry if one is no price.

        fields: name of a price → path of its field, whose value is USD per so many `tokens`, or per piece.
        """
        prices = {}
        for name, path in fields.items():
            value = self.get(path)
            if value in (None, ""):
                continue
            if is_minus_one(value) and name not in ("input", "output"):
                self.add_note(f"{path} is -1, which is read as no price")
                continue
            try:
                usd = parse_token_price(value, tokens=tokens) if name in TOKEN_PRICES else parse_piece_price(value)
            except PriceError as reason:
                raise UnusableEntry(f"{self._place}{path}", str(reason)) from None
            prices[name] = Price(usd, _INDEX.sub("", f"{self._place}{path}"))
        return prices

    def find_unread_prices(self, path: str, read: Collection[str], pattern: str = "*") -> None:
        """Note the fields of an object that hold a price and are not among `read`, as paths from the entry.

        path: the object, empty for the entry itself; pattern: a shell pattern for the names of prices in it.
        """
        fields = self.get(path) if path else self.raw
        for name, value in fields.items() if isinstance(fields, Mapping) else ():
            field = f"{path}.{name}" if path else str(name)
            if field not in read and fnmatchcase(str(name), pattern) and _is_paid(value):
                self.unread.append(field)


def is_minus_one(value: Any) -> bool:
    """Return whether a price is written as -1, in any notation, which says that it is unknown or depends."""
    return isinstance(value, (str, int, Decimal)) and _MINUS_ONE.fullmatch(str(value).strip()) is not None


def _is_paid(value: Any) -> bool:
    """Return whether a value is an amount of money above zero."""
    try:
        return parse_amount(value) > 0
    except PriceError:
        return False


def get_part(payload: Any, key: str) -> Any:
    """Return the value of a key, or None if the payload is no object or has no such key."""
    return payload.get(key) if isinstance(payload, Mapping) else None


def read_objects(payload: Any, key: str, *, what: str) -> list[Any]:
    """Return the list under a key of an answer; raise CatalogError for anything else. what: `a list of models`."""
    if not isinstance(payload, Mapping):
        raise CatalogError(f"the answer is not {what}: it is {_describe_type(payload)}")
    error = payload.get("error")
    if payload.get("success") is False or (error and key not in payload):
        message = error.get("message") if isinstance(error, Mapping) else error
        raise CatalogError(
            f"the answer is an error: {quote_value(message or payload.get('message') or 'without a message')}"
        )
    items = payload.get(key)
    if not isinstance(items, list):
        raise CatalogError(f"the answer is not {what}: '{key}' is {_describe_type(items)}")
    return items


def parse_entries(
    items: Iterable[Any],
    parse_model: Callable[[ListEntry], CatalogModel | None],
    *,
    id_field: str = "id",
    choose: Callable[[CatalogModel, CatalogModel], CatalogModel] | None = None,
    notes: Iterable[tuple[str, str]] = (),
) -> ParsedList:
    """Return the models of a list; an entry that cannot be used is left out, with its reason.

    parse_model: gives None for an entry that is no model. choose: takes one of two models with the same id; without it
    the first one is used and the second one cannot be. notes: (place, sentence) of the lists themselves.
    """
    models: dict[str, CatalogModel] = {}
    refused, noted = [], list(notes)
    unread: Counter[str] = Counter()
    for index, item in enumerate(items):
        place = f"[{index}]"
        try:
            if not isinstance(item, Mapping):
                raise UnusableEntry("the entry", f"is {_describe_type(item)}")
            place = parse_id(item.get(id_field), id_field)
            if place in models and choose is None:
                raise UnusableEntry(id_field, "appears twice; the first entry is used")
            entry = ListEntry(item)
            if (model := parse_model(entry)) is not None:
                models[place] = choose(models[place], model) if choose and place in models else model
                noted += [(place, note) for note in entry.notes]
                unread.update(entry.unread)
        except UnusableEntry as reason:
            refused.append((place, str(reason)))
    noted += [
        (field, f"is a price that nothing here reads; {count} of the models have it") for field, count in unread.items()
    ]
    return ParsedList(tuple(models.values()), tuple(refused), tuple(noted))


def join_modes(
    payload: Any, read_entries: Callable[[str, Any], Iterable[Any]], *, embeddings: str
) -> tuple[list[Any], list[tuple[str, str]]]:
    """Return the entries of {chat: a list, embedding: another, or MissingList}, with their mode as `_mode`, and notes.

    read_entries: from a mode and its answer to the entries; embeddings: the path of the second list, for a note.
    """
    entries: list[Any] = []
    notes = []
    for mode in ("chat", "embedding"):
        answer = get_part(payload, mode)
        if isinstance(answer, MissingList):
            notes.append((embeddings, answer.reason))
            continue
        entries += [{**item, "_mode": mode} if isinstance(item, dict) else item for item in read_entries(mode, answer)]
    return entries, notes


def parse_id(value: Any, field: str) -> str:
    """Return a model's id: printable characters, without a blank at either end. Raises UnusableEntry."""
    if value is None or value == "":
        raise UnusableEntry(field, "is missing")
    if not isinstance(value, str):
        raise UnusableEntry(field, f"{quote_value(value)} is not a string")
    if len(value) > LONGEST_ID:
        raise UnusableEntry(field, f"has {len(value)} characters: {quote_value(value)}")
    if "*" in value:
        raise UnusableEntry(field, f"{quote_value(value)} is a pattern, which would match many models")
    if not value.isprintable() or value != value.strip():
        raise UnusableEntry(field, f"{quote_value(value)} has a blank at an end or characters that cannot be printed")
    return value


def _describe_type(value: Any) -> str:
    if value is None:
        return "missing"
    if isinstance(value, str):
        return "text"
    return quote_value(value) if isinstance(value, (list, tuple, Mapping)) else f"the value {quote_value(value)}"


def _is_word(value: Any) -> bool:
    """Return whether a provider's text can be in a catalog: of printable characters, and not too long."""
    return isinstance(value, str) and 0 < len(value) <= LONGEST_WORD and value.isprintable()
