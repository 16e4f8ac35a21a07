"""What a deployment says beside its address: costs, limits, modes, times, and what has no option of its own."""

from typing import Any

import pytest
from shapes import entry, found, imported


def only(made: Any) -> dict[str, Any]:
    (model,) = made.models.models
    return dict(model)


def test_costs_move_to_where_litellm_routes_by_them() -> None:
    info = {"input_cost_per_token": "3e-07", "output_cost_per_token": 5e-7, "input_cost_per_image": 0.01}
    info |= {"output_cost_per_reasoning_token": "4e-06"}
    made = imported(entry(output_cost_per_token=2e-6, tiered_pricing=[{"range": [0, 9]}], info=info))
    assert made.rendered["model_list"][0] == {
        "model_name": "a",
        "litellm_params": {
            "model": "openrouter/x",
            "api_key": "os.environ/OPENROUTER_API_KEY",
            "input_cost_per_token": 3e-7,
            "output_cost_per_token": 2e-6,
            "tiered_pricing": [{"range": [0, 9]}],
            "input_cost_per_image": 0.01,
            "output_cost_per_reasoning_token": 4e-6,
        },
        "model_info": {"id": "a/openrouter", "mode": "chat"},
    }
    assert found(made, "differs") == []


@pytest.mark.parametrize("cost", [-1e6, "-0.1", float("nan"), ".inf", "inf", "$3"])
def test_a_price_that_is_none_never_worked(cost: Any) -> None:
    made = imported(entry(input_cost_per_token=cost, info={"output_cost_per_reasoning_token": cost}))
    assert only(made).keys() == {"name", "provider", "id"}
    assert found(made, "never_worked") == [
        ("a", "input_cost_per_token is below zero or no number; no price is written"),
        ("a", "output_cost_per_reasoning_token is below zero or no number; no price is written"),
    ]
    assert found(made, "differs") == []


def test_a_free_model_keeps_its_nearly_free_price() -> None:
    assert only(imported(entry(input_cost_per_token=1e-9)))["input_cost_per_token"] == 1e-9


@pytest.mark.parametrize(
    ("info", "limits"),
    [
        ({"max_input_tokens": 9, "max_output_tokens": 5}, {"max_input_tokens": 9, "max_output_tokens": 5}),
        ({"max_tokens": 7}, {"max_output_tokens": 7}),
        ({"max_tokens": 7, "max_output_tokens": 5}, {"max_output_tokens": 5}),
        ({"max_input_tokens": 0}, {}),
    ],
)
def test_limits(info: dict[str, Any], limits: dict[str, Any]) -> None:
    model = only(imported(entry(info=info)))
    assert {key: value for key, value in model.items() if key.startswith("max_")} == limits


def test_times_have_options_and_the_rest_is_extra() -> None:
    made = imported(
        entry(timeout=30.0, stream_timeout="os.environ/WAIT", max_tokens=100, rpm=5, temperature=0, tags=["free"])
    )
    assert only(made) == {
        "name": "a",
        "provider": "openrouter",
        "id": "x",
        "timeout": 30,
        "extra": {"stream_timeout": "os.environ/WAIT", "max_tokens": 100, "rpm": 5, "temperature": 0, "tags": ["free"]},
    }
    assert made.environment == {"WAIT": "vault_wait"}
    assert found(made, "differs") == []


@pytest.mark.parametrize(
    ("model", "mode"),
    [
        ("openrouter/qwen/qwen3-embedding-8b", "embedding"),
        ("openrouter/BAAI/bge-m3", "embedding"),
        ("openrouter/cohere/rerank-v3", "rerank"),
        ("openrouter/openai/whisper-1", "audio_transcription"),
        ("openrouter/openai/tts-1", "audio_speech"),
        ("openrouter/black-forest-labs/flux-2", "image_generation"),
        ("openrouter/openai/omni-moderation-latest", "moderation"),
    ],
)
def test_a_mode_that_nothing_says_is_guessed_and_told(model: str, mode: str) -> None:
    made = imported(entry(model=model))
    assert only(made)["mode"] == mode
    assert ("a", f"names no mode; taken for {mode} by its id") in found(made, "check")


def test_ollamas_prefix_stays_what_it_was() -> None:
    made = imported(
        entry("chat", "ollama_chat/qwen"), entry("generate", "ollama/qwen"), entry("embed", "ollama/nomic-embed-text")
    )
    strings = [built["litellm_params"]["model"] for built in made.rendered["model_list"]]
    assert strings == ["ollama_chat/qwen", "ollama/qwen", "ollama/nomic-embed-text"]
    assert [model.get("extra") for model in made.models.models] == [None, {"model": "ollama/qwen"}, None]


def test_what_has_no_place_is_listed() -> None:
    info = {"supports_vision": True, "base_model": "gpt-5", "mode": "realtime", "access_groups": ["team"]}
    made = imported(entry(info=info), entry("b", info={"base_model": "gpt-5"}))
    assert found(made, "not_carried") == [
        ("a", "model_info.mode 'realtime': the inventory has no such mode; 'chat' is written"),
        ("a", "model_info.supports_vision: the inventory has no place for it; a refreshed catalog tells it"),
        ("a, b", "model_info.base_model: the inventory has no place for it"),
        ("a", "model_info.access_groups: the inventory has no place for it"),
    ]
    assert found(made, "differs") == [
        (
            "a",
            "openrouter/x: mode was realtime, is chat now; if that is wrong, mend it in its entry in gateway.yml",
        )
    ]


@pytest.mark.parametrize(
    ("broken", "finding"),
    [
        (
            {"litellm_params": {"model": "openai/x"}},
            ("model_list[0]", "has no name as text; LiteLLM does not start with it"),
        ),
        ("text", ("model_list[0]", "has no name as text; LiteLLM does not start with it")),
        (
            {"model_name": "broken"},
            ("broken", "litellm_params.model is missing; LiteLLM does not start with such an entry"),
        ),
        (
            {"model_name": "broken", "litellm_params": {"model": "openrouter/x"}, "weight": 3},
            ("broken", "'weight' stands beside litellm_params, where LiteLLM does not look"),
        ),
        (
            {"model_name": "broken", "litellm_params": {"model": "openrouter/x", "weight": "3"}},
            ("broken", "litellm_params.weight is no number; LiteLLM fails on it"),
        ),
    ],
)
def test_broken_entries_are_listed_and_the_others_come_over(broken: Any, finding: tuple[str, str]) -> None:
    made = imported(broken, entry("kept"))
    assert found(made, "never_worked") == [finding]
    assert [model["name"] for model in made.models.models][-1] == "kept"


def test_a_host_that_only_a_compose_network_knows_is_told() -> None:
    made = imported(entry(model="openai/x", api_base="http://llama:8080/v1", api_key="none"))
    assert (
        "a",
        "is asked at 'llama', which looks like a name of a compose network; the gateway's host must know it",
    ) in found(made, "check")


def test_wildcards() -> None:
    made = imported(
        entry("openrouter/*", "openrouter/*"), entry("*", "openai/*"), entry("claude-*", "anthropic/claude-*")
    )
    assert [(model["name"], model["provider"], model["id"]) for model in made.models.models] == [
        ("openrouter/*", "openrouter", "*"),
        ("*", "openai", "*"),
        ("claude-*", "anthropic", "claude-*"),
    ]
    assert found(made, "differs") == []
