"""New entries as YAML text, in the style of their neighbours."""

from collections.abc import Iterable, Iterator, Mapping
from io import StringIO
from typing import Any

from ruamel.yaml import YAML

from platelayer.inventory.text.changes import Put

LONGEST_LINE = 120
INDENT = "  "


def in_line(value: Any) -> str:
    """A value as one line in flow style; quoted where YAML 1.1, which Ansible reads, would take it for no text."""
    yaml = YAML(typ="safe", pure=True)
    yaml.version = (1, 1)
    yaml.default_flow_style = True
    yaml.width = 2**31
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    stream = StringIO()
    yaml.dump(value, stream)
    return stream.getvalue().partition("--- ")[2].rstrip("\n")


def entry(put: Put) -> str:
    """An item of a list, or a key with its value, in one line."""
    return in_line(put.value) if put.key is None else _pair(put.key, put.value)


def block_items(puts: Iterable[Put], indent: str = INDENT, gap: str = " ", *, by_key: bool = False) -> Iterator[str]:
    """Lines of a block list: one for each item, or one for each of its keys where that is asked for or it is long."""
    for put in puts:
        dash = f"{indent}-{gap}"
        line = dash + in_line(put.value)
        if isinstance(put.value, Mapping) and (by_key or len(line) > LONGEST_LINE):
            first, *more = _pairs(put.value, len(dash))
            yield from (dash + first.lstrip(), *more)
        else:
            yield line


def _pairs(value: Mapping[str, Any], column: int) -> Iterator[str]:
    for key, item in value.items():
        line = " " * column + _pair(key, item)
        if isinstance(item, Mapping) and len(line) > LONGEST_LINE:
            yield " " * column + f"{in_line([key])[1:-1]}:"
            yield from _pairs(item, column + len(INDENT))
        else:
            yield line


def _pair(key: str, value: Any) -> str:
    return in_line({key: value})[1:-1]
