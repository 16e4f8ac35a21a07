"""Tables that fit the window: columns leave, the least needed first, before a value is broken."""

import re
import sys
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

_GAP = 2
# In a file or a pipe no line is folded: nobody knows how wide the reader's window is.
_WIDTH = 1000


def console() -> Console:
    """Standard output."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else _WIDTH)


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    extra: comes in where there is room, the lowest number first; folds: after this character its values may go on in
    the next line; spare: leaves where folding is not enough, the lowest number first. 0 and "" are for never.
    """

    name: str
    right: bool = False
    extra: int = 0
    folds: str = ""
    spare: int = 0


def fitted(columns: Sequence[Column], rows: Sequence[Sequence[Text]], width: int, apart: Collection[int] = ()) -> Table:
    """A table of so many characters, as far as that can be. rows: a cell per column; apart: numbers of the rows that
    have a blank line above them."""
    cells = {column: [row[number] for row in rows] for number, column in enumerate(columns)}
    widths = {column: max(map(cell_len, [column.name, *map(str, some)])) for column, some in cells.items()}
    kept = [column for column in columns if not column.extra]
    for column in sorted((each for each in columns if each.extra), key=lambda each: each.extra):
        if _total(widths[each] for each in (*kept, column)) <= width:
            kept.append(column)
    for spare in [None, *sorted((each for each in columns if each.spare), key=lambda each: each.spare)]:
        kept = [column for column in kept if column is not spare]
        rooms = _rooms(kept, cells, widths, width)
        if _total(rooms.values()) <= width:
            break
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, collapse_padding=True)
    shown = [column for column in columns if column in kept]
    for column in shown:
        table.add_column(
            column.name, justify="right" if column.right else "left", overflow="fold", no_wrap=not column.folds
        )
    for number in range(len(rows)):
        if number in apart:
            table.add_section()
        table.add_row(*(_folded(cells[column][number], column.folds, rooms[column]) for column in shown))
    return table


def _total(widths: Iterable[int]) -> int:
    found = list(widths)
    return sum(found) + _GAP * (len(found) - 1)


def _rooms(
    columns: Sequence[Column], cells: dict[Column, list[Text]], widths: dict[Column, int], width: int
) -> dict[Column, int]:
    """How wide each column becomes, when those that may be folded give way in their order."""
    rooms = {column: widths[column] for column in columns}
    for column in columns:
        if column.folds and (over := _total(rooms.values()) - width) > 0:
            least = max(
                cell_len(piece.rstrip()) for cell in cells[column] for piece in _pieces(str(cell), column.folds)
            )
            rooms[column] = max(rooms[column] - over, least, cell_len(column.name))
    return rooms


def _folded(text: Text, after: str, room: int) -> Text:
    """The text in lines that are no longer than that, as far as its pieces allow it."""
    if not after or cell_len(str(text)) <= room:
        return text
    lines = [""]
    for piece in _pieces(str(text), after):
        if lines[-1] and cell_len((lines[-1] + piece).rstrip()) > room:
            lines.append("")
        lines[-1] += piece
    return Text("\n".join(line.rstrip() for line in lines), text.style)


def _pieces(text: str, after: str) -> list[str]:
    return re.findall(f"[^{after}]*{after}?", text)[:-1] or [""]
