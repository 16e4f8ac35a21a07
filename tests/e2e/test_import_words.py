"""The words that an import takes for LiteLLM's own are those of the LiteLLM that is installed."""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any

import pytest

from platelayer.gateway import litellm_words as words
from platelayer.providers import recognition

OURS = {
    **{name.upper(): words.WORDS[name] for name in ("sections", "model_params", "prices", *words.SETTINGS)},
    "PROVIDERS": recognition.PREFIXES,
    "ENDPOINTS": recognition.ENDPOINTS,
}

# Run by LiteLLM's own Python; prints what it knows, and what it does with a config of typos.
ASK = r"""
import asyncio, inspect, json, logging, re, sys, typing
from pathlib import Path

import litellm
from litellm.constants import ROUTER_SETTINGS_MANAGED_OUTSIDE_CONFIG
from litellm.proxy import proxy_server
from litellm.proxy._types import AllCallbacks, ConfigGeneralSettings
from litellm.types.router import LiteLLM_Params
from litellm.llms.openai_like.json_loader import JSONProviderRegistry
from litellm.types.utils import CustomPricingLiteLLMParams, all_litellm_params

base = Path(litellm.__file__).parent
files = [path for folder in (base, base.parent / "litellm_enterprise") for path in sorted(folder.rglob("*.py"))]
sources = "\n".join(path.read_text(errors="ignore") for path in files)
word = r"[\"']([a-z][a-z0-9_]*)[\"']"
read = inspect.getsource(proxy_server.ProxyConfig)

def asked(section):
    "The keys that any code takes out of a section."
    taken = re.findall(section + r"\)?(?:\s+or\s+\{\}\))?(?:\.get\(|\.pop\(|\[)\s*" + word, sources)
    return {*taken, *re.findall(word + r"\s+(?:not\s+)?in\s+_?" + section + r"\b", sources)}

attributes = re.findall(r"^([a-z][a-z0-9_]*)\s*(?::[^=\n]+)?=", (base / "__init__.py").read_text(), re.MULTILINE)
attributes += re.findall(r"\blitellm\.([a-z][a-z0-9_]*)\s*(?::[^=\n]+)?=[^=]", sources)
attributes += re.findall(r"getattr\(\s*litellm,\s*" + word, sources)
attributes += re.findall(r"key == " + word, inspect.getsource(proxy_server.ProxyConfig.load_config))
providers = {str(getattr(name, "value", name)) for name in litellm.provider_list} | {*JSONProviderRegistry._providers}
params = {*LiteLLM_Params.model_fields, *all_litellm_params, *litellm.OPENAI_CHAT_COMPLETION_PARAMS}
callbacks = {name: list(value.litellm_callback_params) for name, value in AllCallbacks()}

def started(config, name):
    "Whether LiteLLM starts with it, and what it logs; or the first words of why not."
    path = Path(sys.argv[1]) / name
    path.write_text(json.dumps({"model_list": [], **config}))
    told = []
    handler = logging.Handler()
    handler.emit = lambda record: told.append(record.getMessage())
    logging.getLogger("LiteLLM Proxy").addHandler(handler)
    try:
        asyncio.run(proxy_server.ProxyConfig().load_config(None, str(path)))
    except Exception as error:
        return str(error)
    return [line for line in told if "not a valid argument" in line]

typos = {
    "router_settings": {"rounting_strategy": "x", "fallback_order": ["x"]},
    "litellm_settings": {"drop_parms": True},
    "general_settings": {"max_parralel_requests": 9},
    "routr_settings": {"timeout": 5},
}
unreadable = [{"a": ["b"]}, '[{"a": ["b"]}]', ["a"], [{"a": ["b"], "b": ["a"]}]]
models = ["bogus/x", "requesty/openai/x", "openai/x"]

def served(entries):
    "The models of those entries that LiteLLM serves."
    router = litellm.Router(entries, ignore_invalid_deployments=True)
    return [entry["litellm_params"]["model"] for entry in router.model_list]

def billed(params, info):
    "What LiteLLM bills for one request, in USD."
    params = {"model": "openai/mine", "api_key": "k", "mock_response": "hello", **params}
    router = litellm.Router([{"model_name": "a", "litellm_params": params, "model_info": info}])
    answer = router.completion(model="a", messages=[{"role": "user", "content": "hi"}])
    return answer._hidden_params["response_cost"]

def find_bare_models():
    "Model without a prefix -> the provider that LiteLLM takes for it."
    lists = (getattr(litellm, name) for name in dir(litellm) if name.endswith("_models"))
    names = {*litellm.model_cost, *litellm.model_list_set}
    names.update(*(one for one in lists if isinstance(one, (list, set, frozenset, dict))))
    found = {}
    for name in (name for name in names if isinstance(name, str) and "/" not in name):
        try:
            found[name] = litellm.get_llm_provider(name)[1]
        except Exception:
            continue
    return found

base = {"base_model": "gpt-4o"}
print("\n" + json.dumps({
    "ROUTER_SETTINGS": sorted({*litellm.Router.get_valid_args()} - ROUTER_SETTINGS_MANAGED_OUTSIDE_CONFIG),
    "LITELLM_SETTINGS": sorted(key for key in {*attributes, *asked("litellm_settings")} if not key.endswith("_models")),
    "GENERAL_SETTINGS": sorted({*ConfigGeneralSettings.model_fields, *asked("general_settings")}),
    "SECTIONS": sorted(set(re.findall(r"\bconfig\.get\(\s*" + word, read)) - {"force_reload", "interval_hours"}),
    "MODEL_PARAMS": sorted(key for key in params if key[0] != "_" and "cost" not in key),
    # How long an embedding is costs nothing.
    "PRICES": sorted({*CustomPricingLiteLLMParams.model_fields} - {"output_vector_size"}),
    "PROVIDERS": sorted(providers),
    "ENDPOINTS": sorted({url.removeprefix("https://").rstrip("/") for url in litellm.openai_compatible_endpoints}),
    "VARIABLES": callbacks,
    "CALLBACKS": sorted(typing.get_args(litellm._custom_logger_compatible_callbacks_literal)),
    "typos": started(typos, "typos.yaml"),
    "fallbacks": [started({"router_settings": {"fallbacks": lists}}, "lists.yaml") for lists in unreadable],
    "MODELS": find_bare_models(),
    "billed": [billed(base, {}), billed({}, base)],
    "unknown": served([{"model_name": "a", "litellm_params": {"model": name, "api_key": "k"}} for name in models]),
    "refused": [started({"router_settings": {key: 3}}, f"{key}.yaml") for key in sys.argv[2:]],
}))
"""


