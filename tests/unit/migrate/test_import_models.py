"""What a deployment says beside its address: costs, limits, modes, times, and what has no option of its own."""

from typing import Any

import pytest
from shapes import entry, findings, import_entries


def only(result: Any) -> dict[str, Any]:
    (model,) = result.models.models
    return dict(model)


def test_costs_move_to_where_litellm_routes_by_them() -> None:
    info = {"input_cost_per_token": "3e-07", "output_cost_per_token": 5e-7, "input_cost_per_image": 0.01}
    info |= {"output_cost_per_reasoning_token": "4e-06"}
    result = import_entries(entry(output_cost_per_token=2e-6, tiered_pricing=[{"range": [0, 9]}], info=info))
    assert result.rendered["model_list"][0] == {
        "model_name": "a",
        "litellm_params": {
            "model": "openrouter/x",
            "api_key": "os.environ/OPENROUTER_API_KEY",
            "use_chat_completions_api": True,
            "input_cost_per_token": 3e-7,
            "output_cost_per_token": 2e-6,
            "tiered_pricing": [{"range": [0, 9]}],
            "input_cost_per_image": 0.01,
            "output_cost_per_reasoning_token": 4e-6,
        },
        "model_info": {"id": "a/openrouter", "mode": "chat", "allowed_fails": 1_000_000},
    }
    assert findings(result, "differs") == []


@pytest.mark.parametrize("cost", [-1e6, "-0.1", float("nan"), ".inf", "inf", "$3"])
def test_a_price_that_is_none_never_worked(cost: Any) -> None:
    result = import_entries(entry(input_cost_per_token=cost, info={"output_cost_per_reasoning_token": cost}))
    assert only(result).keys() == {"name", "provider", "id"}
    assert findings(result, "never_worked") == [
        ("a", "input_cost_per_token is below zero or no number; no price is written"),
        ("a", "output_cost_per_reasoning_token is below zero or no number; no price is written"),
    ]
    assert findings(result, "differs") == []


@pytest.mark.parametrize(
    ("params", "info"),
    [({}, {"input_cost_per_token": 0.3}), ({"input_cost_per_token": "0.3"}, {}), ({"input_cost_per_token": 0.3}, {})],
)
def test_a_price_of_a_million_tokens_is_told(params: dict[str, Any], info: dict[str, Any]) -> None:
    result = import_entries(entry(info=info, **params))
    assert only(result)["input_cost_per_token"] == 0.3
    words = "input_cost_per_token is 0.3 USD for one token; if that was meant for a million, divide it by 1e6"
    assert ("a", words) in findings(result, "check")


def test_what_only_sounds_like_a_price_is_none() -> None:
    result = import_entries(entry(info={"cost_center": 4711, "cost_owner": "bob", "costs": "high", "cost": 3}))
    assert only(result) == {"name": "a", "provider": "openrouter", "id": "x"}
    assert findings(result, "not_carried") == [
        ("a", f"model_info.{key}: the inventory has no place for it")
        for key in ("cost_center", "cost_owner", "costs", "cost")
    ]
    assert findings(result, "never_worked") == []


def test_a_misspelt_price_or_limit_is_told() -> None:
    info = {"max_input_token": 9, "ouput_cost_per_token": 1e-6}
    result = import_entries(entry(input_cost_per_tokens=1e-6, info=info))
    assert only(result)["extra"] == {"input_cost_per_tokens": 1e-6}
    assert findings(result, "never_worked") == [
        ("a", f"model_info.{key}: LiteLLM does not read it, so it is left out; did you mean '{meant}'?")
        for key, meant in (("max_input_token", "max_input_tokens"), ("ouput_cost_per_token", "output_cost_per_token"))
    ]
    words = "LiteLLM does not know 'input_cost_per_tokens' and passes it on to the provider, as before"
    assert ("a", f"{words}; did you mean 'input_cost_per_token'?") in findings(result, "check")


def test_a_free_model_keeps_its_nearly_free_price() -> None:
    assert only(import_entries(entry(input_cost_per_token=1e-9)))["input_cost_per_token"] == 1e-9


@pytest.mark.parametrize(
    ("info", "limits"),
    [
        ({"max_input_tokens": 9, "max_output_tokens": 5}, {"max_input_tokens": 9, "max_output_tokens": 5}),
        ({"max_tokens": 7}, {"max_output_tokens": 7}),
        ({"max_tokens": 7, "max_output_tokens": 5}, {"max_output_tokens": 5}),
        ({"max_input_tokens": "8192"}, {"max_input_tokens": 8192}),
    ],
)
def test_limits(info: dict[str, Any], limits: dict[str, Any]) -> None:
    result = import_entries(entry(info=info))
    assert {key: value for key, value in only(result).items() if key.startswith("max_")} == limits
    assert findings(result, "differs") == []


@pytest.mark.parametrize("limit", [0, "128k", -5])
def test_a_limit_that_is_none_never_worked(limit: Any) -> None:
    result = import_entries(entry(info={"max_input_tokens": limit}))
    assert only(result).keys() == {"name", "provider", "id"}
    assert findings(result, "never_worked") == [
        ("a", "model_info.max_input_tokens is no number of tokens; none is written")
    ]


