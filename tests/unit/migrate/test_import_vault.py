"""One secret is one variable of the vault, whoever uses it."""

from typing import Any

from shapes import BOX, entry, import_entries

RELAY = "http://127.0.0.1:8317/v1"
IN_CLEAR = "model_list[{}].litellm_params.api_key, in clear text"


def vault_entries(result: Any) -> list[dict[str, str]]:
    return [entry.as_dict() for entry in result.vault_entries]


def test_providers_with_one_literal_key_share_a_variable() -> None:
    result = import_entries(
        entry("a", "openai/x", api_base=BOX, api_key="planted"),
        entry("b", "openai/x", api_base=RELAY, api_key="planted"),
    )
    assert vault_entries(result) == [
        {
            "variable": "vault_cliproxyapi_api_key",
            "purpose": "the key of server_192_0_2_20, cliproxyapi",
            "origin": IN_CLEAR.format(0),
        }
    ]


def test_a_providers_key_that_a_setting_reads_too_is_one() -> None:
    result = import_entries(
        entry(api_key="os.environ/OR_KEY"), entry("b", "openai/x", api_base=RELAY, api_key="planted"),
        guardrails=[{"api_key": "planted", "token": "os.environ/OR_KEY"}],
    )  # fmt: skip
    assert result.environment == {"API_KEY": "vault_cliproxyapi_api_key", "OR_KEY": result.vault_entries[0].variable}
    assert [(entry["purpose"], entry["origin"]) for entry in vault_entries(result)] == [
        ("the key of openrouter, OR_KEY for guardrails[0].token", "the variable OR_KEY"),
        ("the key of cliproxyapi, LiteLLM's API_KEY", IN_CLEAR.format(1)),
    ]
    assert "planted" not in repr(vault_entries(result))


def test_one_secret_under_two_names_is_one_and_two_secrets_are_two() -> None:
    result = import_entries(entry(), guardrails=[{"api_key": "planted", "token": "planted", "secret": "planted-other"}])
    assert result.environment == {"API_KEY": "vault_api_key", "TOKEN": "vault_api_key", "SECRET": "vault_secret"}


def test_an_address_in_one_variable_is_one() -> None:
    base = "os.environ/BOX_URL"
    result = import_entries(
        entry("a", "openai/x", api_base=base, api_key="os.environ/ONE_API_KEY"),
        entry("b", "openai/x", api_base=base, api_key="none"),
        guardrails=[{"api_base": base}],
    )
    (address,) = [entry for entry in vault_entries(result) if entry["origin"] == "the variable BOX_URL"]
    assert result.environment == {"BOX_URL": address["variable"]}
    assert {named.vault_entries["api_base"].variable for named in result.models.providers.values()} == {
        address["variable"]
    }


def test_two_origins_never_meet_in_one_variable() -> None:
    result = import_entries(
        entry("a", "openai/x", api_base="os.environ/BOX_URL", api_key="none"),
        guardrails=[{"api_base": "os.environ/BOX_API_BASE"}],
    )
    assert result.environment == {"BOX_API_BASE": "vault_box_api_base_value"}
    assert [entry["variable"] for entry in vault_entries(result)] == ["vault_box_api_base", "vault_box_api_base_value"]


def keys(result: Any) -> dict[str, str]:
    """Model → where the key that it is asked with is to be found."""
    origins = {provider.name: provider.vault_key.origin for provider in result.models.providers.values()}
    return {model["name"]: origins[model["provider"]] for model in result.models.models}


def test_each_model_keeps_its_key_where_the_config_sets_the_variables_of_providers() -> None:
    result = import_entries(
        entry("a", "openai/x", api_key="os.environ/TEAM_KEY"),
        entry("b", "openai/y"),
        entry("c", "anthropic/x", api_key="os.environ/CLAUDE_KEY"),
        environment_variables={"OPENAI_API_KEY": "os.environ/COMPANY_KEY", "ANTHROPIC_API_KEY": "sk-ant-planted"},
    )
    assert keys(result) == {
        "a": "the variable TEAM_KEY",
        "b": "the variable COMPANY_KEY",
        "c": "the variable CLAUDE_KEY",
    }
    # What LiteLLM sets itself would win over the keys of providers.
    assert "environment_variables" not in result.rendered
    assert {model["name"]: model["provider"] for model in result.models.models} == {
        "a": "openai_2",
        "b": "openai",
        "c": "anthropic_2",
    }
    assert result.environment == {"ANTHROPIC_API_KEY": "vault_anthropic_api_key"}
    assert [found.what for found in result.findings if "rename" in found.what] == []


def test_a_variable_in_place_of_another_is_the_same_secret() -> None:
    result = import_entries(
        entry("a", "openai/x", api_key="os.environ/COMPANY_KEY"),
        entry("b", "openai/y"),
        environment_variables={"OPENAI_API_KEY": "${COMPANY_KEY}"},
    )
    assert [entry["origin"] for entry in vault_entries(result)] == ["the variable COMPANY_KEY"]
    assert [found.places for found in result.findings if found.category == "never_worked"] == [
        ("environment_variables.OPENAI_API_KEY",)
    ]


def test_a_header_that_ends_with_a_variable_is_read_so_at_a_pass_through_endpoint() -> None:
    headers = {"Authorization": "bearer" + " os.environ/COHERE_KEY", "X-Api-Key": "planted"}
    general = {"pass_through_endpoints": [{"path": "/rerank", "target": "https://example.com", "headers": headers}]}
    result = import_entries(entry(extra_headers={"Authorization": "Bearer" + " planted"}), general_settings=general)
    (endpoint,) = result.rendered["general_settings"]["pass_through_endpoints"]
    assert endpoint["headers"] == {**headers, "X-Api-Key": "os.environ/X_API_KEY_VALUE"}
    assert result.environment["COHERE_KEY"] == "vault_cohere_key"
    assert "planted" not in repr(result)
