"""One small completion or embedding per model, timed."""

import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx

from ..errors import GatewayError
from . import messages
from .client import GatewayClient
from .model_selection import ProbeTarget
from .report import ModelResult, Outcome

MAX_TOKENS = 16
PROMPT = "Reply with the one word: ready"
_PATHS = {"chat": "/v1/chat/completions", "completion": "/v1/completions", "embedding": "/v1/embeddings"}


def find_skip_reason(target: ProbeTarget) -> str:
    """Return why models of this mode are not tried, or an empty string if they are."""
    if target.mode in _PATHS:
        return ""
    return f"its mode is {target.mode}; only chat, completion and embedding models are tried"


async def probe_model(gateway: GatewayClient, target: ProbeTarget) -> ModelResult:
    """Call one model. A failure is a result, never an exception."""
    probe = _ModelProbe(gateway, target, time.perf_counter())
    try:
        await probe.run()
    except GatewayError as error:
        return probe.make_result("failed", gateway.sanitize(str(error)))
    if not probe.is_stand_in:
        return probe.make_result("passed", probe.note)
    silent = " and ".join(sorted(map(gateway.sanitize, target.own)))
    return probe.make_result("passed", f"{probe.deployment} answered in its place, {silent} did not")


@dataclass(slots=True)
class _ModelProbe:
    gateway: GatewayClient
    target: ProbeTarget
    started: float
    deployment: str | None = None
    ttft_seconds: float | None = None
    note: str = ""

    async def run(self) -> None:
        async with self.gateway.post(_PATHS[self.target.mode], _make_body(self.target)) as response:
            if deployment := response.headers.get("x-litellm-model-id"):
                self.deployment = self.gateway.sanitize(deployment)
            if response.status_code != 200:
                await self._fail(response)
            if self.target.mode == "embedding":
                await self._read_embedding(response)
            else:
                await self._read_stream(response)

    @property
    def is_stand_in(self) -> bool:
        """True if the deployment that answered is not one of the model's own."""
        own = self.target.own
        return bool(own) and self.deployment not in {None, *map(self.gateway.sanitize, own)}

    def make_result(self, outcome: Outcome, detail: str) -> ModelResult:
        return ModelResult(
            name=self.gateway.sanitize(self.target.name),
            mode=self.gateway.sanitize(self.target.mode),
            outcome=outcome,
            deployment=self.deployment,
            ttft_seconds=self.ttft_seconds,
            total_seconds=time.perf_counter() - self.started,
            detail=detail,
            stand_in=outcome == "passed" and self.is_stand_in,
        )

    async def _fail(self, response: httpx.Response) -> None:
        raise GatewayError(self.gateway.describe_refusal(await self.gateway.read(response)))

    async def _read_embedding(self, response: httpx.Response) -> None:
        match (await self.gateway.read(response)).body:
            case {"data": [{"embedding": vector}, *_]} if vector:
                return
            case None:
                await self._fail(response)
        raise GatewayError("HTTP 200, but the answer holds no embedding")

    async def _read_stream(self, response: httpx.Response) -> None:
        if "text/event-stream" not in response.headers.get("content-type", ""):
            await self._fail(response)
        reached_limit = False
        async for data in _read_events(response):
            if data == "[DONE]":
                return self._judge_stream(reached_limit)
            chunk = messages.decode_json(data)
            if isinstance(chunk, dict) and chunk.get("error"):
                message = messages.extract_error_message(chunk) or json.dumps(chunk["error"])
                raise GatewayError(f"an error in the stream: {message}")
            if self.ttft_seconds is None and _get_text(chunk):
                self.ttft_seconds = time.perf_counter() - self.started
            reached_limit = reached_limit or _get_finish_reason(chunk) == "length"
        raise GatewayError("the stream ended without [DONE]")

    def _judge_stream(self, reached_limit: bool) -> None:
        if self.ttft_seconds is None and not reached_limit:
            raise GatewayError("the stream ended without any text")
        if self.ttft_seconds is None:
            # A model that hides its reasoning can use up so few tokens before its first visible word.
            self.note = f"all its {MAX_TOKENS} tokens were hidden reasoning"


def _make_body(target: ProbeTarget) -> dict[str, object]:
    if target.mode == "embedding":
        return {"model": target.name, "input": "ready"}
    body: dict[str, object] = {"model": target.name, "max_tokens": MAX_TOKENS, "stream": True}
    if target.mode == "completion":
        return {**body, "prompt": PROMPT}
    return {**body, "messages": [{"role": "user", "content": PROMPT}]}


async def _read_events(response: httpx.Response) -> AsyncIterator[str]:
    """Yield the data of each server-sent event."""
    async for line in _read_lines(response):
        if line.startswith(b"data:"):
            yield line.removeprefix(b"data:").decode(errors="replace").strip()


async def _read_lines(response: httpx.Response) -> AsyncIterator[bytes]:
    """Yield lines as they arrive. httpx's `aiter_lines` also breaks at a U+2028 inside a JSON string."""
    buffer = b""
    async for data in response.aiter_bytes():
        *lines, buffer = (buffer + data).split(b"\n")
        for line in lines:
            yield line
    yield buffer


def _get_text(chunk: object) -> str:
    """Return the text that a chunk adds to the answer, reasoning included."""
    match chunk:
        case {"choices": [{"delta": dict(delta)}, *_]}:
            return next((text for k in ("content", "reasoning_content", "reasoning") if (text := delta.get(k))), "")
        case {"choices": [{"text": str(text)}, *_]}:
            return text
    return ""


def _get_finish_reason(chunk: object) -> object:
    match chunk:
        case {"choices": [{"finish_reason": reason}, *_]}:
            return reason
    return None
