"""YAML files that somebody else wrote, and what YAML makes of them without a warning."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from platelayer.errors import InventoryError

# More values than any file has that people write, and few enough to be read in a moment.
_MAX_VALUES = 1_000_000


class _PlainLoader(yaml.CSafeLoader):
    """A YAML loader to which dates such as `api_version: 2024-02-01` and bytes are the texts that they are."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's own way
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }


_PlainLoader.add_constructor("tag:yaml.org,2002:binary", lambda loader, node: str(node.value))


def read_mapping(path: Path, advice: str) -> tuple[dict[str, Any], list[tuple[str, int, int]]]:
    """Return a file's mapping, and (key, first line, last line) of each key that stands twice in one mapping.

    Raise InventoryError, with the advice, where there is none; aliases that unfold without end are refused.
    """
    repeated: list[tuple[str, int, int]] = []
    try:
        loader = _PlainLoader(path.read_text(encoding="utf-8"))
        node = loader.get_single_node()
        if node is not None and _count_values(node, {}, repeated) > _MAX_VALUES:
            what = f"its aliases stand for more than {_MAX_VALUES:,} values; write out what they stand for"
            raise InventoryError([f"{path}: {what}"])
        data = loader.construct_document(node) if node is not None else None
    except FileNotFoundError:
        raise InventoryError([f"{path}: there is no such file; {advice}"]) from None
    except OSError as error:
        raise InventoryError([f"{path}: cannot be read, {error.strerror}; {advice}"]) from None
    except UnicodeDecodeError as error:
        raise InventoryError([f"{path}: byte {error.start + 1} is not UTF-8; save it as UTF-8"]) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "somewhere"
        raise InventoryError([f"{path}: {place}: {error.problem}; mend the YAML there"]) from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise InventoryError([f"{path}: is not YAML; {advice}"]) from None
    if not isinstance(data, dict):
        raise InventoryError([f"{path}: is not a mapping of settings; {advice}"])
    return {str(key): value for key, value in data.items()}, repeated


def _count_values(node: yaml.Node, counts: dict[int, int], repeated: list[tuple[str, int, int]]) -> int:
    """Return how many values a node is with its aliases replaced, and collect the keys that stand twice."""
    if id(node) in counts:
        return counts[id(node)]
    # Until its parts are counted: a node that is a part of itself never ends.
    counts[id(node)] = _MAX_VALUES + 1
    parts = [] if isinstance(node, yaml.ScalarNode) else list(node.value)
    if isinstance(node, yaml.MappingNode):
        repeated += _find_repeated_keys(node)
        parts = [part for pair in parts for part in pair]
    counts[id(node)] = 1 + sum(_count_values(part, counts, repeated) for part in parts)
    return counts[id(node)]


def _find_repeated_keys(node: yaml.MappingNode) -> Iterator[tuple[str, int, int]]:
    lines: dict[str, list[int]] = {}
    for key, _ in node.value:
        if isinstance(key, yaml.ScalarNode) and key.value != "<<":
            lines.setdefault(key.value, []).append(key.start_mark.line + 1)
    yield from ((name, its[0], its[-1]) for name, its in lines.items() if len(its) > 1)
