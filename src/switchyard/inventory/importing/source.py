"""The files of a LiteLLM config, and the credentials that its deployments refer to."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from switchyard.errors import InventoryError
from switchyard.inventory.importing.values import mapping, several


class _Loader(yaml.CSafeLoader):
    """Dates stay the texts that they are: `api_version: 2024-02-01`."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's own way
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }


def read(path: Path) -> dict[str, Any]:
    """A config with everything that it includes, merged as LiteLLM merges; raises InventoryError."""
    config = _file(path)
    waiting = _included(config, path)
    seen = {path.resolve()}
    while waiting:
        other, asked_by = waiting.pop(0)
        if other.resolve() in seen:
            continue
        seen.add(other.resolve())
        if not other.is_file():
            raise InventoryError([f"{asked_by}: include: there is no file {other}; write its path from this file on"])
        included = _file(other)
        waiting += _included(included, other)
        config = _merged(config, included)
    return {key: value for key, value in config.items() if key != "include"}


def with_credentials(config: Mapping[str, Any]) -> dict[str, Any]:
    """The same config, with each `litellm_credential_name` replaced by what it stands for."""
    credentials = map(mapping, several(config.get("credential_list")))
    known = {str(item.get("credential_name")): item.get("credential_values") for item in credentials}
    models = config.get("model_list")
    found = {key: value for key, value in config.items() if key != "credential_list"}
    if isinstance(models, list):
        found["model_list"] = [_resolved(entry, known) for entry in models]
    return found


def _resolved(entry: Any, known: Mapping[str, Any]) -> Any:
    params = mapping(mapping(entry).get("litellm_params"))
    values = known.get(str(params.get("litellm_credential_name")))
    if not isinstance(values, Mapping):
        return entry
    rest = {key: value for key, value in params.items() if key != "litellm_credential_name"}
    return {**entry, "litellm_params": {**values, **rest}}


def _file(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise InventoryError([f"{path}: there is no such file; write the path of LiteLLM's config.yaml"]) from None
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise InventoryError([f"{path}: cannot be read, {reason}; write the path of LiteLLM's config.yaml"]) from None
    try:
        found = yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe one
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "somewhere"
        raise InventoryError([f"{path}: {place}: {error.problem}; mend the YAML there"]) from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise InventoryError([f"{path}: is not YAML; write the path of LiteLLM's config.yaml"]) from None
    if not isinstance(found, dict):
        raise InventoryError([f"{path}: is not a mapping of settings; write the path of LiteLLM's config.yaml"])
    return {str(key): value for key, value in found.items()}


def _included(config: Mapping[str, Any], path: Path) -> list[tuple[Path, Path]]:
    names = config.get("include") or []
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise InventoryError([f"{path}: 'include' is not a list of file names; write include: [models.yaml]"])
    return [(path.parent / name, path) for name in names]


def _merged(config: Mapping[str, Any], included: Mapping[str, Any]) -> dict[str, Any]:
    """Lists are joined, everything else is replaced by what is included."""
    merged = dict(config)
    for key, value in included.items():
        ours = merged.get(key)
        merged[key] = [*ours, *value] if isinstance(ours, list) and isinstance(value, list) else value
    return merged
