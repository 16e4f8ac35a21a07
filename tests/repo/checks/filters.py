"""Every filter has a sidecar with documentation that Ansible accepts, and an example that runs."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import yaml

_KEYS = ("DOCUMENTATION", "EXAMPLES", "RETURN")
_OFFLINE = frozenset({"ansible.builtin.assert", "ansible.builtin.debug", "ansible.builtin.set_fact"})
_KEYWORDS = frozenset({"name", "vars", "loop", "loop_control", "when", "register", "failed_when"})


def pairing_findings(filters: dict[str, str], sidecars: dict[str, str]) -> list[str]:
    """Compare filters (name to plugin file) with sidecars (name to file), both ways."""
    return [
        *(f"{path}: filter {name} has no sidecar {name}.yml" for name, path in filters.items() if name not in sidecars),
        *(f"{path}: there is no filter {name}" for name, path in sidecars.items() if name not in filters),
    ]


def sidecar_findings(path: str, name: str, data: Any) -> list[str]:
    """Check one sidecar's own words."""
    if not isinstance(data, dict) or (missing := [key for key in _KEYS if not data.get(key)]):
        return [f"{path}: lacks {', '.join(missing if isinstance(data, dict) else _KEYS)}"]
    findings = []
    documentation = data["DOCUMENTATION"]
    if documentation.get("name") != name:
        findings.append(f"{path}: documents {documentation.get('name')}, the filter is {name}")
    findings += [f"{path}: has no {key}" for key in ("short_description", "description") if not documentation.get(key)]
    tasks = examples(data)
    if not isinstance(tasks, list) or not all(isinstance(task, dict) for task in tasks):
        return [*findings, f"{path}: EXAMPLES is not a list of tasks"]
    for task in tasks:
        modules = task.keys() - _KEYWORDS
        if not modules <= _OFFLINE:
            findings.append(f"{path}: the example uses {', '.join(sorted(modules - _OFFLINE))}; assert or debug")
    if name not in str(tasks):
        findings.append(f"{path}: the example does not use {name}")
    return findings


def signature_findings(path: str, function: Callable[..., Any], documentation: dict[str, Any]) -> list[str]:
    """Compare a filter's arguments, but for the value that goes in, with the options that its sidecar documents."""
    _value, *arguments = inspect.signature(function).parameters.values()
    options = {name: option for name, option in (documentation.get("options") or {}).items() if name != "_input"}
    findings = [f"{path}: there is no argument {name}" for name in options if name not in {a.name for a in arguments}]
    for argument in arguments:
        option = options.get(argument.name)
        if option is None:
            findings.append(f"{path}: the argument {argument.name} is not documented")
        elif bool(option.get("required")) != (argument.default is argument.empty):
            findings.append(f"{path}: the argument {argument.name} is required in one of plugin and sidecar only")
        elif not option.get("required") and not _same_default(argument.default, option):
            findings.append(
                f"{path}: {argument.name} has the default {option.get('default')!r}, the filter {argument.default!r}"
            )
    return findings


def _same_default(default: Any, option: dict[str, Any]) -> bool:
    """Compare a Python default with a documented one: nothing at all may stand for an empty list or dict."""
    told = option.get("default")
    if default is None:
        return told in (None, [], {})
    if isinstance(default, tuple | Mapping):
        default = list(default) if isinstance(default, tuple) else dict(default)
    return bool(told == default) and isinstance(told, bool) == isinstance(default, bool)


def examples(data: Any) -> Any:
    """Return the tasks of a sidecar's EXAMPLES, which Ansible wants as text."""
    tasks = data["EXAMPLES"]
    return yaml.safe_load(tasks) if isinstance(tasks, str) else tasks


def example_playbook(tasks_by_filter: dict[str, Any]) -> str:
    """Gather examples into one playbook: a play for each filter, named after it."""
    plays = [
        {
            "name": f"Example of {name}",
            "hosts": "localhost",
            "connection": "local",
            "gather_facts": False,
            "tasks": tasks,
        }
        for name, tasks in sorted(tasks_by_filter.items())
    ]
    return yaml.safe_dump(plays, sort_keys=False, width=4096)
