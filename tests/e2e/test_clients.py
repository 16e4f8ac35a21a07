"""Real clients ask a gateway that `make up` made for something that takes a tool, and tell the tool's result."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any

import httpx
import pytest
from client_tables import hold_table
from coding_agents import (
    KEY_VARIABLE,
    read_example,
    refuse_and_note,
    start_claude_code,
    start_codex,
)
from local_gateway import LocalGateway, run_make_up
from node_clients import find_version, install_node_clients
from sdks import APIS, TOOL, Chat, Messages, Responses

# On a busy machine `make up` alone takes minutes; the first test waits for it.
pytestmark = pytest.mark.timeout(900)

# What only the file says that an agent is asked to read, so that its answer proves that it did.
SECRET = "marmalade"
CLAUDE_CODE = f"Claude Code {find_version('@anthropic-ai/claude-code')}"
CODEX = f"Codex {find_version('@openai/codex')}"
SDKS = {
    Chat: f"OpenAI's SDK for Python {version('openai')}",
    Responses: f"OpenAI's SDK for Python {version('openai')}",
    Messages: f"Anthropic's SDK for Python {version('anthropic')}",
}


@pytest.fixture(scope="module")
def answered() -> dict[tuple[str, str], list[str]]:
    """(client, path that it asks) → in which ways it used a tool and got its answer."""
    return defaultdict(list)


@pytest.fixture(scope="module")
def packages_and_gateway() -> Iterator[tuple[Path, LocalGateway]]:
    """The agents are downloaded while the gateway is made."""
    with ThreadPoolExecutor() as executor:
        packages = executor.submit(install_node_clients)
        with run_make_up() as gateway:
            yield packages.result() / "node_modules", gateway


@pytest.fixture(scope="module")
def gateway(packages_and_gateway) -> LocalGateway:
    return packages_and_gateway[1]


@pytest.fixture(scope="module")
def agents(packages_and_gateway, tmp_path_factory) -> dict[str, Any]:
    """What the agents printed, having run side by side, and `outside`: what they asked of others than the gateway."""
    packages, gateway = packages_and_gateway
    folders = {name: tmp_path_factory.mktemp(name) for name in ("whole", "streamed", "codex")}
    for folder in folders.values():
        (folder / "note.txt").write_text(f"The word is {SECRET}.\n")

    def ask_to_read(name: str) -> str:
        return f"call Read {json.dumps({'file_path': str(folders[name] / 'note.txt')})}"

    stream = ("--output-format", "stream-json", "--include-partial-messages", "--verbose")
    with refuse_and_note() as (proxy, outside):
        where = (packages, gateway)
        runs = {
            "whole": start_claude_code(
                *where, folders["whole"], proxy, ask_to_read("whole"), "--output-format", "json"
            ),
            "streamed": start_claude_code(*where, folders["streamed"], proxy, ask_to_read("streamed"), *stream),
            "codex": start_codex(*where, folders["codex"], proxy, 'call exec_command {"cmd": "cat note.txt"}'),
        }
        return {name: run.read_events() for name, run in runs.items()} | {"outside": outside}


@pytest.mark.parametrize("way", ["whole", "streamed"])
@pytest.mark.parametrize("api", APIS, ids=lambda api: api.name)
def test_a_tool_round_trip_by_sdk(gateway, answered, api, way: str) -> None:
    stream = way == "streamed"
    client = api(gateway.url, gateway.key, "echo")
    asked = {"role": "user", "content": f'call {TOOL} {{"word": "{SECRET}"}}'}
    call = client.ask([asked], stream=stream, tools=True)
    assert (call.text, call.calls) == ("", [(TOOL, {"word": SECRET})])
    result = client.make_result(call.call_ids[0], "a fruit preserve")
    answer = client.ask([asked, *call.said, result], stream=stream, tools=True)
    assert (answer.text, answer.calls) == ("echo: a fruit preserve", [])
    if stream:
        assert min(call.pieces, answer.pieces) > 2
    answered[SDKS[api], api.path].append(way)


def test_claude_code_uses_a_tool(agents) -> None:
    (end,) = agents["whole"]
    assert (end["subtype"], end["is_error"], end["num_turns"]) == ("success", False, 2)
    assert f"The word is {SECRET}." in end["result"]


def test_claude_code_uses_a_tool_in_streams(agents, answered) -> None:
    events = [event["event"] for event in agents["streamed"] if event["type"] == "stream_event"]
    deltas = [event["delta"] for event in events if event["type"] == "content_block_delta"]
    arguments = [delta["partial_json"] for delta in deltas if delta["type"] == "input_json_delta"]
    words = [delta["text"] for delta in deltas if delta["type"] == "text_delta"]
    assert min(len(arguments), len(words)) > 2
    assert json.loads("".join(arguments))["file_path"].endswith("note.txt")
    assert f"The word is {SECRET}." in "".join(words)
    assert agents["streamed"][-1]["is_error"] is False
    answered[CLAUDE_CODE, Messages.path].append("streamed")


def test_codex_uses_a_tool(agents, answered) -> None:
    items = [event["item"] for event in agents["codex"] if event["type"] == "item.completed"]
    (command,) = [item for item in items if item["type"] == "command_execution"]
    assert (command["exit_code"], command["aggregated_output"]) == (0, f"The word is {SECRET}.\n")
    assert f"The word is {SECRET}." in items[-1]["text"]
    assert agents["codex"][-1]["type"] == "turn.completed"
    answered[CODEX, Responses.path].append("streamed")


def test_agents_ask_the_gateway_alone(agents) -> None:
    assert agents["outside"] == []


def test_what_an_agent_asks_of_others_is_refused_and_noted() -> None:
    with refuse_and_note() as (proxy, asked):
        with pytest.raises(httpx.ProxyError, match="403"):
            httpx.get("https://example.com", proxy=proxy)
        assert asked == ["example.com:443"]


def test_the_table_of_clients_says_what_was_seen(answered) -> None:
    if len(answered) < len(SDKS) + 2:
        pytest.skip("the table says what all tests of this file see")
    header = ["client", "asks", "answers and tools"]
    hold_table("clients", [header, *([name, f"`{path}`", ", ".join(ways)] for (name, path), ways in answered.items())])


@pytest.mark.parametrize("sdk", ["OpenAI's SDK", "Anthropic's SDK"])
def test_the_documented_lines_of_sdks_answer(gateway, sdk: str) -> None:
    run = subprocess.run(
        [sys.executable, "-c", read_example(sdk, gateway)],
        env={KEY_VARIABLE: gateway.key},
        capture_output=True,
        text=True,
    )
    assert (run.stdout, run.returncode) == ("echo: Hello\n", 0), run.stderr