@pytest.fixture(scope="module")
def known(runtime, tmp_path_factory) -> dict[str, Any]:
    """What the real LiteLLM says."""
    folder = tmp_path_factory.mktemp("words")
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
    command = [runtime / "bin/python", "-c", ASK, folder, *sorted(words.WORDS["refused"])]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=200, cwd=folder)
    assert run.returncode == 0, run.stderr[-2000:]
    return json.loads(run.stdout.splitlines()[-1])


@pytest.mark.parametrize("name", OURS)
def test_what_is_taken_for_litellms_word_is_one_and_none_is_missing(known, name: str) -> None:
    ours, theirs = OURS[name], set(known[name])
    assert {"gone": sorted(ours - theirs), "new": sorted(theirs - ours)} == {"gone": [], "new": []}


def test_a_model_without_a_prefix_is_asked_where_litellm_asks_it(known) -> None:
    ours, theirs = recognition.MODELS.items(), known["MODELS"].items()
    assert {"gone": sorted(ours - theirs), "new": sorted(theirs - ours)} == {"gone": [], "new": []}


def test_the_variables_of_a_callback_are_those_that_litellm_names(known) -> None:
    theirs = {name: set(variables) for name, variables in known["VARIABLES"].items()}
    assert theirs == {name: set(variables) for name, variables in words.CALLBACKS.items()}
    assert set(known["CALLBACKS"]) - theirs.keys() >= words.WORDS["without_variables"]


def test_litellm_starts_with_typos_and_ignores_them(known) -> None:
    assert known["typos"] == [
        f"Key '{key}' is not a valid argument for Router.__init__(). Ignoring this key."
        for key in ("rounting_strategy", "fallback_order")
    ]


def test_litellm_does_not_start_with_what_belongs_into_general_settings(known) -> None:
    assert known["refused"] == [
        f"'{key}' is NOT a valid router_settings parameter. Please move it to 'general_settings'."
        for key in sorted(words.WORDS["refused"])
    ]


def test_litellm_does_not_start_with_fallbacks_that_are_no_list_of_mappings(known) -> None:
    assert [answer for answer in known["fallbacks"] if not isinstance(answer, str)] == []


def test_litellm_leaves_out_a_model_of_a_provider_that_it_does_not_know(known) -> None:
    assert known["unknown"] == ["openai/x"]


def test_litellm_bills_by_the_base_model_wherever_it_stands(known) -> None:
    first, second = known["billed"]
    assert first == second > 0
