"""The packages that LiteLLM runs with: which ones a lock pins, and which ones a config needs."""

import re
from collections.abc import Collection, Iterator, Mapping
from configparser import ConfigParser
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from platelayer.schema.raw_values import as_list, as_mapping

# Name of a package → the versions that are pinned, one for each environment that the lock tells apart.
Pins = Mapping[str, frozenset[str]]

_file = ConfigParser(delimiters=("=",), interpolation=None)
_file.read(Path(__file__).with_suffix(".ini"), encoding="utf-8")
NEEDS = {section: {name: text.split() for name, text in _file[section].items()} for section in _file.sections()}
# What the role's own lock holds of them.
LOCKED = frozenset(NEEDS.pop("locked")["packages"])
_CALLBACKS = ("callbacks", "success_callback", "failure_callback", "service_callback", "audit_log_callbacks")
_RESULTS = ("success_callback", "failure_callback")
_HASH = re.compile(r"\s--hash=sha256:[0-9a-f]{64}(?=\s|$)")


def parse_pins(lock: str) -> tuple[dict[str, frozenset[str]], list[int]]:
    """Return what a requirements file pins, and the numbers of the lines that are no package with hashes."""
    pins: dict[str, frozenset[str]] = {}
    wrong = []
    for number, line in _join_lines(lock):
        name, version = _parse_pin(line)
        if name:
            pins[name] = pins.get(name, frozenset()) | {version}
        else:
            wrong.append(number)
    return pins, wrong


def _join_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield number and text of each line without comments; the lines that one is continued on belong to it."""
    joined, begun = "", 0
    for number, line in enumerate(text.splitlines(), start=1):
        begun = begun if joined else number
        part = re.sub(r"(^|\s)#.*", "", line).rstrip()
        joined += part.removesuffix("\\")
        if not part.endswith("\\"):
            if joined.strip():
                yield begun, joined.strip()
            joined = ""
    if joined.strip():
        yield begun, joined.strip()


def _parse_pin(line: str) -> tuple[str, str]:
    """Return name and version of one package with hashes; both are empty if the line is anything else."""
    requirement, hashes = _HASH.subn("", line)
    try:
        package = Requirement(requirement)
    except InvalidRequirement:
        return "", ""
    specifiers = list(package.specifier)
    if not hashes or package.url or [specifier.operator for specifier in specifiers] != ["=="]:
        return "", ""
    return canonicalize_name(package.name), specifiers[0].version


def find_missing_packages(
    config: Mapping[str, Any], installed: Collection[str] | None
) -> Iterator[tuple[str, str, list[str]]]:
    """Yield (setting, its value, packages) for each value in LiteLLM's config whose packages are not installed.

    Values that LiteLLM does not know are not judged; nor is any where `installed` is None, for unknown.
    """
    if installed is None:
        return
    for setting, value, kinds in _list_values(config):
        needed = [package for kind in kinds for package in NEEDS[kind].get(value, ())]
        if missing := [package for package in needed if package not in installed]:
            yield setting, value, missing


def _list_values(config: Mapping[str, Any]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield (setting, value, sections of the file that may name it)."""
    litellm, general = (as_mapping(config.get(name)) for name in ("litellm_settings", "general_settings"))
    for key in _CALLBACKS:
        kinds = ("callbacks", "results") if key in _RESULTS else ("callbacks",)
        for name in as_list(litellm.get(key)):
            yield f"litellm_settings.{key}", str(name), kinds
    if litellm.get("cache") is not False:
        yield (
            "litellm_settings.cache_params.type",
            str(as_mapping(litellm.get("cache_params")).get("type")),
            ("cache",),
        )
    for index, guardrail in enumerate(as_list(config.get("guardrails"))):
        params = as_mapping(as_mapping(guardrail).get("litellm_params"))
        yield f"guardrails[{index}].litellm_params.guardrail", str(params.get("guardrail")), ("guardrails",)
    yield "general_settings.key_management_system", str(general.get("key_management_system")), ("secrets",)
