"""Clouds whose login is no key: the real LiteLLM signs in as the inventory says, at endpoints on loopback."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import yaml
from conftest import Gateway, render_config, serve

MESSAGE = {"role": "assistant", "content": "Hello."}
CHAT = {"id": "x", "object": "chat.completion", "choices": [{"index": 0, "message": MESSAGE, "finish_reason": "stop"}]}
CONVERSE = {
    "output": {"message": {"role": "assistant", "content": [{"text": "Hello."}]}},
    "stopReason": "end_turn",
    "usage": {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2},
}
GEMINI = {
    "candidates": [{"content": {"role": "model", "parts": [{"text": "Hello."}]}, "finishReason": "STOP"}],
    "usageMetadata": {"promptTokenCount": 1, "candidatesTokenCount": 1, "totalTokenCount": 2},
}
ROLE = {
    "Code": "Success",
    "Type": "AWS-HMAC",
    "AccessKeyId": "ROLEKEY",
    "SecretAccessKey": "planted-role",
    "Token": "t-ROLE",
    "LastUpdated": "2026-01-01T00:00:00Z",
    "Expiration": "2099-01-01T00:00:00Z",
}
# What is in a path → what it is answered with.
ANSWERS: dict[str, Any] = {
    "/converse": CONVERSE,
    "/chat/completions": CHAT,
    ":generateContent": GEMINI,
    "/oauth/token": {"access_token": "token-EXAMPLE", "expires_in": 3600, "token_type": "Bearer"},
    "/security-credentials/host-role": ROLE,
    "/security-credentials": "host-role",
    "/latest/api/token": "imds",
}


class Cloud(ThreadingHTTPServer):
    """The endpoints of all clouds, and the headers that each call came with."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Call)
        self.calls: list[tuple[str, dict[str, str]]] = []
        self.address = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def find_headers(self, part: str) -> dict[str, str]:
        """Headers of the last call whose path has this part."""
        return next(headers for path, headers in reversed(self.calls) if part in path)


class Call(BaseHTTPRequestHandler):
    """One request."""

    server: Cloud

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.calls.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        answer = next((answer for part, answer in ANSWERS.items() if part in self.path), {})
        body = (answer if isinstance(answer, str) else json.dumps(answer)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_PUT = do_GET

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def cloud() -> Iterator[Cloud]:
    """All clouds on one port."""
    with Cloud() as server:
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def account(cloud) -> str:
    """A service account of Google's, as the one line that the vault holds."""
    make = ["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]
    key = subprocess.run(make, check=True, capture_output=True, text=True).stdout
    facts = {"type": "service_account", "project_id": "p-1", "private_key_id": "k", "private_key": key}
    facts |= {"client_email": "llm@p-1.example.com", "client_id": "1", "token_uri": f"{cloud.address}/oauth/token"}
    return json.dumps(facts)


@pytest.fixture(scope="module")
def clouds(cloud, account, runtime, tmp_path_factory) -> Iterator[Gateway]:
    """LiteLLM with a provider of each login."""
    folder = tmp_path_factory.mktemp("inventories") / "home"
    aws = {"aws_region_name": "eu-west-1", "aws_bedrock_runtime_endpoint": cloud.address}
    iam = {"aws_access_key_id": "os.environ/AWS_PROD_ID", "aws_secret_access_key": "os.environ/AWS_PROD_SECRET"}
    google = {"vertex_project": "p-1", "vertex_location": "europe-west1"}
    inventory = {
        "gateway_providers": {
            "by-iam-keys": {"kind": "bedrock", "extra": aws | iam},
            "by-bearer": {"kind": "bedrock", "api_key": "bearer-EXAMPLE", "extra": aws},
            "by-role": {"kind": "bedrock", "extra": aws},
            "by-key": {
                "kind": "azure",
                "api_base": f"{cloud.address}/azure",
                "api_key": "azure-EXAMPLE",
                "extra": {"api_version": "2024-10-21"},
            },
            "by-account": {
                "kind": "vertex_ai",
                "api_base": f"{cloud.address}/google",
                "extra": google | {"vertex_credentials": "os.environ/GOOGLE_ACCOUNT"},
            },
        },
        "gateway_models": [
            *(
                {"name": name, "provider": name, "id": "converse/anthropic.claude-3-5-sonnet-20241022-v2:0"}
                for name in ("by-iam-keys", "by-bearer", "by-role")
            ),
            {"name": "by-key", "provider": "by-key", "id": "gpt-4o"},
            {"name": "by-account", "provider": "by-account", "id": "gemini-2.5-flash"},
        ],
        "gateway_redis": {"enabled": False},
        "litellm_environment": {"AWS_PROD_ID": "IAMKEY", "AWS_PROD_SECRET": "planted-iam", "GOOGLE_ACCOUNT": account},
        "litellm_master_key": f"sk-{'0123456789abcdef' * 2}",
    }
    variables = folder / "group_vars/all/gateway.yml"
    variables.parent.mkdir(parents=True)
    variables.write_text(yaml.safe_dump(inventory))
    (folder / "hosts.yml").write_text("gateway: {hosts: {localhost: {ansible_connection: local}}}\n")
    config = render_config(folder, tmp_path_factory.mktemp("clouds"))
    assert "planted" not in config.read_text()
    keys = {"BY_BEARER_API_KEY": "bearer-EXAMPLE", "BY_KEY_API_KEY": "azure-EXAMPLE"}
    host = {"AWS_EC2_METADATA_SERVICE_ENDPOINT": cloud.address}
    with serve(runtime, config, **inventory["litellm_environment"], **keys, **host) as gateway:
        yield gateway


@pytest.mark.parametrize(
    ("model", "path", "header", "value"),
    [
        ("by-iam-keys", "/converse", "authorization", "AWS4-HMAC-SHA256 Credential=IAMKEY/"),
        ("by-bearer", "/converse", "authorization", "Bearer bearer-EXAMPLE"),
        ("by-role", "/converse", "authorization", "AWS4-HMAC-SHA256 Credential=ROLEKEY/"),
        ("by-key", "/azure/openai/deployments/gpt-4o/", "api-key", "azure-EXAMPLE"),
        ("by-account", ":generateContent", "authorization", "Bearer token-EXAMPLE"),
    ],
)
def test_each_login_arrives(clouds, cloud, model: str, path: str, header: str, value: str) -> None:
    answer = clouds.chat(model)
    assert answer.json()["choices"][0]["message"]["content"] == "Hello."
    assert cloud.find_headers(path)[header].startswith(value)
    if value.startswith("AWS4"):
        assert "/eu-west-1/bedrock/aws4_request" in cloud.find_headers(path)[header]
