"""Lists of fallbacks as LiteLLM wants them, `[{name: [target, …]}, …]`, also out of what was meant to be one."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from platelayer.migrate.findings import Findings
from platelayer.migrate.values import mapping, several


def pairs(raw: Any) -> Iterator[tuple[str, list[Any]]]:
    """(name, what it falls back to) of a list, in whatever form it is written."""
    for item in several(_parsed(raw)):
        for name, targets in mapping(item).items():
            yield str(name), several(targets)


def mended(raw: Any, place: str, findings: Findings) -> list[tuple[str, list[Any]]]:
    """The same, with all that LiteLLM does not understand told."""
    parsed = _parsed(raw)
    # Of the three lists it checks two before it starts.
    fails = "LiteLLM misreads it" if "context_window" in place else "LiteLLM does not start with it"
    if isinstance(raw, list) or raw is None:
        _say_items(several(raw), place, fails, findings)
    elif isinstance(parsed, (Mapping, list)):
        what = "is a mapping" if isinstance(raw, Mapping) else "is a text"
        findings.add("never_worked", place, f"{what}, and {fails}; carried over as the list of mappings that was meant")
    else:
        findings.add("never_worked", place, f"is no list of mappings, and {fails}; it is left out")
    return list(pairs(raw))


def _say_items(items: list[Any], place: str, fails: str, findings: Findings) -> None:
    for number, item in enumerate(items):
        if not isinstance(item, Mapping):
            words = f"is no mapping of a name to what it falls back to, and {fails}; it is left out"
            findings.add("never_worked", f"{place}[{number}]", words)
        elif len(item) != 1:
            words = f"names {len(item)} models at once, and {fails}; carried over as a mapping for each"
            findings.add("never_worked", f"{place}[{number}]", words)
        for name, targets in mapping(item).items():
            if not isinstance(targets, list):
                words = "is no list, and LiteLLM takes it apart letter by letter; carried over as a list of one"
                findings.add("never_worked", f"{place}.{name}", words)


def _parsed(raw: Any) -> Any:
    """A text that holds JSON, as what it holds."""
    if not isinstance(raw, str):
        return raw
    try:
        return json.loads(raw)
    except ValueError:
        return None
