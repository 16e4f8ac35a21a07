"""Answers in OpenAI's format, as pure functions. The same request gets the same words and vectors."""

import base64
import hashlib
import itertools
import math
import re
import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass

from platelayer.echo.request_bodies import ChatRequest, EmbeddingsRequest

Payload = dict[str, object]

_numbers = itertools.count(1)


@dataclass(frozen=True)
class CompleteAnswer:
    """An answer in one piece. `tokens`: how many tokens a model would have generated for it."""

    payload: Payload
    prompt_tokens: int = 0
    tokens: int = 1


@dataclass(frozen=True)
class StreamedAnswer:
    """An answer in chunks: the role, at least one chunk of content, and the tail (finish reason, perhaps usage)."""

    role: Payload
    content: Sequence[Payload]
    tail: Sequence[Payload]
    prompt_tokens: int = 0


def list_models(upstream: str, ids: Sequence[str]) -> CompleteAnswer:
    """Return the answer of `/v1/models`."""
    models = [{"id": name, "object": "model", "created": 0, "owned_by": f"echo-{upstream}"} for name in ids]
    return CompleteAnswer({"object": "list", "data": models})


def answer_chat(upstream: str, request: ChatRequest) -> CompleteAnswer | StreamedAnswer:
    """Return `echo: ` and the text to repeat, or calls of tools. A word or a piece of arguments counts as a token."""
    message, deltas, finish_reason = _call_tools(request) if request.tool_calls else _repeat_text(request)
    usage = _make_usage(request.prompt_words, len(deltas))
    if not request.stream:
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": finish_reason}
        head = _make_head(upstream, request, "chat.completion")
        return CompleteAnswer(head | {"choices": [choice], "usage": usage}, request.prompt_words, len(deltas))

    head = _make_head(upstream, request, "chat.completion.chunk") | ({"usage": None} if request.include_usage else {})

    def make_chunk(delta: Payload, finish_reason: str | None = None) -> Payload:
        return head | {"choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}]}

    tail = [make_chunk({}, finish_reason)]
    if request.include_usage:
        tail.append(head | {"choices": [], "usage": usage})
    role = make_chunk({"role": "assistant", "content": None if request.tool_calls else "", "refusal": None})
    return StreamedAnswer(role, [make_chunk(delta) for delta in deltas], tail, request.prompt_words)


def _repeat_text(request: ChatRequest) -> tuple[Payload, list[Payload], str]:
    """Return the message, the same in deltas of a word each, and the reason of its end."""
    # Each word keeps the space after it, so that the chunks put together are the content again.
    words = re.findall(r"\S+\s*", f"echo: {request.text}")
    content = words[: request.max_tokens]
    message: Payload = {"role": "assistant", "content": "".join(content), "refusal": None}
    return message, [{"content": word} for word in content], "stop" if len(content) == len(words) else "length"


def _call_tools(request: ChatRequest) -> tuple[Payload, list[Payload], str]:
    """Return the message, the same in deltas (each call begins with its id and name), and the reason of its end."""
    calls: list[Payload] = []
    deltas: list[Payload] = []
    for index, call in enumerate(request.tool_calls):
        head = {"id": f"call_echo_{next(_numbers)}", "type": "function"}
        calls.append(head | {"function": {"name": call.name, "arguments": call.arguments}})
        begin = {"index": index, **head, "function": {"name": call.name, "arguments": ""}}
        pieces = [{"index": index, "function": {"arguments": piece}} for piece in call.split_arguments()]
        deltas += [{"tool_calls": [part]} for part in (begin, *pieces)]
    return {"role": "assistant", "content": None, "tool_calls": calls, "refusal": None}, deltas, "tool_calls"


def answer_embeddings(request: EmbeddingsRequest) -> CompleteAnswer:
    """Return one vector of length 1 per text, always the same for the same text and number of dimensions."""
    data = [
        {
            "object": "embedding",
            "index": index,
            "embedding": _encode(embed_text(text, request.dimensions), request.as_base64),
        }
        for index, text in enumerate(request.texts)
    ]
    words = sum(len(text.split()) for text in request.texts)
    usage = {"prompt_tokens": words, "total_tokens": words}
    return CompleteAnswer({"object": "list", "data": data, "model": request.model, "usage": usage}, words)


def embed_text(text: str, dimensions: int) -> tuple[float, ...]:
    """Return a vector derived from the text's hash, rounded to 32-bit floats, which is what base64 carries too."""
    digest = hashlib.shake_256(text.encode(errors="surrogatepass")).digest(4 * dimensions)
    numbers = struct.unpack(f"<{dimensions}i", digest)
    length = math.hypot(*numbers)
    return struct.unpack(f"<{dimensions}f", struct.pack(f"<{dimensions}f", *(number / length for number in numbers)))


def _encode(vector: tuple[float, ...], as_base64: bool) -> list[float] | str:
    if as_base64:
        return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
    return list(vector)


def _make_head(upstream: str, request: ChatRequest, kind: str) -> Payload:
    return {
        "id": f"chatcmpl-echo-{next(_numbers)}",
        "object": kind,
        "created": int(time.time()),
        "model": request.model,
        "system_fingerprint": f"echo-{upstream}",
    }


def _make_usage(prompt: int, completion: int) -> Payload:
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
