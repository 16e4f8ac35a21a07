"""Changes of YAML text: they add or remove the lines of entries and leave every other character as it is.

ruamel.yaml says where things stand, and writes what is new. A round trip of the whole text would also rewrite what
nobody changed: spaces in braces, unlike indentations, folded lines, Windows line ends.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from platelayer.inventory.text.changes import Change, Drop, Path, Put
from platelayer.inventory.text.fresh import INDENT, block_items, entry
from platelayer.inventory.text.lines import (
    Patch,
    begins_line,
    indent,
    insertion,
    line_end,
    line_start,
    patched,
    removal,
)
from platelayer.inventory.text.places import Entry, Place, find, root
from platelayer.inventory.text.remarks import begin

_DASH = re.compile(r"( *)-([ \t]*)")
_PROPERTIES = re.compile(r"(?:[&!]\S*[ \t]*)*")
_HEADER = re.compile(r"[ \t]*:(?:[ \t]+[&!]\S+)*")
_COMMA = re.compile(r"\s*,")
_REST_OF_LINE = re.compile(r"[ \t]*,?[ \t]*(?:#.*)?\r?$", re.MULTILINE)
# Blank lines at the end, where an entry has gone that stood below one.
_BLANK_END = re.compile(r"(\r?\n)(?:[ \t]*\r?\n)+\Z")
_NOTHING = ("", "~", "null", "Null", "NULL")


class NotEditable(ValueError):
    """Why a text cannot be changed as asked, to be said after the name of its file."""


def spliced(text: str, changes: Iterable[Change]) -> str:
    """The text with the changes made, each told in terms of the text as it is.

    Raises NotEditable, and ruamel's YAMLError where the text is no YAML.
    """
    tree = root(text)
    puts: dict[Path, list[Put]] = {}
    drops: dict[Path, list[Drop]] = {}
    for change in changes:
        if isinstance(change, Put):
            puts.setdefault(change.path, []).append(change)
        else:
            drops.setdefault(change.path, []).append(change)
    patches = [patch for path, some in puts.items() for patch in _put(text, tree, path, some)]
    patches += [patch for path, some in drops.items() for patch in _drop(text, tree, path, some)]
    new = patched(text, patches)
    if not _BLANK_END.search(text):
        new = _BLANK_END.sub(r"\1", new)
    return new if text.endswith("\n") else new.removesuffix("\n").removesuffix("\r")


def _put(text: str, tree: Place | None, path: Path, puts: Sequence[Put]) -> Iterator[Patch]:
    if find(tree, path[:1]) is None:
        # A new variable, at the end, behind a blank line.
        yield insertion(text, len(text.rstrip()), ["", f"{path[0]}:", *block_items(puts)])
        return
    place = _container(text, tree, path)
    if not place.entries:
        yield from _put_first(text, place, puts, in_flow=len(path) > 1 or (tree is not None and tree.flow))
    elif place.flow:
        yield from _put_flow(text, place, puts)
    else:
        yield _put_block(text, place, puts)


def _drop(text: str, tree: Place | None, path: Path, drops: Sequence[Drop]) -> Iterator[Patch]:
    place = _container(text, tree, path)
    numbers = set()
    for drop in drops:
        found = place.find(drop.key)
        if found is None:
            raise NotEditable(f"{_words((*path, drop.key))} is not written out, but comes from an alias or a merge")
        numbers.add(place.entries.index(found))
    if place.flow:
        yield from _drop_flow(text, place, numbers)
        return
    lines = [_lines(text, place, item) for item in place.entries]
    for number in numbers:
        start = begin(text, lines, number, numbers, in_list=place.kind == "list")
        yield removal(text, start, lines[number][1])
    holder = find(tree, path[:-1])
    if len(numbers) == len(place.entries) and holder and (pair := holder.find(path[-1])) and pair.key:
        header = _HEADER.match(text, pair.key.end)
        at = header.end() if header else pair.key.end
        yield at, at, " []" if place.kind == "list" else " {}"


def _container(text: str, tree: Place | None, path: Path) -> Place:
    place = find(tree, path)
    if place is None or place.kind == "alias":
        raise NotEditable(f"{_words(path)} is not written out, but comes from an alias or a merge")
    if place.kind == "scalar" and text[_behind_properties(text, place) : place.end] not in _NOTHING:
        raise NotEditable(f"{_words(path)} is an expression")
    return place


def _put_first(text: str, place: Place, puts: Sequence[Put], *, in_flow: bool) -> Iterator[Patch]:
    opening = _behind_properties(text, place)
    if "\n" in text[opening : place.end]:
        yield insertion(text, opening + 1, [indent(text, opening) + INDENT + ", ".join(map(entry, puts))])
    elif in_flow:
        yield opening + 1, opening + 1, ", ".join(map(entry, puts))
    else:
        # As a block below its key: more entries then are lines of their own.
        yield len(text[:opening].rstrip(" ")), place.end, ""
        yield insertion(text, line_end(text, place.end), block_items(puts))


def _put_block(text: str, place: Place, puts: Sequence[Put]) -> Patch:
    last = place.entries[-1]
    _, end = _lines(text, place, last)
    if place.kind == "mapping":
        blanks = " " * (last.start - line_start(text, last.start))
        return insertion(text, end, [blanks + entry(put) for put in puts])
    dash = _dash(text, last)
    neighbour = next((item.value for item in reversed(place.entries) if item.value.kind == "mapping"), None)
    by_key = neighbour is not None and not neighbour.flow
    return insertion(text, end, block_items(puts, dash[1], dash[2] or " ", by_key=by_key))


def _put_flow(text: str, place: Place, puts: Sequence[Put]) -> Iterator[Patch]:
    last, items = place.entries[-1], list(map(entry, puts))
    end = line_end(text, last.end)
    if not begins_line(text, last.start):
        yield last.end, last.end, "".join(f", {item}" for item in items)
        return
    blanks = indent(text, last.start)
    comma = _COMMA.match(text, last.end)
    if comma and end < place.end:
        yield insertion(text, line_end(text, comma.end()), [f"{blanks}{item}," for item in items])
        return
    *others, final = (blanks + item for item in items)
    yield last.end, last.end, ","
    # Behind the comment of the last item, but not behind the closing bracket.
    yield insertion(text, last.end if end >= place.end else end, [*(f"{line}," for line in others), final])


def _drop_flow(text: str, place: Place, numbers: set[int]) -> Iterator[Patch]:
    last_kept = max(set(range(len(place.entries))) - numbers, default=-1)
    for number in numbers:
        item = place.entries[number]
        end = line_end(text, item.end)
        if begins_line(text, item.start) and end < place.end and _REST_OF_LINE.match(text, item.end):
            yield removal(text, line_start(text, item.start), end)
        elif number < last_kept:
            yield item.start, place.entries[number + 1].start, ""
        else:
            yield place.entries[number - 1].end if number else item.start, item.end, ""


def _lines(text: str, place: Place, item: Entry) -> tuple[int, int]:
    """From where to where the lines of an entry of a block reach, the last line break not included.

    Comments below it that are indented deeper are its own; others belong to what comes next, or to the block.
    """
    if place.kind == "list":
        dash = _dash(text, item)
        start, column = dash.start(), len(dash[1])
    else:
        start = line_start(text, item.start)
        column = item.start - start
    own = re.compile(rf"\r?\n {{{column + 1},}}#[^\r\n]*")
    end = line_end(text, item.end)
    while comment := own.match(text, end):
        end = comment.end()
    return start, end


def _dash(text: str, item: Entry) -> "re.Match[str]":
    """The line that an item begins with; its value may begin on a later one."""
    at = line_start(text, item.start)
    while (found := _DASH.match(text, at)) is None:
        at = line_start(text, at - 1)
    return found


def _behind_properties(text: str, place: Place) -> int:
    """Where the value begins behind its anchor and tag."""
    found = _PROPERTIES.match(text, place.start, place.end)
    return found.end() if found else place.start


def _words(path: Path) -> str:
    """`gateway_model_groups[2].ids`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)[1:]
