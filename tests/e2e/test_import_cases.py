"""What an import makes of a config is served by the real LiteLLM as the config was: models, keys, addresses, routes."""

from __future__ import annotations

import json
import os
import shutil
import socketserver
import ssl
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ROOT, platelayer, render_config, serve

from platelayer.gateway.build import build
from platelayer.gateway.litellm_config import make_config, make_credential_files, make_environment
from platelayer.migrate.conversion import ConfigImport, convert_config
from platelayer.migrate.secret_store import VaultEntry
from platelayer.migrate.source import read_config
from platelayer.schema import parse
from platelayer.schema.secret_texts import list_references

CASES = ROOT / "tests/fixtures/imports"
# Without Redis, for which LiteLLM would wait; those are started below.
NAMES = sorted(path.stem for path in CASES.glob("*.yaml") if path.stem != "bad_strategy" and path.stem[:5] != "redis")

PASSWORD = "s3cretEXAMPLE"

# Run by LiteLLM's own Python: loads each config in a process of its own, as the proxy does when it starts.
LOAD = r"""
import asyncio, json, os, sys
from litellm.proxy import proxy_server
from litellm.proxy.pass_through_endpoints.pass_through_endpoints import set_env_variables_in_header
from litellm import get_llm_provider
from litellm.litellm_core_utils.credential_accessor import CredentialAccessor

def resolve(value):
    name = str(value).removeprefix("os.environ/")
    return os.environ.get(name) if name != value else value

LOGIN = ("aws_", "vertex_", "tenant_id", "client_id", "client_secret", "api_version")
USUAL = {"openai": "OPENAI_API_KEY", "anthropic": "ANTHROPIC_API_KEY", "gemini": "GEMINI_API_KEY"}
NO_KEYS = ("none", "x", "no-key-needed")

def read_deployment(entry):
    params = entry["litellm_params"]
    if name := params.get("litellm_credential_name"):
        params = {**CredentialAccessor.get_credential_values(name), **params}
    model, provider, *_ = get_llm_provider(
        params["model"], params.get("custom_llm_provider"), resolve(params.get("api_base"))
    )
    usual = USUAL.get(provider)
    key = resolve(params.get("api_key")) or os.environ.get(usual or "")
    login = {name: resolve(value) for name, value in params.items() if name.startswith(LOGIN) and value is not None}
    return entry["model_name"], model, resolve(params.get("api_base")), None if key in NO_KEYS else key, login

def load(path, environment):
    os.environ.update(environment)
    router, models, general = asyncio.run(proxy_server.ProxyConfig().load_config(None, path))
    lists = ("fallbacks", "context_window_fallbacks", "content_policy_fallbacks")
    return {
        "deployments": sorted(map(read_deployment, router.model_list), key=str),
        "routes": {key: getattr(router, key) for key in lists},
        "headers": [
            asyncio.run(set_env_variables_in_header(endpoint.get("headers")))
            for endpoint in general.get("pass_through_endpoints") or []
        ],
    }

answers = []
for path, environment in json.load(sys.stdin):
    reading, writing = os.pipe()
    if os.fork() == 0:
        try:
            answer = load(path, environment)
        except BaseException as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        with open(writing, "w") as stream:
            json.dump(answer, stream)
        os._exit(0)
    os.close(writing)
    with open(reading) as stream:
        answers.append(json.load(stream))
    os.wait()
print("\n" + json.dumps(answers))
"""


def bring(name: str) -> ConfigImport:
    return convert_config(read_config(CASES / f"{name}.yaml"), f"{name}.yaml")


def make_value(variable: str) -> str:
    """What a variable of the original holds."""
    is_address = variable.endswith(("_BASE", "_URL"))
    return f"http://192.0.2.7/{variable}/v1" if is_address else f"value-of-{variable}"


def find_text(config: dict[str, Any], place: str) -> str:
    """The text that stands at a place such as a.b[0].c of a config."""
    value: Any = config
    for part in place.replace("[", ".").replace("]", "").split("."):
        value = value[int(part)] if part.isdecimal() else value[part]
    return str(value)


