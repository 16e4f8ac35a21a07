"""Lines of a text, and patches that add or remove some of them."""

import re
from collections.abc import Iterable

# From where to where something else is written.
Patch = tuple[int, int, str]

_BLANK = re.compile(r"[ \t]*\r?\n")


def patched(text: str, patches: Iterable[Patch]) -> str:
    """The text with all patches; of those at one place the first comes first, and removals may overlap."""
    parts, done = [], 0
    for start, end, new in sorted(patches, key=lambda patch: patch[:2]):
        parts += [text[done:start], new]
        done = max(done, end)
    return "".join([*parts, text[done:]])


def insertion(text: str, at: int, lines: Iterable[str]) -> Patch:
    """New lines behind the one that ends here."""
    line_break = "\r\n" if "\r\n" in text else "\n"
    return at, at, "".join(line_break + line for line in lines)


def removal(text: str, start: int, end: int) -> Patch:
    """Remove the lines from one's start to another's end; of blank lines on both sides, one side stays."""
    found = text.find("\n", end)
    after = found + 1 if found >= 0 else len(text)
    blank = _BLANK.match(text, after)
    is_below_blank = start > 0 and not text[line_start(text, start - 1) : start].strip()
    return start, blank.end() if blank and is_below_blank else after, ""


def line_start(text: str, at: int) -> int:
    """Where the line begins that holds an index."""
    return text.rfind("\n", 0, at) + 1


def line_end(text: str, at: int) -> int:
    """Where it ends, before its break."""
    found = text.find("\n", at)
    end = len(text) if found < 0 else found
    return end - 1 if end > at and text[end - 1] == "\r" else end


def begins_line(text: str, at: int) -> bool:
    """Whether only blanks stand before an index."""
    return not text[line_start(text, at) : at].strip()


def indent(text: str, at: int) -> str:
    """The blanks that the line begins with."""
    line = text[line_start(text, at) : at]
    return line[: len(line) - len(line.lstrip())]
