"""Small configs, each of one thing that imports get wrong: every file of fixtures/imports comes to its outcome."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from shapes import findings, show_providers

from platelayer.errors import InventoryError
from platelayer.migrate.conversion import ConfigImport, convert_config
from platelayer.migrate.inventory_files import render_files
from platelayer.migrate.source import read_config

CASES = Path(__file__).parents[2] / "fixtures/imports"
# Of these LiteLLM itself serves nothing, or nothing is carried over.
LOST = {"clouds": {"mine", "cop"}}


def bring(name: str) -> ConfigImport:
    return convert_config(read_config(CASES / f"{name}.yaml"), f"{name}.yaml")


def read_files(result: ConfigImport) -> dict[str, Any]:
    """The variables of the new environment, as its files have them."""
    return {key: value for text in render_files(result).values() for key, value in yaml.safe_load(text).items()}


def told(result: ConfigImport, place: str) -> str:
    """Everything that is told of one place."""
    return "\n".join(found.what for found in result.findings if place in found.places)


@pytest.mark.parametrize("name", sorted({path.stem for path in CASES.glob("*.yaml")} - {"bad_strategy"}))
def test_every_name_is_served_as_before_and_nothing_changes_untold(name: str) -> None:
    result = bring(name)
    original = yaml.safe_load((CASES / f"{name}.yaml").read_text())
    names = {entry["model_name"] for entry in original["model_list"]}
    assert {entry["model_name"] for entry in result.rendered["model_list"]} == names - LOST.get(name, set())
    assert findings(result, "differs") == []
    assert "placeholder" not in "".join(render_files(result).values())


def test_an_ability_that_the_inventory_has_no_word_for_is_not_promised() -> None:
    result = bring("ability_promise")
    (entry,) = result.rendered["model_list"]
    assert [key for key in entry["model_info"] if key.startswith("supports_")] == [
        "supports_function_calling",
        "supports_vision",
    ]
    assert "supports_web_search: the inventory has no place for it" in told(result, "local")


def test_addresses_that_only_variables_know_are_asked_for() -> None:
    result = bring("ark_base")
    origins = {entry.variable: entry.origin for entry in result.vault_entries}
    assert {name: origins[options["api_base"]] for name, options in show_providers(result).items()} == {
        "ark": "the variable ARK_OPENAI_BASE",
        "nanogpt": "the variable NANOGPT_THINKING_API_BASE",
        "nano_gpt": "the variable NANOGPT_API_BASE",
    }


def test_a_strategy_that_litellm_does_not_know_is_refused() -> None:
    with pytest.raises(InventoryError, match="^bad_strategy.yaml: router_settings.routing_strategy: LiteLLM knows no"):
        bring("bad_strategy")


@pytest.mark.parametrize(
    ("name", "key"), [("callback_langfuse", "success_callback"), ("callback_prometheus", "callbacks")]
)
def test_callbacks_of_the_lock_come_over(name: str, key: str) -> None:
    result = bring(name)
    assert result.rendered["litellm_settings"][key] == [name.removeprefix("callback_")]
    assert "litellm_packages" not in told(result, f"litellm_settings.{key}")


@pytest.mark.parametrize(
    ("name", "origins"),
    [
        (
            "envvar_collision",
            {"a": "the variable TEAM_KEY", "b": "the variable COMPANY_KEY", "c": "the variable CLAUDE_KEY"},
        ),
        (
            "envvar_plain_key",
            {
                "b": "environment_variables.OPENAI_API_KEY, in clear text",
                "c": "the variable CLAUDE_KEY",
                "d": "environment_variables.ANTHROPIC_API_KEY, in clear text",
            },
        ),
    ],
)
def test_each_model_keeps_the_key_that_it_had(name: str, origins: dict[str, str]) -> None:
    result = bring(name)
    keys = {provider.name: provider.vault_key.origin for provider in result.models.providers.values()}
    assert {model["name"]: keys[model["provider"]] for model in result.models.models} == origins
    assert "plain-" not in "".join(render_files(result).values())


def test_an_empty_list_of_fallbacks_keeps_the_default_ones_away() -> None:
    router = bring("fallback_empty_list").rendered["router_settings"]
    assert router["fallbacks"] == [{"big": ["chat"]}, {"img": []}]
    assert router["default_fallbacks"] == ["chat"]


def test_fallbacks_keep_their_place_and_what_litellm_does_not_read_is_told() -> None:
    result = bring("fallbacks_in_all_places")
    assert result.rendered["router_settings"]["fallbacks"] == [{"big": ["img"]}]
    assert result.rendered["router_settings"]["context_window_fallbacks"] == [{"chat": ["big"]}]
    for key in ("fallbacks", "context_window_fallbacks"):
        assert told(result, f"litellm_settings.{key}") == f"LiteLLM reads router_settings.{key} only"


def test_headers_are_carried_and_what_needs_a_database_is_told_by_its_name() -> None:
    result = bring("pass_through_header")
    (endpoint,) = result.rendered["general_settings"]["pass_through_endpoints"]
    assert endpoint["headers"]["Authorization"] == "bearer os.environ/COHERE_EXAMPLE_KEY"
    assert "COHERE_EXAMPLE_KEY" in result.environment
    assert told(result, "general_settings.pass_through_endpoints[1]") == (
        "LiteLLM does not start with it: its headers have no LANGFUSE_SECRET_KEY; it is left out"
    )
    assert "virtual keys, users, teams" in told(result, "litellm_settings.default_team_settings")
    assert "google-cloud-kms" in told(result, "general_settings.key_management_system")
    assert "plain-secret" not in "".join(render_files(result).values())


@pytest.mark.parametrize(
    ("name", "redis"),
    [
        ("redis_sentinel", {"enabled": False, "password": "{{ vault_redis_password | default('') }}"}),
        (
            "redis_url_tls",
            {
                "host": "cache.example.com",
                "port": 6380,
                "database": 2,
                "tls": True,
                "password": "{{ vault_redis_password | default('') }}",
            },
        ),
        ("redis_without_password", {"host": "192.0.2.10", "without_password": True}),
    ],
)
def test_the_redis_is_the_same_as_before(name: str, redis: dict[str, Any]) -> None:
    files = read_files(bring(name))
    assert files["gateway_redis"] == redis
    if name == "redis_sentinel":
        cached = yaml.safe_load((CASES / f"{name}.yaml").read_text())["litellm_settings"]
        assert files["litellm_config_extra"] == {"litellm_settings": cached}
    else:
        assert files["redis_enabled"] is False
