"""The changes of a plan as tables, with prices per million tokens."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from platelayer.catalog.plan import ChangeKind, FieldDifference, ModelChange
from platelayer.schema.catalog import TOKEN_PRICES, CatalogModel
from platelayer.schema.money import format_per_million, format_tokens
from platelayer.wording.catalog_changes import describe_difference, describe_price_move, list_piece_prices


class ChangeStyle(NamedTuple):
    """The sign in front of a change, and the colour of its kind."""

    sign: str
    colour: str


STYLES: dict[ChangeKind, ChangeStyle] = {
    "added": ChangeStyle("+", "green"),
    "missing": ChangeStyle("?", "yellow"),
    "returned": ChangeStyle("+", "green"),
    "gone": ChangeStyle("-", "red"),
    "repriced": ChangeStyle("~", "cyan"),
    "limits": ChangeStyle("~", "blue"),
    "changed": ChangeStyle("~", "blue"),
}
NOTHING = "-"

# Differences → those that share a row.
RowGrouping = Callable[[Sequence[FieldDifference]], Iterable[Sequence[FieldDifference]]]


def draw_changes(kind: ChangeKind, changes: Sequence[ModelChange], width: int) -> RenderableType:
    """Return the table of all changes of one kind, with ids of `width` characters."""
    return _draw_added(changes, width) if kind == "added" else _ChangedTable(changes, width)


def make_change_table(*justify: str, header: Sequence[str] = ()) -> Table:
    """Return an empty table: a sign, an id, and a column for each `l` (left) or `r` (right)."""
    table = Table(box=None, show_header=bool(header), header_style="dim", padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(width=1)
    table.add_column(overflow="fold")
    for index, side in enumerate(justify):
        name = header[index] if index < len(header) else ""
        table.add_column(name, overflow="fold", justify="right" if side == "r" else "left")
    return table


def draw_padded(name: str, width: int) -> Text:
    """Return an id, as wide as those of the other tables."""
    return Text(name.ljust(width))


def draw_touched_names(names: Sequence[str]) -> Text:
    """Return the names that a change touches, after an arrow; nothing without any."""
    return Text(f"→ {', '.join(names)}" if names else "", "magenta")


def _draw_added(changes: Sequence[ModelChange], width: int) -> Table:
    table = make_change_table("r", "r", "r", "l", "l", header=("input", "output", "context"))
    for change in _divide_by_use(changes, table):
        if (model := change.model) is not None:
            context = Text(format_tokens(model.max_input_tokens) if model.max_input_tokens else NOTHING)
            remarks, names = _draw_remarks(model), draw_touched_names(change.touches)
            table.add_row(*_draw_start(change, width), *_draw_prices(model), context, remarks, names)
    return table


def _draw_start(change: ModelChange, width: int) -> tuple[Text, Text]:
    """Return the sign and the id."""
    style = STYLES[change.kind]
    return Text(style.sign, style.colour), draw_padded(change.id, width)


def _draw_prices(model: CatalogModel) -> Iterator[Text]:
    for name in TOKEN_PRICES[:2]:
        price = model.prices.get(name)
        yield Text(NOTHING if price is None else format_per_million(price.usd))


def _draw_remarks(model: CatalogModel) -> Text:
    """Return what the columns of prices do not say."""
    remarks = [] if model.mode == "chat" else [model.mode]
    if model.variable:
        remarks.append("price depends on the model it chooses")
    elif model.free:
        remarks.append("free")
    elif not model.prices:
        remarks.append("no price known")
    return Text(", ".join([*remarks, *list_piece_prices(model)]))


@dataclass
class _ChangedTable:
    """What differs: prices that move by the same share a row if the window has room for that."""

    changes: Sequence[ModelChange]
    width: int

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        table = _draw_changed(self.changes, self.width, _group_alike)
        needed = console.measure(table, options=options.update(max_width=sys.maxsize)).maximum
        yield table if needed <= options.max_width else _draw_changed(self.changes, self.width, _group_none)


def _draw_changed(changes: Sequence[ModelChange], width: int, group_rows: RowGrouping) -> Table:
    """Return a table with a row per group of differences; the id, and the names it touches, are in the first."""
    numbers = "r" if changes[0].kind == "limits" else "l"
    table = make_change_table("l", numbers, "l", numbers, "r", "l")
    for change in _divide_by_use(changes, table):
        start = _draw_start(change, width)
        rows = [_draw_differences(alike) for alike in group_rows(change.differences)]
        for row in rows or [(Text(_describe_last_day(change)), *[Text()] * 4)]:
            table.add_row(*start, *row, draw_touched_names(change.touches) if start[0] else Text())
            start = (Text(), Text())
    return table


def _describe_last_day(change: ModelChange) -> str:
    return f"until {change.until or 'accepted'}" if change.kind == "missing" else ""


def _divide_by_use(changes: Sequence[ModelChange], table: Table) -> Iterator[ModelChange]:
    """Yield the changes, of which served models come first, and add a line to the table where these end."""
    for before, change in zip((None, *changes), changes, strict=False):
        if before is not None and before.touches and not change.touches:
            table.add_row(Text(), Text("not served:", "dim"))
        yield change


def _group_alike(differences: Sequence[FieldDifference]) -> Iterator[Sequence[FieldDifference]]:
    """Yield prices of tokens that move by the same together, and everything else alone."""

    def make_key(difference: FieldDifference) -> str:
        return describe_price_move(difference) if difference.field in TOKEN_PRICES else difference.field

    for _, group in groupby(differences, make_key):
        alike = list(group)
        yield from [alike] if describe_price_move(alike[0]) else _group_none(alike)


def _group_none(differences: Sequence[FieldDifference]) -> Iterator[Sequence[FieldDifference]]:
    return ([difference] for difference in differences)


def _draw_differences(alike: Sequence[FieldDifference]) -> tuple[Text, ...]:
    """Return the fields, their old values, an arrow, their new values, and how far these move."""
    values = [describe_difference(difference, NOTHING) for difference in alike]
    fields, old, new = (
        Text(" / ".join(str(getattr(value, side)) for value in values)) for side in ("field", "old", "new")
    )
    return fields, old, Text("→"), new, Text(values[0].move, "green" if values[0].direction == "down" else "red")
