"""Two configs by what they mean: every change is told, every other way to say the same is not."""

import copy
from typing import Any

import pytest
from shapes import BOX

from switchyard.inventory.importing.compare import differences

CONFIG: dict[str, Any] = {
    "model_list": [
        {
            "model_name": "a",
            "litellm_params": {
                "model": "openrouter/x",
                "api_key": "os.environ/OPENROUTER_API_KEY",
                "input_cost_per_token": 1e-6,
                "timeout": 30,
                "extra_body": {"top_k": 3},
            },
            "model_info": {"mode": "chat", "max_input_tokens": 100},
        },
        {"model_name": "b", "litellm_params": {"model": "openai/y", "api_base": BOX, "api_key": "none", "weight": 3}},
        {"model_name": "b", "litellm_params": {"model": "openai/z", "api_base": BOX, "api_key": "none", "weight": 1}},
    ],
    "router_settings": {"num_retries": 2, "fallbacks": [{"a": ["b"]}], "model_group_alias": {"fast": "a"}},
    "litellm_settings": {"drop_params": True, "langfuse_secret": "planted-secret"},
    "general_settings": {"alerting": ["slack"]},
}


def changed(path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    config = copy.deepcopy(CONFIG)
    inner: Any = config
    for part in path[:-1]:
        inner = inner[part]
    inner[path[-1]] = value
    return config


def test_a_config_means_what_it_means() -> None:
    assert list(differences(CONFIG, copy.deepcopy(CONFIG))) == []


PARAMS = ("model_list", 0, "litellm_params")


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ((*PARAMS, "model"), "openrouter/w", ("a", "model: openrouter/x → openrouter/w")),
        ((*PARAMS, "api_base"), "http://192.0.2.1/v1", ("a", "api_base: nothing → http://192.0.2.1/v1")),
        ((*PARAMS, "api_key"), "sk-planted-other", ("a", "api_key: (not shown) → (not shown)")),
        ((*PARAMS, "input_cost_per_token"), 2e-6, ("a", "input_cost_per_token: 1e-06 → 2e-06")),
        ((*PARAMS, "timeout"), 31, ("a", "timeout: 30.0 → 31.0")),
        ((*PARAMS, "extra_body", "top_k"), 4, ("a", "extra_body.top_k: 3 → 4")),
        (("model_list", 0, "model_info", "mode"), "embedding", ("a", "mode: chat → embedding")),
        (("model_list", 0, "model_info", "max_input_tokens"), 9, ("a", "max_input_tokens: 100 → 9")),
        (("model_list", 1, "litellm_params", "weight"), 1, ("b", "share: 3/4 → 1/2")),
        (("model_list", 2, "litellm_params", "order"), 1, ("b", "order: 1 → 2")),
        (("model_list", 2, "model_name"), "c", ("c", "is new")),
        (("router_settings", "num_retries"), 3, ("router_settings.num_retries", "2.0 → 3.0")),
        (("router_settings", "fallbacks"), [], ("fallbacks.a", "['b'] → nothing")),
        (
            ("router_settings", "model_group_alias"),
            {"fast": "b"},
            ("model_group_alias.fast", "a → b"),
        ),
        (("litellm_settings", "drop_params"), False, ("router_settings.drop_params", "1.0 → 0.0")),
        (
            ("litellm_settings", "langfuse_secret"),
            "x",
            ("litellm_settings.langfuse_secret", "(not shown) → (not shown)"),
        ),
        (("general_settings", "alerting"), ["email"], ("general_settings.alerting", "['slack'] → ['email']")),
    ],
)
def test_every_change_is_told(path: tuple[Any, ...], value: Any, told: tuple[str, str]) -> None:
    found = list(differences(CONFIG, changed(path, value)))
    assert told in found
    assert "planted" not in str(found)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ((*PARAMS, "input_cost_per_token"), "1e-06"),
        ((*PARAMS, "base_url"), None),
        (("model_list", 0, "model_info", "id"), "a/openrouter"),
        (("model_list", 1, "litellm_params", "api_key"), "no-key-needed"),
        (("router_settings", "fallbacks"), [{"a": ["b", "nobody"]}, {"nobody": ["a"]}]),
        (("router_settings", "model_group_alias"), {"fast": {"model": "a", "hidden": False}, "gone": "nobody"}),
        (("router_settings", "cooldown_time"), 30),
    ],
)
def test_other_words_for_the_same_are_no_difference(path: tuple[Any, ...], value: Any) -> None:
    assert list(differences(CONFIG, changed(path, value))) == []


def test_the_order_of_entries_means_nothing() -> None:
    config = copy.deepcopy(CONFIG)
    config["model_list"].reverse()
    assert list(differences(CONFIG, config)) == []


def test_a_missing_deployment_is_told() -> None:
    config = copy.deepcopy(CONFIG)
    del config["model_list"][2]
    assert ("b", "openai/z is missing") in list(differences(CONFIG, config))
