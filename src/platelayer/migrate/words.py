"""LiteLLM's own words, which lie in `words.ini`: what it reads of each part of a config."""

from configparser import ConfigParser
from pathlib import Path

_file = ConfigParser()
_file.read(Path(__file__).with_suffix(".ini"), encoding="utf-8")
_words = {name: frozenset(text.split()) for name, text in _file["words"].items()}

SECTIONS = _words["sections"]
ROUTER_SETTINGS = _words["router_settings"]
REFUSED = _words["refused"]
LITELLM_SETTINGS = _words["litellm_settings"]
GENERAL_SETTINGS = _words["general_settings"]
MODEL_PARAMS = _words["model_params"]
PRICES = _words["prices"]
PROVIDERS = _words["providers"]
ENDPOINTS = _words["endpoints"]
WITHOUT_VARIABLES = _words["without_variables"]
VARIABLES = {name: tuple(text.split()) for name, text in _file["callbacks"].items()}
