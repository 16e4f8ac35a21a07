"""Keys that a YAML file sets twice: YAML forgets the first value, and Ansible only warns of it."""

from collections.abc import Iterator
from pathlib import Path

import yaml

from platelayer.inventory.variable_files import read_files


def find_repeated_keys(environment: Path) -> Iterator[str]:
    """Yield a problem for each repeated key in the files of an environment; encrypted and broken files have none."""
    for path, text in read_files(environment).items():
        try:
            root = yaml.compose(text, Loader=yaml.CSafeLoader)
        except yaml.YAMLError:
            continue
        for key, first in _find_pairs(root):
            yield (
                f"{path}:{key.start_mark.line + 1}: '{key.value}' is set again, after line "
                f"{first.start_mark.line + 1}; YAML keeps only the last value: merge the two, or remove one"
            )


def _find_pairs(root: yaml.Node | None) -> Iterator[tuple[yaml.ScalarNode, yaml.ScalarNode]]:
    """Yield each repeated key of a mapping with the first of that name. Keys that `<<` merges may be overridden."""
    waiting, visited = [root], set()
    while waiting:
        node = waiting.pop()
        # Every alias leads to the node of its anchor again.
        if node is None or id(node) in visited:
            continue
        visited.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting += reversed(node.value)
        elif isinstance(node, yaml.MappingNode):
            first_keys: dict[tuple[str, str], yaml.ScalarNode] = {}
            for key, _ in node.value:
                if isinstance(key, yaml.ScalarNode) and key.value != "<<":
                    first = first_keys.setdefault((key.tag, key.value), key)
                    if first is not key:
                        yield key, first
            waiting += [value for _, value in reversed(node.value)]
