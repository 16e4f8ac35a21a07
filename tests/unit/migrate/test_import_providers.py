"""Which provider a deployment is at: by prefix, by address, by the variable that holds either."""

from typing import Any

import pytest
from shapes import BOX, entry, findings, import_entries, show_providers


@pytest.mark.parametrize(
    ("params", "expected", "identity"),
    [
        (
            {"model": "openrouter/z-ai/glm-5", "api_key": "os.environ/OPENROUTER_API_KEY"},
            {"openrouter": {"kind": "openrouter", "api_key": "vault_openrouter_api_key"}},
            "z-ai/glm-5",
        ),
        (
            {"model": "openrouter/openrouter/auto"},
            {"openrouter": {"kind": "openrouter", "api_key": "vault_openrouter_api_key"}},
            "openrouter/auto",
        ),
        (
            {"model": "novita/zai-org/glm-5", "api_key": "sk-planted-novita"},
            {"novita": {"kind": "novita", "api_key": "vault_novita_api_key"}},
            "zai-org/glm-5",
        ),
        (
            {"model": "nano-gpt/x", "api_key": "os.environ/NANO_KEY"},
            {"nano_gpt": {"kind": "nano_gpt", "api_key": "vault_nano_gpt_api_key"}},
            "x",
        ),
        (
            {"model": "anthropic/claude", "api_key": "os.environ/ANTHROPIC_API_KEY"},
            {"anthropic": {"kind": "anthropic", "api_key": "vault_anthropic_api_key"}},
            "claude",
        ),
        ({"model": "claude-x"}, {"anthropic": {"kind": "anthropic", "api_key": "vault_anthropic_api_key"}}, "claude-x"),
        ({"model": "gpt-5"}, {"openai": {"kind": "openai", "api_key": "vault_openai_api_key"}}, "gpt-5"),
        (
            {"model": "volcengine/glm", "api_base": "https://ark.cn-beijing.volces.com/api/coding/v3"},
            {
                "volces_ark": {
                    "kind": "volces_ark",
                    "api_base": "https://ark.cn-beijing.volces.com/api/coding/v3",
                    "api_key": "vault_volces_ark_api_key",
                }
            },
            "glm",
        ),
        ({"model": "ollama_chat/qwen"}, {"ollama": {"kind": "ollama", "api_base": "http://localhost:11434"}}, "qwen"),
        (
            {"model": "litellm_proxy/x", "api_base": "http://192.0.2.9:4000", "api_key": "os.environ/TEAM_API_KEY"},
            {"team": {"kind": "litellm", "api_base": "http://192.0.2.9:4000", "api_key": "vault_team_api_key"}},
            "x",
        ),
        (
            {"model": "openai/openai/gpt-5-mini", "api_base": "https://router.requesty.ai/v1"},
            {"requesty": {"kind": "requesty", "api_key": "vault_requesty_api_key"}},
            "openai/gpt-5-mini",
        ),
        (
            {"model": "openai/x", "api_base": "https://router.eu.requesty.ai/v1", "api_key": "os.environ/EU_API_KEY"},
            {
                "eu": {
                    "kind": "requesty",
                    "api_base": "https://router.eu.requesty.ai/v1",
                    "api_key": "vault_eu_api_key",
                }
            },
            "x",
        ),
        (
            {"model": "openai/x", "api_base": "os.environ/REQUESTY_API_BASE", "api_key": "os.environ/REQUESTY_API_KEY"},
            {
                "requesty": {
                    "kind": "requesty",
                    "api_base": "vault_requesty_api_base",
                    "api_key": "vault_requesty_api_key",
                }
            },
            "x",
        ),
        (
            {"model": "openai/x", "api_base": "os.environ/LLM_BASE", "api_key": "os.environ/REQUESTY_API_KEY"},
            {
                "requesty": {
                    "kind": "requesty",
                    "api_base": "vault_requesty_api_base",
                    "api_key": "vault_requesty_api_key",
                }
            },
            "x",
        ),
        (
            {"model": "openai/x", "api_base": "http://127.0.0.1:8317/v1", "api_key": "planted"},
            {
                "cliproxyapi": {
                    "kind": "cliproxyapi",
                    "api_base": "http://127.0.0.1:8317/v1",
                    "api_key": "vault_cliproxyapi_api_key",
                }
            },
            "x",
        ),
        (
            {"model": "openai/x", "api_base": "http://gpu-box:8080/v1", "api_key": "no-key-needed"},
            {"gpu_box": {"kind": "openai_compatible", "api_base": "http://gpu-box:8080/v1"}},
            "x",
        ),
        (
            {"model": "openai/x", "api_base": "https://api.deepseek.com/v1", "api_key": "planted"},
            {
                "deepseek": {
                    "kind": "openai_compatible",
                    "api_base": "https://api.deepseek.com/v1",
                    "api_key": "vault_deepseek_api_key",
                }
            },
            "x",
        ),
        (
            {"model": "openai/qwen", "api_base": "http://192.0.2.20:11434/v1"},
            {"ollama": {"kind": "openai_compatible", "api_base": "http://192.0.2.20:11434/v1"}},
            "qwen",
        ),
        (
            {"model": "qwen", "custom_llm_provider": "openai", "base_url": BOX, "api_key": "none"},
            {"server_192_0_2_20": {"kind": "openai_compatible", "api_base": BOX}},
            "qwen",
        ),
    ],
)
def test_a_provider_is_recognised(params: dict[str, Any], expected: dict[str, Any], identity: str) -> None:
    result = import_entries(entry(**params))
    assert show_providers(result) == expected
    assert [model["id"] for model in result.models.models] == [identity]
    assert findings(result, "differs") == []


