"""The changes of a plan as tables, with prices per million tokens."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from platelayer.catalog.plan import Change, Difference, Entry, movement
from platelayer.schema.catalog import PIECE_PRICES, TOKEN_PRICES, VARIABLE, CatalogModel
from platelayer.schema.money import per_million, plainly, tokens

# The sign of a change, its colour, its word in a summary, and its title.
CHANGES: dict[Change, tuple[str, str, str, str]] = {
    "added": ("+", "green", "added", "added, USD per million tokens"),
    "missing": ("?", "yellow", "missing", "missing from the list, kept for now"),
    "returned": ("+", "green", "returned", "in the list again"),
    "gone": ("-", "red", "gone", "gone"),
    "repriced": ("~", "cyan", "re-priced", "re-priced, USD per million tokens"),
    "limits": ("~", "blue", "with other limits", "other limits, tokens"),
    "changed": ("~", "blue", "changed otherwise", "changed otherwise"),
}
FIELDS: dict[str, str] = {
    "max_input_tokens": "input",
    "max_output_tokens": "output",
    **{name: f"USD per {name}" for name in PIECE_PRICES},
}
NOTHING = "-"


def of(change: Change, entries: Sequence[Entry], width: int) -> RenderableType:
    """All entries of one kind of change, ids `width` characters wide."""
    return _added(entries, width) if change == "added" else _Changed(entries, width)


def columns(*justify: str, header: Sequence[str] = ()) -> Table:
    """Columns under each other: a sign, the id, and those that are asked for, `l` or `r`."""
    table = Table(box=None, show_header=bool(header), header_style="dim", padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(width=1)
    table.add_column(overflow="fold")
    for index, side in enumerate(justify):
        name = header[index] if index < len(header) else ""
        table.add_column(name, overflow="fold", justify="right" if side == "r" else "left")
    return table


def _added(entries: Sequence[Entry], width: int) -> Table:
    table = columns("r", "r", "r", "l", "l", header=("input", "output", "context"))
    for entry in _parted(entries, table):
        if (model := entry.model) is not None:
            limit = Text(tokens(model.max_input_tokens) if model.max_input_tokens else NOTHING)
            table.add_row(*_start(entry, width), *_sides(model), limit, _remarks(model), touched(entry.touches))
    return table


def _start(entry: Entry, width: int) -> tuple[Text, Text]:
    """The sign and the id, which is as wide as in the other tables, where there is room."""
    sign, style, _, _ = CHANGES[entry.change]
    return Text(sign, style), padded(entry.id, width)


def padded(name: str, width: int) -> Text:
    return Text(name.ljust(width))


def _sides(model: CatalogModel) -> Iterator[Text]:
    for name in TOKEN_PRICES[:2]:
        price = model.prices.get(name)
        yield Text(NOTHING if price is None else per_million(price.usd))


def _remarks(model: CatalogModel) -> Text:
    """What the prices of tokens do not say."""
    found = [] if model.mode == "chat" else [model.mode]
    if model.variable:
        found.append("price depends on what it chooses")
    elif model.free:
        found.append("free")
    elif not model.prices:
        found.append("no price known")
    found += [f"{plainly(model.prices[name].usd)} USD per {name}" for name in PIECE_PRICES if name in model.prices]
    return Text(", ".join(found))


@dataclass
class _Changed:
    """What differs: prices that move by the same in one row where the window has room for that, else in a row each."""

    entries: Sequence[Entry]
    width: int

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        table = _changed(self.entries, self.width, _alike)
        needed = console.measure(table, options=options.update(max_width=sys.maxsize)).maximum
        yield table if needed <= options.max_width else _changed(self.entries, self.width, lambda found: zip(found))


def _changed(
    entries: Sequence[Entry], width: int, rows_of: Callable[[Sequence[Difference]], Iterable[Sequence[Difference]]]
) -> Table:
    """A row for one value that differs, or several; the id, and what it touches, stand in the first."""
    numbers = "r" if entries[0].change == "limits" else "l"
    table = columns("l", numbers, "l", numbers, "r", "l")
    for entry in _parted(entries, table):
        start = _start(entry, width)
        rows = [_difference(alike) for alike in rows_of(entry.differences)] or [(Text(_until(entry)), *[Text()] * 4)]
        for row in rows:
            table.add_row(*start, *row, touched(entry.touches) if start[0] else Text())
            start = (Text(), Text())
    return table


def _until(entry: Entry) -> str:
    return f"until {entry.until or 'accepted'}" if entry.change == "missing" else ""


def _parted(entries: Sequence[Entry], table: Table) -> Iterator[Entry]:
    """The entries, which begin with what is served; a line where that ends."""
    for before, entry in zip((None, *entries), entries, strict=False):
        if before is not None and before.touches and not entry.touches:
            table.add_row(Text(), Text("not served:", "dim"))
        yield entry


def _alike(differences: Sequence[Difference]) -> Iterator[Sequence[Difference]]:
    """Prices of tokens that move by the same are told in one line, all else in a line each."""
    for _, alike in groupby(differences, lambda each: _moved(each) if each.field in TOKEN_PRICES else each.field):
        found = list(alike)
        yield from [found] if _moved(found[0]) else ([each] for each in found)


def _moved(difference: Difference) -> str:
    old, new = difference.old, difference.new
    return movement(old, new) if isinstance(old, Decimal) and isinstance(new, Decimal) else ""


def _difference(alike: Sequence[Difference]) -> tuple[Text, ...]:
    """The fields, their old values, an arrow, their new values, and how much that is."""
    fields = " / ".join(FIELDS.get(each.field, each.field.replace("_", " ")) for each in alike)
    old, new = (
        " / ".join(_words(getattr(each, side), each.field in PIECE_PRICES) for each in alike) for side in ("old", "new")
    )
    moved = _moved(alike[0])
    return Text(fields), Text(old), Text("→"), Text(new), Text(moved, "green" if moved.startswith("-") else "red")


def touched(names: Sequence[str]) -> Text:
    return Text(f"→ {', '.join(names)}" if names else "", "magenta")


def _words(value: object, piece: bool) -> str:
    """One side of a difference."""
    if value is None or value == ():
        return NOTHING
    if isinstance(value, Decimal):
        return plainly(value) if piece else per_million(value)
    if isinstance(value, bool):
        return VARIABLE if value else "fixed"
    if isinstance(value, int):
        return f"{value:,}"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
