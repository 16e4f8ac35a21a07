"""A YAML document as its nodes, where repeated keys and aliases are still to be seen."""

from collections.abc import Iterator

import yaml

# More than any config has, and little enough to be read in a moment.
MOST = 1_000_000
_MERGE = "<<"


def is_bounded(root: yaml.Node) -> bool:
    """Whether a document stays within MOST values when each alias is replaced by what it stands for."""
    sizes: dict[int, int] = {}
    under_way: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting[-1]
        missing = [part for part in _parts(node) if id(part) not in sizes]
        if any(id(part) in under_way for part in missing):
            # It stands for something that it is a part of.
            return False
        if missing:
            under_way.add(id(node))
            waiting += missing
            continue
        waiting.pop()
        under_way.discard(id(node))
        sizes[id(node)] = 1 + sum(sizes[id(part)] for part in _parts(node))
    return sizes[id(root)] <= MOST


def repeated(root: yaml.Node) -> Iterator[tuple[str, int, int]]:
    """(key, line of the first, line of the last) of each key that a mapping has more than once."""
    seen = {id(root)}
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, yaml.MappingNode):
            yield from _twice(node)
        parts = [part for part in _parts(node) if id(part) not in seen]
        seen.update(map(id, parts))
        waiting += parts


def _twice(node: yaml.MappingNode) -> Iterator[tuple[str, int, int]]:
    lines: dict[str, list[int]] = {}
    for key, _ in node.value:
        if isinstance(key, yaml.ScalarNode) and key.value != _MERGE:
            lines.setdefault(key.value, []).append(key.start_mark.line + 1)
    yield from ((key, found[0], found[-1]) for key, found in lines.items() if len(found) > 1)


def _parts(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [part for pair in node.value for part in pair]
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []
