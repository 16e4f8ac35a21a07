"""Whole configs, in the shapes that other tools and earlier projects keep: what came over, and all that is told."""

from typing import Any

from shapes import CONFIGS, NEEDS_DATABASE, findings, show_providers

from platelayer.migrate.conversion import convert_config
from platelayer.migrate.source import read_config

SHARES = "to share them as before, write each under gateway_models with a weight and without an order"
NEW_KEY = "a new one is in the vault; clients need it, or write the old one there as vault_litellm_master_key"


def brought(name: str) -> Any:
    return convert_config(read_config(CONFIGS / f"{name}.yaml"), f"{name}.yaml")


def test_a_config_that_a_script_keeps() -> None:
    result = brought("config_manager")
    assert {name: options["kind"] for name, options in show_providers(result).items()} == {
        "openrouter": "openrouter",
        "requesty": "requesty",
        "requesty_2": "requesty",
        "nanogpt": "nano_gpt",
        "novita": "novita",
    }
    assert result.router == {
        "routing_strategy": "cost-based-routing",
        "num_retries": 3,
        "timeout": 600,
        "drop_params": True,
    }
    orders = [(model["name"], model["provider"], model.get("order")) for model in result.models.models][:4]
    assert orders == [
        ("claude-sonnet-4.5", "openrouter", 2),
        ("claude-sonnet-4.5", "requesty", 1),
        ("llama-3.3-70b", "openrouter", 3),
        ("llama-3.3-70b", "openrouter", 2),
    ]
    assert findings(result, "never_worked") == [
        ("smart-task", "input_cost_per_token is below zero or no number; no price is written"),
        ("smart-task", "output_cost_per_token is below zero or no number; no price is written"),
    ]
    assert findings(result, "not_carried") == [
        ("general_settings.master_key", NEW_KEY),
        (
            "litellm_settings.cache_params",
            "only REDIS_HOST knows the Redis; the gateway gets one of its own instead",
        ),
    ]
    assert findings(result, "differs") == []


def test_deployments_that_a_service_pushed() -> None:
    result = brought("companion")
    assert list(show_providers(result)) == ["ollama", "ollama_local", "gpu_box", "gpu_box_8001", "llama"]
    assert result.vault_entries == ()
    assert findings(result, "never_worked") == []
    assert findings(result, "not_carried") == [
        ("general_settings.master_key", NEW_KEY),
        ("general_settings.database_url, general_settings.store_model_in_db", NEEDS_DATABASE),
    ]
    assert findings(result, "differs") == []


def test_everything_behind_one_wildcard() -> None:
    result = brought("kustomize")
    assert result.models.models == [{"name": "*", "provider": "openai", "id": "*"}]
    assert result.extra == {
        "litellm_settings": {"set_verbose": False, "json_logs": True},
    }
    assert findings(result, "never_worked") == [
        (
            "general_settings.request_timeout",
            "LiteLLM ignores it here, so it is left out; write it under litellm_settings",
        )
    ]
    assert findings(result, "not_carried") == [
        ("anything", "'*' leaves the provider to the client; write one wildcard per provider, openai/*"),
        ("general_settings.master_key", NEW_KEY),
    ]
    assert findings(result, "differs") == []


def test_layers_that_were_chosen_at_random() -> None:
    result = brought("virtual_router")
    (virtual,) = result.models.virtual_models
    assert [layer["provider"] for layer in virtual["layers"]] == ["chat_auto", "new_api", "zhipu", "ark"]
    assert [(model["name"], model.get("weight")) for model in result.models.models] == [
        ("auto-codex", 1),
        ("auto-codex", 1),
        ("claude-*", None),
        ("anthropic/*", None),
        ("*", None),
    ]
    assert [entry.variable for entry in result.vault_entries] == [
        "vault_chat_auto_api_key",
        "vault_zhipu_api_key",
        "vault_new_api_api_key",
        "vault_ark_api_key",
    ]
    assert {place for place, words in findings(result, "never_worked") if words.startswith("api_key: ")} == {
        "auto-chat",
        "auto-chat, auto-codex",
    }
    assert findings(result, "differs") == [
        (
            "auto-chat",
            "requests went to openai/gemini-3.1-pro (1/4) or openai/glm-5 (1/4) or openai/gpt-5 (1/4) or "
            "volcengine/kimi-k2.5 (1/4); now they go first to hosted_vllm/gemini-3.1-pro, when that fails to "
            "hosted_vllm/gpt-5, "
            f"when that fails to hosted_vllm/glm-5, when that fails to volcengine/kimi-k2.5; {SHARES}",
        )
    ]


def test_everything_at_once() -> None:
    result = brought("hard")
    assert [model["name"] for model in result.models.models] == [
        "glm-5",
        "glm-5",
        "on",
        "local",
        "openrouter/*",
        "smart",
        "coder",
        "coder",
    ]
    assert [place for place, _ in findings(result, "never_worked")] == [
        "glm-5, smart",
        "auto-chat",
        "model_group_alias.gone, fallbacks.glm-5",
    ]
    assert findings(result, "not_carried") == [
        (
            "claude-at-aws",
            "Platelayer has no kind of provider for 'oci/', and the config names no 'api_key' for it",
        ),
        ("general_settings.master_key", NEW_KEY),
        ("general_settings.database_url", NEEDS_DATABASE),
        (
            "router_settings, litellm_settings.cache_params",
            "only REDIS_HOST knows the Redis; the gateway gets one of its own instead",
        ),
        ("fallbacks.local", "'claude-at-aws' is not carried over"),
    ]
    assert findings(result, "differs") == [
        (
            "auto-chat",
            "requests went to openai/gpt-5 (1/2) or openai/claude (1/2); now they go first to hosted_vllm/claude, when "
            f"that fails to hosted_vllm/gpt-5; {SHARES}",
        ),
        ("fallbacks.local", "was claude-at-aws, is nothing now; if that is wrong, mend it in gateway.yml"),
    ]


def test_hundreds_of_models_of_one_kind_are_one_provider_and_one_finding() -> None:
    entries = [
        {"model_name": f"m{number}", "litellm_params": {"model": f"openrouter/v/m{number}"}, "model_info": {"x": 1}}
        for number in range(700)
    ]
    result = convert_config({"model_list": entries}, "config.yaml")
    assert [(provider.name, provider.used) for provider in result.models.providers.values()] == [("openrouter", 700)]
    assert [len(finding.places) for finding in result.findings if finding.what.startswith("model_info.x")] == [700]