@pytest.mark.parametrize(("older", "told"), [(7, True), (5, False)])
def test_an_older_limit_beside_its_newer_word_is_told_where_it_differs(older: int, told: bool) -> None:
    result = import_entries(entry(info={"max_tokens": older, "max_output_tokens": 5}))
    words = "model_info.max_tokens says something else than max_output_tokens, which comes over"
    assert findings(result, "not_carried") == ([("a", words)] if told else [])


def test_the_model_whose_prices_count_comes_over() -> None:
    result = import_entries(entry(model="azure/mine", api_key="os.environ/K", info={"base_model": "azure/gpt-5"}))
    assert result.rendered["model_list"][0]["litellm_params"]["base_model"] == "azure/gpt-5"
    words = "is written as extra.base_model: LiteLLM takes prices from there too, but /model/info shows none of them"
    assert ("a", f"model_info.base_model {words}") in findings(result, "check")
    assert findings(result, "differs") == []


def test_times_have_options_and_the_rest_is_extra() -> None:
    result = import_entries(
        entry(timeout=30.0, stream_timeout="os.environ/WAIT", max_tokens=100, rpm=5, temperature=0, tags=["free"])
    )
    assert only(result) == {
        "name": "a",
        "provider": "openrouter",
        "id": "x",
        "timeout": 30,
        "extra": {"stream_timeout": "os.environ/WAIT", "max_tokens": 100, "rpm": 5, "temperature": 0, "tags": ["free"]},
    }
    assert result.environment == {"WAIT": "vault_wait"}
    assert findings(result, "differs") == []


@pytest.mark.parametrize(
    ("model", "mode"),
    [
        ("openrouter/qwen/qwen3-embedding-8b", "embedding"),
        ("openrouter/BAAI/bge-m3", "embedding"),
        ("openrouter/cohere/rerank-v3", "rerank"),
        ("openrouter/BAAI/bge-reranker-v2-m3", "rerank"),
        ("openrouter/openai/whisper-1", "audio_transcription"),
        ("openrouter/openai/tts-1", "audio_speech"),
        ("openrouter/black-forest-labs/flux-2", "image_generation"),
        ("openrouter/openai/omni-moderation-latest", "moderation"),
    ],
)
def test_a_mode_that_nothing_says_is_guessed_and_told(model: str, mode: str) -> None:
    result = import_entries(entry(model=model))
    assert only(result)["mode"] == mode
    assert ("a", f"names no mode; taken for {mode} by its id") in findings(result, "check")


def test_ollamas_prefix_stays_what_it_was() -> None:
    result = import_entries(
        entry("chat", "ollama_chat/qwen"), entry("generate", "ollama/qwen"), entry("embed", "ollama/nomic-embed-text")
    )
    strings = [built["litellm_params"]["model"] for built in result.rendered["model_list"]]
    assert strings == ["ollama_chat/qwen", "ollama/qwen", "ollama/nomic-embed-text"]
    assert [model.get("extra") for model in result.models.models] == [None, {"model": "ollama/qwen"}, None]


def test_what_has_no_place_is_listed() -> None:
    info = {
        "supports_vision": True,
        "supports_web_search": True,
        "supports_pdf_input": False,
        "base_model": "gpt-5",
        "mode": "video_generation",
        "access_groups": ["team"],
    }
    result = import_entries(entry(info=info), entry("b", info={"base_model": "gpt-5"}))
    assert result.models.models[0]["abilities"] == ["vision"]
    assert findings(result, "not_carried") == [
        ("a", "model_info.mode 'video_generation': the inventory has no such mode; 'chat' is written"),
        ("a", "model_info.supports_web_search: the inventory has no place for it"),
        ("a", "model_info.access_groups: the inventory has no place for it"),
    ]
    assert findings(result, "differs") == [
        (
            "a",
            "openrouter/x: mode was video_generation, is chat now; if that is wrong, mend it in its entry in "
            "gateway.yml",
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
            {"model_name": False, "litellm_params": {"model": "openrouter/x"}},
            (
                "model_list[0]",
                "has no name as text; LiteLLM does not start with it; YAML reads its model_name as false, so write it "
                "in quotes",
            ),
        ),
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
    result = import_entries(broken, entry("kept"))
    assert findings(result, "never_worked") == [finding]
    assert [model["name"] for model in result.models.models][-1] == "kept"
    assert findings(result, "differs") == []


@pytest.mark.parametrize(
    ("host", "why"),
    [
        ("llama", "which looks like a name of a compose network; the gateway's host must know it"),
        (
            "host.docker.internal",
            "which only containers know; on the gateway's host the same machine is 127.0.0.1",
        ),
    ],
)
def test_a_host_that_only_containers_know_is_told(host: str, why: str) -> None:
    result = import_entries(
        entry(model="openai/x", api_base=f"http://{host}:8080/v1", api_key="none"),
        router_settings={"redis_host": host},
    )
    assert ("a", f"is asked at '{host}', {why}") in findings(result, "check")
    assert ("router_settings", f"its Redis is '{host}', {why}") in findings(result, "check")


def test_wildcards() -> None:
    result = import_entries(
        entry("openrouter/*", "openrouter/*"), entry("*", "openai/*"), entry("claude-*", "anthropic/claude-*")
    )
    assert [(model["name"], model["provider"], model["id"]) for model in result.models.models] == [
        ("openrouter/*", "openrouter", "*"),
        ("*", "openai", "*"),
        ("claude-*", "anthropic", "claude-*"),
    ]
    assert findings(result, "differs") == []
