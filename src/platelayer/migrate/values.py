"""Values of a config, which may be of any type, as what they should be."""

from collections.abc import Mapping
from math import inf, isfinite
from typing import Any

from pydantic import BaseModel, ValidationError


def mapping(value: Any) -> Mapping[str, Any]:
    """A mapping with texts as keys; everything else as an empty one."""
    return {str(key): item for key, item in value.items()} if isinstance(value, Mapping) else {}


def several(value: Any) -> list[Any]:
    """A list as it is, one value as a list of it, nothing as an empty one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def number(value: Any) -> float | None:
    """A number that LiteLLM can weigh or order by."""
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value)
    return value if is_number else None


def whole(value: Any) -> float | None:
    """A limit, which LiteLLM also reads from a text: `rpm: "100"`."""
    try:
        return int(value) if isinstance(value, str) else number(value)
    except ValueError:
        return None


def as_number(value: Any) -> Any:
    """A number, also from its text; everything else as it is."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return value


def is_no_price(value: Any) -> bool:
    """Whether a cost is a text that is no number, or a number that nobody can charge."""
    cost = as_number(value)
    return isinstance(cost, str) or (isinstance(cost, float) and not 0 <= cost < inf)


def alias(item: Any) -> tuple[str, bool]:
    """What an entry of `model_group_alias` stands for, and whether it is hidden."""
    return (str(item.get("model")), bool(item.get("hidden"))) if isinstance(item, Mapping) else (str(item), False)


def fits(part: type[BaseModel], key: str, value: Any, **rest: Any) -> Any:
    """The value as this option of the inventory has it, or None where it cannot have it."""
    try:
        parsed = part.model_validate({**rest, key: value})
    except ValidationError:
        return None
    return getattr(parsed, key)
