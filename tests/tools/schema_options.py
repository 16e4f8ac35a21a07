"""The typed inventory in the form of argument_specs, for what Ansible itself is not told.

Ansible checks the options of a spec before any task runs, and its message for a misspelt key is worse than the one of
the action plugin `check_role`. So the entries of lists and mappings are described in `platelayer.schema` alone.
"""

from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from platelayer.providers import load_kinds
from platelayer.schema import GatewaySpec, ProviderSpec

Option = dict[str, Any]
_SCALARS = {str: "str", SecretStr: "str", int: "int", float: "float", bool: "bool"}


@cache
def describe_variables() -> dict[str, Option]:
    """Return type, elements, default and nested options of each variable that is part of the typed inventory."""
    return {f"gateway_{name}": _describe(field) for name, field in GatewaySpec.model_fields.items()}


def _describe(field: FieldInfo) -> Option:
    option = {"description": field.description, **_describe_type(field.annotation)}
    if field.is_required():
        option["required"] = True
    elif field.default is not None:
        option["default"] = _plain(field.default)
    return option


def _plain(default: Any) -> Any:
    """Return a default as YAML data; of a nested part only what differs from the defaults of its options."""
    if isinstance(default, BaseModel):
        return default.model_dump(mode="json", exclude_defaults=True)
    if isinstance(default, SecretStr):
        return default.get_secret_value()
    return list(default) if isinstance(default, tuple) else default


def _describe_type(annotation: Any) -> Option:
    """Return the part of an option that follows from its Python type."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _describe_type(arguments[0])
    if origin in (Union, UnionType):
        return _describe_type(next(kind for kind in arguments if kind is not NoneType))
    if origin is Literal:
        return {"type": "str", "choices": list(arguments)}
    if origin in (tuple, dict):
        inner = {} if arguments[-1] is Any else _describe_type(arguments[0] if origin is tuple else arguments[-1])
        elements = {"elements": inner["type"]} if inner else {}
        return {"type": "list" if origin is tuple else "dict", **elements, **_without(inner, "type", "elements")}
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {"type": "dict", "options": describe_options(annotation)}
    return {"type": _SCALARS[annotation]}


def describe_options(part: type[BaseModel]) -> dict[str, Option]:
    """Return every option of one part of the inventory; its name and what is required come first."""
    options = {name: _describe(field) for name, field in part.model_fields.items()}
    if part is ProviderSpec:
        options["kind"]["choices"] = list(load_kinds())
    return dict(sorted(options.items(), key=lambda item: (not item[1].get("required"), item[0] != "name")))


def _without(option: Option, *keys: str) -> Option:
    return {key: value for key, value in option.items() if key not in keys}
