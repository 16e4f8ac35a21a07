"""Settings that LiteLLM does not read where they stand: typos, words of another section, inventions."""

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any

from platelayer.migrate import words
from platelayer.migrate.findings import Findings

_KNOWN: Mapping[str, frozenset[str]] = {
    "router_settings": words.ROUTER_SETTINGS,
    "litellm_settings": words.LITELLM_SETTINGS,
    "general_settings": words.GENERAL_SETTINGS,
}
# Only of these LiteLLM says itself that it ignores what it does not know. Elsewhere code of one's own may read it, so
# that only what looks like a slip of the finger is taken for one.
_CLOSED = "router_settings"
_LIKE, _VERY_LIKE = 0.7, 0.85
_PARAMS = words.MODEL_PARAMS | words.PRICES
_INFO = words.PRICES | {"base_model", "max_input_tokens", "max_output_tokens"}
# How people call what only holds YAML anchors.
_ANCHORS = ("x-", "_", ".")


def without_unknown_sections(config: Mapping[str, Any], findings: Findings) -> dict[str, Any]:
    """The config without what LiteLLM does not read at its top, which is told."""
    found = {}
    for key, value in config.items():
        if key in words.SECTIONS:
            found[key] = value
        elif key.startswith(_ANCHORS):
            findings.add("not_carried", key, "is no section of LiteLLM's; what refers to it has come over there")
        else:
            advice = _section_of(key, "") or _near(key, words.SECTIONS, _LIKE)
            findings.add("never_worked", key, f"LiteLLM reads no such section, so it is left out{advice}")
    return found


def take_out(section: str, settings: dict[str, Any], findings: Findings) -> None:
    """Remove what LiteLLM ignores in one of the three sections of settings, and tell it."""
    is_closed = section == _CLOSED
    for key in [key for key in settings if key not in _KNOWN[section]]:
        advice = _section_of(key, section) or _near(key, _KNOWN[section], _LIKE if is_closed else _VERY_LIKE)
        if advice or is_closed:
            why = "LiteLLM does not start with it" if is_closed and key in words.REFUSED else "LiteLLM ignores it"
            findings.add("never_worked", f"{section}.{key}", f"{why} here, so it is left out{advice}")
            del settings[key]


def say_passed_on(name: str, params: Collection[str], findings: Findings) -> None:
    """Tell what of `litellm_params` looks like a slip: LiteLLM passes on to the provider what it does not know."""
    for key in params:
        if key not in _PARAMS and (advice := _near(key, _PARAMS, _VERY_LIKE)):
            what = f"LiteLLM does not know '{key}' and passes it on to the provider, as before{advice}"
            findings.add("check", name, what)


def meant_in_info(key: str) -> str:
    """What a word of `model_info` was meant to be, as advice; nothing where it looks like no slip."""
    return _near(key, _INFO, _VERY_LIKE)


def _section_of(key: str, section: str) -> str:
    """Where a setting belongs, if LiteLLM reads it in another section. Plain words may mean anything there."""
    other = next((other for other, known in _KNOWN.items() if other != section and key in known and "_" in key), None)
    return f"; write it under {other}" if other else ""


@cache
def _near(key: str, known: frozenset[str], cutoff: float) -> str:
    near = get_close_matches(key, sorted(known), n=1, cutoff=cutoff)
    return f"; did you mean '{near[0]}'?" if near else ""
