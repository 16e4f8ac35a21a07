"""Answers: pure functions from an ask to OpenAI's payloads. The same ask gets the same words and vectors."""

import base64
import hashlib
import itertools
import math
import re
import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass

from platelayer.echo.asks import ChatAsk, EmbeddingsAsk

Payload = dict[str, object]

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Whole:
    """An answer in one piece. `tokens` is how many tokens it would have taken a model to say it."""

    payload: Payload
    prompt_tokens: int = 0
    tokens: int = 1


@dataclass(frozen=True)
class Stream:
    """An answer in chunks: the role, at least one chunk of content, and what follows (finish, perhaps usage)."""

    role: Payload
    content: Sequence[Payload]
    tail: Sequence[Payload]
    prompt_tokens: int = 0


def models(upstream: str, ids: Sequence[str]) -> Whole:
    """The model list."""
    entries = [{"id": name, "object": "model", "created": 0, "owned_by": f"echo-{upstream}"} for name in ids]
    return Whole({"object": "list", "data": entries})


def chat(upstream: str, ask: ChatAsk) -> Whole | Stream:
    """`echo: <what the user said last>`, at most `limit` words of it."""
    # Each word keeps the space after it, so that the chunks put together are the content again.
    words = re.findall(r"\S+\s*", f"echo: {ask.text}")
    said = words[: ask.limit]
    finish = "stop" if len(said) == len(words) else "length"
    usage = _usage(ask.prompt_words, len(said))
    if not ask.stream:
        message = {"role": "assistant", "content": "".join(said), "refusal": None}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": finish}
        head = _head(upstream, ask, "chat.completion")
        return Whole(head | {"choices": [choice], "usage": usage}, ask.prompt_words, len(said))

    head = _head(upstream, ask, "chat.completion.chunk") | ({"usage": None} if ask.include_usage else {})

    def chunk(delta: Payload, finish_reason: str | None = None) -> Payload:
        return head | {"choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}]}

    tail = [chunk({}, finish)]
    if ask.include_usage:
        tail.append(head | {"choices": [], "usage": usage})
    role = chunk({"role": "assistant", "content": "", "refusal": None})
    return Stream(role, [chunk({"content": word}) for word in said], tail, ask.prompt_words)


def embeddings(ask: EmbeddingsAsk) -> Whole:
    """One vector of length 1 for each text, always the same for the same text and number of dimensions."""
    data = [
        {"object": "embedding", "index": index, "embedding": _encoded(vector(text, ask.dimensions), ask.as_base64)}
        for index, text in enumerate(ask.texts)
    ]
    words = sum(len(text.split()) for text in ask.texts)
    usage = {"prompt_tokens": words, "total_tokens": words}
    return Whole({"object": "list", "data": data, "model": ask.model, "usage": usage}, words)


def vector(text: str, dimensions: int) -> tuple[float, ...]:
    """A direction drawn from the text's hash, in the precision of 32 bits that base64 carries too."""
    raw = struct.unpack(
        f"<{dimensions}i", hashlib.shake_256(text.encode(errors="surrogatepass")).digest(4 * dimensions)
    )
    length = math.hypot(*raw)
    return struct.unpack(f"<{dimensions}f", struct.pack(f"<{dimensions}f", *(number / length for number in raw)))


def _encoded(numbers: tuple[float, ...], as_base64: bool) -> list[float] | str:
    if as_base64:
        return base64.b64encode(struct.pack(f"<{len(numbers)}f", *numbers)).decode()
    return list(numbers)


def _head(upstream: str, ask: ChatAsk, kind: str) -> Payload:
    return {
        "id": f"chatcmpl-echo-{next(_numbers)}",
        "object": kind,
        "created": int(time.time()),
        "model": ask.model,
        "system_fingerprint": f"echo-{upstream}",
    }


def _usage(prompt: int, completion: int) -> Payload:
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
