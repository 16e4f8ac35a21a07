"""A role's defaults and its argument_specs say the same, values included."""

from collections.abc import Iterator
from typing import Any

_TYPES: dict[str, type | tuple[type, ...]] = {
    "str": str,
    "path": str,
    "int": int,
    "float": (int, float),
    "bool": bool,
    "list": list,
    "dict": dict,
}


def spec_findings(role: str, defaults: dict[str, Any], options: dict[str, Any]) -> list[str]:
    """Compare `defaults/main.yml` with the options of the entry point `main`, both ways."""
    findings = []
    where = f"roles/{role}/meta/argument_specs.yml"
    for name, value in defaults.items():
        if not name.startswith((f"{role}_", f"__{role}_")):
            findings.append(f"roles/{role}/defaults/main.yml: {name} does not carry its role's name, {role}_")
        if name not in options:
            findings.append(f"{where}: {name} is in defaults/main.yml and not among the options")
        elif options[name].get("required"):
            findings.append(f"{where}: {name} is required although it has a default")
        elif "default" not in options[name]:
            findings.append(f"{where}: {name} has no default, defaults/main.yml says {value!r}")
        elif not _same(options[name]["default"], value):
            findings.append(
                f"{where}: {name} has the default {options[name]['default']!r}, defaults/main.yml says {value!r}"
            )
    for name, option in options.items():
        if name in defaults:
            continue
        if "default" in option:
            findings.append(f"roles/{role}/defaults/main.yml: {name} is missing, its spec has a default")
        elif not option.get("required"):
            findings.append(f"{where}: {name} is neither required nor in defaults/main.yml")
    findings.extend(_option_findings(where, "", options))
    return findings


def schema_findings(variables: dict[str, dict[str, Any]], described: dict[str, dict[str, Any]]) -> list[str]:
    """Compare the options of variables with what the typed inventory says of them, which has the same form."""
    findings = []
    for name, schema in described.items():
        if name not in variables:
            findings.append(f"{name} is in src/platelayer/schema and not among the options of the role")
        elif "options" in variables[name]:
            findings.extend(_difference_findings(name, variables[name]["options"], schema.get("options") or {}))
        else:
            findings.extend(_undescribed(name, schema))
    return findings


def _difference_findings(where: str, spec: dict[str, Any], schema: dict[str, Any]) -> Iterator[str]:
    for name in sorted(spec.keys() ^ schema.keys()):
        yield f"{where}: {name} is {'not in src/platelayer/schema' if name in spec else 'not among its options'}"
    for name in sorted(spec.keys() & schema.keys()):
        for word in ("type", "elements", "choices", "default"):
            told, meant = spec[name].get(word), schema[name].get(word)
            # A spec need not write that a list is empty.
            if not _same(told, meant) and (told is not None or meant != []):
                yield f"{where}: {name} has the {word} {told!r}, src/platelayer/schema says {meant!r}"


def _undescribed(where: str, option: dict[str, Any]) -> Iterator[str]:
    for name, inner in (option.get("options") or {}).items():
        if not inner.get("description"):
            yield f"{where}: {name} has no description in src/platelayer/schema"
        yield from _undescribed(f"{where}.{name}", inner)


def _option_findings(where: str, prefix: str, options: dict[str, Any]) -> Iterator[str]:
    for name, option in options.items():
        path = prefix + name
        if not option.get("description"):
            yield f"{where}: {path} has no description"
        if "type" not in option:
            yield f"{where}: {path} has no type"
        elif not _fits(option["type"], option.get("default")):
            yield f"{where}: {path} is of type {option['type']}, its default is {option['default']!r}"
        if choices := option.get("choices"):
            yield from _choice_findings(where, path, option, choices)
        if "options" in option:
            kind = (option.get("type"), option.get("elements"))
            if kind != ("list", "dict") and kind[0] != "dict":
                yield f"{where}: {path} has options, so its type is dict, or list with elements: dict"
            if kind[0] == "dict" and isinstance(option.get("default"), dict):
                yield from _key_findings(where, path, option["default"], option["options"])
            inner = path + ("[]." if option.get("type") == "list" else ".")
            yield from _option_findings(where, inner, option["options"])


def _key_findings(where: str, path: str, default: dict[str, Any], options: dict[str, Any]) -> Iterator[str]:
    """Compare a dict's default with its keys: a key that it leaves out may tell a default of its own."""
    for key, value in default.items():
        if key not in options:
            yield f"{where}: {path} has the key {key} in its default and not among its options"
        elif not _same(options[key].get("default"), value):
            told = options[key].get("default")
            yield f"{where}: {path}.{key} has the default {told!r}, the one of {path} says {value!r}"


def _choice_findings(where: str, path: str, option: dict[str, Any], choices: list[Any]) -> Iterator[str]:
    default = option.get("default")
    values = default if isinstance(default, list) else [default]
    for value in values:
        if value is not None and not _templated(value) and value not in choices:
            yield f"{where}: {path} has the default {value!r}, which is not one of its choices"


def _fits(kind: str, default: Any) -> bool:
    if default is None or _templated(default) or kind not in _TYPES:
        return True
    if isinstance(default, bool):
        return kind == "bool"
    return isinstance(default, _TYPES[kind])


def _templated(value: Any) -> bool:
    return isinstance(value, str) and "{{" in value


def _same(left: Any, right: Any) -> bool:
    """Compare as YAML values: 1, 1.0, true and "1" all differ."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_same, left, right))
    scalars = (str, bool, int, float, type(None))
    kind = next((kind for kind in scalars if isinstance(left, kind)), type(left))
    return isinstance(right, kind) and isinstance(left, bool) == isinstance(right, bool) and left == right
