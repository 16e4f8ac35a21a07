"""Fallbacks, aliases and the router's settings."""

from typing import Any

import pytest
from shapes import DEFAULTS, entry, findings, import_entries

A, B, C = entry("a"), entry("b"), entry("c")


def routed(*, litellm: dict[str, Any] | None = None, models: tuple[Any, ...] = (A, B, C), **router: Any) -> Any:
    return import_entries(*models, router_settings=router, litellm_settings=litellm or {})


def fallbacks(result: Any) -> dict[str, list[str]]:
    return {entry["name"]: entry["fallbacks"] for entry in result.models.names.values() if "fallbacks" in entry}


def test_fallbacks_belong_to_their_models() -> None:
    result = routed(fallbacks=[{"a": ["b", "c"]}, {"b": ["c"]}, {"*": ["c"]}])
    assert fallbacks(result) == {"a": ["b", "c"], "b": ["c"]}
    assert result.router == {"default_fallbacks": ["c"]}
    assert result.extra == {}
    assert findings(result, "differs") == []


def test_fallbacks_of_litellm_settings_count_where_the_router_has_none() -> None:
    result = routed(litellm={"fallbacks": [{"a": ["b"]}], "default_fallbacks": ["c"]})
    assert fallbacks(result) == {"a": ["b"]}
    assert result.router == {"default_fallbacks": ["c"]}
    both = routed(litellm={"fallbacks": [{"a": ["b"]}]}, fallbacks=[{"a": ["c"]}])
    assert fallbacks(both) == {"a": ["c"]}
    assert findings(both, "never_worked") == [
        ("litellm_settings.fallbacks", "LiteLLM reads router_settings.fallbacks only")
    ]


@pytest.mark.parametrize(
    ("written", "kept", "finding"),
    [
        ([{"a": ["b", "x"]}], {"a": ["b"]}, ("fallbacks.a", "no model is named 'x'")),
        ([{"x": ["b"]}], {}, ("fallbacks.x", "no model is named 'x'")),
        ([{"a": ["a", "b"]}], {"a": ["b"]}, ("fallbacks.a", "falls back to itself")),
        ([{"a": ["b"]}, {"a": ["c"]}], {"a": ["b"]}, ("fallbacks.a", "is there twice; LiteLLM takes the first")),
    ],
)
def test_fallbacks_that_never_worked(written: Any, kept: dict[str, Any], finding: tuple[str, str]) -> None:
    result = routed(fallbacks=written)
    assert fallbacks(result) == kept
    assert findings(result, "never_worked") == [finding]


def test_a_fallback_to_what_is_not_carried_over_did_work() -> None:
    result = routed(models=(A, B, entry("aws", "oci/x")), fallbacks=[{"a": ["aws", "b"]}])
    assert fallbacks(result) == {"a": ["b"]}
    assert ("fallbacks.a", "'aws' is not carried over") in findings(result, "not_carried")
    assert findings(result, "differs") == [
        ("fallbacks.a", "was aws, b, is b now; if that is wrong, mend it in gateway.yml")
    ]


@pytest.mark.parametrize(
    "written",
    [
        pytest.param([{"fast": ["b"]}, {"a": ["c"]}], id="of an alias"),
        pytest.param([{"openai/gpt-9": ["b"]}, {"a": ["c"]}], id="of what a wildcard catches"),
        pytest.param([{"a": [{"model": "b", "temperature": 0}]}], id="with settings"),
    ],
)
def test_fallbacks_that_no_model_can_have_stay_whole(written: Any) -> None:
    models = (A, B, C, entry("openai/*", "openai/*"))
    result = routed(models=models, fallbacks=written, model_group_alias={"fast": "a"})
    assert result.extra == {"router_settings": {"fallbacks": written}}
    assert result.rendered["router_settings"]["fallbacks"] == written
    assert findings(result, "differs") == []


def test_aliases_belong_to_their_models() -> None:
    result = routed(model_group_alias={"fast": "a", "gpt-4": {"model": "b", "hidden": True}})
    assert [model.get("aliases") for model in result.models.models] == [
        ["fast"],
        [{"name": "gpt-4", "hidden": True}],
        None,
    ]
    assert findings(result, "differs") == []


def test_aliases_of_what_is_no_model_stay_whole() -> None:
    aliases = {"a": "b", "again": "fast", "fast": "c", "nine": "openai/gpt-9", "gone": "nobody"}
    result = routed(models=(A, B, C, entry("openai/*", "openai/*")), model_group_alias=aliases)
    assert result.extra == {
        "router_settings": {"model_group_alias": {"a": "b", "again": "fast", "nine": "openai/gpt-9"}}
    }
    assert result.rendered["router_settings"]["model_group_alias"] == {
        key: aliases[key] for key in aliases if key != "gone"
    }
    assert findings(result, "never_worked") == [("model_group_alias.gone", "no model is named 'nobody'")]
    assert findings(result, "differs") == []


