"""Changes of an inventory's data: entries that are added or removed. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

# The first part is a variable, the others are keys and indices below it.
KeyPath = tuple[str | int, ...]
_REMOVED = object()


@dataclass(frozen=True, slots=True)
class EntryAddition:
    """A value to add at the end of the collection at `path`: to a list, or under `key` of a mapping.

    A variable that is missing or empty becomes a list.
    """

    path: KeyPath
    value: Any
    key: str | None = None


@dataclass(frozen=True, slots=True)
class EntryRemoval:
    """An entry to remove from the collection at `path`: its key, or its index."""

    path: KeyPath
    key: str | int


EntryChange = EntryAddition | EntryRemoval


def apply_changes(data: Mapping[str, Any], changes: Iterable[EntryChange]) -> dict[str, Any]:
    """Return a changed copy of the data. The indices of all changes count in the data as it was before the first."""
    new: dict[str, Any] = _copy(data)
    for change in changes:
        variable = str(change.path[0])
        if isinstance(change, EntryAddition) and not new.get(variable):
            new[variable] = []
        collection: Any = new
        for part in change.path:
            collection = collection[part]
        if isinstance(change, EntryRemoval):
            # Removing it now would shift the indices of later changes.
            collection[change.key] = _REMOVED
        elif change.key is None:
            collection.append(change.value)
        else:
            collection[change.key] = change.value
    return dict(_copy(new))


def _copy(data: Any) -> Any:
    """Return a copy without removed entries, where no two places share an object, as YAML aliases do."""
    if isinstance(data, Mapping):
        return {key: _copy(value) for key, value in data.items() if value is not _REMOVED}
    return [_copy(value) for value in data if value is not _REMOVED] if isinstance(data, list) else data
