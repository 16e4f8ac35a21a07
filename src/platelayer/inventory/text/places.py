"""Where in a YAML text each value stands, so that a change can touch its own lines and no others."""

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from ruamel.yaml import YAML
from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

_AROUND = (StreamStartEvent, StreamEndEvent, DocumentStartEvent, DocumentEndEvent)
_COLON = re.compile(r"\s*:")


@dataclass(frozen=True, slots=True)
class Place:
    """A value: `start` and `end` are indices into the text, with anchor and tag, without comments.

    flow: written as [a, b] or {a: b}; value: of a scalar, or the name of an alias.
    """

    kind: Literal["scalar", "list", "mapping", "alias"]
    start: int
    end: int
    flow: bool = False
    value: str = ""
    entries: "tuple[Entry, ...]" = ()

    def find(self, key: str | int) -> "Entry | None":
        """What is written under a key or index. Of keys that are there twice the last one counts, as for Ansible."""
        if isinstance(key, int):
            return self.entries[key] if self.kind == "list" and key < len(self.entries) else None
        return next((entry for entry in reversed(self.entries) if entry.key and entry.key.value == key), None)


@dataclass(frozen=True, slots=True)
class Entry:
    """An item of a list, or a key with its value."""

    key: Place | None
    value: Place

    @property
    def start(self) -> int:
        """Where it begins; in a block list that is behind the dash."""
        return self.key.start if self.key else self.value.start

    @property
    def end(self) -> int:
        """Where it ends, before comments and line breaks."""
        return self.value.end


@lru_cache(maxsize=16)
def root(text: str) -> Place | None:
    """The value of a text, None where there is none. Raises ruamel's YAMLError."""
    events = deque(event for event in YAML(typ="safe", pure=True).parse(text) if not isinstance(event, _AROUND))
    return _place(text, events) if events else None


def find(start: Place | None, path: Sequence[str | int]) -> Place | None:
    """The value at the end of a path of keys and indices; None where it is not written out there."""
    for key in path:
        entry = start.find(key) if start else None
        start = entry.value if entry else None
    return start


def _place(text: str, events: deque[Any], key: Place | None = None) -> Place:
    event = events.popleft()
    start, end = event.start_mark.index, event.end_mark.index
    if isinstance(event, AliasEvent):
        return Place("alias", start, end, value=str(event.anchor))
    if isinstance(event, (SequenceStartEvent, MappingStartEvent)):
        is_list = isinstance(event, SequenceStartEvent)
        entries = tuple(_entries(text, events, keyed=not is_list))
        closing = events.popleft()
        # A block ends where the text after it begins; what is meant is where its last entry ends.
        end = closing.end_mark.index if event.flow_style else entries[-1].end
        return Place("list" if is_list else "mapping", start, end, bool(event.flow_style), entries=entries)
    if start == end and key is not None:
        # A value that is not there stands behind its colon, not before whatever comes next.
        colon = _COLON.match(text, key.end)
        start = end = colon.end() if colon else key.end
    return Place("scalar", start, start + len(text[start:end].rstrip()), value=str(event.value))


def _entries(text: str, events: deque[Any], *, keyed: bool) -> Iterator[Entry]:
    while not isinstance(events[0], (SequenceEndEvent, MappingEndEvent)):
        key = _place(text, events) if keyed else None
        yield Entry(key, _place(text, events, key))
