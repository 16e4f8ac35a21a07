"""What a config expects around LiteLLM: a database, open paths, variables that it sets itself, credentials."""

from typing import Any

import pytest
from shapes import NEEDS_DATABASE, entry, findings, import_entries

OPENED = "the edge lets clients through to its own list of paths only; write edge_extra_paths: "


@pytest.mark.parametrize(
    ("section", "settings"),
    [
        ("litellm_settings", {"max_budget": 100, "budget_duration": "30d"}),
        ("litellm_settings", {"default_internal_user_params": {"max_budget": 1}, "default_team_settings": []}),
        ("litellm_settings", {"upperbound_key_generate_params": {}, "key_generation_settings": {}}),
        ("general_settings", {"disable_spend_logs": False, "proxy_batch_write_at": 60, "ui_access_mode": "all"}),
        ("general_settings", {"database_url": "os.environ/D", "database_connection_pool_limit": 9}),
        ("general_settings", {"maximum_spend_logs_retention_period": "7d", "store_prompts_in_spend_logs": True}),
    ],
)
def test_what_only_a_database_brings_to_life_ends(section: str, settings: dict[str, Any]) -> None:
    result = import_entries(entry(), **{section: settings})
    assert result.extra == {}
    assert findings(result, "not_carried") == [(", ".join(f"{section}.{key}" for key in settings), NEEDS_DATABASE)]
    assert findings(result, "differs") == []


@pytest.mark.parametrize(
    ("sections", "finding"),
    [
        (
            {"general_settings": {"pass_through_endpoints": [{"path": "/x"}, {"path": "/y/z"}, {"target": "t"}]}},
            ("general_settings.pass_through_endpoints", f"{OPENED}[/x, /y/z]"),
        ),
        (
            {"mcp_servers": {"gh": {"url": "https://mcp.example.com"}}},
            ("mcp_servers", f"{OPENED}[/mcp]; beneath it LiteLLM answers some without a key"),
        ),
        (
            {"litellm_settings": {"callbacks": ["prometheus"]}},
            (
                "litellm_settings.callbacks",
                "prometheus: the edge lets no /metrics through; have each instance asked at its own port on loopback",
            ),
        ),
    ],
)
def test_paths_that_the_edge_keeps_shut_are_told(sections: dict[str, Any], finding: tuple[str, str]) -> None:
    assert finding in findings(import_entries(entry(), **sections), "check")


def test_a_package_that_is_missing_is_told_with_what_to_do() -> None:
    settings = {"success_callback": ["langfuse", "sentry"], "cache": True, "cache_params": {"type": "disk"}}
    result = import_entries(entry(), litellm_settings=settings)
    remedy = "add it with litellm_packages, as 'Further packages' in docs/operations.md shows"
    assert [finding for finding in findings(result, "check") if "lock" in finding[1]] == [
        ("litellm_settings.success_callback", f"sentry needs sentry-sdk, which LiteLLM's lock does not hold; {remedy}"),
        ("litellm_settings.cache_params.type", f"disk needs diskcache, which LiteLLM's lock does not hold; {remedy}"),
    ]


def test_a_variable_that_the_config_sets_is_asked_for_once() -> None:
    given = {"OPENAI_API_KEY": "sk-planted-one", "LANGFUSE_SECRET_KEY": "planted-two", "AWS_REGION_NAME": "eu-west-1"}
    result = import_entries(
        entry(model="openai/x", api_key="os.environ/OPENAI_API_KEY"),
        entry("b", "openrouter/x", api_key="os.environ/SHOP"),
        environment_variables={**given, "SHOP": "planted-three"},
        litellm_settings={"callbacks": ["langsmith"]},
    )
    place = "environment_variables.{}, in clear text"
    assert [(entry.variable, entry.purpose, entry.origin) for entry in result.vault_entries] == [
        ("vault_openai_api_key", "the key of openai", place.format("OPENAI_API_KEY")),
        ("vault_openrouter_api_key", "the key of openrouter, LiteLLM's SHOP", place.format("SHOP")),
        ("vault_langfuse_secret_key", "LiteLLM's LANGFUSE_SECRET_KEY", place.format("LANGFUSE_SECRET_KEY")),
    ]
    assert result.extra["environment_variables"] == {"AWS_REGION_NAME": "eu-west-1"}
    assert result.environment == {
        "LANGFUSE_SECRET_KEY": "vault_langfuse_secret_key", "SHOP": "vault_openrouter_api_key"
    }  # fmt: skip
    assert findings(result, "differs") == []


def test_what_platelayer_fills_is_not_taken_from_the_config() -> None:
    result = import_entries(entry(), environment_variables={"LITELLM_MASTER_KEY": "sk-planted"})
    assert findings(result, "not_carried") == [
        ("environment_variables.LITELLM_MASTER_KEY", "Platelayer fills it itself, from the vault")
    ]


def test_variables_that_are_a_list_never_worked() -> None:
    result = import_entries(entry(), environment_variables=["FOO=bar"])
    assert findings(result, "never_worked") == [
        ("environment_variables", "is not a mapping of variables; LiteLLM does not start with it")
    ]
    assert result.extra == {}


def test_a_variable_called_password_is_not_made_up() -> None:
    result = import_entries(entry(password="planted"))
    assert result.environment == {"PASSWORD": "vault_password_value"}


def test_a_credential_that_nobody_names_and_one_that_nobody_knows() -> None:
    result = import_entries(
        entry(litellm_credential_name="gone"),
        credential_list=[{"credential_name": "spare", "credential_values": {"api_key": "planted"}}],
    )
    assert findings(result, "not_carried") == [("credential_list.spare", "no deployment names it")]
    assert findings(result, "never_worked") == [("a", "no credential is named 'gone', so it is asked without one")]


def test_the_credential_that_was_probably_meant_is_told() -> None:
    result = import_entries(
        entry(litellm_credential_name="sparr"),
        credential_list=[{"credential_name": "spare", "credential_values": {"api_key": "planted"}}],
    )
    assert findings(result, "never_worked") == [
        ("a", "no credential is named 'sparr', so it is asked without one; did you mean 'spare'?")
    ]
    assert "extra" not in result.models.models[0]


@pytest.mark.parametrize(
    ("password", "origin"),
    [
        ({"redis_password": "os.environ/RP"}, "the variable RP"),
        ({"redis_password": "planted"}, "router_settings.redis_password, in clear text"),
        ({"redis_host": "redis://:planted@192.0.2.9:6379"}, "router_settings, in clear text"),
    ],
)
def test_the_password_of_somebody_elses_redis_is_where_the_config_has_it(password: Any, origin: str) -> None:
    result = import_entries(entry(), router_settings={"redis_host": "192.0.2.9", **password})
    assert [entry.origin for entry in result.vault_entries if entry.variable == "vault_redis_password"] == [origin]
    assert result.redis["host"] == "192.0.2.9"
