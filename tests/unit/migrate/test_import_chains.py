"""Fallbacks that LiteLLM cannot read: told, and mended where it is plain what was meant."""

from typing import Any

import pytest
from shapes import entry, found, imported

MODELS = tuple(entry(name) for name in "abc")
FAILS = "and LiteLLM does not start with it"


def fallbacks(made: Any) -> dict[str, list[str]]:
    return {entry["name"]: entry["fallbacks"] for entry in made.models.names.values() if "fallbacks" in entry}


@pytest.mark.parametrize(
    ("written", "kept", "finding"),
    [
        (
            {"a": ["b"], "b": ["c"]},
            {"a": ["b"], "b": ["c"]},
            ("fallbacks", f"is a mapping, {FAILS}; carried over as the list of mappings that was meant"),
        ),
        (
            '[{"a": ["b"]}]',
            {"a": ["b"]},
            ("fallbacks", f"is a text, {FAILS}; carried over as the list of mappings that was meant"),
        ),
        ("a, b", {}, ("fallbacks", f"is no list of mappings, {FAILS}; it is left out")),
        (
            [{"a": ["b"]}, "c"],
            {"a": ["b"]},
            ("fallbacks[1]", f"is no mapping of a name to what it falls back to, {FAILS}; it is left out"),
        ),
        (
            [{"a": ["b"], "b": ["c"]}],
            {"a": ["b"], "b": ["c"]},
            ("fallbacks[0]", f"names 2 models at once, {FAILS}; carried over as a mapping for each"),
        ),
        (
            [{"a": "b"}],
            {"a": ["b"]},
            ("fallbacks.a", "is no list, and LiteLLM takes it apart letter by letter; carried over as a list of one"),
        ),
    ],
)
def test_fallbacks_in_another_form_are_told(written: Any, kept: dict[str, Any], finding: tuple[str, str]) -> None:
    made = imported(*MODELS, router_settings={"fallbacks": written})
    assert fallbacks(made) == kept
    assert found(made, "never_worked") == [finding]
    assert found(made, "differs") == []


def test_those_for_long_requests_are_mended_too() -> None:
    made = imported(*MODELS, litellm_settings={"context_window_fallbacks": {"a": ["b"]}})
    assert made.extra == {"litellm_settings": {"context_window_fallbacks": [{"a": ["b"]}]}}
    assert found(made, "never_worked") == [
        (
            "litellm_settings.context_window_fallbacks",
            "is a mapping, and LiteLLM misreads it; carried over as the list of mappings that was meant",
        )
    ]


def test_names_that_did_not_come_over_are_in_no_list() -> None:
    lists = {key: [{"a": ["aws", "b"]}, {"aws": ["a"]}] for key in ("context_window_fallbacks", "fallbacks")}
    made = imported(
        *MODELS,
        entry("aws", "bedrock/x"),
        router_settings={**lists, "model_group_alias": {"z": "aws"}},
        litellm_settings={"default_fallbacks": ["aws"]},
    )
    assert fallbacks(made) == {"a": ["b"]}
    assert made.extra == {"router_settings": {"context_window_fallbacks": [{"a": ["b"]}]}}
    assert "aws" not in str(made.rendered)
    lost = {place for place, what in found(made, "not_carried") if what == "'aws' is not carried over"}
    place = "router_settings.context_window_fallbacks"
    assert lost == {f"model_group_alias.z, fallbacks.a, fallbacks.aws, default_fallbacks, {place}.a, {place}.aws"}
    words = "was aws, b, is b now; if that is wrong, mend it in gateway.yml"
    assert (f"fallbacks.a, {place}.a", words) in found(made, "differs")
