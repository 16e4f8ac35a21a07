"""Keys that a file writes twice: YAML would forget the first, and Ansible only warns of it."""

from collections.abc import Iterator
from pathlib import Path

import yaml

from platelayer.inventory.written import texts


def repetitions(environment: Path) -> Iterator[str]:
    """A sentence for each, in the files of an environment that are not encrypted. What is no YAML has none."""
    for path, text in texts(environment).items():
        try:
            root = yaml.compose(text, Loader=yaml.CSafeLoader)
        except yaml.YAMLError:
            continue
        for key, first in _repeated(root):
            yield (
                f"{path}:{key.start_mark.line + 1}: '{key.value}' is written here again, after line "
                f"{first.start_mark.line + 1}; YAML takes the last alone: join the two, or remove one"
            )


def _repeated(root: yaml.Node | None) -> Iterator[tuple[yaml.ScalarNode, yaml.ScalarNode]]:
    """Each key that its mapping has already, and where it was. What `<<` brings may be written over."""
    waiting, visited = [root], set()
    while waiting:
        node = waiting.pop()
        # What an anchor names is met again at each of its aliases.
        if node is None or id(node) in visited:
            continue
        visited.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting += reversed(node.value)
        elif isinstance(node, yaml.MappingNode):
            seen: dict[tuple[str, str], yaml.ScalarNode] = {}
            for key, _ in node.value:
                if isinstance(key, yaml.ScalarNode) and key.value != "<<":
                    first = seen.setdefault((key.tag, key.value), key)
                    if first is not key:
                        yield key, first
            waiting += [value for _, value in reversed(node.value)]
