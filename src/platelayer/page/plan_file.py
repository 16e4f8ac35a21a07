"""A file that `platelayer catalog refresh --json` wrote, read back."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from platelayer.catalog.guards import GUARDS, Refusal
from platelayer.catalog.plan import CHANGE_KINDS, CatalogPlan, FieldDifference, ModelChange
from platelayer.catalog.result import RefreshResult
from platelayer.errors import CatalogError
from platelayer.schema.money import parse_amount
from platelayer.wording.catalog_changes import is_price


def read_plan(path: Path, environment: str) -> list[RefreshResult]:
    """Return the results of a refresh of this environment, without models, which are not in the file.

    Raises CatalogError if the file is no plan, or a plan of another environment.
    """
    advice = f"write a plan with `platelayer catalog refresh --env {environment} --dry-run --json`"
    try:
        raw = json.loads(path.read_text())
    except OSError as error:
        raise CatalogError(f"--plan {path}: cannot be read, {error.strerror}; {advice}") from None
    except ValueError:
        raise CatalogError(f"--plan {path}: is not JSON; {advice}") from None
    try:
        plan_environment = str(raw["environment"])
        results = [_parse_result(item) for item in raw["providers"]]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise CatalogError(f"--plan {path}: is not a plan of this version of Platelayer; {advice}") from None
    if plan_environment != environment:
        raise CatalogError(
            f"--plan {path}: is a plan of '{plan_environment}'; write --env {plan_environment}, or make one of "
            f"{environment}"
        )
    return results


def _parse_result(raw: dict[str, Any]) -> RefreshResult:
    return RefreshResult(
        provider=str(raw["provider"]),
        plan=CatalogPlan(tuple(map(_parse_change, raw["plan"])), int(raw["count"])),
        refusals=tuple(map(_parse_refusal, raw["refusals"])),
        warnings=tuple((warning["where"], warning["words"]) for warning in raw["warnings"]),
        error=raw["error"],
        seconds=float(raw["seconds"]),
        is_changed=bool(raw["changes"]),
        served=int(raw["served"]),
        lacks_models_dev=bool(raw["models_dev_failed"]),
    )


def _parse_refusal(raw: dict[str, Any]) -> Refusal:
    return Refusal(_check_known(GUARDS, raw["guard"]), raw["id"], raw["reason"], tuple(map(str, raw["touches"])))


def _parse_change(raw: dict[str, Any]) -> ModelChange:
    return ModelChange(
        _check_known(CHANGE_KINDS, raw["change"]),
        str(raw["id"]),
        tuple(map(_parse_difference, raw["differences"])),
        tuple(map(str, raw["touches"])),
        until=str(raw["until"]) if "until" in raw else None,
    )


def _parse_difference(raw: dict[str, Any]) -> FieldDifference:
    field = str(raw["field"])
    return FieldDifference(field, _parse_value(field, raw["old"]), _parse_value(field, raw["new"]))


def _parse_value(field: str, raw: Any) -> Any:
    if is_price(field):
        return None if raw is None else Decimal(parse_amount(raw))
    return tuple(raw) if isinstance(raw, list) else raw


def _check_known(known: Any, name: str) -> Any:
    """Return the name if it is known; raise ValueError for a name of another version."""
    if name not in known:
        raise ValueError(name)
    return name
