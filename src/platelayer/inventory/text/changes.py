"""Changes of an inventory's data: entries that are added or removed. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Path = tuple[str | int, ...]
_GONE = object()


@dataclass(frozen=True, slots=True)
class Put:
    """Add `value` at the end of the collection at `path`, whose first part is a variable: of a list, or under `key`.

    A variable that is not there, or is empty, becomes a list.
    """

    path: Path
    value: Any
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Drop:
    """Remove what is under `key`, or at that index, of the collection at `path`."""

    path: Path
    key: str | int


Change = Put | Drop


def changed(data: Mapping[str, Any], changes: Iterable[Change]) -> dict[str, Any]:
    """The same data with the changes made; each is told in terms of the data as it is before all of them."""
    new: dict[str, Any] = _copy(data)
    for change in changes:
        variable = str(change.path[0])
        if isinstance(change, Put) and not new.get(variable):
            new[variable] = []
        found: Any = new
        for part in change.path:
            found = found[part]
        if isinstance(change, Drop):
            found[change.key] = _GONE
        elif change.key is None:
            found.append(change.value)
        else:
            found[change.key] = change.value
    cleared: dict[str, Any] = _copy(new)
    return cleared


def _copy(data: Any) -> Any:
    """Without what is gone. What an anchor joins is parted: a change that is meant for one place is made in one."""
    if isinstance(data, Mapping):
        return {key: _copy(value) for key, value in data.items() if value is not _GONE}
    return [_copy(value) for value in data if value is not _GONE] if isinstance(data, list) else data
