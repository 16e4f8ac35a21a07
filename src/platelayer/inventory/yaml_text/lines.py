"""Lines of a text, and patches that add or remove some of them."""

import re
from collections.abc import Iterable

# (start, end, new): the text between two indices is replaced.
Patch = tuple[int, int, str]

_BLANK_LINE = re.compile(r"[ \t]*\r?\n")


def apply_patches(text: str, patches: Iterable[Patch]) -> str:
    """Return the text with all patches applied. Those at the same index keep their order; removals may overlap."""
    parts, position = [], 0
    for start, end, new in sorted(patches, key=lambda patch: patch[:2]):
        parts += [text[position:start], new]
        position = max(position, end)
    return "".join([*parts, text[position:]])


def insert_lines(text: str, at: int, lines: Iterable[str]) -> Patch:
    """Return a patch that adds lines below the line that ends at an index."""
    line_break = "\r\n" if "\r\n" in text else "\n"
    return at, at, "".join(line_break + line for line in lines)


def remove_lines(text: str, start: int, end: int) -> Patch:
    """Return a patch that removes the lines from `start` to the line that `end` is in.

    Where blank lines are above and below, those below are removed too.
    """
    line_break = text.find("\n", end)
    after = line_break + 1 if line_break >= 0 else len(text)
    blank = _BLANK_LINE.match(text, after)
    is_below_blank = start > 0 and not text[find_line_start(text, start - 1) : start].strip()
    return start, blank.end() if blank and is_below_blank else after, ""


def find_line_start(text: str, at: int) -> int:
    """Return the index at which the line begins that an index is in."""
    return text.rfind("\n", 0, at) + 1


def find_line_end(text: str, at: int) -> int:
    """Return the index at which the line ends that an index is in, before its line break."""
    line_break = text.find("\n", at)
    end = len(text) if line_break < 0 else line_break
    return end - 1 if end > at and text[end - 1] == "\r" else end


def is_first_on_line(text: str, at: int) -> bool:
    """Return whether only blanks are before an index on its line."""
    return not text[find_line_start(text, at) : at].strip()


def read_indentation(text: str, at: int) -> str:
    """Return the blanks that the line begins with that an index is in."""
    line = text[find_line_start(text, at) : at]
    return line[: len(line) - len(line.lstrip())]
