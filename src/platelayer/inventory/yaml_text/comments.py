"""Comments above an entry: which are about that entry alone, and are removed with it."""

import re
from collections.abc import Collection, Sequence

from platelayer.inventory.yaml_text.lines import find_line_start

_BLANKS = re.compile(r" *")
_COMMENTED_OUT_ITEM = re.compile(r"#\s*-(\s|$)")
_COMMENTED_OUT_KEY = re.compile(r"#\s*[\w./\"'-]+\s*:(\s|$)")


def find_removal_start(
    text: str, spans: Sequence[tuple[int, int]], number: int, removed: Collection[int], *, in_list: bool
) -> int:
    """Return the index from which an entry is removed: its own line, or the comment right above it.

    spans: (start, end) of the lines of each entry of the block; removed: the numbers of all entries that go.
    The comment stays where it may be about more than this entry: at the head of the block; below a blank line, if
    entries of the same section stay; and if it is an entry that somebody commented out.
    """
    entry_start = spans[number][0]
    comment_start = _find_comment_start(text, entry_start, spans[number - 1][1] if number else 0)
    is_commented_out = (_COMMENTED_OUT_ITEM if in_list else _COMMENTED_OUT_KEY).search
    if any(is_commented_out(line) for line in text[comment_start:entry_start].splitlines()):
        return entry_start
    if number and _is_next_line(text, spans[number - 1][1], comment_start):
        return comment_start
    is_below_blank = comment_start > 0 and not text[find_line_start(text, comment_start - 1) : comment_start].strip()
    return comment_start if is_below_blank and _find_section(text, spans, number) <= set(removed) else entry_start


def _find_comment_start(text: str, entry_start: int, floor: int) -> int:
    """Return where the comment begins that is right above an entry and below `floor`; without one, `entry_start`."""
    indentation = _BLANKS.match(text, entry_start)
    comment = (indentation[0] if indentation else "") + "#"
    top = entry_start
    while top - 1 > floor and text.startswith(comment, above := find_line_start(text, top - 1)) and above > floor:
        top = above
    return top


def _find_section(text: str, spans: Sequence[tuple[int, int]], number: int) -> set[int]:
    """Return the numbers of an entry and of those that follow it without a blank line or comment between them."""
    section = {number}
    while number + 1 < len(spans) and _is_next_line(text, spans[number][1], spans[number + 1][0]):
        number += 1
        section.add(number)
    return section


def _is_next_line(text: str, end: int, start: int) -> bool:
    """Return whether a line that begins at `start` follows the line that ends at `end`."""
    return text[end:start] in ("\n", "\r\n")
