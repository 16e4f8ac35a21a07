"""LiteLLM logs in at clouds as the inventory says, and is answered: by keys, tokens, files and the host's identity."""

from __future__ import annotations

import json
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from clouds import ROLE, Clouds
from conftest import Gateway, render_config, serve

from platelayer.gateway import litellm_config
from platelayer.schema import parse

APPLICATION = {"tenant_id": "adfs", "client_id": "application-1", "client_secret": "secret-of-application"}
REGION = {"region": "eu-central-1"}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Path:
    """A key and its certificate of this machine's loopback address, in one file."""
    path: Path = tmp_path_factory.mktemp("tls") / "cloud.pem"
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=cloud"]
    files = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", path, "-out", path.with_suffix(".crt")]
    subprocess.run([*make, *files], check=True, capture_output=True)
    path.write_text(path.read_text() + path.with_suffix(".crt").read_text())
    return path


@pytest.fixture(scope="module")
def clouds() -> Iterator[Clouds]:
    with Clouds() as server:
        yield server


@pytest.fixture(scope="module")
def entra(certificate) -> Iterator[Clouds]:
    """Where applications log in at Azure; its library asks over TLS only."""
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate)
    with Clouds(tls) as server:
        yield server


@pytest.fixture(scope="module")
def providers(clouds, certificate) -> dict[str, Any]:
    """A provider for each login. The one at Azure that is called `azure` has no key, so none is sent for the others."""
    key = certificate.read_text().split("-----BEGIN CERT")[0]
    account = {"type": "service_account", "client_email": "gateway@example.com", "private_key": key}
    account |= {"token_uri": f"{clouds.address}/google/token", "project_id": "p-1"}
    bedrock = {"kind": "bedrock", "api_base": clouds.address}
    azure = {"kind": "azure", "api_base": clouds.address, "extra": {"api_version": "2024-10-21"}}
    vertex = {"kind": "vertex_ai", "api_base": clouds.address}
    inventory = {"access_key_id": "KEYOFINVENTORY", "secret_access_key": "secret-of-inventory"}
    endpoint = f"{clouds.address}/endpoints/llama/invocations"
    return {
        "aws-key": bedrock | {"aws_login": REGION | inventory},
        "aws-token": bedrock | {"aws_login": REGION, "api_key": "bearer-of-inventory"},
        "aws-profile": bedrock | {"aws_login": REGION | {"profile": "llm"}},
        "aws-host": bedrock | {"aws_login": {"region": "us-east-1"}},
        "aws-role": bedrock | {"aws_login": REGION | inventory | {"role_arn": ROLE}},
        "sagemaker": {"kind": "sagemaker", "api_base": endpoint, "aws_login": REGION | inventory},
        "google-file": vertex | {"google_login": {"location": "europe-west1", "credentials": json.dumps(account)}},
        "google-host": vertex | {"google_login": {"project": "p-2", "location": "global"}},
        "azure-key": azure | {"api_key": "key-of-inventory"},
        "azure-application": azure | {"azure_login": APPLICATION},
        "azure-host": azure | {"azure_login": {"managed_identity": True}},
    }


@pytest.fixture(scope="module")
def gateway(providers, clouds, entra, certificate, runtime, tmp_path_factory) -> Iterator[Gateway]:
    """LiteLLM with what the role writes for these providers, on a host that has an identity in each cloud."""
    folder = tmp_path_factory.mktemp("clouds")
    ids = {"aws": "amazon.nova-lite-v1:0", "sagemaker": "llama", "google": "gemini-2.5-flash", "azure": "gpt-4o"}
    models = [{"name": name, "provider": name, "id": ids[name.split("-")[0]]} for name in providers]
    inventory = {"gateway_providers": providers, "gateway_models": models, "gateway_redis": {"enabled": False}}
    variables = folder / "inventory/group_vars/all"
    variables.mkdir(parents=True)
    (folder / "inventory/hosts.yml").write_text("gateway: {hosts: {localhost: {ansible_connection: local}}}\n")
    secret = {"litellm_master_key": f"sk-{'0123456789abcdef' * 2}"}
    (variables / "gateway.yml").write_text(yaml.safe_dump(inventory | secret))
    config = render_config(folder / "inventory", folder)
    assert "secret-of" not in config.read_text()
    spec = parse({"providers": providers, "models": models})
    environment = litellm_config.make_environment(spec)
    for name, text in litellm_config.make_credential_files(spec).items():
        (folder / name).write_text(text)
        environment = {key: str(folder / name) if value == name else value for key, value in environment.items()}
    (folder / ".aws").mkdir()
    (folder / ".aws/credentials").write_text(
        "[llm]\naws_access_key_id = KEYOFPROFILE\naws_secret_access_key = secret-of-profile\n"
    )
    host = {
        "AWS_EC2_METADATA_SERVICE_ENDPOINT": clouds.address,
        "AWS_STS_ENDPOINT": clouds.address,
        "AWS_ENDPOINT_URL_STS": clouds.address,
        "GCE_METADATA_HOST": clouds.place,
        "GCE_METADATA_IP": clouds.place,
        "AZURE_AUTHORITY_HOST": entra.address,
        "IDENTITY_ENDPOINT": f"{clouds.address}/identity",
        "IDENTITY_HEADER": "header-of-host",
        "REQUESTS_CA_BUNDLE": str(certificate.with_suffix(".crt")),
    }
    with serve(runtime, config, **environment, **host) as gateway:
        yield gateway


@pytest.mark.parametrize(
    ("provider", "login"),
    [
        ("aws-key", "KEYOFINVENTORY eu-central-1 bedrock"),
        ("aws-token", "Bearer bearer-of-inventory"),
        ("aws-profile", "KEYOFPROFILE eu-central-1 bedrock"),
        ("aws-host", "KEYOFHOST us-east-1 bedrock"),
        ("aws-role", "KEYOFROLE eu-central-1 bedrock"),
        ("sagemaker", "KEYOFINVENTORY eu-central-1 sagemaker"),
        ("google-file", "Bearer google-gateway@example.com"),
        ("google-host", "Bearer google-of-host"),
        ("azure-key", "key-of-inventory"),
        ("azure-application", "Bearer azure-application-1"),
        ("azure-host", "Bearer azure-of-host"),
    ],
)
def test_the_cloud_is_asked_with_the_login_of_the_inventory(gateway, clouds, provider: str, login: str) -> None:
    answer = gateway.chat(provider)
    assert answer.json()["choices"][0]["message"]["content"] == "Hello."
    assert clouds.logins[-1] == login
