"""`credential_list`: what deployments name instead of a key and an address of their own."""

from collections.abc import Mapping
from typing import Any

from platelayer.migrate.findings import Findings
from platelayer.migrate.values import mapping, several

_NAME = "litellm_credential_name"


def with_credentials(config: Mapping[str, Any], findings: Findings) -> dict[str, Any]:
    """The same config, with each `litellm_credential_name` replaced by what it stands for."""
    credentials = map(mapping, several(config.get("credential_list")))
    known = {str(item.get("credential_name")): item.get("credential_values") for item in credentials}
    models = config.get("model_list")
    found = {key: value for key, value in config.items() if key != "credential_list"}
    if isinstance(models, list):
        found["model_list"] = [_resolved(entry, known, findings) for entry in models]
    named = {_named(entry) for entry in several(models)}
    for name in known:
        if name not in named:
            findings.add("not_carried", f"credential_list.{name}", "no deployment names it")
    return found


def _named(entry: Any) -> str:
    return str(mapping(mapping(entry).get("litellm_params")).get(_NAME))


def _resolved(entry: Any, known: Mapping[str, Any], findings: Findings) -> Any:
    params = mapping(mapping(entry).get("litellm_params"))
    if _NAME not in params:
        return entry
    values = known.get(_named(entry))
    if not isinstance(values, Mapping):
        place = str(entry.get("model_name"))
        findings.add("never_worked", place, f"no credential is named '{params[_NAME]}', so it is asked without one")
        values = {}
    return {**entry, "litellm_params": {**values, **{key: value for key, value in params.items() if key != _NAME}}}
