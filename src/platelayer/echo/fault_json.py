"""A fault as the control API receives it: read, checked, and refused in words."""

import math
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields

from platelayer.echo.errors import FaultError
from platelayer.echo.faults import KINDS, PATHS, Fault


def parse(data: object) -> Fault:
    """Read `{"kind": "...", option: value, ...}`. Raises FaultError, whose text names the field and what to write."""
    if not isinstance(data, Mapping):
        raise FaultError('a fault is a JSON object; write for example {"kind": "status", "status": 429}')
    name = data.get("kind")
    kind = KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        raise FaultError(f"kind: {_shown(name)} is not a fault; write one of: {', '.join(sorted(KINDS))}")
    known = {field.name: field for field in fields(kind)}
    given: dict[str, object] = {}
    for option, value in data.items():
        if option == "kind":
            continue
        if option not in known:
            options = f"it has: {', '.join(sorted(known))}" if known else "it has no options"
            raise FaultError(f"{option}: '{name}' has no such option; {options}")
        given[option] = _READERS[option](option, value)
    for option, field in known.items():
        if field.default is MISSING and option not in given:
            raise FaultError(f"{option}: '{name}' needs it; write {_WANTED[option]}")
    if given.get("match_path", kind.PATHS[0]) not in kind.PATHS:
        raise FaultError(f"match_path: '{name}' cannot be seen there; write one of: {', '.join(kind.PATHS)}")
    return kind(**given)


_WANTED = {
    "status": "a whole number from 400 to 599",
    "retry_after": "seconds, 0 or more",
    "seconds": "seconds, 0 or more",
    "message": "a text",
    "after_chunks": "a whole number, 0 or more",
    "times": "a whole number, 1 or more",
    "probability": "a number from 0 to 1",
    "seed": "a whole number",
    "match_model": "a shell pattern such as 'gpt-*'",
    "match_path": f"one of: {', '.join(PATHS)}",
}


def _shown(value: object) -> str:
    return "nothing" if value is None else repr(value)


def _wrong(option: str, value: object) -> FaultError:
    return FaultError(f"{option}: {_shown(value)} cannot be used; write {_WANTED[option]}")


def _whole(least: int | None = None, most: int | None = None) -> Callable[[str, object], int]:
    def read(option: str, value: object) -> int:
        # True is an int in Python, but not a number that anyone would write here.
        if not isinstance(value, int) or isinstance(value, bool):
            raise _wrong(option, value)
        if (least is not None and value < least) or (most is not None and value > most):
            raise _wrong(option, value)
        return value

    return read


def _number(most: float = math.inf) -> Callable[[str, object], float]:
    def read(option: str, value: object) -> float:
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise _wrong(option, value)
        if not math.isfinite(value) or not 0 <= value <= most:
            raise _wrong(option, value)
        return value

    return read


def _text(option: str, value: object) -> str:
    if not isinstance(value, str) or not value:
        raise _wrong(option, value)
    return value


def _path(option: str, value: object) -> str:
    if not isinstance(value, str) or value not in PATHS:
        raise _wrong(option, value)
    return value


_READERS: dict[str, Callable[[str, object], object]] = {
    "status": _whole(400, 599),
    "retry_after": _number(),
    "seconds": _number(),
    "message": _text,
    "after_chunks": _whole(0),
    "times": _whole(1),
    "probability": _number(1),
    "seed": _whole(),
    "match_model": _text,
    "match_path": _path,
}