def fill_vault(result: ConfigImport, config: dict[str, Any]) -> dict[str, str]:
    """Variable of the vault → what a person writes there, as the report says."""
    filled = {}
    for entry in result.vault_entries:
        in_clear = entry.origin.removesuffix(", in clear text")
        is_variable = entry.origin.startswith("the variable ")
        if in_clear == "router_settings":
            filled[entry.variable] = PASSWORD
        else:
            origin = entry.origin.removeprefix("the variable ")
            filled[entry.variable] = make_value(origin) if is_variable else find_text(config, in_clear)
    return filled


def build_filled(result: ConfigImport, vault: dict[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """The config of the new inventory once its vault is filled, and LiteLLM's environment.

    The variable of a credential file has what the original has in its place, so that both can be compared.
    """

    def show(option: str, entry: VaultEntry) -> str:
        text = vault[entry.variable]
        return json.dumps({"type": text}) if option == "credentials" else text

    providers = {provider.name: provider.as_inventory(show) for provider in result.models.providers.values()}
    gateway = result.gateway.model_copy(update={"providers": parse({"providers": providers}).providers})
    files = {name: json.loads(text)["type"] for name, text in make_credential_files(gateway).items()}
    environment = {name: files.get(value, value) for name, value in make_environment(gateway).items()}
    config = json.loads(json.dumps(make_config(build(gateway, {}), extra=result.extra)))
    return config, {name: value for name, value in environment.items() if not name.startswith("LITELLM_")}


def write_pair(name: str, folder: Path) -> list[tuple[str, dict[str, str]]]:
    """The config and what is made of it, each with its environment."""
    source = CASES / f"{name}.yaml"
    config, result = yaml.safe_load(source.read_text()), bring(name)
    vault = fill_vault(result, config)
    carried = {entry["model_name"] for entry in result.rendered["model_list"]}
    # LiteLLM would ask somebody to sign in for the one of the others that it knows.
    config["model_list"] = [entry for entry in config["model_list"] if entry["model_name"] in carried]
    general = config.get("general_settings", {})
    general.pop("key_management_system", None)
    if "pass_through_endpoints" in general:
        # LiteLLM does not start with the second one.
        del general["pass_through_endpoints"][1]
    rendered, own = build_filled(result, vault)
    rendered["general_settings"].pop("key_management_system", None)
    general.pop("master_key", None)
    before, after = folder / f"{name}.before.yaml", folder / f"{name}.after.yaml"
    given = {variable: vault[held] for variable, held in result.environment.items()}
    before.write_text(yaml.safe_dump(config))
    after.write_text(yaml.safe_dump(rendered))
    # One model leaves its key to LiteLLM, which takes it from here.
    names = {"GEMINI_API_KEY", *(variable for variable, *_ in list_references(config))}
    variables = {variable: make_value(variable) for variable in names}
    return [(str(before), variables), (str(after), {**own, **given, "LITELLM_MASTER_KEY": "sk-EXAMPLE"})]


@pytest.fixture(scope="module")
def loaded(runtime, tmp_path_factory) -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
    """Case → what LiteLLM reads of the config, and of what is made of it."""
    folder = tmp_path_factory.mktemp("cases")
    pairs = [config for name in NAMES for config in write_pair(name, folder)]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
    run = subprocess.run(
        [runtime / "bin/python", "-c", LOAD], input=json.dumps(pairs), env=environment, capture_output=True, text=True,
        timeout=300, cwd=folder,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr[-2000:]
    answers = json.loads(run.stdout.splitlines()[-1])
    return {name: (answers[2 * number], answers[2 * number + 1]) for number, name in enumerate(NAMES)}


@pytest.mark.parametrize("name", NAMES)
def test_litellm_asks_the_same_models_at_the_same_places_with_the_same_keys(loaded, name: str) -> None:
    before, after = loaded[name]
    assert "error" not in after, after
    assert after["deployments"] == before["deployments"]
    assert after["headers"] == before["headers"]


def test_litellm_takes_the_same_routes_when_a_model_fails(loaded) -> None:
    for name in ("fallbacks_in_all_places", "fallback_empty_list"):
        before, after = (one["routes"] for one in loaded[name])
        for routes in (before, after):
            routes["fallbacks"] = {key: targets for item in routes["fallbacks"] for key, targets in item.items()}
        assert after == before


class Recorder(socketserver.ThreadingTCPServer):
    """A server that speaks enough of Redis's protocol to be logged in to, and keeps what it is told.

    It stands for a server of another machine, with TLS if it has a certificate.
    """

    daemon_threads = True

    def __init__(self, certificate: Path | None) -> None:
        super().__init__(("127.0.0.1" if certificate else "127.0.0.2", 0), Conversation)
        self.commands: list[list[str]] = []
        if certificate:
            tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            tls.load_cert_chain(certificate)
            self.socket = tls.wrap_socket(self.socket, server_side=True)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Conversation(socketserver.StreamRequestHandler):
    """One client's commands, each of which is answered with OK or PONG."""

    server: Recorder

    def handle(self) -> None:
        while line := self.rfile.readline():
            words = []
            for _ in range(int(line[1:])):
                length = int(self.rfile.readline()[1:])
                words.append(self.rfile.read(length + 2)[:-2].decode())
            self.server.commands.append(words)
            answers = {"PING": b"+PONG\r\n", "HELLO": b"%1\r\n+proto\r\n:3\r\n"}
            self.wfile.write(answers.get(words[0], b"+OK\r\n"))


def import_case(name: str, text: str, folder: Path) -> Path:
    """Import a config as a person does, fill its vault, and return the config that the playbook renders."""
    config = folder / f"{name}.yaml"
    config.write_text(text)
    shutil.copytree(ROOT / "inventories/example", folder / "inventories/example")
    platelayer("import", str(config), "--env", "home", "--root", str(folder))
    environment = folder / "inventories/home"
    (environment / "hosts.yml").write_text("gateway: {hosts: {localhost: {ansible_connection: local}}}\n")
    filled = fill_vault(convert_config(read_config(config), config.name), yaml.safe_load(text))
    own = {"vault_litellm_master_key": f"sk-{'0123456789abcdef' * 2}", "vault_redis_password": PASSWORD}
    (environment / "group_vars/all/vault.yml").write_text(yaml.safe_dump(own | filled))
    return render_config(environment, folder / "rendered")


def test_redis_is_logged_in_to_with_tls_the_user_and_the_database(runtime, certificate, tmp_path) -> None:
    with Recorder(certificate) as server:
        address = f"shop:{PASSWORD}@127.0.0.1:{server.server_address[1]}"
        text = (CASES / "redis_url_tls.yaml").read_text()
        text = text.replace(f"default:{PASSWORD}@cache.example.com:6380", address)
        config = import_case("redis_url_tls", text, tmp_path)
        trusted = str(certificate.with_suffix(".crt"))
        with serve(runtime, config, REDIS_PASSWORD=PASSWORD, SSL_CERT_FILE=trusted) as gateway:
            # What is asked is not answered, but LiteLLM looks for cooldowns first.
            gateway.send("/v1/chat/completions", {"model": "chat", "messages": []})
        commands = [tuple(command[:6]) for command in server.commands]
    logins = {command[-2:] for command in commands if command[0] in ("AUTH", "HELLO")}
    assert logins == {("shop", PASSWORD)}
    assert ("SELECT", "2") in commands


def test_a_redis_without_a_password_is_not_logged_in_to(runtime, tmp_path) -> None:
    with Recorder(None) as server:
        text = (CASES / "redis_without_password.yaml").read_text()
        # Another name of loopback: a Redis at loopback itself would be the gateway's own.
        text = text.replace("host: 192.0.2.10, port: 6379", f"host: 127.0.0.2, port: {server.server_address[1]}")
        config = import_case("redis_without_password", text, tmp_path)
        with serve(runtime, config) as gateway:
            gateway.send("/v1/chat/completions", {"model": "chat", "messages": []})
        commands = server.commands
    assert ["PING"] in commands
    assert "AUTH" not in {word for command in commands for word in command}


@pytest.mark.parametrize("name", ["callback_langfuse", "callback_prometheus"])
def test_litellm_starts_with_callbacks_that_were_imported(runtime, tmp_path, name: str) -> None:
    config = import_case(name, (CASES / f"{name}.yaml").read_text(), tmp_path)
    nobody = {"LANGFUSE_PUBLIC_KEY": "pk-lf-EXAMPLE", "LANGFUSE_SECRET_KEY": "sk-lf-EXAMPLE"}
    with serve(runtime, config, **nobody, LANGFUSE_HOST="http://127.0.0.1:9") as gateway:
        assert [model["id"] for model in gateway.get("/v1/models")["data"]] == ["m"]
        if name == "callback_langfuse":
            assert gateway.chat("m").json()["choices"][0]["message"]["content"] == "hello"
