"""Calls of tools, as OpenAI's API gives them, whole and streamed, and the answer to their results."""

from __future__ import annotations

from typing import Any

import pytest

TOOLS = [
    {"type": "function", "function": {"name": name, "parameters": {"type": "object"}}} for name in ("add", "look-up")
]
ADD = {"name": "add", "arguments": '{"a": 1, "b": {"c": "}"}}'}
LOOK_UP = {"name": "look-up", "arguments": "{}"}
ASK = f"please call add {ADD['arguments']}, then call look-up {{}} twice"


def make_conversation(*results: dict[str, Any], call_id: str = "call_1") -> list[dict[str, Any]]:
    call = {"id": call_id, "type": "function", "function": ADD}
    asked = {"role": "user", "content": ASK}
    return [asked, {"role": "assistant", "content": None, "tool_calls": [call]}, *results]


def make_result(content: Any, call_id: str = "call_1") -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": call_id, "content": content}


def test_a_tool_that_the_user_names_with_arguments_is_called(echo):
    body = echo.chat(f"call add {ADD['arguments']}", tools=TOOLS).json()

    (choice,) = body["choices"]
    (call,) = choice["message"].pop("tool_calls")
    assert choice == {
        "index": 0,
        "message": {"role": "assistant", "content": None, "refusal": None},
        "logprobs": None,
        "finish_reason": "tool_calls",
    }
    assert call.pop("id").startswith("call_")
    assert call == {"type": "function", "function": ADD}
    assert body["usage"]["completion_tokens"] > 1


def test_several_calls_have_ids_of_their_own(echo):
    calls = echo.chat(ASK, tools=TOOLS).json()["choices"][0]["message"]["tool_calls"]

    assert [call["function"] for call in calls] == [ADD, LOOK_UP]
    assert len({call["id"] for call in calls}) == 2


def test_a_client_may_want_one_call_at_a_time(echo):
    message = echo.chat(ASK, tools=TOOLS, parallel_tool_calls=False).json()["choices"][0]["message"]

    assert [call["function"] for call in message["tool_calls"]] == [ADD]


def test_streamed_calls_begin_with_id_and_name_and_their_arguments_come_in_pieces(echo, events):
    with echo.stream(ASK, tools=TOOLS, stream_options={"include_usage": True}) as answer:
        *chunks, usage, last = events(answer)

    assert last == "[DONE]"
    deltas = [chunk["choices"][0]["delta"] for chunk in chunks]
    assert deltas[0] == {"role": "assistant", "content": None, "refusal": None}
    assert deltas[-1] == {}
    assert [chunk["choices"][0]["finish_reason"] for chunk in chunks] == [None] * (len(chunks) - 1) + ["tool_calls"]
    parts = [part for delta in deltas[1:-1] for part in delta["tool_calls"]]
    begins = [part for part in parts if "id" in part]
    assert [(part["index"], part["type"], part["function"]) for part in begins] == [
        (0, "function", {"name": "add", "arguments": ""}),
        (1, "function", {"name": "look-up", "arguments": ""}),
    ]
    assert len({part["id"] for part in begins}) == 2
    assert [part["index"] for part in parts] == sorted(part["index"] for part in parts)
    for index, function in enumerate((ADD, LOOK_UP)):
        pieces = [part["function"]["arguments"] for part in parts if part["index"] == index]
        assert "".join(pieces) == function["arguments"]
    assert len([part for part in parts if part["index"] == 0]) > 5
    assert usage["usage"]["completion_tokens"] == len(parts)


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("call add {}", {}),
        ("call add {}", {"tools": TOOLS, "tool_choice": "none"}),
        ("call remove {}", {"tools": TOOLS}),
        ("call add {1}", {"tools": TOOLS}),
        ("call add", {"tools": TOOLS}),
        ("recall add {}", {"tools": TOOLS}),
    ],
)
def test_other_words_are_repeated(echo, text, fields):
    (choice,) = echo.chat(text, **fields).json()["choices"]

    assert choice["message"] == {"role": "assistant", "content": f"echo: {text}", "refusal": None}
    assert choice["finish_reason"] == "stop"


def test_a_result_is_repeated_and_calls_nothing(echo):
    parts = [{"type": "text", "text": "call add {} is three"}]

    (choice,) = echo.chat(messages=make_conversation(make_result(parts)), tools=TOOLS).json()["choices"]

    assert choice["message"]["content"] == "echo: call add {} is three"
    assert choice["finish_reason"] == "stop"


def test_what_a_client_adds_hides_neither_question_nor_result(echo):
    asked = {"role": "user", "content": ASK}
    reminder = {"role": "user", "content": "a client's own reminder"}

    body = echo.chat(messages=[asked, reminder], tools=TOOLS).json()
    assert body["choices"][0]["message"]["tool_calls"][0]["function"] == ADD
    body = echo.chat(messages=[*make_conversation(make_result("three")), reminder], tools=TOOLS).json()
    assert body["choices"][0]["message"]["content"] == "echo: three"


def test_after_its_answer_the_next_call_is_asked_for_anew(echo):
    answered = {"role": "assistant", "content": "echo: three"}
    asked = {"role": "user", "content": "call look-up {}"}

    body = echo.chat(messages=[*make_conversation(make_result("three")), answered, asked], tools=TOOLS).json()

    assert body["choices"][0]["message"]["tool_calls"][0]["function"] == LOOK_UP


@pytest.mark.parametrize("after", [[], [{"role": "user", "content": "never mind"}]])
def test_a_call_without_its_result_gets_400(echo, after):
    answer = echo.chat(messages=make_conversation(*after))

    assert (answer.status_code, answer.json()["error"]["message"], answer.json()["error"]["param"]) == (
        400,
        "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. "
        "The following tool_call_ids did not have response messages: call_1",
        "messages.[2].role",
    )


@pytest.mark.parametrize(
    ("messages", "position"),
    [
        ([make_result("three")], 0),
        (make_conversation(make_result("three", "call_2")), 2),
        ([*make_conversation(make_result("three")), {"role": "user"}, make_result("three")], 4),
    ],
)
def test_a_result_without_its_call_gets_400(echo, messages, position):
    answer = echo.chat(messages=messages)

    assert (answer.status_code, answer.json()["error"]["message"], answer.json()["error"]["param"]) == (
        400,
        "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
        f"messages.[{position}].role",
    )
