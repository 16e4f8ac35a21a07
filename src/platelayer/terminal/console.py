"""Tables that fit the window: the least needed columns are dropped before a value is cut."""

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
# In a file or a pipe no line is folded: the width of the reader's window is unknown.
_WIDTH = 1000


def make_console() -> Console:
    """Return a console on standard output."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else _WIDTH)


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column of a table that fits the window.

    extra: shown only if there is room, the lowest number first; 0 is always. folds: the character after which a value
    may continue on the next line; empty is never. spare: dropped if folding is not enough, the lowest number first; 0
    is never. right: aligned to the right.
    """

    name: str
    right: bool = False
    extra: int = 0
    folds: str = ""
    spare: int = 0


def fit_table(
    columns: Sequence[TableColumn], rows: Sequence[Sequence[Text]], width: int, apart: Collection[int] = ()
) -> Table:
    """Return a table that is `width` characters wide, if its values allow that.

    rows: a cell per column. apart: the numbers of rows that have a blank line above them.
    """
    cells = {column: [row[number] for row in rows] for number, column in enumerate(columns)}
    widths = {column: max(map(cell_len, [column.name, *map(str, texts)])) for column, texts in cells.items()}
    kept = [column for column in columns if not column.extra]
    for column in sorted((column for column in columns if column.extra), key=lambda column: column.extra):
        if _sum_widths(widths[other] for other in (*kept, column)) <= width:
            kept.append(column)
    for spare in [None, *sorted((column for column in columns if column.spare), key=lambda column: column.spare)]:
        kept = [column for column in kept if column is not spare]
        rooms = _divide_width(kept, cells, widths, width)
        if _sum_widths(rooms.values()) <= width:
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
        table.add_row(*(_fold(cells[column][number], column.folds, rooms[column]) for column in shown))
    return table


def _sum_widths(widths: Iterable[int]) -> int:
    listed = list(widths)
    return sum(listed) + _GAP * (len(listed) - 1)


def _divide_width(
    columns: Sequence[TableColumn], cells: dict[TableColumn, list[Text]], widths: dict[TableColumn, int], width: int
) -> dict[TableColumn, int]:
    """Return how wide each column becomes if those that may be folded give way, in their order."""
    rooms = {column: widths[column] for column in columns}
    for column in columns:
        if column.folds and (over := _sum_widths(rooms.values()) - width) > 0:
            least = max(
                cell_len(piece.rstrip()) for cell in cells[column] for piece in _split_pieces(str(cell), column.folds)
            )
            rooms[column] = max(rooms[column] - over, least, cell_len(column.name))
    return rooms


def _fold(text: Text, after: str, room: int) -> Text:
    """Return the text in lines of at most `room` characters, if its pieces allow that."""
    if not after or cell_len(str(text)) <= room:
        return text
    lines = [""]
    for piece in _split_pieces(str(text), after):
        if lines[-1] and cell_len((lines[-1] + piece).rstrip()) > room:
            lines.append("")
        lines[-1] += piece
    return Text("\n".join(line.rstrip() for line in lines), text.style)


def _split_pieces(text: str, after: str) -> list[str]:
    return re.findall(f"[^{after}]*{after}?", text)[:-1] or [""]
