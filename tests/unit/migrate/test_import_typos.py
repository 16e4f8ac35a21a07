"""Settings that LiteLLM does not read are told with what was meant; what it may read is left alone."""

from typing import Any

import pytest
from shapes import entry, findings, import_entries

LEFT_OUT = "LiteLLM ignores it here, so it is left out"


@pytest.mark.parametrize(
    ("section", "key", "sentence"),
    [
        ("router_settings", "rounting_strategy", f"{LEFT_OUT}; did you mean 'routing_strategy'?"),
        ("router_settings", "fallback_order", LEFT_OUT),
        ("router_settings", "drop_params", f"{LEFT_OUT}; write it under litellm_settings"),
        (
            "router_settings",
            "health_check_interval",
            "LiteLLM does not start with it here, so it is left out; write it under general_settings",
        ),
        ("litellm_settings", "drop_parms", f"{LEFT_OUT}; did you mean 'drop_params'?"),
        ("litellm_settings", "routing_strategy", f"{LEFT_OUT}; write it under router_settings"),
        ("general_settings", "max_parralel_requests", f"{LEFT_OUT}; did you mean 'max_parallel_requests'?"),
    ],
)
def test_a_setting_that_litellm_ignores_is_told_and_left_out(section: str, key: str, sentence: str) -> None:
    result = import_entries(entry(), **{section: {key: "planted"}})
    assert findings(result, "never_worked") == [(f"{section}.{key}", sentence)]
    assert result.extra == {}
    assert findings(result, "differs") == []
    assert "planted" not in repr(result)


@pytest.mark.parametrize("section", ["litellm_settings", "general_settings"])
def test_a_word_that_code_of_ones_own_may_read_is_no_typo(section: str) -> None:
    result = import_entries(entry(), **{section: {"team_colours": ["red"]}})
    assert findings(result, "never_worked") == []
    assert result.extra == {section: {"team_colours": ["red"]}}


@pytest.mark.parametrize(
    ("section", "category", "sentence"),
    [
        (
            "routr_settings",
            "never_worked",
            "LiteLLM reads no such section, so it is left out; did you mean 'router_settings'?",
        ),
        (
            "drop_params",
            "never_worked",
            "LiteLLM reads no such section, so it is left out; write it under litellm_settings",
        ),
        ("virtual_models", "never_worked", "LiteLLM reads no such section, so it is left out"),
        ("x-defaults", "not_carried", "is no section of LiteLLM's; what refers to it has come over there"),
    ],
)
def test_a_section_that_litellm_does_not_read(section: str, category: Any, sentence: str) -> None:
    result = import_entries(entry(), **{section: {"a": 1}})
    assert findings(result, category) == [(section, sentence)]
    assert result.extra == {}
    assert findings(result, "differs") == []


def test_a_slip_in_a_models_params_is_told_and_carried() -> None:
    result = import_entries(entry(stream_timout=20, top_k=3, extra_body={"x": 1}))
    assert result.models.models[0]["extra"] == {"stream_timout": 20, "top_k": 3, "extra_body": {"x": 1}}
    slips = [words for _, words in findings(result, "check") if "does not know" in words]
    assert slips == [
        "LiteLLM does not know 'stream_timout' and passes it on to the provider, as before; did you mean "
        "'stream_timeout'?"
    ]


def test_what_has_no_variable_of_its_own_is_named_in_one_sentence() -> None:
    result = import_entries(
        entry(),
        router_settings={"enable_pre_call_checks": True, "timeout": 9},
        litellm_settings={"set_verbose": False, "langfuse_secret": "planted"},
        guardrails=[{"guardrail_name": "pii"}],
    )
    assert (
        "litellm_config_extra",
        "carries what has no variable of its own: router_settings.enable_pre_call_checks, "
        "litellm_settings.set_verbose, litellm_settings.langfuse_secret, guardrails",
    ) in findings(result, "check")


@pytest.mark.parametrize(
    ("name", "environment", "told"),
    [
        ("datadog", {}, ["datadog reads DD_API_KEY, DD_SITE; write those that it had into litellm_environment"]),
        (
            "datadog",
            {"DD_API_KEY": "os.environ/DD"},
            ["datadog reads DD_SITE; write those that it had into litellm_environment"],
        ),
        ("datadog", {"DD_API_KEY": "os.environ/DD", "DD_SITE": "eu"}, []),
        ("athina", {}, ["athina may read environment variables; write those that it had into litellm_environment"]),
        ("dynamic_rate_limiter", {}, []),
    ],
)
def test_litellms_own_callbacks_want_their_variables(name: str, environment: Any, told: list[str]) -> None:
    result = import_entries(entry(), litellm_settings={"success_callback": [name]}, environment_variables=environment)
    assert [words for place, words in findings(result, "check") if place == "litellm_settings.success_callback"] == told
