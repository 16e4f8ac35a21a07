"""Values of any type, as a config that others wrote may have them, read as mappings and lists."""

from collections.abc import Mapping
from typing import Any


def as_mapping(value: Any) -> dict[str, Any]:
    """Return a mapping with texts as keys; everything else as an empty one."""
    return {str(key): item for key, item in value.items()} if isinstance(value, Mapping) else {}


def as_list(value: Any) -> list[Any]:
    """Return a list as it is, one value as a list of it, None as an empty one."""
    return value if isinstance(value, list) else [] if value is None else [value]
