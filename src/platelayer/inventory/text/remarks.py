"""Which comment above an entry speaks of that entry alone, and goes when it goes."""

import re
from collections.abc import Collection, Sequence

from platelayer.inventory.text.lines import line_start

_BLANKS = re.compile(r" *")
# An entry that somebody has commented out is worth keeping.
_OUT_OF_LIST = re.compile(r"#\s*-(\s|$)")
_OUT_OF_MAPPING = re.compile(r"#\s*[\w./\"'-]+\s*:(\s|$)")


def begin(text: str, lines: Sequence[tuple[int, int]], number: int, gone: Collection[int], *, in_list: bool) -> int:
    """Where the removal of an entry begins: at the comment right above, at its indentation, or at its own line.

    lines: from where to where each entry of the block reaches; gone: the numbers of all that are removed.
    The comment stays where it may speak of more: at the head of the block; behind a blank line, if entries follow that
    stay; and if it is an entry that is commented out.
    """
    own = lines[number][0]
    top = _top(text, own, lines[number - 1][1] if number else 0)
    commented_out = (_OUT_OF_LIST if in_list else _OUT_OF_MAPPING).search
    if any(commented_out(line) for line in text[top:own].splitlines()):
        return own
    if number and _follows(text, lines[number - 1][1], top):
        return top
    is_below_blank = top > 0 and not text[line_start(text, top - 1) : top].strip()
    return top if is_below_blank and _section(text, lines, number) <= set(gone) else own


def _top(text: str, own: int, floor: int) -> int:
    """Where the comment begins that stands right above, below what ends at `floor`; else where the entry does."""
    indentation = _BLANKS.match(text, own)
    comment = (indentation[0] if indentation else "") + "#"
    top = own
    while top - 1 > floor and text.startswith(comment, above := line_start(text, top - 1)) and above > floor:
        top = above
    return top


def _section(text: str, lines: Sequence[tuple[int, int]], number: int) -> set[int]:
    """The entry and those that follow it without a blank line or comment between them."""
    found = {number}
    while number + 1 < len(lines) and _follows(text, lines[number][1], lines[number + 1][0]):
        number += 1
        found.add(number)
    return found


def _follows(text: str, end: int, start: int) -> bool:
    """Whether one line begins right where another ends."""
    return text[end:start] in ("\n", "\r\n")
