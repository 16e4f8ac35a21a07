"""What clients reach of LiteLLM through the edge in front of it: only the paths of its list."""

from collections.abc import Iterator, Mapping
from typing import Any

from platelayer.migrate.findings import Findings
from platelayer.migrate.values import mapping, several

_CALLBACKS = ("callbacks", "success_callback", "failure_callback")


def say_closed(config: Mapping[str, Any], findings: Findings) -> None:
    """Tell which paths of the config clients do not reach unless they are opened."""
    if paths := list(_passed(mapping(config.get("general_settings")))):
        findings.add("check", "general_settings.pass_through_endpoints", _opened(paths))
    if mapping(config.get("mcp_servers")):
        findings.add("check", "mcp_servers", f"{_opened(['/mcp'])}; beneath it LiteLLM answers some without a key")
    litellm = mapping(config.get("litellm_settings"))
    for key in _CALLBACKS:
        if "prometheus" in several(litellm.get(key)):
            what = "prometheus: the edge lets no /metrics through; have each instance asked at its own port on loopback"
            findings.add("check", f"litellm_settings.{key}", what)


def _passed(general: Mapping[str, Any]) -> Iterator[str]:
    for endpoint in map(mapping, several(general.get("pass_through_endpoints"))):
        if isinstance(path := endpoint.get("path"), str):
            yield path


def _opened(paths: list[str]) -> str:
    return f"the edge lets clients through to its own list of paths only; write edge_extra_paths: [{', '.join(paths)}]"
