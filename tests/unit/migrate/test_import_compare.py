"""Two configs by what they mean: every change is told, every other way to say the same is not."""

import copy
from typing import Any

import pytest
from shapes import BOX

from platelayer.migrate.comparison import report_differences
from platelayer.migrate.import_findings import ImportFindings
from platelayer.migrate.secret_store import SecretStore

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


def differences(original: dict[str, Any], rendered: dict[str, Any]) -> list[tuple[str, str]]:
    findings = ImportFindings()
    report_differences(original, rendered, SecretStore(ImportFindings()), findings)
    return [(", ".join(finding.places), finding.what) for finding in findings]


def changed(path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    config = copy.deepcopy(CONFIG)
    inner: Any = config
    for part in path[:-1]:
        inner = inner[part]
    inner[path[-1]] = value
    return config


def test_a_config_means_what_it_means() -> None:
    assert differences(CONFIG, copy.deepcopy(CONFIG)) == []


PARAMS = ("model_list", 0, "litellm_params")
ENTRY = "if that is wrong, mend it in its entry in gateway.yml"
GATEWAY = "if that is wrong, mend it in gateway.yml"
EXTRA = "if that is wrong, mend it in litellm_config_extra of litellm.yml"
SHARED = "openai/y (3/4) or openai/z (1/4)"
SHARES = "to share them as before, write each under gateway_models with a weight and without an order"


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (
            (*PARAMS, "model"),
            "openrouter/w",
            ("a", f"openrouter/x: model was openrouter/x, is openrouter/w now; {ENTRY}"),
        ),
        (
            (*PARAMS, "api_base"),
            "http://192.0.2.1/v1",
            ("a", f"openrouter/x: api_base was nothing, is http://192.0.2.1/v1 now; {ENTRY}"),
        ),
        (
            (*PARAMS, "api_key"),
            "sk-planted-other",
            ("a", f"openrouter/x: api_key is another one now, which is not shown; {ENTRY}"),
        ),
        (
            (*PARAMS, "input_cost_per_token"),
            2e-6,
            ("a", f"openrouter/x: input_cost_per_token was 1e-06, is 2e-06 now; {ENTRY}"),
        ),
        ((*PARAMS, "timeout"), 31, ("a", f"openrouter/x: timeout was 30.0, is 31.0 now; {ENTRY}")),
        ((*PARAMS, "extra_body", "top_k"), 4, ("a", f"openrouter/x: extra_body.top_k was 3, is 4 now; {ENTRY}")),
        (
            ("model_list", 0, "model_info", "mode"),
            "embedding",
            ("a", f"openrouter/x: mode was chat, is embedding now; {ENTRY}"),
        ),
        (
            ("model_list", 0, "model_info", "max_input_tokens"),
            9,
            ("a", f"openrouter/x: max_input_tokens was 100, is 9 now; {ENTRY}"),
        ),
        (
            ("model_list", 1, "litellm_params", "weight"),
            1,
            ("b", f"requests went to {SHARED}; now they go to openai/y (1/2) or openai/z (1/2); {SHARES}"),
        ),
        (
            ("model_list", 2, "litellm_params", "order"),
            1,
            ("b", f"requests went to {SHARED}; now they go first to openai/z, when that fails to openai/y; {SHARES}"),
        ),
        (("model_list", 2, "model_name"), "c", ("c", "is served now, and was not before")),
        (("router_settings", "num_retries"), 3, ("router_settings.num_retries", f"was 2.0, is 3.0 now; {GATEWAY}")),
        (("router_settings", "fallbacks"), [], ("fallbacks.a", f"was b, is nothing now; {GATEWAY}")),
        (
            ("router_settings", "model_group_alias"),
            {"fast": "b"},
            ("model_group_alias.fast", f"was a, is b now; {GATEWAY}"),
        ),
        (
            ("litellm_settings", "drop_params"),
            False,
            ("router_settings.drop_params", f"was 1.0, is 0.0 now; {GATEWAY}"),
        ),
        (
            ("litellm_settings", "langfuse_secret"),
            "x",
            ("litellm_settings.langfuse_secret", f"is another one now, which is not shown; {EXTRA}"),
        ),
        (
            ("general_settings", "alerting"),
            ["email"],
            ("general_settings.alerting", f"was slack, is email now; {EXTRA}"),
        ),
    ],
)
def test_every_change_is_told(path: tuple[Any, ...], value: Any, told: tuple[str, str]) -> None:
    found_differences = differences(CONFIG, changed(path, value))
    assert told in found_differences
    assert "planted" not in str(found_differences)


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
    assert differences(CONFIG, changed(path, value)) == []


def test_the_order_of_entries_means_nothing() -> None:
    config = copy.deepcopy(CONFIG)
    config["model_list"].reverse()
    assert differences(CONFIG, config) == []


def test_a_missing_deployment_is_told() -> None:
    config = copy.deepcopy(CONFIG)
    del config["model_list"][2]
    assert (
        "b",
        "openai/z was asked too, and is not any more; see what is not carried over",
    ) in differences(CONFIG, config)
