"""Fallbacks that LiteLLM cannot read: told, and mended where it is plain what was meant."""

from typing import Any

import pytest
from shapes import entry, findings, import_entries

MODELS = tuple(entry(name) for name in "abc")


def fallbacks(result: Any) -> dict[str, list[str]]:
    return {entry["name"]: entry["fallbacks"] for entry in result.models.names.values() if "fallbacks" in entry}


@pytest.mark.parametrize(
    ("written", "kept", "advice"),
    [
        ({"a": ["b"], "b": ["c"]}, {"a": ["b"], "b": ["c"]}, "carried over as [{a: [b]}, {b: [c]}]"),
        ('[{"a": ["b"]}]', {"a": ["b"]}, "carried over as [{a: [b]}]"),
        ("a, b", {}, "it is left out"),
        ([{"a": ["b"]}, "c"], {"a": ["b"]}, "carried over as [{a: [b]}]"),
        ([{"a": ["b"], "b": ["c"]}], {"a": ["b"], "b": ["c"]}, "carried over as [{a: [b]}, {b: [c]}]"),
        ([{"a": "b"}], {"a": ["b"]}, "carried over as [{a: [b]}]"),
    ],
)
def test_fallbacks_in_another_form_are_told(written: Any, kept: dict[str, Any], advice: str) -> None:
    result = import_entries(*MODELS, router_settings={"fallbacks": written})
    assert fallbacks(result) == kept
    sentence = f"is not a list such as [{{model: [other]}}], and LiteLLM does not start with it; {advice}"
    assert findings(result, "never_worked") == [("fallbacks", sentence)]
    assert findings(result, "differs") == []


def test_those_for_long_requests_are_mended_too() -> None:
    result = import_entries(*MODELS, litellm_settings={"context_window_fallbacks": {"a": ["b"]}})
    assert result.extra == {"litellm_settings": {"context_window_fallbacks": [{"a": ["b"]}]}}
    assert findings(result, "never_worked") == [
        (
            "litellm_settings.context_window_fallbacks",
            "is not a list such as [{model: [other]}], and LiteLLM misreads it; carried over as [{a: [b]}]",
        )
    ]


def test_names_that_did_not_come_over_are_in_no_list() -> None:
    lists = {key: [{"a": ["aws", "b"]}, {"aws": ["a"]}] for key in ("context_window_fallbacks", "fallbacks")}
    result = import_entries(
        *MODELS,
        entry("aws", "oci/x"),
        router_settings={**lists, "model_group_alias": {"z": "aws"}},
        litellm_settings={"default_fallbacks": ["aws"]},
    )
    assert fallbacks(result) == {"a": ["b"]}
    assert result.extra == {"router_settings": {"context_window_fallbacks": [{"a": ["b"]}]}}
    assert "aws" not in str(result.rendered)
    lost = {place for place, what in findings(result, "not_carried") if what == "'aws' is not carried over"}
    place = "router_settings.context_window_fallbacks"
    assert lost == {f"model_group_alias.z, fallbacks.a, fallbacks.aws, default_fallbacks, {place}.a, {place}.aws"}
    words = "was aws, b, is b now; if that is wrong, mend it in gateway.yml"
    assert (f"fallbacks.a, {place}.a", words) in findings(result, "differs")
