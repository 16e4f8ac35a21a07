"""The `gateway_*` variables become the typed inventory; every finding is a sentence for the operator.

Values come in as Ansible gives them (tagged strings, lazy containers) and leave as plain, frozen objects.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from platelayer.advice import find_nearest, suggest_word
from platelayer.errors import InventoryError
from platelayer.schema.inventory import (
    CacheSettings,
    CatalogSelection,
    CatalogSettings,
    GatewaySpec,
    GroupMember,
    GuardOverrides,
    LayerSpec,
    ModelAlias,
    ModelGroupSpec,
    ModelSpec,
    PriceOverrides,
    ProviderSpec,
    RedisConnection,
    RenameRule,
    RouterSettings,
    VirtualModelSpec,
)
from platelayer.schema.logins import AwsLogin, AzureLogin, GoogleLogin


def plain(value: Any) -> Any:
    """Return the same data as plain dict, list, str, int, float, bool and None, without Ansible's tags."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [plain(item) for item in value]
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    if isinstance(value, date):
        raise InventoryError([f'{value} is a date to YAML, and no option is one; write it in quotes: "{value}"'])
    raise InventoryError([f"a value of type {type(value).__name__} is not YAML data; write text, a number or a list"])


def parse(raw: Mapping[str, Any]) -> GatewaySpec:
    """Parse {providers, models, virtual_models, router, cache, redis}; raise InventoryError naming every bad key."""
    spec, problems = parse_as_meant(raw)
    if problems:
        raise InventoryError(problems)
    return spec


def parse_as_meant(raw: Mapping[str, Any]) -> tuple[GatewaySpec, list[str]]:
    """Parse with each misspelt option read as the one that was probably meant, so that the rest can be checked too.

    Also returns a problem for each of them. Raises InventoryError where something else is wrong with keys or values.
    """
    data = plain(raw)
    try:
        return GatewaySpec.model_validate(data), []
    except ValidationError as error:
        details = error.errors(include_url=False)
    problems = [_problem(data, detail) for detail in details]
    for detail in details:
        if detail["type"] == "extra_forbidden":
            _correct_option(data, detail["loc"])
    try:
        return GatewaySpec.model_validate(data), problems
    except ValidationError:
        raise InventoryError(problems) from None


def _problem(data: Any, detail: ErrorDetails) -> str:
    """One sentence for one finding of pydantic; never quotes a value, which may be a secret."""
    # Of a bad key of a mapping pydantic names the place as (…, the key, "[key]").
    location = [part for part in detail["loc"] if part != "[key]"]
    key = str(location[-1])
    where = "gateway_" + describe(data, location[:-1]) if len(location) > 1 else "gateway"
    if detail["type"] == "extra_forbidden":
        return f"{where}: '{key}' is not an option here; {_known(location, key)}"
    if detail["type"] == "missing":
        return f"{where}: '{key}' is missing; add it"
    message = re.sub(r"^(Input|Tuple|List|Dictionary|String) | after validation", "", detail["msg"])
    if detail["type"] == "string_too_short":
        message = "is empty; write its value, or drop the option"
    if detail["type"] == "string_pattern_mismatch":
        provider = key == "provider" or detail["loc"][-1] == "[key]"
        message = (
            "is not a provider's name; write letters, digits, '-' and '_', a letter first"
            if provider
            else "must not begin or end with a blank"
        )
    message = message.replace("a valid tuple", "a list")
    message = re.sub(r"a valid dictionary( or instance of \w+)?", "a mapping of names to values", message)
    if isinstance(location[-1], int):
        return f"gateway_{describe(data, location)} {message}"
    return f"{where}: '{key}' {message}"


def describe(data: Any, location: Sequence[int | str]) -> str:
    """Name a place in the inventory: ('models', 3) becomes `models[3] (glm-5)`."""
    words = ""
    for part in location:
        words += f"[{part}]" if isinstance(part, int) else (f".{part}" if words else part)
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            data = None
        if isinstance(part, int) and isinstance(data, Mapping) and data.get("name"):
            words += f" ({data['name']})"
    return words


_OPTIONS: dict[str, type[BaseModel]] = {
    "providers": ProviderSpec,
    "models": ModelSpec,
    "model_groups": ModelGroupSpec,
    "ids": GroupMember,
    "select": CatalogSelection,
    "rename": RenameRule,
    "prices_per_million_tokens": PriceOverrides,
    "guards": GuardOverrides,
    "aws_login": AwsLogin,
    "google_login": GoogleLogin,
    "azure_login": AzureLogin,
    "catalog": CatalogSettings,
    "virtual_models": VirtualModelSpec,
    "layers": LayerSpec,
    "aliases": ModelAlias,
    "router": RouterSettings,
    "cache": CacheSettings,
    "redis": RedisConnection,
}


_LIKE = 0.7


def _known(location: Sequence[int | str], key: str) -> str:
    """Return advice: the nearest option of that part, or all of them."""
    return suggest_word(key, _list_options(location), cutoff=_LIKE)


def _correct_option(data: Any, location: Sequence[int | str]) -> None:
    """Give an unknown option the nearest known name; without one, or if that is there already, remove it."""
    for part in location[:-1]:
        data = data[part]
    key = str(location[-1])
    value = data.pop(key)
    if near := find_nearest(key, _list_options(location), cutoff=_LIKE):
        data.setdefault(near, value)


def _list_options(location: Sequence[int | str]) -> list[str]:
    part = next((_OPTIONS[name] for name in reversed(location[:-1]) if name in _OPTIONS), GatewaySpec)
    return list(part.model_fields)


def fit_option(part: type[BaseModel], key: str, value: Any, **others: Any) -> Any:
    """Return the value as this option of the inventory has it, or None where it cannot have it."""
    try:
        return getattr(part.model_validate({**others, key: value}), key)
    except ValidationError:
        return None
