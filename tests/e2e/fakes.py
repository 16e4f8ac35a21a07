"""One server that plays every provider: its list in its own shape, and answers that tell how many tokens they took."""

from __future__ import annotations

import asyncio
import json
import ssl
import threading
from collections import Counter
from collections.abc import Iterable
from typing import Any

from aiohttp import web
from provider_answers import (
    call_in_chat,
    call_in_message,
    call_in_ollama_chat,
    call_in_response,
    has_open_question,
    stream_chat,
    stream_message,
    stream_ollama_chat,
    stream_response,
)

# Of the prompt, so much was read from a cache and so much written to it; of the output, so much was thought.
PROMPT, CACHED, WRITTEN = 1_000, 400, 100
OUTPUT, THOUGHT = 300, 120
USAGE = {
    "prompt_tokens": PROMPT,
    "completion_tokens": OUTPUT,
    "total_tokens": PROMPT + OUTPUT,
    "prompt_tokens_details": {"cached_tokens": CACHED, "cache_creation_tokens": WRITTEN},
    "completion_tokens_details": {"reasoning_tokens": THOUGHT},
}
# Of what a model hears, sees, says and draws; the rest is text.
AUDIO_INPUT, IMAGE_INPUT, AUDIO_OUTPUT, IMAGE_OUTPUT = 200, 300, 50, 100
# Of what is written to a cache, so much is kept for an hour.
WRITTEN_FOR_AN_HOUR = 60
USAGES = {
    "sound-and-pictures": {
        "prompt_tokens": PROMPT,
        "completion_tokens": OUTPUT,
        "total_tokens": PROMPT + OUTPUT,
        "prompt_tokens_details": {
            "audio_tokens": AUDIO_INPUT,
            "image_tokens": IMAGE_INPUT,
            "text_tokens": PROMPT - AUDIO_INPUT - IMAGE_INPUT,
        },
        "completion_tokens_details": {
            "audio_tokens": AUDIO_OUTPUT,
            "image_tokens": IMAGE_OUTPUT,
            "text_tokens": OUTPUT - AUDIO_OUTPUT - IMAGE_OUTPUT,
        },
    },
    "cached-for-an-hour": USAGE
    | {
        "prompt_tokens_details": {
            "cached_tokens": CACHED,
            "cache_creation_tokens": WRITTEN,
            "cache_creation_token_details": {
                "ephemeral_5m_input_tokens": WRITTEN - WRITTEN_FOR_AN_HOUR,
                "ephemeral_1h_input_tokens": WRITTEN_FOR_AN_HOUR,
            },
        },
    },
}
CHAT = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1_760_000_000,
    "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "Hello."}}],
    "usage": USAGE,
}
EMBEDDING = {
    "object": "list",
    "data": [{"object": "embedding", "index": 0, "embedding": [0.1, 0.2]}],
    "usage": {"prompt_tokens": PROMPT, "total_tokens": PROMPT},
}
OLLAMA_CHAT = {
    "created_at": "2026-11-01T00:00:00Z",
    "message": {"role": "assistant", "content": "Hello."},
    "done": True,
    "done_reason": "stop",
    "prompt_eval_count": PROMPT,
    "eval_count": OUTPUT,
}
MESSAGE = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "content": [{"type": "text", "text": "Hello."}],
    "stop_reason": "end_turn",
    "stop_sequence": None,
    "usage": {"input_tokens": PROMPT, "output_tokens": OUTPUT},
}
RESPONSE = {
    "id": "resp_1",
    "object": "response",
    "created_at": 1_760_000_000,
    "status": "completed",
    "output": [
        {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "status": "completed",
            "content": [{"type": "output_text", "text": "Hello.", "annotations": []}],
        }
    ],
    "parallel_tool_calls": True,
    "tool_choice": "auto",
    "tools": [],
    "usage": {"input_tokens": PROMPT, "output_tokens": OUTPUT, "total_tokens": PROMPT + OUTPUT},
}
# What only some of them have, with its calls and its stream; the others answer 404, as real servers do.
_MESSAGES = (MESSAGE, call_in_message, stream_message)
NATIVE = {
    "/subscription/v1/messages": _MESSAGES,
    "/subscription/v1/responses": (RESPONSE, call_in_response, stream_response),
    "/relay/v1/messages": _MESSAGES,
}


class Fakes:
    """`lists`: path → what a GET there answers. `asked`: how often each first part of a path had a completion.

    `paths`: the paths of all completions. `tls`: the certificate that it shows.
    """

    def __init__(self, lists: dict[str, Any], shows: dict[str, Any], tls: ssl.SSLContext | None = None) -> None:
        self.lists, self.shows, self._tls = lists, shows, tls
        self.asked: Counter[str] = Counter()
        self.paths: list[str] = []
        self.address = ""
        self._loop = asyncio.new_event_loop()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Fakes:
        self._thread.start()
        self._started.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self._answer)
        runner = web.AppRunner(application)
        self._loop.run_until_complete(runner.setup())
        site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=self._tls)
        self._loop.run_until_complete(site.start())
        self.address = f"http{'s' if self._tls else ''}://127.0.0.1:{runner.addresses[0][1]}"
        self._started.set()
        self._loop.run_forever()
        self._loop.run_until_complete(runner.cleanup())

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        path = request.path
        if path in self.lists:
            return web.json_response(text=json.dumps(self.lists[path]))
        body = await request.json() if request.can_read_body else {}
        if path.endswith("/api/show"):
            return web.json_response(self.shows[body["model"]])
        self.asked[path.split("/")[1]] += 1
        self.paths.append(path)
        model = {"model": body.get("model", "")}
        calls = has_open_question(body)
        if path.endswith("/chat/completions"):
            usage = {"usage": USAGES.get(model["model"].split("/")[-1], USAGE)}
            if body.get("stream"):
                return await _send_stream(request, stream_chat(CHAT | model, usage["usage"], calls))
            answer = CHAT | model | usage
            return web.json_response(call_in_chat(answer) if calls else answer)
        if path.endswith("/embeddings"):
            return web.json_response(EMBEDDING | model)
        if path.endswith("/api/chat"):
            answer = OLLAMA_CHAT | model
            if body.get("stream"):
                return await _send_stream(request, stream_ollama_chat(answer, calls), "application/x-ndjson")
            return web.json_response(call_in_ollama_chat(answer) if calls else answer)
        if path in NATIVE:
            whole, call, stream = NATIVE[path]
            if body.get("stream"):
                return await _send_stream(request, stream(whole | model, calls))
            return web.json_response(call(whole | model) if calls else whole | model)
        return web.json_response({"error": {"message": f"no {path} here"}}, status=404)


async def _send_stream(
    request: web.Request, parts: Iterable[bytes], content_type: str = "text/event-stream"
) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": content_type})
    await response.prepare(request)
    for part in parts:
        await response.write(part)
    await response.write_eof()
    return response
