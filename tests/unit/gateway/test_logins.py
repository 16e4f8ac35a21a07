"""The logins of clouds: what LiteLLM's config says, where their secrets are, and what is refused."""

import json
from typing import Any

import pytest

from platelayer.errors import InventoryError
from platelayer.gateway import litellm_config
from platelayer.gateway.build import build
from platelayer.schema import parse

ACCOUNT = {
    "type": "service_account",
    "client_email": "gateway@example.com",
    "private_key": "planted-private-key\nof lines",
    "token_uri": "https://oauth2.example.com/token",
}
REGION = {"region": "eu-central-1"}
KEY = {"access_key_id": "KEYOFINVENTORY", "secret_access_key": "planted/secret+key"}
APPLICATION = {"tenant_id": "t-1", "client_id": "c-1", "client_secret": "planted-client-secret"}
AZURE = {"kind": "azure", "api_base": "https://x.openai.azure.com"}


def make(**providers: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any], dict[str, str]]:
    """Return litellm_params by provider, litellm_settings, and LiteLLM's environment."""
    models = [{"name": name, "provider": name, "id": "m"} for name in providers]
    spec = parse({"providers": providers, "models": models})
    config = litellm_config.make_config(build(spec, {}).raise_problems())
    assert "planted" not in litellm_config.to_yaml(config)
    params = {entry["model_name"]: entry["litellm_params"] for entry in config["model_list"]}
    return params, config["litellm_settings"], litellm_config.make_environment(spec)


def found(**provider: Any) -> list[str]:
    return list(build(parse({"providers": {"p": provider}}), {}).problems)


@pytest.mark.parametrize(
    ("provider", "expected", "variables"),
    [
        (
            {"kind": "bedrock", "aws_login": REGION | KEY | {"session_token": "planted-token"}},
            {
                "model": "bedrock/m",
                "aws_region_name": "eu-central-1",
                "aws_access_key_id": "KEYOFINVENTORY",
                "aws_secret_access_key": "os.environ/P_1_LOGIN_SECRET_ACCESS_KEY",
                "aws_session_token": "os.environ/P_1_LOGIN_SESSION_TOKEN",
            },
            {"P_1_LOGIN_SECRET_ACCESS_KEY": "planted/secret+key", "P_1_LOGIN_SESSION_TOKEN": "planted-token"},
        ),
        (
            {"kind": "bedrock", "aws_login": REGION, "api_key": "planted-bearer"},
            {"model": "bedrock/m", "api_key": "os.environ/P_1_API_KEY", "aws_region_name": "eu-central-1"},
            {"P_1_API_KEY": "planted-bearer"},
        ),
        (
            {"kind": "bedrock", "aws_login": REGION | {"profile": "llm"}},
            {"model": "bedrock/m", "aws_region_name": "eu-central-1", "aws_profile_name": "llm"},
            {},
        ),
        (
            {"kind": "bedrock", "aws_login": REGION | {"role_arn": "a", "session_name": "s", "external_id": "e"}},
            {
                "model": "bedrock/m",
                "aws_region_name": "eu-central-1",
                "aws_role_name": "a",
                "aws_session_name": "s",
                "aws_external_id": "e",
            },
            {},
        ),
        (
            {"kind": "sagemaker", "aws_login": REGION, "api_base": "https://endpoint.example.com/invocations"},
            {
                "model": "sagemaker/m",
                "sagemaker_base_url": "https://endpoint.example.com/invocations",
                "aws_region_name": "eu-central-1",
            },
            {},
        ),
        (
            {"kind": "vertex_ai", "google_login": {"project": "g", "location": "global", "credentials": ACCOUNT}},
            {
                "model": "vertex_ai/m",
                "vertex_project": "g",
                "vertex_location": "global",
                "vertex_credentials": "os.environ/P_1_LOGIN_FILE",
            },
            {"P_1_LOGIN_FILE": "p_1.credentials.json"},
        ),
        ({"kind": "vertex_ai", "google_login": {}}, {"model": "vertex_ai/m"}, {}),
        (
            AZURE | {"azure_login": APPLICATION},
            {
                "model": "azure/m",
                "api_base": "https://x.openai.azure.com",
                "tenant_id": "t-1",
                "client_id": "c-1",
                "client_secret": "os.environ/P_1_LOGIN_CLIENT_SECRET",
            },
            {"P_1_LOGIN_CLIENT_SECRET": "planted-client-secret"},
        ),
    ],
)
def test_secrets_of_a_login_are_in_the_environment_alone(
    provider: dict[str, Any], expected: dict[str, Any], variables: dict[str, str]
) -> None:
    params, settings, environment = make(**{"p-1": provider})
    assert params == {"p-1": expected}
    assert {name: text for name, text in environment.items() if name.startswith("P_1_")} == variables
    assert "enable_azure_ad_token_refresh" not in settings


