"""One small request per model, timed."""

import json
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import httpx

from ..errors import GatewayError
from . import messages
from .client import GatewayClient
from .mode_probes import MAX_TOKENS, PROBES, SKIP_REASONS
from .model_selection import ProbeTarget
from .report import ModelResult, Outcome


def find_skip_reason(target: ProbeTarget) -> str:
    """Return why models of this mode are not tried, or an empty string if they are."""
    if target.mode in PROBES:
        return ""
    reason = SKIP_REASONS.get(target.mode, f"nobody knows what to ask it; known are {', '.join(PROBES)}")
    return f"its mode is {target.mode}: {reason}"


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
        probe = PROBES[self.target.mode]
        body = {"model": self.target.name, **probe.options}
        async with self.gateway.post(probe.path, body, probe.files) as response:
            if deployment := response.headers.get("x-litellm-model-id"):
                self.deployment = self.gateway.sanitize(deployment)
            if response.status_code != 200:
                await self._fail(response)
            if probe.holds is None:
                await self._read_stream(response)
            else:
                await self._read_answer(response, probe.holds, probe.wanted)

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

    async def _read_answer(self, response: httpx.Response, holds: Callable[[object], bool], wanted: str) -> None:
        body = (await self.gateway.read(response)).body
        if body is None:
            await self._fail(response)
        if not holds(body):
            raise GatewayError(f"HTTP 200, but the answer holds no {wanted}")

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
