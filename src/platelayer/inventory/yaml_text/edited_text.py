"""YAML text in which the lines of entries are added or removed, and every other character stays as it is.

ruamel.yaml tells where values are, and formats new ones. A round trip of the whole text would also reformat what nobody
changed: spaces in braces, uneven indentation, folded lines, Windows line ends.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from platelayer.inventory.yaml_text.changes import EntryAddition, EntryChange, EntryRemoval, KeyPath
from platelayer.inventory.yaml_text.comments import find_removal_start
from platelayer.inventory.yaml_text.lines import (
    Patch,
    apply_patches,
    find_line_end,
    find_line_start,
    insert_lines,
    is_first_on_line,
    read_indentation,
    remove_lines,
)
from platelayer.inventory.yaml_text.new_entries import INDENT, format_block_items, format_entry
from platelayer.inventory.yaml_text.positions import YamlEntry, YamlValue, find_value, locate_values

_DASH = re.compile(r"( *)-([ \t]*)")
_ANCHOR_AND_TAG = re.compile(r"(?:[&!]\S*[ \t]*)*")
_COLON_WITH_ANCHOR_AND_TAG = re.compile(r"[ \t]*:(?:[ \t]+[&!]\S+)*")
_COMMA = re.compile(r"\s*,")
_REST_OF_LINE = re.compile(r"[ \t]*,?[ \t]*(?:#.*)?\r?$", re.MULTILINE)
# An entry that was removed from the end of the text may have stood below blank lines.
_BLANK_LINES_AT_END = re.compile(r"(\r?\n)(?:[ \t]*\r?\n)+\Z")
_NULLS = ("", "~", "null", "Null", "NULL")


class UneditableTextError(ValueError):
    """The reason why a text cannot be changed as asked; the caller adds the name of the file."""


def edit_text(text: str, changes: Iterable[EntryChange]) -> str:
    """Return the text with the changes made. The indices of all changes count in the text as it was.

    Raises UneditableTextError, and ruamel's YAMLError if the text is no YAML.
    """
    tree = locate_values(text)
    additions: dict[KeyPath, list[EntryAddition]] = {}
    removals: dict[KeyPath, list[EntryRemoval]] = {}
    for change in changes:
        if isinstance(change, EntryAddition):
            additions.setdefault(change.path, []).append(change)
        else:
            removals.setdefault(change.path, []).append(change)
    patches = [patch for path, same_path in additions.items() for patch in _add(text, tree, path, same_path)]
    patches += [patch for path, same_path in removals.items() for patch in _remove(text, tree, path, same_path)]
    new = apply_patches(text, patches)
    if not _BLANK_LINES_AT_END.search(text):
        new = _BLANK_LINES_AT_END.sub(r"\1", new)
    return new if text.endswith("\n") else new.removesuffix("\n").removesuffix("\r")


def _add(text: str, tree: YamlValue | None, path: KeyPath, additions: Sequence[EntryAddition]) -> Iterator[Patch]:
    if find_value(tree, path[:1]) is None:
        # A new variable goes to the end, below a blank line.
        yield insert_lines(text, len(text.rstrip()), ["", f"{path[0]}:", *format_block_items(additions)])
        return
    collection = _find_collection(text, tree, path)
    if not collection.entries:
        is_flow = len(path) > 1 or (tree is not None and tree.is_flow)
        yield from _add_to_empty(text, collection, additions, is_flow=is_flow)
    elif collection.is_flow:
        yield from _add_to_flow(text, collection, additions)
    else:
        yield _add_to_block(text, collection, additions)


def _remove(text: str, tree: YamlValue | None, path: KeyPath, removals: Sequence[EntryRemoval]) -> Iterator[Patch]:
    collection = _find_collection(text, tree, path)
    numbers = set()
    for removal in removals:
        entry = collection.find_entry(removal.key)
        if entry is None:
            raise UneditableTextError(
                f"{_describe_path((*path, removal.key))} is not written out, but comes from an alias or a merge"
            )
        numbers.add(collection.entries.index(entry))
    if collection.is_flow:
        yield from _remove_from_flow(text, collection, numbers)
        return
    spans = [_find_span(text, collection, entry) for entry in collection.entries]
    for number in numbers:
        start = find_removal_start(text, spans, number, numbers, in_list=collection.kind == "list")
        yield remove_lines(text, start, spans[number][1])
    parent = find_value(tree, path[:-1])
    if len(numbers) == len(collection.entries) and parent and (entry := parent.find_entry(path[-1])) and entry.key:
        colon = _COLON_WITH_ANCHOR_AND_TAG.match(text, entry.key.end)
        at = colon.end() if colon else entry.key.end
        yield at, at, " []" if collection.kind == "list" else " {}"


def _find_collection(text: str, tree: YamlValue | None, path: KeyPath) -> YamlValue:
    value = find_value(tree, path)
    if value is None or value.kind == "alias":
        raise UneditableTextError(f"{_describe_path(path)} is not written out, but comes from an alias or a merge")
    if value.kind == "scalar" and text[_skip_anchor_and_tag(text, value) : value.end] not in _NULLS:
        raise UneditableTextError(f"{_describe_path(path)} is an expression")
    return value


def _add_to_empty(
    text: str, collection: YamlValue, additions: Sequence[EntryAddition], *, is_flow: bool
) -> Iterator[Patch]:
    opening = _skip_anchor_and_tag(text, collection)
    inline = ", ".join(map(format_entry, additions))
    if "\n" in text[opening : collection.end]:
        yield insert_lines(text, opening + 1, [read_indentation(text, opening) + INDENT + inline])
    elif is_flow:
        yield opening + 1, opening + 1, inline
    else:
        # In a block below its key, where each later entry gets its own line.
        yield len(text[:opening].rstrip(" ")), collection.end, ""
        yield insert_lines(text, find_line_end(text, collection.end), format_block_items(additions))


def _add_to_block(text: str, collection: YamlValue, additions: Sequence[EntryAddition]) -> Patch:
    last = collection.entries[-1]
    _, end = _find_span(text, collection, last)
    if collection.kind == "mapping":
        blanks = " " * (last.start - find_line_start(text, last.start))
        return insert_lines(text, end, [blanks + format_entry(addition) for addition in additions])
    dash = _find_dash(text, last)
    neighbour = next((item.value for item in reversed(collection.entries) if item.value.kind == "mapping"), None)
    by_key = neighbour is not None and not neighbour.is_flow
    return insert_lines(text, end, format_block_items(additions, dash[1], dash[2] or " ", by_key=by_key))


def _add_to_flow(text: str, collection: YamlValue, additions: Sequence[EntryAddition]) -> Iterator[Patch]:
    last, entries = collection.entries[-1], list(map(format_entry, additions))
    end = find_line_end(text, last.end)
    if not is_first_on_line(text, last.start):
        yield last.end, last.end, "".join(f", {entry}" for entry in entries)
        return
    blanks = read_indentation(text, last.start)
    comma = _COMMA.match(text, last.end)
    if comma and end < collection.end:
        yield insert_lines(text, find_line_end(text, comma.end()), [f"{blanks}{entry}," for entry in entries])
        return
    *others, final = (blanks + entry for entry in entries)
    yield last.end, last.end, ","
    # Behind the comment of the last entry, but not behind the closing bracket.
    at = last.end if end >= collection.end else end
    yield insert_lines(text, at, [*(f"{line}," for line in others), final])


def _remove_from_flow(text: str, collection: YamlValue, numbers: set[int]) -> Iterator[Patch]:
    entries = collection.entries
    last_kept = max(set(range(len(entries))) - numbers, default=-1)
    for number in numbers:
        entry = entries[number]
        end = find_line_end(text, entry.end)
        if is_first_on_line(text, entry.start) and end < collection.end and _REST_OF_LINE.match(text, entry.end):
            yield remove_lines(text, find_line_start(text, entry.start), end)
        elif number < last_kept:
            yield entry.start, entries[number + 1].start, ""
        else:
            yield entries[number - 1].end if number else entry.start, entry.end, ""


def _find_span(text: str, collection: YamlValue, entry: YamlEntry) -> tuple[int, int]:
    """Return the (start, end) of the lines of an entry of a block, without the last line break.

    Comments below it belong to it if they are indented deeper; others belong to the next entry, or to the block.
    """
    if collection.kind == "list":
        dash = _find_dash(text, entry)
        start, column = dash.start(), len(dash[1])
    else:
        start = find_line_start(text, entry.start)
        column = entry.start - start
    comment_line = re.compile(rf"\r?\n {{{column + 1},}}#[^\r\n]*")
    end = find_line_end(text, entry.end)
    while comment := comment_line.match(text, end):
        end = comment.end()
    return start, end


def _find_dash(text: str, item: YamlEntry) -> "re.Match[str]":
    """Return the dash of an item, whose value may begin on a later line."""
    line = find_line_start(text, item.start)
    while (dash := _DASH.match(text, line)) is None:
        line = find_line_start(text, line - 1)
    return dash


def _skip_anchor_and_tag(text: str, value: YamlValue) -> int:
    prefix = _ANCHOR_AND_TAG.match(text, value.start, value.end)
    return prefix.end() if prefix else value.start


def _describe_path(path: KeyPath) -> str:
    """Return a path as people write it, such as `gateway_model_groups[2].ids`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)[1:]
