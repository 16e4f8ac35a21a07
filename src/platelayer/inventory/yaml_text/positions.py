"""The positions of values in a YAML text, so that an edit can touch the lines of some and no others."""

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

_FRAME_EVENTS = (StreamStartEvent, StreamEndEvent, DocumentStartEvent, DocumentEndEvent)
_COLON = re.compile(r"\s*:")


@dataclass(frozen=True, slots=True)
class YamlValue:
    """A value: `start` and `end` are indices into the text; anchor and tag are included, comments are not.

    is_flow: written as [a, b] or {a: b}; text: of a scalar, or the name of an alias.
    """

    kind: Literal["scalar", "list", "mapping", "alias"]
    start: int
    end: int
    is_flow: bool = False
    text: str = ""
    entries: "tuple[YamlEntry, ...]" = ()

    def find_entry(self, key: str | int) -> "YamlEntry | None":
        """Return the entry under a key or index, or None. Of a repeated key the last one counts, as for Ansible."""
        if isinstance(key, int):
            return self.entries[key] if self.kind == "list" and key < len(self.entries) else None
        return next((entry for entry in reversed(self.entries) if entry.key and entry.key.text == key), None)


@dataclass(frozen=True, slots=True)
class YamlEntry:
    """An item of a list, or a key with its value."""

    key: YamlValue | None
    value: YamlValue

    @property
    def start(self) -> int:
        """The index at which it begins; in a block list that is behind the dash."""
        return self.key.start if self.key else self.value.start

    @property
    def end(self) -> int:
        """The index at which it ends, before comments and line breaks."""
        return self.value.end


@lru_cache(maxsize=16)
def locate_values(text: str) -> YamlValue | None:
    """Return the outermost value of a text with all values in it; None if it has none. Raises ruamel's YAMLError."""
    parser = YAML(typ="safe", pure=True)
    events = deque(event for event in parser.parse(text) if not isinstance(event, _FRAME_EVENTS))
    return _read_value(text, events) if events else None


def find_value(outermost: YamlValue | None, path: Sequence[str | int]) -> YamlValue | None:
    """Return the value at the end of a path of keys and indices; None if it is not written out there."""
    value = outermost
    for key in path:
        entry = value.find_entry(key) if value else None
        value = entry.value if entry else None
    return value


def _read_value(text: str, events: deque[Any], key: YamlValue | None = None) -> YamlValue:
    event = events.popleft()
    start, end = event.start_mark.index, event.end_mark.index
    if isinstance(event, AliasEvent):
        return YamlValue("alias", start, end, text=str(event.anchor))
    if isinstance(event, (SequenceStartEvent, MappingStartEvent)):
        is_list = isinstance(event, SequenceStartEvent)
        entries = tuple(_read_entries(text, events, keyed=not is_list))
        closing = events.popleft()
        # For ruamel a block ends where the text after it begins; here it ends with its last entry.
        end = closing.end_mark.index if event.flow_style else entries[-1].end
        return YamlValue("list" if is_list else "mapping", start, end, bool(event.flow_style), entries=entries)
    if start == end and key is not None:
        # ruamel places an empty value before whatever comes next; here it is right behind the colon.
        colon = _COLON.match(text, key.end)
        start = end = colon.end() if colon else key.end
    return YamlValue("scalar", start, start + len(text[start:end].rstrip()), text=str(event.value))


def _read_entries(text: str, events: deque[Any], *, keyed: bool) -> Iterator[YamlEntry]:
    while not isinstance(events[0], (SequenceEndEvent, MappingEndEvent)):
        key = _read_value(text, events) if keyed else None
        yield YamlEntry(key, _read_value(text, events, key))
