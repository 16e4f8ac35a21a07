"""The files of a LiteLLM config: what they include, and what one of them silently takes from another."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from platelayer.advice import end_with_suggestion
from platelayer.errors import InventoryError
from platelayer.gateway.litellm_reading import RawSettings
from platelayer.inventory.yaml_text.foreign_yaml import read_mapping
from platelayer.migrate.import_findings import ImportFindings
from platelayer.schema.raw_values import as_list, as_mapping


def read_config(path: Path, findings: ImportFindings | None = None) -> dict[str, Any]:
    """Return a config with everything that it includes, merged as LiteLLM merges. Raise InventoryError.

    findings: gets the keys and sections that silently replace others.
    """
    findings = ImportFindings() if findings is None else findings
    config: dict[str, Any] = {}
    pending, seen = [(path, path)], set()
    while pending:
        file, included_by = pending.pop(0)
        if file.resolve() in seen:
            continue
        seen.add(file.resolve())
        if file != path and not file.is_file():
            reason = f"include: there is no file {file}; write its path from this file on"
            raise InventoryError([f"{included_by}: {reason}"])
        included, repeated = read_mapping(file, "write the path of LiteLLM's config.yaml")
        for key, first, last in repeated:
            findings.add("key-twice", key, file=file.name, first=first, last=last)
        names = included.pop("include", None) or []
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise InventoryError([f"{file}: 'include' is not a list of file names; write include: [models.yaml]"])
        pending += [(file.parent / name, file) for name in names]
        for key, value in included.items():
            known = config.get(key)
            # Lists are joined, everything else is replaced by what is included.
            is_joined = isinstance(known, list) and isinstance(value, list)
            if not is_joined and known not in (None, value):
                findings.add("section-replaced", key, file=file.name)
            config[key] = [*config[key], *value] if is_joined else value
    return config


def resolve_credentials(config: RawSettings, findings: ImportFindings) -> dict[str, Any]:
    """Return the config with each `litellm_credential_name` replaced by what it stands for in `credential_list`."""
    items = map(as_mapping, as_list(config.get("credential_list")))
    credentials = {
        str(item["credential_name"]): item.get("credential_values") for item in items if "credential_name" in item
    }
    unused = dict.fromkeys(credentials)
    resolved = {key: value for key, value in config.items() if key != "credential_list"}
    entries = list(raw) if isinstance(raw := config.get("model_list"), list) else []
    if isinstance(raw, list):
        resolved["model_list"] = entries
    for number, entry in enumerate(entries):
        params = dict(as_mapping(as_mapping(entry).get("litellm_params")))
        if "litellm_credential_name" in params:
            name = str(params.pop("litellm_credential_name"))
            unused.pop(name, None)
            if not isinstance(credentials.get(name), Mapping):
                advice = end_with_suggestion(name, credentials)
                findings.add("unknown-credential", str(entry.get("model_name")), credential=name, advice=advice)
            params = {**as_mapping(credentials.get(name)), **params}
            entries[number] = {**entry, "litellm_params": params}
    for name in unused:
        findings.add("unused-credential", f"credential_list.{name}")
    return resolved