def test_the_identity_of_the_host_logs_in_at_azure_when_litellm_is_told_to() -> None:
    params, settings, environment = make(p=AZURE | {"azure_login": {"managed_identity": True}})
    assert params == {"p": {"model": "azure/m", "api_base": "https://x.openai.azure.com"}}
    assert settings["enable_azure_ad_token_refresh"] is True
    assert not [name for name in environment if name.startswith("P_")]


@pytest.mark.parametrize("credentials", [ACCOUNT, json.dumps(ACCOUNT, indent=2)])
def test_credentials_stand_in_a_file_beside_the_config_unless_their_provider_is_off(credentials: Any) -> None:
    provider = {"kind": "vertex_ai", "google_login": {"credentials": credentials}}
    ((name, text),) = litellm_config.make_credential_files(parse({"providers": {"my-g": provider}})).items()
    assert (name, json.loads(text)) == ("my_g.credentials.json", ACCOUNT)
    off = parse({"providers": {"g": provider | {"enabled": False}}})
    assert litellm_config.make_credential_files(off) == {}
    assert "G_LOGIN_FILE" not in litellm_config.make_environment(off)


@pytest.mark.parametrize(
    ("provider", "expected"),
    [
        (
            {"kind": "bedrock"},
            "'aws_login' is missing; write such as aws_login: {region: eu-central-1}",
        ),
        (
            {"kind": "vertex_ai"},
            "'google_login' is missing; write such as google_login: {project: PROJECT, location: europe-west1}",
        ),
        (AZURE, "an 'api_key' or 'azure_login' is missing; write such as azure_login: {managed_identity: true}"),
        (
            {"kind": "sagemaker", "aws_login": REGION, "api_key": "planted"},
            "'api_key' is nothing that sagemaker reads; write its login as 'aws_login'",
        ),
        (
            {"kind": "openai", "api_key": "k", "aws_login": REGION},
            "'aws_login' is no option of kind openai; remove it",
        ),
        (
            {"kind": "bedrock", "aws_login": REGION | {"access_key_id": "a"}},
            "'aws_login' has half of an access key; write access_key_id and secret_access_key",
        ),
        (
            {"kind": "bedrock", "aws_login": REGION | {"session_token": "planted"}},
            "'aws_login' has a session_token without its access key; write access_key_id and secret_access_key",
        ),
        (
            {"kind": "bedrock", "aws_login": REGION | KEY | {"profile": "p"}},
            "'aws_login' has a profile and an access key; write one of them",
        ),
        (
            {"kind": "bedrock", "aws_login": REGION | KEY, "api_key": "planted"},
            "'aws_login' stands beside an 'api_key', a bearer token; write the region alone, or no 'api_key'",
        ),
        (
            {"kind": "bedrock", "aws_login": REGION | {"profile": "p", "role_arn": "r"}},
            "'aws_login' has a profile, with which LiteLLM assumes no role; write an access key, or neither",
        ),
        (
            {"kind": "bedrock", "aws_login": REGION | {"external_id": "e"}},
            "'aws_login' has a session_name or an external_id, and no role_arn that they belong to",
        ),
        (
            {"kind": "bedrock", "aws_login": REGION | {"access_key_id": "a", "secret_access_key": "os.environ/X"}},
            "'aws_login.secret_access_key' only names the environment variable X; write the key itself into the vault",
        ),
        (
            {"kind": "bedrock", "aws_login": REGION, "extra": {"aws_region_name": "us-east-1"}},
            "'extra.aws_region_name' would win over 'aws_login.region'; remove one of them",
        ),
        (
            {"kind": "azure", "azure_login": APPLICATION},
            "'api_base' is missing; write the server's address such as https://NAME.openai.azure.com",
        ),
        (
            AZURE | {"azure_login": APPLICATION, "api_key": "planted"},
            "'azure_login' stands beside an 'api_key', which wins; remove one of them",
        ),
        (
            AZURE | {"azure_login": {"tenant_id": "t"}},
            "'azure_login' has no client_id, no client_secret; write all three, or managed_identity: true",
        ),
        (
            AZURE | {"azure_login": {"client_id": "c", "managed_identity": True}},
            "'azure_login' has an application and managed_identity; write one of them",
        ),
        (
            {"kind": "bedrock", "aws_login": REGION, "extra": {"aws_secret_access_key": "planted"}},
            "'extra.aws_secret_access_key' would put a secret into the config; write it as "
            "'aws_login.secret_access_key' of the provider",
        ),
        (
            {"kind": "vertex_ai", "google_login": {}, "extra": {"vertex_credentials": '{"planted": 1}'}},
            "'extra.vertex_credentials' would put a secret into the config; write it as 'google_login.credentials' of "
            "the provider",
        ),
    ],
)
def test_a_login_that_cannot_be_is_refused(provider: dict[str, Any], expected: str) -> None:
    assert found(**provider) == [f"gateway_providers.p: {expected}"]


