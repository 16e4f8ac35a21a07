"""Caches, and the settings that have no variable of their own; what of them is secret or has no place."""

from typing import Any

import pytest
from shapes import NEEDS_DATABASE, entry, findings, import_entries


def settled(**sections: Any) -> Any:
    return import_entries(entry(), **sections)


def test_a_cache_in_memory() -> None:
    result = settled(litellm_settings={"cache": True, "cache_params": {"type": "local"}})
    assert result.cache == {"enabled": True, "type": "local"}
    assert result.redis == {"enabled": False}
    assert ("litellm_settings.cache_params", "names no ttl; answers are kept for 600 seconds") in findings(
        result, "check"
    )


def test_another_cache_stays_as_it_is() -> None:
    litellm = {"cache": True, "cache_params": {"type": "qdrant-semantic", "qdrant_api_key": "planted-qdrant"}}
    result = settled(litellm_settings=litellm)
    assert result.cache == {}
    assert result.extra["litellm_settings"] == {
        "cache": True,
        "cache_params": {"type": "qdrant-semantic", "qdrant_api_key": "os.environ/QDRANT_API_KEY_VALUE"},
    }


@pytest.mark.parametrize(
    ("sections", "finding"),
    [
        (
            {"litellm_settings": {"cache_params": {"type": "redis"}}},
            ("litellm_settings.cache_params", "LiteLLM reads them with cache: true only"),
        ),
        (
            {"general_settings": {"callbacks": ["x.y"]}},
            ("general_settings.callbacks", "LiteLLM reads litellm_settings.callbacks only"),
        ),
        ({"router_settings": {"model_group_alias": ["x"]}}, ("model_group_alias", "is not a mapping of aliases")),
        ({"router_settings": {"default_fallbacks": "a"}}, ("default_fallbacks", "is not a list of names")),
        ({"router_settings": ["x"]}, ("router_settings", "is not a mapping of settings; LiteLLM cannot use it")),
    ],
)
def test_settings_that_never_worked(sections: Any, finding: tuple[str, str]) -> None:
    result = settled(**sections)
    assert findings(result, "never_worked") == [finding]
    assert result.extra == {}


@pytest.mark.parametrize(
    ("general", "listed"),
    [
        (
            {"master_key": "sk-planted-master"},
            (
                "general_settings.master_key",
                "a new one is in the vault; clients need it, or write the old one there as vault_litellm_master_key",
            ),
        ),
        ({"database_url": "x"}, ("general_settings.database_url", NEEDS_DATABASE)),
        (
            {"store_model_in_db": True},
            ("general_settings.store_model_in_db", NEEDS_DATABASE),
        ),
        (
            {"allow_requests_on_db_unavailable": True},
            (
                "general_settings.allow_requests_on_db_unavailable",
                "it would let every key in, even a wrong one",
            ),
        ),
        (
            {"trusted_proxy_ranges": ["192.0.2.0/24"]},
            ("general_settings.trusted_proxy_ranges", "the edge in front of LiteLLM decides it"),
        ),
    ],
)
def test_what_platelayer_decides_is_listed(general: dict[str, Any], listed: tuple[str, str]) -> None:
    result = settled(general_settings=general)
    assert findings(result, "not_carried") == [listed]
    assert result.extra == {}
    assert findings(result, "differs") == []


def test_everything_else_comes_over_as_it_is() -> None:
    sections = {
        "litellm_settings": {"success_callback": ["langfuse"], "num_retries_per_request": 1},
        "general_settings": {"alerting": ["slack"], "max_parallel_requests": 50},
        "environment_variables": {"LANGFUSE_HOST": "https://langfuse.example.com"},
        "guardrails": [{"guardrail_name": "pii", "litellm_params": {"guardrail": "presidio"}}],
    }
    result = settled(**sections)
    assert result.extra == sections
    assert findings(result, "differs") == []


def test_secrets_come_from_the_vault() -> None:
    result = settled(
        litellm_settings={"langfuse_secret": "planted-one"},
        general_settings={
            "alert_to_webhook_url": {"x": "https://hooks.slack.com/planted"},
            "ui_password": "${UI_WORD}",
        },
        environment_variables={"SMTP_PASSWORD": "planted-two", "SMTP_HOST": "os.environ/MAIL_HOST"},
        guardrails=[{"litellm_params": {"api_key": "planted-three", "modes": ["sk-planted-four"]}}],
        mcp_servers={"a": {"headers": {"Authorization": "Bearer planted-five"}, "api_key": "planted-six"}},
    )
    assert result.extra == {
        "litellm_settings": {"langfuse_secret": "os.environ/LANGFUSE_SECRET"},
        "general_settings": {
            "alert_to_webhook_url": {"x": "os.environ/X"},
            "ui_password": "os.environ/UI_WORD",
        },
        "guardrails": [{"litellm_params": {"api_key": "os.environ/API_KEY", "modes": []}}],
        "environment_variables": {"SMTP_HOST": "os.environ/MAIL_HOST"},
        "mcp_servers": {
            "a": {"headers": {"Authorization": "os.environ/AUTHORIZATION"}, "api_key": "os.environ/API_KEY_2"}
        },
    }
    # What ends with `_password` would be made up by `platelayer env create`.
    assert result.environment["SMTP_PASSWORD"] == "vault_smtp_password_value"
    assert result.environment["API_KEY_2"] == "vault_api_key_2"
    assert findings(result, "not_carried") == [
        (
            "guardrails[0].litellm_params.modes",
            "holds a secret in clear text, in a list, where LiteLLM reads no variables",
        )
    ]
    assert "planted" not in repr([result.findings, result.vault_entries, result.extra, result.rendered])
    assert "planted" not in str(findings(result, "differs"))


def test_code_beside_the_config_is_told() -> None:
    providers = [{"provider": "mine", "custom_handler": "mine.provider"}]
    result = settled(litellm_settings={"callbacks": ["langfuse", "mine.handler"], "custom_provider_map": providers})
    words = "is code of your own and is not copied; LiteLLM does not start without it"
    assert ("litellm_settings.callbacks", f"mine.handler {words}") in findings(result, "check")
    assert ("litellm_settings.custom_provider_map", f"mine.provider {words}") in findings(result, "check")


def test_a_secret_is_never_taken_for_the_key_of_a_provider() -> None:
    result = settled(
        guardrails=[{"openrouter_api_key": "planted"}], callback_settings={"redis_password": "planted-too"}
    )
    assert result.environment == {
        "OPENROUTER_API_KEY_VALUE": "vault_openrouter_api_key_value",
        "REDIS_PASSWORD_VALUE": "vault_redis_password_value",
    }


def test_a_variable_that_platelayer_fills_otherwise_is_told() -> None:
    result = import_entries(entry(api_key="os.environ/OR_KEY"), guardrails=[{"key": "os.environ/OPENROUTER_API_KEY"}])
    words = "reads OPENROUTER_API_KEY, which holds the key of openrouter from now on; rename that provider"
    assert ("guardrails[0].key", words) in findings(result, "check")
