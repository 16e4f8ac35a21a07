"""Clouds whose login is no key: the same login as before, its secrets from the vault."""

from typing import Any

import pytest
from shapes import findings, import_entries, show_providers

from platelayer.gateway.build import build
from platelayer.providers.logins import LOGINS

BEDROCK = {"model": "bedrock/amazon.nova-lite-v1:0", "api_key": None}
AZURE = {"model": "azure/gpt-4o", "api_base": "https://x.openai.azure.com", "api_key": None}
VERTEX = {"model": "vertex_ai/gemini-2.5-pro", "api_key": None}
KEY = {"aws_access_key_id": "os.environ/ID", "aws_secret_access_key": "os.environ/SECRET"}
ROLE = {"aws_role_name": "arn:aws:iam::123456789012:role/llm", "aws_session_name": "s"}
APPLICATION = {"tenant_id": "t", "client_id": "os.environ/C", "client_secret": "planted-secret"}


def bring(params: dict[str, Any], **sections: Any) -> Any:
    params = {key: value for key, value in params.items() if value is not None}
    return import_entries({"model_name": "a", "litellm_params": params}, **sections)


@pytest.mark.parametrize(
    ("params", "provider"),
    [
        (
            BEDROCK | KEY | {"aws_region_name": "eu-west-1", "aws_profile_name": None},
            {
                "kind": "bedrock",
                "aws_login": {
                    "access_key_id": "vault_bedrock_access_key_id",
                    "region": "eu-west-1",
                    "secret_access_key": "vault_bedrock_secret_access_key",
                },
            },
        ),
        # What LiteLLM prefers: a bearer token to everything, a role to a profile, a profile to a key.
        (
            BEDROCK | KEY | ROLE | {"aws_region_name": "eu-west-1", "api_key": "os.environ/AWS_BEARER_TOKEN_BEDROCK"},
            {"kind": "bedrock", "api_key": "vault_bedrock_api_key", "aws_login": {"region": "eu-west-1"}},
        ),
        (
            BEDROCK | ROLE | {"aws_region_name": "eu-west-1", "aws_profile_name": "p"},
            {
                "kind": "bedrock",
                "aws_login": {"region": "eu-west-1", "role_arn": ROLE["aws_role_name"], "session_name": "s"},
            },
        ),
        (
            BEDROCK | KEY | {"aws_region_name": "eu-west-1", "aws_profile_name": "p", "aws_session_name": "s"},
            {"kind": "bedrock", "aws_login": {"profile": "p", "region": "eu-west-1"}},
        ),
        (
            BEDROCK | {"model": "sagemaker_chat/llama", "aws_region_name": "os.environ/REGION"},
            {"kind": "sagemaker", "aws_login": {"region": "vault_sagemaker_region"}},
        ),
        (
            VERTEX | {"vertex_project": "p", "vertex_location": "global", "vertex_credentials": "/etc/sa.json"},
            {
                "kind": "vertex_ai",
                "google_login": {"credentials": "vault_vertex_ai_credentials", "location": "global", "project": "p"},
            },
        ),
        (VERTEX, {"kind": "vertex_ai", "google_login": {}}),
        (
            AZURE | APPLICATION,
            {
                "kind": "azure",
                "api_base": "https://x.openai.azure.com",
                "azure_login": {
                    "client_id": "vault_azure_x_client_id",
                    "client_secret": "vault_azure_x_client_secret",
                    "tenant_id": "t",
                },
            },
        ),
        (
            AZURE | APPLICATION | {"api_key": "os.environ/K"},
            {"kind": "azure", "api_base": "https://x.openai.azure.com", "api_key": "vault_azure_api_key"},
        ),
        (AZURE, {"kind": "azure", "api_base": "https://x.openai.azure.com", "api_key": "vault_azure_api_key"}),
        (
            AZURE | {"azure_ad_token": "os.environ/T"},
            {"kind": "azure", "api_base": "https://x.openai.azure.com", "azure_login": {}},
        ),
    ],
)
def test_the_login_is_the_same_as_before(params: dict[str, Any], provider: dict[str, Any]) -> None:
    result = bring(params)
    assert [*show_providers(result).values()] == [provider]
    assert findings(result, "differs") == []
    assert list(build(result.gateway, {}).problems) == []
    # A login is not said twice, in LiteLLM's words beside the inventory's.
    words = {word for login in LOGINS.values() for word in login.values()}
    assert [words & model.extra.keys() for model in result.gateway.models] == [set()]
    assert "planted" not in repr(result)


def test_the_identity_of_the_host_is_asked_at_azure_where_litellm_was_told_to() -> None:
    result = bring(AZURE, litellm_settings={"enable_azure_ad_token_refresh": True})
    assert show_providers(result)["azure_x"]["azure_login"] == {"managed_identity": True}


def test_a_key_that_azure_would_get_for_another_login_stands_under_another_name() -> None:
    models = [
        AZURE | {"api_key": "os.environ/AZURE_API_KEY", "api_base": "https://y.openai.azure.com"},
        AZURE | APPLICATION,
    ]
    entries = [{"model_name": str(number), "litellm_params": params} for number, params in enumerate(models)]
    result = import_entries(*entries)
    assert [*show_providers(result)] == ["azure_y", "azure_x"]
    assert list(build(result.gateway, {}).problems) == []


@pytest.mark.parametrize(
    ("params", "told"),
    [
        (
            BEDROCK,
            [
                "names no region; LiteLLM took that of AWS_REGION_NAME or AWS_REGION, else us-west-2, which is written "
                "now",
                "names no login; LiteLLM took what AWS_ACCESS_KEY_ID, AWS_PROFILE or AWS_BEARER_TOKEN_BEDROCK named, "
                "else the host's own identity, which alone is asked from now on",
            ],
        ),
        (
            VERTEX,
            [
                "names no login; LiteLLM took what GOOGLE_APPLICATION_CREDENTIALS named, else the host's own identity, "
                "which alone is asked from now on",
            ],
        ),
        (
            VERTEX | {"vertex_credentials": "os.environ/SA"},
            ["the vault wants what the credential file holds, not its path"],
        ),
        (AZURE | APPLICATION, []),
        (AZURE | {"api_key": "os.environ/K"}, []),
    ],
)
def test_what_only_the_old_host_knew_is_told(params: dict[str, Any], told: list[str]) -> None:
    assert [what for place, what in findings(bring(params), "check") if place == "a"] == told
