"""The SDKs of OpenAI and Anthropic: a question to each of three APIs, whole or as a stream, with a tool or without."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, ClassVar

from anthropic import Anthropic
from openai import OpenAI

TOOL = "look_up"
ABOUT = "Look a word up."
SCHEMA = {
    "type": "object",
    "properties": {"word": {"type": "string"}},
    "required": ["word"],
    "additionalProperties": False,
}
# For a gateway on a slow machine, in seconds.
PATIENCE = 60


@dataclass(frozen=True)
class Answer:
    """What came. `calls`: name and arguments of each; `pieces`: how many parts of content a stream had, 1 if whole.

    `said`: the answer as the API wants to have it back in the next request.
    """

    text: str
    calls: list[tuple[str, Any]]
    call_ids: list[str]
    pieces: int
    said: list[Any] = field(repr=False)


class Chat:
    """OpenAI's chat completions, by its SDK."""

    name, path = "chat", "/v1/chat/completions"
    tool: ClassVar[dict[str, Any]] = {
        "type": "function",
        "function": {"name": TOOL, "description": ABOUT, "parameters": SCHEMA, "strict": True},
    }

    def __init__(self, url: str, key: str, model: str) -> None:
        self._client, self._model = OpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0, timeout=PATIENCE), model

    def ask(self, said: list[Any], *, stream: bool, tools: bool) -> Answer:
        request: dict[str, Any] = {"model": self._model, "messages": said} | ({"tools": [self.tool]} if tools else {})
        pieces = 1
        if stream:
            with self._client.chat.completions.stream(**request) as events:
                pieces = sum(event.type == "chunk" and _has_content(event.chunk) for event in events)
                completion: Any = events.get_final_completion()
        else:
            completion = self._client.chat.completions.create(**request)
        message = completion.choices[0].message
        calls = message.tool_calls or []
        assert completion.choices[0].finish_reason == ("tool_calls" if calls else "stop")
        return Answer(
            text=message.content or "",
            calls=[(call.function.name, json.loads(call.function.arguments)) for call in calls],
            call_ids=[call.id for call in calls],
            pieces=pieces,
            said=[message.to_dict()],
        )

    def make_result(self, call_id: str, text: str) -> dict[str, Any]:
        return {"role": "tool", "tool_call_id": call_id, "content": text}


class Messages:
    """Anthropic's messages, by its SDK."""

    name, path = "messages", "/v1/messages"
    tool: ClassVar[dict[str, Any]] = {"name": TOOL, "description": ABOUT, "input_schema": SCHEMA}

    def __init__(self, url: str, key: str, model: str) -> None:
        self._client, self._model = Anthropic(base_url=url, auth_token=key, max_retries=0, timeout=PATIENCE), model

    def ask(self, said: list[Any], *, stream: bool, tools: bool) -> Answer:
        request: dict[str, Any] = {"model": self._model, "messages": said, "max_tokens": 500}
        request |= {"tools": [self.tool]} if tools else {}
        pieces = 1
        if stream:
            with self._client.messages.stream(**request) as events:
                pieces = sum(event.type == "content_block_delta" for event in events)
                message: Any = events.get_final_message()
        else:
            message = self._client.messages.create(**request)
        calls = [block for block in message.content if block.type == "tool_use"]
        assert message.stop_reason == ("tool_use" if calls else "end_turn")
        return Answer(
            text="".join(block.text for block in message.content if block.type == "text"),
            calls=[(call.name, call.input) for call in calls],
            call_ids=[call.id for call in calls],
            pieces=pieces,
            said=[{"role": "assistant", "content": [block.to_dict() for block in message.content]}],
        )

    def make_result(self, call_id: str, text: str) -> dict[str, Any]:
        return {"role": "user", "content": [{"type": "tool_result", "tool_use_id": call_id, "content": text}]}


class Responses:
    """OpenAI's responses, by its SDK."""

    name, path = "responses", "/v1/responses"
    tool: ClassVar[dict[str, Any]] = {
        "type": "function", "name": TOOL, "description": ABOUT, "parameters": SCHEMA, "strict": True,
    }  # fmt: skip

    def __init__(self, url: str, key: str, model: str) -> None:
        self._client, self._model = OpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0, timeout=PATIENCE), model

    def ask(self, said: list[Any], *, stream: bool, tools: bool) -> Answer:
        request: dict[str, Any] = {"model": self._model, "input": said} | ({"tools": [self.tool]} if tools else {})
        pieces = 1
        if stream:
            with self._client.responses.stream(**request) as events:
                pieces = sum(event.type.endswith(".delta") for event in events)
                response: Any = events.get_final_response()
        else:
            response = self._client.responses.create(**request)
        assert response.status == "completed"
        calls = [item for item in response.output if item.type == "function_call"]
        return Answer(
            text=response.output_text,
            calls=[(call.name, json.loads(call.arguments)) for call in calls],
            call_ids=[call.call_id for call in calls],
            pieces=pieces,
            said=[item.to_dict() for item in response.output],
        )

    def make_result(self, call_id: str, text: str) -> dict[str, Any]:
        return {"type": "function_call_output", "call_id": call_id, "output": text}


APIS = (Chat, Messages, Responses)


def _has_content(chunk: Any) -> bool:
    return any(choice.delta.content or choice.delta.tool_calls for choice in chunk.choices)