@pytest.mark.parametrize(("model_id", "is_refused"), [("bedrock/eu.amazon.nova", True), ("converse/nova", False)])
def test_an_id_that_repeats_the_kind_is_refused(model_id: str, is_refused: bool) -> None:
    providers = {"p": {"kind": "bedrock", "aws_login": REGION}}
    models = [{"name": "nova", "provider": "p", "id": model_id}]
    sentence = (
        "gateway_models[0] (nova): id 'bedrock/eu.amazon.nova' begins with what the kind adds; write 'eu.amazon.nova'"
    )
    assert list(build(parse({"providers": providers, "models": models}), {}).problems) == [sentence][:is_refused]


@pytest.mark.parametrize("param", ["aws_web_identity_token", "azure_ad_token", "azure_password"])
def test_a_secret_that_no_login_has_an_option_for_comes_from_a_variable(param: str) -> None:
    sentence = (
        f"gateway_providers.p: 'extra.{param}' would put a secret into the config; write os.environ/NAME of a variable "
        "of litellm_environment, which comes from the vault"
    )
    assert found(kind="openai", api_key="k", extra={param: "planted"}) == [sentence]
    assert found(kind="openai", api_key="k", extra={param: "os.environ/X"}) == []


def test_a_login_may_be_left_to_litellms_environment() -> None:
    assert found(**AZURE, azure_login={}) == []


def test_a_file_of_the_host_may_be_named() -> None:
    assert found(kind="vertex_ai", google_login={}, extra={"vertex_credentials": "/etc/google.json"}) == []


@pytest.mark.parametrize(("keyless", "problems"), [({"azure_login": APPLICATION}, 1), ({"api_key": "k"}, 0)])
def test_a_key_that_litellm_would_send_for_another_provider_is_refused(keyless: dict[str, Any], problems: int) -> None:
    providers = {"azure": AZURE | {"api_key": "planted"}, "other": AZURE | keyless}
    sentence = (
        "gateway_providers.azure: its key would stand in AZURE_API_KEY, which LiteLLM sends for provider 'other' too; "
        "rename 'azure'"
    )
    assert list(build(parse({"providers": providers}), {}).problems) == [sentence][:problems]


@pytest.mark.parametrize(
    ("login", "expected"),
    [
        ({"aws_login": {}}, "aws_login: 'region' is missing; add it"),
        (
            {"aws_login": {"region": "Frankfurt"}},
            "aws_login: 'region' is not the name of a region; write one such as eu-central-1",
        ),
        (
            {"aws_login": {"region": "eu-west-1", "acess_key_id": "x"}},
            "aws_login: 'acess_key_id' is not an option here; did you mean 'access_key_id'?",
        ),
        (
            {"azure_login": {"tenant_id": ""}},
            "azure_login: 'tenant_id' is empty; write its value, or drop the option",
        ),
        (
            {"google_login": {"credentials": ""}},
            "google_login: 'credentials' is empty; write what the file holds into the vault",
        ),
        (
            {"google_login": {"credentials": "/etc/planted.json"}},
            "google_login: 'credentials' is not the JSON of a credential file of Google's; write what the file holds "
            "into the vault, not its path",
        ),
        (
            {"google_login": {"credentials": {"type": "service_account", "client_email": "planted"}}},
            "google_login: 'credentials' has no private_key and no token_uri",
        ),
    ],
)
def test_an_option_of_a_login_that_cannot_be_is_refused(login: dict[str, Any], expected: str) -> None:
    with pytest.raises(InventoryError) as error:
        parse({"providers": {"p": {"kind": "bedrock", **login}}})
    assert str(error.value) == f"gateway_providers.p.{expected}"
