"""New entries as YAML text, in the style of their neighbours."""

from collections.abc import Iterable, Iterator, Mapping
from io import StringIO
from typing import Any

from ruamel.yaml import YAML

from platelayer.inventory.yaml_text.changes import EntryAddition

LONGEST_LINE = 120
INDENT = "  "


def format_inline(value: Any) -> str:
    """Return a value as one line in flow style.

    Text is quoted if YAML 1.1, which Ansible reads, would take it for a number, a date or a boolean.
    """
    yaml = YAML(typ="safe", pure=True)
    yaml.version = (1, 1)
    yaml.default_flow_style = True
    yaml.width = 2**31
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    stream = StringIO()
    yaml.dump(value, stream)
    return stream.getvalue().partition("--- ")[2].rstrip("\n")


def format_entry(addition: EntryAddition) -> str:
    """Return an item of a list, or a key with its value, as one line."""
    return format_inline(addition.value) if addition.key is None else _format_pair(addition.key, addition.value)


def format_block_items(
    additions: Iterable[EntryAddition], indent: str = INDENT, gap: str = " ", *, by_key: bool = False
) -> Iterator[str]:
    """Yield the lines of a block list's items.

    An item takes one line; a mapping takes a line for each key if `by_key` is true, or if it would be too long.
    gap: the blanks behind the dash.
    """
    for addition in additions:
        dash = f"{indent}-{gap}"
        line = dash + format_inline(addition.value)
        if isinstance(addition.value, Mapping) and (by_key or len(line) > LONGEST_LINE):
            first, *others = _format_pairs(addition.value, len(dash))
            yield from (dash + first.lstrip(), *others)
        else:
            yield line


def _format_pairs(mapping: Mapping[str, Any], column: int) -> Iterator[str]:
    for key, value in mapping.items():
        line = " " * column + _format_pair(key, value)
        if isinstance(value, Mapping) and len(line) > LONGEST_LINE:
            yield " " * column + f"{format_inline([key])[1:-1]}:"
            yield from _format_pairs(value, column + len(INDENT))
        else:
            yield line


def _format_pair(key: str, value: Any) -> str:
    return format_inline({key: value})[1:-1]
