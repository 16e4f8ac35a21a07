"""One small completion or embedding, timed."""

import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx

from ..errors import GatewayError
from . import words
from .gateway import GatewayClient
from .models import Model
from .report import ModelResult, Outcome

MAX_TOKENS = 16
PROMPT = "Reply with the one word: ready"
_PATHS = {"chat": "/v1/chat/completions", "completion": "/v1/completions", "embedding": "/v1/embeddings"}


def why_not(model: Model) -> str:
    """Return why a model of this mode is not tried, or an empty string when it can be."""
    if model.mode in _PATHS:
        return ""
    return f"its mode is {model.mode}; only chat, completion and embedding models are tried"


async def ask(gateway: GatewayClient, model: Model) -> ModelResult:
    """Ask one model; a failure is a result, never an exception."""
    attempt = _Attempt(gateway, time.perf_counter())
    try:
        await attempt.run(model)
    except GatewayError as error:
        return attempt.result(model, "failed", gateway.shown(str(error)))
    if not attempt.is_stand_in(model):
        return attempt.result(model, "passed", attempt.note)
    missed = " and ".join(sorted(map(gateway.shown, model.own)))
    return attempt.result(model, "passed", f"{attempt.deployment} answered in its place, {missed} did not")


@dataclass(slots=True)
class _Attempt:
    gateway: GatewayClient
    started: float
    deployment: str | None = None
    ttft_seconds: float | None = None
    note: str = ""

    async def run(self, model: Model) -> None:
        async with self.gateway.post(_PATHS[model.mode], _body(model)) as response:
            if deployment := response.headers.get("x-litellm-model-id"):
                self.deployment = self.gateway.shown(deployment)
            if response.status_code != 200:
                raise GatewayError(self.gateway.refused(await self.gateway.read(response)))
            if model.mode == "embedding":
                _require_embedding(await self._json(response))
            else:
                await self._stream(response)

    def is_stand_in(self, model: Model) -> bool:
        """Whether another deployment answered than one of the model's own."""
        return bool(model.own) and self.deployment not in {None, *map(self.gateway.shown, model.own)}

    def result(self, model: Model, outcome: Outcome, detail: str) -> ModelResult:
        return ModelResult(
            name=self.gateway.shown(model.name),
            mode=self.gateway.shown(model.mode),
            outcome=outcome,
            deployment=self.deployment,
            ttft_seconds=self.ttft_seconds,
            total_seconds=time.perf_counter() - self.started,
            detail=detail,
            stand_in=outcome == "passed" and self.is_stand_in(model),
        )

    async def _json(self, response: httpx.Response) -> object:
        answer = await self.gateway.read(response)
        if answer.body is None:
            raise GatewayError(self.gateway.refused(answer))
        return answer.body

    async def _stream(self, response: httpx.Response) -> None:
        if "text/event-stream" not in response.headers.get("content-type", ""):
            raise GatewayError(self.gateway.refused(await self.gateway.read(response)))
        cut_short = False
        async for data in _events(response):
            if data == "[DONE]":
                return self._judge(cut_short)
            chunk = words.decoded(data)
            if isinstance(chunk, dict) and chunk.get("error"):
                message = words.error_message(chunk) or json.dumps(chunk["error"])
                raise GatewayError(f"an error in the stream: {message}")
            if self.ttft_seconds is None and _text(chunk):
                self.ttft_seconds = time.perf_counter() - self.started
            cut_short = cut_short or _finish(chunk) == "length"
        raise GatewayError("the stream ended without [DONE]")

    def _judge(self, cut_short: bool) -> None:
        if self.ttft_seconds is None and not cut_short:
            raise GatewayError("the stream ended without any text")
        if self.ttft_seconds is None:
            # A model that keeps its reasoning to itself spends so few tokens before its first visible word.
            self.note = f"its {MAX_TOKENS} tokens went into reasoning that it does not show"


def _body(model: Model) -> dict[str, object]:
    if model.mode == "embedding":
        return {"model": model.name, "input": "ready"}
    asked: dict[str, object] = {"model": model.name, "max_tokens": MAX_TOKENS, "stream": True}
    if model.mode == "completion":
        return {**asked, "prompt": PROMPT}
    return {**asked, "messages": [{"role": "user", "content": PROMPT}]}


def _require_embedding(body: object) -> None:
    match body:
        case {"data": [{"embedding": vector}, *_]} if vector:
            return
    raise GatewayError("HTTP 200, but the answer holds no embedding")


async def _events(response: httpx.Response) -> AsyncIterator[str]:
    """Yield the data of each server-sent event."""
    async for line in _lines(response):
        if line.startswith(b"data:"):
            yield line.removeprefix(b"data:").decode(errors="replace").strip()


async def _lines(response: httpx.Response) -> AsyncIterator[bytes]:
    """Yield lines as they come; httpx's own would also break at a U+2028 inside a JSON string."""
    rest = b""
    async for piece in response.aiter_bytes():
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            yield line
    yield rest


def _text(chunk: object) -> str:
    """Return what a chunk adds to the answer, reasoning included."""
    match chunk:
        case {"choices": [{"delta": dict(delta)}, *_]}:
            return next((v for k in ("content", "reasoning_content", "reasoning") if (v := delta.get(k))), "")
        case {"choices": [{"text": str(text)}, *_]}:
            return text
    return ""


def _finish(chunk: object) -> object:
    match chunk:
        case {"choices": [{"finish_reason": reason}, *_]}:
            return reason
    return None
