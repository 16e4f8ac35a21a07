"""LiteLLM's own words, which lie in `litellm_words.ini`: what it reads of a config, and what typos mean."""

from configparser import ConfigParser
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from platelayer.advice import end_with_suggestion

_file = ConfigParser(delimiters=("=",), interpolation=None)
_file.read(Path(__file__).with_suffix(".ini"), encoding="utf-8")

WORDS = {name: frozenset(text.split()) for name, text in _file["words"].items()}
SETTINGS = {name: WORDS[name] for name in ("router_settings", "litellm_settings", "general_settings")}
MODEL_PARAMS, PRICES = WORDS["model_params"], WORDS["prices"]
# Callback → the environment variables that it reads.
CALLBACKS = {name: tuple(text.split()) for name, text in _file["callbacks"].items()}
_NEEDS_DATABASE = {section: text.split() for section, text in _file["database"].items()}
_PARAMS = MODEL_PARAMS | PRICES
_INFO = PRICES | {"base_model", "max_input_tokens", "max_output_tokens"}
_LIKE, _VERY_LIKE = 0.7, 0.85


def needs_database(section: str, key: str) -> bool:
    """Return whether a setting does nothing without LiteLLM's database."""
    return any(fnmatchcase(key, pattern) for pattern in _NEEDS_DATABASE.get(section, ()))


def advise_on_section(key: str) -> str:
    """Return what an unknown section was meant to be, as the end of a sentence; empty if nothing is like it."""
    return _name_section(key, "") or _advise(key, WORDS["sections"], _LIKE)


def advise_on_setting(section: str, key: str) -> str:
    """Return what an unknown setting was meant to be. Only in `router_settings` all words are known."""
    is_closed = section == "router_settings"
    return _name_section(key, section) or _advise(key, SETTINGS[section], _LIKE if is_closed else _VERY_LIKE)


def advise_on_param(key: str) -> str:
    """Return what a word of `litellm_params` was meant to be; empty if it is known or looks like no typo."""
    return "" if key in _PARAMS else _advise(key, _PARAMS, _VERY_LIKE)


def advise_on_info(key: str) -> str:
    """Return what a word of `model_info` was meant to be; empty if it looks like no typo."""
    return _advise(key, _INFO, _VERY_LIKE)


def _name_section(key: str, section: str) -> str:
    """Return where a setting belongs, as advice. Plain words such as `cache` may mean anything elsewhere."""
    owner = next((name for name, known in SETTINGS.items() if name != section and key in known and "_" in key), None)
    return f"; write it under {owner}" if owner else ""


@cache
def _advise(word: str, known: frozenset[str], cutoff: float) -> str:
    return end_with_suggestion(word, sorted(known), cutoff=cutoff)
