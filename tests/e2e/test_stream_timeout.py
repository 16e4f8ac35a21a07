"""What `stream_timeout` ends: a stream that does not begin, and one that falls silent in its middle."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import yaml
from conftest import Gateway, render_config, serve

from platelayer.host.ports import find_free_port

# Longer than the shorter stream_timeout, and no trouble for the default.
SILENCE = 3


@pytest.fixture(scope="module")
def upstream() -> Iterator[tuple[str, str]]:
    """The echo provider: its address, and that of the faults."""
    address, control = (f"127.0.0.1:{find_free_port()}" for _ in range(2))
    command = [Path(sys.executable).with_name("platelayer"), "echo", "serve", "--listen", address, "--control", control]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    transport = httpx.HTTPTransport(retries=8)
    try:
        with httpx.Client(transport=transport) as client:
            client.get(f"http://{control}/upstreams").raise_for_status()
        yield f"http://{address}", f"http://{control}/upstreams/echo"
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture(scope="module")
def gateway(upstream, runtime, tmp_path_factory) -> Iterator[Gateway]:
    """LiteLLM with a model of little patience, and one with the default's."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "group_vars/all").mkdir(parents=True)
    (folder / "hosts.yml").write_text("gateway: {hosts: {localhost: {ansible_connection: local}}}\n")
    models = [{"name": "patient", "provider": "box", "id": "x"}, {"name": "hasty", "provider": "box", "id": "x"}]
    models[1]["stream_timeout"] = 1
    inventory = {
        "gateway_providers": {"box": {"kind": "openai_compatible", "api_base": f"{upstream[0]}/v1"}},
        "gateway_models": models,
        "gateway_redis": {"enabled": False},
        "litellm_master_key": f"sk-{'0123456789abcdef' * 2}",
    }
    (folder / "group_vars/all/gateway.yml").write_text(yaml.safe_dump(inventory))
    with serve(runtime, render_config(folder, tmp_path_factory.mktemp("litellm"))) as gateway:
        yield gateway


@pytest.fixture
def fault(upstream):
    """Let the upstream be silent before the first token, or after each."""

    def be_silent(kind: str) -> None:
        httpx.put(f"{upstream[1]}/fault", json={"kind": kind, "seconds": SILENCE}).raise_for_status()

    yield be_silent
    httpx.delete(f"{upstream[1]}/fault").raise_for_status()


def ask(gateway: Gateway, model: str) -> httpx.Response:
    body = {"model": model, "messages": [{"role": "user", "content": "one two"}], "stream": True}
    return gateway.send("/v1/chat/completions", body)


def test_a_stream_that_falls_silent_in_its_middle_ends_with_an_error(gateway, fault) -> None:
    fault("slow_tokens")
    answer = ask(gateway, "hasty")
    assert answer.status_code == 200
    assert '"content":"echo: "' in answer.text
    assert answer.text.rpartition("data: ")[2].startswith('{"error"')
    assert "[DONE]" not in answer.text


def test_a_stream_that_does_not_begin_is_an_error(gateway, fault) -> None:
    fault("slow_first_token")
    answer = ask(gateway, "hasty")
    assert answer.status_code >= 500
    assert "Timeout" in answer.text


@pytest.mark.parametrize("kind", ["slow_tokens", "slow_first_token"])
def test_a_stream_that_is_silent_for_less_is_whole(gateway, fault, kind: str) -> None:
    fault(kind)
    answer = ask(gateway, "patient")
    assert answer.text.rstrip().endswith("data: [DONE]")
    assert "error" not in answer.text
