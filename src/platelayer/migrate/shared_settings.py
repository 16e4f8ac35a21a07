"""Everything beside the models: what Platelayer decides itself, and what LiteLLM needs around it."""

from collections.abc import Mapping
from typing import Any

from platelayer.gateway import litellm_words as words
from platelayer.gateway.litellm_reading import RawSettings, Section
from platelayer.migrate.import_findings import ImportFindings
from platelayer.schema.raw_values import as_list, as_mapping
from platelayer.settings.litellm_packages import LOCKED, find_missing_packages

# Settings of general_settings that Platelayer writes itself: (message, values that say the same).
_DECIDED: Mapping[str, tuple[str, tuple[Any, ...]]] = {
    "master_key": ("master-key", (None,)),
    "trusted_proxy_ranges": ("edge-decides", ([], ["127.0.0.1/32"])),
    "use_x_forwarded_for": ("edge-decides", (True, False)),
    "enable_drain_endpoint": ("edge-decides", (True,)),
    "drain_endpoint_token": ("edge-decides", ()),
    "callbacks": ("general-callbacks", (None, [])),
    "allow_requests_on_db_unavailable": ("lets-all-in", (None, False)),
}
# Headers of pass-through endpoints that LiteLLM wants both or neither of.
_LANGFUSE_LOGIN = frozenset({"LANGFUSE_PUBLIC_KEY", "LANGFUSE_SECRET_KEY"})
# How people call sections that only hold YAML anchors.
_ANCHORS = ("x-", "_", ".")


def drop_unknown_sections(config: RawSettings, findings: ImportFindings) -> Section:
    """Return the config without the sections that LiteLLM does not read, and report those."""
    for key in (key for key in config if key not in words.WORDS["sections"]):
        message = "anchors" if key.startswith(_ANCHORS) else "unknown-section"
        findings.add(message, key, advice=words.advise_on_section(key))
    return {key: value for key, value in config.items() if key in words.WORDS["sections"]}


def drop_dead_settings(section: str, settings: Section, findings: ImportFindings) -> None:
    """Remove what Platelayer decides, what needs a database and what LiteLLM ignores from a section, and report it.

    LiteLLM refuses unknown words in `router_settings` only. Elsewhere code of the user's own may read them, so only
    what looks like a typo is removed there.
    """
    is_closed = section == "router_settings"
    for key, value in list(settings.items()):
        message, same = _DECIDED.get(key, ("", ())) if section == "general_settings" else ("", ())
        advice = "" if key in words.SETTINGS[section] else words.advise_on_setting(section, key)
        if words.needs_database(section, key):
            message, same = "needs-database", (None,)
        elif advice or (is_closed and key not in words.SETTINGS[section]):
            message = "refused-setting" if is_closed and key in words.WORDS["refused"] else "unknown-setting"
        if message:
            del settings[key]
            if value not in same:
                findings.add(message, f"{section}.{key}", advice=advice)


def drop_broken_endpoints(general: Section, findings: ImportFindings) -> None:
    """Remove the pass-through endpoints with which LiteLLM does not start, and report them."""
    place, kept = "general_settings.pass_through_endpoints", []
    endpoints = as_list(general.get("pass_through_endpoints"))
    for number, endpoint in enumerate(endpoints):
        missing = _LANGFUSE_LOGIN - as_mapping(as_mapping(endpoint).get("headers")).keys()
        if len(missing) == 1:
            findings.add("half-login", f"{place}[{number}]", variable=str(*missing))
        else:
            kept.append(endpoint)
    if len(kept) < len(endpoints):
        general["pass_through_endpoints"] = kept


def report_needs(config: RawSettings, findings: ImportFindings) -> None:
    """Report what the settings need around LiteLLM: code, environment variables, packages, paths of the edge."""
    environment, general = as_mapping(config.get("environment_variables")), as_mapping(config["general_settings"])
    callbacks = words.WORDS["callbacks"]
    lists = [(section, *item) for section in words.SETTINGS for item in as_mapping(config[section]).items()]
    for section, key, value in lists:
        for item in as_list(value) if key in words.WORDS["code"] | callbacks else []:
            name, place = item.get("custom_handler") if isinstance(item, Mapping) else item, f"{section}.{key}"
            if not isinstance(name, str):
                continue
            missing = [variable for variable in words.CALLBACKS.get(name, ()) if variable not in environment]
            if "." in name:
                findings.add("own-code", place, name=name)
            elif name == "prometheus":
                findings.add("metrics", place)
            elif missing:
                findings.add("callback-variables", place, name=name, variables=", ".join(missing))
            elif key in callbacks and name not in words.CALLBACKS.keys() | words.WORDS["without_variables"]:
                findings.add("callback-unknown", place, name=name)
    for place, value, packages in find_missing_packages(config, LOCKED):
        findings.add("missing-package", place, value=value, packages=" and ".join(packages))
    endpoints = map(as_mapping, as_list(general.get("pass_through_endpoints")))
    if paths := [path for endpoint in endpoints if isinstance(path := endpoint.get("path"), str)]:
        findings.add("closed-paths", "general_settings.pass_through_endpoints", paths=", ".join(paths))
    if as_mapping(config.get("mcp_servers")):
        findings.add("closed-mcp", "mcp_servers")
