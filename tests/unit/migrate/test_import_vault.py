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
    assert {named.base and named.base.variable for named in result.models.providers.values()} == {address["variable"]}


def test_two_origins_never_meet_in_one_variable() -> None:
    result = import_entries(
        entry("a", "openai/x", api_base="os.environ/BOX_URL", api_key="none"),
        guardrails=[{"api_base": "os.environ/BOX_API_BASE"}],
    )
    assert result.environment == {"BOX_API_BASE": "vault_box_api_base_value"}
    assert [entry["variable"] for entry in vault_entries(result)] == ["vault_box_api_base", "vault_box_api_base_value"]
