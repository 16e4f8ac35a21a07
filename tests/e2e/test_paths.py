"""Chats, Anthropic's messages and OpenAI's responses at every kind of provider: asked as they are, or as chats."""

from __future__ import annotations

from collections import defaultdict

import pytest
from client_tables import hold_table
from provider_answers import CHAT, MESSAGES, OLLAMA, RESPONSES, RESULT
from providers import inventory
from sdks import APIS, TOOL

# Provider of the inventory → the ends of the paths that are asked for chats, messages and responses.
PATHS = {
    "openrouter": (CHAT, CHAT, CHAT),
    "requesty": (CHAT, CHAT, CHAT),
    "novita": (CHAT, CHAT, CHAT),
    "nano": (CHAT, CHAT, CHAT),
    "box": (OLLAMA, OLLAMA, OLLAMA),
    "vllm": (CHAT, CHAT, CHAT),
    "relay": (CHAT, MESSAGES, CHAT),
    "other": (CHAT, CHAT, CHAT),
    "subscription": (CHAT, MESSAGES, RESPONSES),
    "ark": (CHAT, CHAT, CHAT),
}
NUMBERS = range(len(APIS))
HELLO = {"role": "user", "content": "Hello"}


@pytest.fixture(scope="module")
def answered() -> dict[tuple[str, int], list[str]]:
    """(provider, number of the API) → in which ways it answered."""
    return defaultdict(list)


def find_model(config: dict, base: str) -> str:
    """Return a name that only the provider at this address serves."""
    names = [entry["model_name"] for entry in config["model_list"]]
    return next(
        entry["model_name"]
        for entry in config["model_list"]
        if entry["litellm_params"]["api_base"].startswith(base)
        and entry["model_info"].get("mode") == "chat"
        and names.count(entry["model_name"]) == 1
    )


@pytest.mark.parametrize("way", ["whole", "streamed"])
@pytest.mark.parametrize("number", NUMBERS, ids=[api.name for api in APIS])
@pytest.mark.parametrize("provider", PATHS)
def test_every_kind_answers(gateway, fakes, answered, provider: str, number: int, way: str) -> None:
    base = inventory(fakes.address)["gateway_providers"][provider]["api_base"]
    client = APIS[number](gateway.url, gateway.key, find_model(gateway.config, base))
    stream = way == "streamed"
    fakes.paths.clear()
    answer = client.ask([HELLO], stream=stream, tools=False)
    assert (answer.text, answer.calls) == ("Hello.", [])
    assert answer.pieces == (2 if stream else 1)
    call = client.ask([HELLO], stream=stream, tools=True)
    assert (call.text, call.calls) == ("", [(TOOL, {"word": "marmalade"})])
    # The provider answers with text only if the result reached it.
    result = client.make_result(call.call_ids[0], RESULT)
    answer = client.ask([HELLO, *call.said, result], stream=stream, tools=True)
    assert (answer.text, answer.calls) == ("Hello.", [])
    assert [path.endswith(PATHS[provider][number]) for path in fakes.paths] == [True] * 3
    answered[provider, number].append(way)


def test_the_table_of_kinds_says_what_was_seen(answered) -> None:
    if len(answered) < len(PATHS) * len(APIS):
        pytest.skip("the table says what all tests of this file see")
    providers = inventory("")["gateway_providers"]
    rows = {}
    for provider, paths in PATHS.items():
        cells = [", ".join([*answered[provider, number], "tools"]) for number in NUMBERS]
        for number in NUMBERS[1:]:
            cells[number] += "; as chats" if paths[number] == paths[0] else ""
        rows[providers[provider]["kind"]] = cells
    header = ["kind", *(f"`{api.path}`" for api in APIS)]
    hold_table("kinds", [header, *([f"`{kind}`", *rows[kind]] for kind in sorted(rows))])
