"""Deployments that cannot come over, and those that never worked as they were written."""

from typing import Any

import pytest
from shapes import entry, findings, import_entries, show_providers


@pytest.mark.parametrize(
    ("params", "category", "sentence"),
    [
        (
            {"model": "oci/claude", "aws_region_name": "eu-west-1"},
            "not_carried",
            "Platelayer has no kind of provider for 'oci/', and the config names no 'api_key' for it",
        ),
        (
            {"model": "*"},
            "not_carried",
            "'*' leaves the provider to the client; write one wildcard per provider, openai/*",
        ),
        (
            {"model": "command-r"},
            "not_carried",
            "'command-r' has no prefix that tells its provider, and LiteLLM knows no model of that name; "
            "write it with one, such as openai/",
        ),
        (
            {"model": "bogus/x", "api_key": "os.environ/K"},
            "never_worked",
            "LiteLLM knows no provider 'bogus/' and leaves the deployment out",
        ),
        (
            {"model": "openruter/x", "api_key": "os.environ/K"},
            "never_worked",
            "LiteLLM knows no provider 'openruter/' and leaves the deployment out; did you mean 'openrouter/'?",
        ),
        (
            {"model": "bogus/x", "api_base": "http://192.0.2.9:8000/v1", "api_key": "os.environ/K"},
            "never_worked",
            "LiteLLM knows no provider 'bogus/' and leaves the deployment out; if its server speaks OpenAI's API, "
            "write openai/bogus/x",
        ),
        (
            {"model": "x", "custom_llm_provider": "bogus", "api_key": "os.environ/K"},
            "never_worked",
            "LiteLLM knows no provider 'bogus/' and leaves the deployment out",
        ),
        (
            {"model": "os.environ/BEST_MODEL"},
            "not_carried",
            "only the variable BEST_MODEL knows its model; write the model itself",
        ),
        ({"model": "openai/"}, "never_worked", "'openai/' names no model behind its prefix"),
        (
            {"model": None},
            "never_worked",
            "litellm_params.model is missing; LiteLLM does not start with such an entry",
        ),
    ],
)
def test_what_cannot_come_over_is_listed(params: dict[str, Any], category: Any, sentence: str) -> None:
    result = import_entries(entry("lost", **params), entry("kept"))
    assert ("lost", sentence) in findings(result, category)
    assert [model["name"] for model in result.models.models] == ["kept"]


@pytest.mark.parametrize(
    "text",
    [
        "${BOX_API_KEY}",
        "${BOX_API_KEY:-sk-planted}",
        "$BOX_API_KEY",
        "{{BOX_API_KEY}}",
        "{{ BOX_API_KEY }}",
        "os.environ['BOX_API_KEY']",
    ],
)
def test_words_of_a_shell_never_worked(text: str) -> None:
    result = import_entries(entry(api_key=text))
    assert result.rendered["model_list"][0]["litellm_params"]["api_key"] == "os.environ/BOX_API_KEY"
    assert findings(result, "never_worked") == [
        (
            "a",
            "api_key: LiteLLM does not read BOX_API_KEY from what is written there, it takes those characters for the "
            "value; carried over as if it were os.environ/BOX_API_KEY",
        )
    ]
    assert "planted" not in repr(result)


def test_a_key_without_its_address_never_worked() -> None:
    result = import_entries(entry(model="openai/x", api_key="os.environ/REQUESTY_API_KEY"))
    assert show_providers(result) == {"requesty": {"kind": "requesty", "api_key": "vault_requesty_api_key"}}
    assert findings(result, "never_worked") == [
        (
            "a",
            "has the key of requesty and no api_base, so that LiteLLM asks OpenAI; https://router.requesty.ai/v1 was "
            "meant",
        )
    ]
