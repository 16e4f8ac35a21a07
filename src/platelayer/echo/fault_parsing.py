"""Parsing of faults as the control API receives them."""

import math
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields

from platelayer.echo.errors import FaultError
from platelayer.echo.faults import FAULT_KINDS, REQUEST_KINDS, Fault


def parse_fault(data: object) -> Fault:
    """Parse `{"kind": "...", option: value, ...}`. Raises FaultError, which names the option and what to write."""
    if not isinstance(data, Mapping):
        raise FaultError('a fault is a JSON object; write for example {"kind": "status", "status": 429}')
    name = data.get("kind")
    kind = FAULT_KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        raise FaultError(f"kind: {_show(name)} is not a fault; write one of: {', '.join(sorted(FAULT_KINDS))}")
    known = {field.name: field for field in fields(kind)}
    options: dict[str, object] = {}
    for option, value in data.items():
        if option == "kind":
            continue
        if option not in known:
            advice = f"write one of: {', '.join(sorted(known))}" if known else "it has no options"
            raise FaultError(f"{option}: '{name}' has no such option; {advice}")
        options[option] = _PARSERS[option](option, value)
    for option, field in known.items():
        if field.default is MISSING and option not in options:
            raise FaultError(f"{option}: '{name}' needs it; write {_EXPECTED[option]}")
    request_kind = options.get("match_path", kind.REQUEST_KINDS[0])
    if request_kind not in kind.REQUEST_KINDS:
        advice = f"write one of: {', '.join(kind.REQUEST_KINDS)}"
        raise FaultError(f"match_path: '{name}' has no effect on '{request_kind}' requests; {advice}")
    return kind(**options)


_EXPECTED = {
    "status": "a whole number from 400 to 599",
    "retry_after": "seconds, 0 or more",
    "seconds": "seconds, 0 or more",
    "message": "a text",
    "after_chunks": "a whole number, 0 or more",
    "times": "a whole number, 1 or more",
    "probability": "a number from 0 to 1",
    "seed": "a whole number",
    "match_model": "a shell pattern such as 'gpt-*'",
    "match_path": f"one of: {', '.join(REQUEST_KINDS)}",
}


def _show(value: object) -> str:
    return "null" if value is None else repr(value)


def _make_error(option: str, value: object) -> FaultError:
    return FaultError(f"{option}: {_show(value)} cannot be used; write {_EXPECTED[option]}")


def _make_int_parser(least: int | None = None, most: int | None = None) -> Callable[[str, object], int]:
    def parse(option: str, value: object) -> int:
        # True is an int in Python, but JSON's true is not a number.
        if not isinstance(value, int) or isinstance(value, bool):
            raise _make_error(option, value)
        if (least is not None and value < least) or (most is not None and value > most):
            raise _make_error(option, value)
        return value

    return parse


def _make_number_parser(most: float = math.inf) -> Callable[[str, object], float]:
    def parse(option: str, value: object) -> float:
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise _make_error(option, value)
        if not math.isfinite(value) or not 0 <= value <= most:
            raise _make_error(option, value)
        return value

    return parse


def _parse_text(option: str, value: object) -> str:
    if not isinstance(value, str) or not value:
        raise _make_error(option, value)
    return value


def _parse_request_kind(option: str, value: object) -> str:
    if not isinstance(value, str) or value not in REQUEST_KINDS:
        raise _make_error(option, value)
    return value


_PARSERS: dict[str, Callable[[str, object], object]] = {
    "status": _make_int_parser(400, 599),
    "retry_after": _make_number_parser(),
    "seconds": _make_number_parser(),
    "message": _parse_text,
    "after_chunks": _make_int_parser(0),
    "times": _make_int_parser(1),
    "probability": _make_number_parser(1),
    "seed": _make_int_parser(),
    "match_model": _parse_text,
    "match_path": _parse_request_kind,
}