def test_other_fallbacks_come_over_as_they_are() -> None:
    lists = {"context_window_fallbacks": [{"a": ["b"]}], "content_policy_fallbacks": [{"a": ["x"]}]}
    result = routed(**lists)
    assert result.extra == {"router_settings": {"context_window_fallbacks": [{"a": ["b"]}]}}
    assert findings(result, "differs") == []
    assert findings(result, "never_worked") == [("router_settings.content_policy_fallbacks.a", "no model is named 'x'")]


SAID = {
    "routing_strategy": "least-busy",
    "num_retries": 2,
    "retry_after": 1,
    "allowed_fails": 3,
    "cooldown_time": 5,
    "timeout": 600,
    "stream_timeout": 30,
}


def test_what_the_inventory_knows_goes_to_gateway_router() -> None:
    result = routed(litellm={"drop_params": True, "set_verbose": False}, **SAID, enable_pre_call_checks=True)
    assert result.router == {**SAID, "drop_params": True}
    assert result.extra == {
        "router_settings": {"enable_pre_call_checks": True},
        "litellm_settings": {"set_verbose": False},
    }
    assert findings(result, "differs") == []


def test_what_the_inventory_cannot_hold_stays_as_it_is() -> None:
    result = routed(routing_strategy="usage-based-routing", cooldown_time=0, timeout="os.environ/PATIENCE")
    assert result.router == {}
    assert result.extra["router_settings"] == {
        "routing_strategy": "usage-based-routing",
        "cooldown_time": 0,
        "timeout": "os.environ/PATIENCE",
    }
    assert result.environment == {"PATIENCE": "vault_patience"}
    assert findings(result, "differs") == []


def test_litellm_settings_count_where_the_router_says_nothing() -> None:
    litellm = {"num_retries": 4, "allowed_fails": 1, "request_timeout": 90}
    result = routed(litellm=litellm)
    assert result.router == {"num_retries": 4, "allowed_fails": 1, "timeout": 90}
    assert result.extra == {}
    beside = routed(litellm=litellm, timeout=30)
    assert beside.router["timeout"] == 30
    assert beside.extra == {"litellm_settings": {"request_timeout": 90}}
    assert findings(beside, "differs") == []


def test_the_name_that_was_probably_meant_is_told() -> None:
    models = (entry("gpt-mini"), A)
    result = routed(models=models, fallbacks=[{"a": ["gpt-mnii"]}], model_group_alias={"fast": "gpt-min"})
    advice = "did you mean 'gpt-mini'?"
    assert findings(result, "never_worked") == [
        ("model_group_alias.fast", f"no model is named 'gpt-min'; {advice}"),
        ("fallbacks.a", f"no model is named 'gpt-mnii'; {advice}"),
    ]


def test_an_alias_of_itself_changes_nothing_and_is_left_out() -> None:
    result = routed(model_group_alias={"a": "a", "x": "x", "fast": "b"})
    assert result.extra == {}
    assert result.rendered["router_settings"]["model_group_alias"] == {"fast": "b"}
    assert findings(result, "never_worked") == [
        ("model_group_alias.a", "stands for itself, which changes nothing"),
        ("model_group_alias.x", "no model is named 'x'"),
    ]
    assert findings(result, "differs") == []


@pytest.mark.parametrize("key", ["context_window_fallbacks", "content_policy_fallbacks"])
def test_of_two_other_lists_of_fallbacks_litellm_reads_the_routers(key: str) -> None:
    result = routed(litellm={key: [{"a": ["c"]}]}, **{key: [{"a": ["b"]}]})
    assert findings(result, "never_worked") == [
        (f"litellm_settings.{key}", f"LiteLLM reads router_settings.{key} only")
    ]
    assert findings(result, "differs") == []


@pytest.mark.parametrize("router", [{}, {"timeout": 600}])
def test_defaults_that_are_not_litellms_mean_something_else_now(router: dict[str, Any]) -> None:
    result = routed(**router)
    assert [found for found in routed(**SAID).findings if found.category == "differs"] == []
    timeout = "" if router else "timeout was 6000, is 300 now; "
    (told,) = [(found.places, found.what) for found in result.findings if found.category == "differs"]
    assert told == (
        ("router_settings",),
        f"{DEFAULTS}num_retries was 2, is 0 now; allowed_fails was 3, is 0 now; cooldown_time was 5, is 30 now; "
        f"{timeout}stream_timeout was that of timeout, is 120 now; to have LiteLLM's, write them into gateway_router",
    )
