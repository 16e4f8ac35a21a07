"""Prefixes that LiteLLM does not know: they never worked, and some plainly mean a kind of Platelayer's."""

from typing import Any

import pytest
from shapes import entry, findings, import_entries, show_providers


@pytest.mark.parametrize(
    ("params", "kind", "key", "rendered"),
    [
        (
            {"model": "requesty/openai/gpt-5", "api_key": "os.environ/REQUESTY_API_KEY"},
            "requesty",
            "the variable REQUESTY_API_KEY",
            "hosted_vllm/openai/gpt-5",
        ),
        ({"model": "requesty/openai/gpt-5"}, "requesty", "the variable REQUESTY_API_KEY", "hosted_vllm/openai/gpt-5"),
        ({"model": "nanogpt/x", "api_key": "os.environ/N"}, "nano_gpt", "the variable N", "nano-gpt/x"),
        (
            {"model": "x", "custom_llm_provider": "requesty", "api_key": "os.environ/N"},
            "requesty",
            "the variable N",
            "hosted_vllm/x",
        ),
    ],
)
def test_the_name_of_a_kind_is_carried_over_as_that_kind(
    params: dict[str, Any], kind: str, key: str, rendered: str
) -> None:
    result = import_entries(entry(**params))
    assert [named["kind"] for named in show_providers(result).values()] == [kind]
    assert [entry.origin for entry in result.vault_entries] == [key]
    assert result.rendered["model_list"][0]["litellm_params"]["model"] == rendered
    assert "extra" not in result.models.models[0]
    prefix = params.get("custom_llm_provider") or params["model"].partition("/")[0]
    words = f"LiteLLM knows no provider '{prefix}/' and leaves the deployment out; carried over as kind {kind}"
    assert findings(result, "never_worked") == [("a", words)]
    assert findings(result, "differs") == []


def test_a_kind_that_needs_an_address_is_not_guessed() -> None:
    result = import_entries(entry("lost", "new_api/x", api_key="os.environ/N"), entry("kept"))
    assert ("lost", "kind new_api needs an 'api_base', and the config gives none") in findings(result, "not_carried")
    assert [model["name"] for model in result.models.models] == ["kept"]


@pytest.mark.parametrize(
    ("api_base", "is_known"),
    [
        ("https://api.deepinfra.com/v1/openai", True),
        ("https://api.deepinfra.com/v1/openai/", True),
        ("https://api.deepinfra.com/v1/openaix", False),
        ("https://example.com/api.deepinfra.com/v1/openai", False),
    ],
)
def test_some_addresses_tell_litellm_the_provider_whatever_the_prefix(api_base: str, is_known: bool) -> None:
    result = import_entries(entry(model="meta-llama/x", api_base=api_base, api_key="os.environ/K"), entry("kept"))
    strings = [built["litellm_params"]["model"] for built in result.rendered["model_list"]]
    assert strings == (["meta-llama/x"] if is_known else []) + ["openrouter/x"]


@pytest.mark.parametrize(
    ("model", "kind", "asked"),
    [
        ("gpt-4o", "openai", "openai/gpt-4o"),
        ("claude-sonnet-4-5", "anthropic", "anthropic/claude-sonnet-4-5"),
        ("command-a-03-2025", "openai", "cohere_chat/command-a-03-2025"),
        ("gpt-3.5-turbo-instruct", "openai", "text-completion-openai/gpt-3.5-turbo-instruct"),
    ],
)
def test_of_a_model_without_a_prefix_litellms_own_list_decides(model: str, kind: str, asked: str) -> None:
    result = import_entries(entry(model=model, api_key="os.environ/K"))
    assert [named["kind"] for named in show_providers(result).values()] == [kind]
    assert result.rendered["model_list"][0]["litellm_params"]["model"] == asked
    assert findings(result, "differs") == []


def test_a_newer_model_without_a_prefix_is_told() -> None:
    result = import_entries(entry(model="gpt-99", api_key="os.environ/K"), entry("kept"))
    words = "'gpt-99' has no prefix that tells its provider, and LiteLLM knows no model of that name yet; taken for "
    assert ("a", f"{words}openai/") in findings(result, "check")
    assert result.rendered["model_list"][0]["litellm_params"]["model"] == "openai/gpt-99"


def test_a_model_that_nobody_knows_without_a_prefix_is_not_guessed() -> None:
    result = import_entries(entry(model="mistral-large", api_key="os.environ/K"), entry("kept"))
    words = "'mistral-large' has no prefix that tells its provider, and LiteLLM knows no model of that name; write it "
    assert findings(result, "not_carried") == [("a", f"{words}with one, such as openai/")]