@pytest.mark.parametrize(
    ("base", "model", "kind"),
    [
        ("https://openrouter.ai/api/v1", "openai/z-ai/glm-5", "openrouter"),
        ("https://nano-gpt.com/api/v1", "openai/z-ai/glm-5", "nano_gpt"),
        ("https://api.novita.ai/v3/openai", "openai/z-ai/glm-5", "novita"),
        ("https://ark.cn-beijing.volces.com/api/v3", "openai/glm", "volces_ark"),
    ],
)
def test_a_known_host_is_asked_as_before_and_gets_its_catalog(base: str, model: str, kind: str) -> None:
    result = import_entries(entry(model=model, api_base=base, api_key="os.environ/K_API_KEY"))
    assert show_providers(result)["k"]["kind"] == kind
    assert result.rendered["model_list"][0]["litellm_params"] == {
        "model": model,
        "api_base": base,
        "api_key": "os.environ/K_API_KEY",
    }


def test_a_prefix_without_a_kind_keeps_its_model_string() -> None:
    result = import_entries(
        entry("g", "gemini/gemini-2.5-pro"),
        entry(
            "z", "azure_ai/prod", api_base="https://eu.models.ai.azure.com", api_key="planted", api_version="2024-02-01"
        ),
        entry("v", "hosted_vllm/qwen", api_base="http://gpu.example.com:8000/v1"),
    )
    assert show_providers(result) == {
        "gemini": {"kind": "openai", "api_key": "vault_gemini_api_key"},
        "models": {"kind": "openai", "api_base": "https://eu.models.ai.azure.com", "api_key": "vault_models_api_key"},
        "gpu": {"kind": "openai_compatible", "api_base": "http://gpu.example.com:8000/v1"},
    }
    assert [model["litellm_params"]["model"] for model in result.rendered["model_list"]] == [
        "gemini/gemini-2.5-pro",
        "azure_ai/prod",
        "hosted_vllm/qwen",
    ]
    assert findings(result, "differs") == []
    assert (
        "g",
        "Platelayer has no kind for 'gemini/'; written as kind openai, with LiteLLM's own model string",
    ) in findings(result, "check")


def test_different_keys_are_different_providers() -> None:
    result = import_entries(
        entry("a", "openrouter/x", api_key="sk-planted-one"),
        entry("b", "openrouter/x", api_key="sk-planted-two"),
        entry("c", "openrouter/y", api_key="sk-planted-one"),
    )
    assert [(model["name"], model["provider"]) for model in result.models.models] == [
        ("a", "openrouter"),
        ("b", "openrouter_2"),
        ("c", "openrouter"),
    ]


def test_one_key_at_two_addresses_is_filled_in_once() -> None:
    result = import_entries(
        entry("a", "anthropic/x", api_base="http://new-api.example.com", api_key="os.environ/NEW_API_KEY"),
        entry("b", "openai/x", api_base="http://new-api.example.com/v1", api_key="os.environ/NEW_API_KEY"),
    )
    assert {name: options["api_key"] for name, options in show_providers(result).items()} == {
        "new_api_anthropic": "vault_new_api_api_key",
        "new_api": "vault_new_api_api_key",
    }
    assert [entry.as_dict() for entry in result.vault_entries] == [
        {
            "variable": "vault_new_api_api_key",
            "purpose": "the key of new_api_anthropic, new_api",
            "origin": "the variable NEW_API_KEY",
        }
    ]
