"""What providers answer in each API, whole and as a stream: a text, or a call of the tool that they are offered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sdks import TOOL

TEXT = ("Hel", "lo.")
ARGUMENTS = ('{"word"', ': "marm', 'alade"}')
# What the tool says. A provider that finds it in a request answers with text.
RESULT = "a fruit preserve"
CALL_ID = "call_marmalade"

CHAT, MESSAGES, RESPONSES, OLLAMA = "/chat/completions", "/messages", "/responses", "/api/chat"
Json = dict[str, Any]


def has_open_question(body: Json) -> bool:
    """Return whether a request offers a tool whose result it does not bring."""
    return bool(body.get("tools")) and RESULT not in json.dumps(body)


def stream_chat(head: Json, usage: Json, calls: bool) -> Iterator[bytes]:
    """Yield OpenAI's chunks. `head`: what the whole answer has beside choices and usage."""
    function = {"name": TOOL, "arguments": ""}
    begin: list[Json] = [{"index": 0, "id": CALL_ID, "type": "function", "function": function}]
    pieces: list[list[Json]] = [[{"index": 0, "function": {"arguments": piece}}] for piece in ARGUMENTS]
    deltas: list[Json] = [{"role": "assistant", "content": None if calls else ""}]
    deltas += [{"tool_calls": part} for part in (begin, *pieces)] if calls else [{"content": word} for word in TEXT]
    choices = [{"index": 0, "delta": delta, "finish_reason": None} for delta in deltas]
    choices.append({"index": 0, "delta": {}, "finish_reason": "tool_calls" if calls else "stop"})
    head = head | {"object": "chat.completion.chunk"}
    for choice in choices:
        yield _format_event(head | {"choices": [choice]})
    yield _format_event(head | {"choices": [], "usage": usage})
    yield b"data: [DONE]\n\n"


def call_in_chat(answer: Json) -> Json:
    """Return a whole chat completion with a call in place of its text."""
    call = {"id": CALL_ID, "type": "function", "function": {"name": TOOL, "arguments": "".join(ARGUMENTS)}}
    message = {"role": "assistant", "content": None, "tool_calls": [call]}
    return answer | {"choices": [{"index": 0, "finish_reason": "tool_calls", "message": message}]}


def call_in_ollama_chat(answer: Json) -> Json:
    """Return Ollama's whole answer with a call in place of its text."""
    function = {"name": TOOL, "arguments": json.loads("".join(ARGUMENTS))}
    return answer | {"message": {"role": "assistant", "content": "", "tool_calls": [{"function": function}]}}


def stream_ollama_chat(answer: Json, calls: bool) -> Iterator[bytes]:
    """Yield Ollama's lines."""
    parts = [{"role": "assistant", "content": word} for word in TEXT]
    messages = [call_in_ollama_chat(answer)["message"]] if calls else parts
    common = {name: answer[name] for name in ("created_at", "model")}
    for message in messages:
        yield json.dumps(common | {"message": message, "done": False}).encode() + b"\n"
    yield json.dumps(answer | {"message": {"role": "assistant", "content": ""}}).encode() + b"\n"


def call_in_message(answer: Json) -> Json:
    """Return Anthropic's whole answer with a call in place of its text."""
    block = {"type": "tool_use", "id": CALL_ID, "name": TOOL, "input": json.loads("".join(ARGUMENTS))}
    return answer | {"content": [block], "stop_reason": "tool_use"}


def stream_message(answer: Json, calls: bool) -> Iterator[bytes]:
    """Yield Anthropic's events."""
    if calls:
        block: Json = {"type": "tool_use", "id": CALL_ID, "name": TOOL, "input": {}}
        deltas: list[Json] = [{"type": "input_json_delta", "partial_json": piece} for piece in ARGUMENTS]
    else:
        block = {"type": "text", "text": ""}
        deltas = [{"type": "text_delta", "text": word} for word in TEXT]
    begin = answer | {"content": [], "stop_reason": None}
    end = {"stop_reason": "tool_use" if calls else "end_turn", "stop_sequence": None}
    yield _format_event({"type": "message_start", "message": begin}, named=True)
    yield _format_event({"type": "content_block_start", "index": 0, "content_block": block}, named=True)
    for delta in deltas:
        yield _format_event({"type": "content_block_delta", "index": 0, "delta": delta}, named=True)
    yield _format_event({"type": "content_block_stop", "index": 0}, named=True)
    yield _format_event({"type": "message_delta", "delta": end, "usage": answer["usage"]}, named=True)
    yield _format_event({"type": "message_stop"}, named=True)


def call_in_response(answer: Json) -> Json:
    """Return OpenAI's whole response with a call in place of its text."""
    item = {
        "id": "fc_1", "type": "function_call", "status": "completed", "call_id": CALL_ID, "name": TOOL,
        "arguments": "".join(ARGUMENTS),
    }  # fmt: skip
    return answer | {"output": [item]}


def stream_response(answer: Json, calls: bool) -> Iterator[bytes]:
    """Yield the events of OpenAI's responses."""
    whole = call_in_response(answer) if calls else answer
    (item,) = whole["output"]
    where: Json = {"item_id": item["id"], "output_index": 0}
    events: list[Json] = [{"type": "response.created", "response": answer | {"status": "in_progress", "output": []}}]
    begin = item | {"status": "in_progress"} | ({"arguments": ""} if calls else {"content": []})
    events.append({"type": "response.output_item.added", "output_index": 0, "item": begin})
    if calls:
        kind = "response.function_call_arguments"
        events += [where | {"type": f"{kind}.delta", "delta": piece} for piece in ARGUMENTS]
        events.append(where | {"type": f"{kind}.done", "arguments": item["arguments"], "name": TOOL})
    else:
        where["content_index"] = 0
        (part,) = item["content"]
        events.append(where | {"type": "response.content_part.added", "part": part | {"text": ""}})
        events += [where | {"type": "response.output_text.delta", "delta": word, "logprobs": []} for word in TEXT]
        events.append(where | {"type": "response.output_text.done", "text": part["text"], "logprobs": []})
        events.append(where | {"type": "response.content_part.done", "part": part})
    events.append({"type": "response.output_item.done", "output_index": 0, "item": item})
    events.append({"type": "response.completed", "response": whole})
    for number, event in enumerate(events):
        yield _format_event(event | {"sequence_number": number}, named=True)


def _format_event(event: Json, *, named: bool = False) -> bytes:
    name = f"event: {event['type']}\n" if named else ""
    return f"{name}data: {json.dumps(event)}\n\n".encode()
