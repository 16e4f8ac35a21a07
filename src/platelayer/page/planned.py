"""What `platelayer catalog refresh --json` wrote, read again."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from platelayer.catalog.guards import NAMES, Refusal
from platelayer.catalog.plan import CHANGES, Difference, Entry, Plan
from platelayer.catalog.refresh import Outcome
from platelayer.errors import CatalogError
from platelayer.page import words
from platelayer.schema.money import amount


def read(path: Path, environment: str) -> list[Outcome]:
    """The outcomes of a refresh of this environment, as they were but for the models of their plans."""
    instead = f"write a plan with `platelayer catalog refresh --env {environment} --dry-run --json`"
    try:
        raw = json.loads(path.read_text())
    except OSError as error:
        raise CatalogError(f"--plan {path}: cannot be read, {error.strerror}; {instead}") from None
    except ValueError:
        raise CatalogError(f"--plan {path}: is not JSON; {instead}") from None
    try:
        theirs = str(raw["environment"])
        outcomes = [_outcome(item) for item in raw["providers"]]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise CatalogError(f"--plan {path}: is no plan, or one of another version of Platelayer; {instead}") from None
    if theirs != environment:
        raise CatalogError(
            f"--plan {path}: is a plan of '{theirs}'; write --env {theirs}, or make one of {environment}"
        )
    return outcomes


def _outcome(raw: dict[str, Any]) -> Outcome:
    provider = str(raw["provider"])
    return Outcome(
        provider=provider,
        plan=Plan(provider, tuple(_entry(item) for item in raw["plan"]), int(raw["count"])),
        refusals=tuple(map(_refusal, raw["refusals"])),
        warnings=tuple((each["where"], each["words"]) for each in raw["warnings"]),
        error=raw["error"],
        seconds=float(raw["seconds"]),
        changes=bool(raw["changes"]),
        served=int(raw["served"]),
        without_second=bool(raw["models_dev_failed"]),
    )


def _refusal(raw: dict[str, Any]) -> Refusal:
    return Refusal(_one_of(NAMES, raw["guard"]), raw["id"], raw["reason"], tuple(map(str, raw["touches"])))


def _entry(raw: dict[str, Any]) -> Entry:
    return Entry(
        _one_of(CHANGES, raw["change"]),
        str(raw["id"]),
        tuple(_difference(item) for item in raw["differences"]),
        tuple(map(str, raw["touches"])),
        until=str(raw["until"]) if "until" in raw else None,
    )


def _difference(raw: dict[str, Any]) -> Difference:
    field = str(raw["field"])
    return Difference(field, _value(field, raw["old"]), _value(field, raw["new"]))


def _value(field: str, raw: Any) -> Any:
    if words.is_price(field):
        return None if raw is None else Decimal(amount(raw))
    return tuple(raw) if isinstance(raw, list) else raw


def _one_of(known: Any, name: str) -> Any:
    """A name that is known; another one is not of this version's plans."""
    if name not in known:
        raise ValueError(name)
    return name
