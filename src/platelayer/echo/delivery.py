"""An answer on its way to the client, and what a fault makes of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from platelayer.echo import problems
from platelayer.echo.answers import Stream, Whole
from platelayer.echo.exchange import Exchange
from platelayer.echo.faults import (
    ContentPolicy,
    ContextWindow,
    Cut,
    Empty,
    ErrorInStream,
    Hang,
    Interruption,
    MalformedChunk,
    RequestFault,
    SlowFirstToken,
    SlowTokens,
    Status,
    WrongContentType,
)

JSON = "application/json"
EVENTS = "text/event-stream; charset=utf-8"
# Seconds for a client to read what came before a cut.
SETTLE = 0.1
WEB_PAGE = b"<!doctype html><html><head><title>Welcome</title></head><body><h1>It works!</h1></body></html>\n"


@dataclass(frozen=True)
class Pace:
    """Seconds until the first token, and between two tokens."""

    first: float = 0.0
    between: float = 0.0


async def refuse(exchange: Exchange, problem: problems.ProblemError, retry_after: float | None = None) -> None:
    """Answer with an error. `retry_after`: seconds."""
    headers = {} if retry_after is None else {"retry-after": str(retry_after)}
    await exchange.send(problem.status, JSON, _json(problem.body), headers)


async def deliver(exchange: Exchange, answer: Whole | Stream, pace: Pace, fault: RequestFault | None) -> None:
    """Answer, or fail as the fault says."""
    match fault:
        case Status():
            return await refuse(exchange, problems.realistic(fault.status, fault.message), fault.retry_after)
        case ContextWindow():
            return await refuse(exchange, problems.context_window(answer.prompt_tokens))
        case ContentPolicy():
            return await refuse(exchange, problems.content_policy())
        case Hang():
            await exchange.wait(fault.seconds)
            return exchange.abort()
        case WrongContentType():
            return await exchange.send(200, "text/html; charset=utf-8", WEB_PAGE)
        case Empty():
            return await exchange.send(200, EVENTS if isinstance(answer, Stream) else JSON, b"")
        case SlowFirstToken():
            pace = replace(pace, first=fault.seconds)
        case SlowTokens():
            pace = replace(pace, between=fault.seconds)
    if isinstance(answer, Stream):
        return await _stream(exchange, answer, pace, fault if isinstance(fault, Interruption) else None)
    await exchange.wait(pace.first + pace.between * (answer.tokens - 1))
    return await _whole(exchange, answer, fault)


async def _whole(exchange: Exchange, answer: Whole, fault: RequestFault | None) -> None:
    body = _json(answer.payload)
    half = body[: len(body) // 2]
    match fault:
        case Cut():
            await exchange.begin(200, JSON, len(body))
            await exchange.write(half)
            exchange.abort()
        case MalformedChunk():
            await exchange.send(200, JSON, half)
        case ErrorInStream():
            # OpenRouter does this when a provider fails after its own 200 has been sent.
            await exchange.send(200, JSON, _json(problems.realistic(fault.status, fault.message).body))
        case _:
            await exchange.send(200, JSON, body)


async def _stream(exchange: Exchange, answer: Stream, pace: Pace, fault: Interruption | None) -> None:
    await exchange.begin(200, EVENTS, headers={"cache-control": "no-cache"})
    at = None if fault is None else min(fault.after_chunks, len(answer.content))
    for number, chunk in enumerate(answer.content):
        if fault is not None and number == at and not await _interrupt(exchange, fault, chunk):
            return
        await exchange.wait(pace.between if number else pace.first)
        if number == 0:
            await exchange.write(_event(answer.role))
        await exchange.write(_event(chunk))
    if fault is not None and at == len(answer.content) and not await _interrupt(exchange, fault, answer.tail[0]):
        return
    for chunk in answer.tail:
        await exchange.write(_event(chunk))
    await exchange.write(b"data: [DONE]\n\n")
    await exchange.end()


async def _interrupt(exchange: Exchange, fault: Interruption, chunk: Mapping[str, object]) -> bool:
    """Do what the fault does in the middle of a stream. True: the stream goes on."""
    match fault:
        case MalformedChunk():
            line = _json(chunk)
            await exchange.write(b"data: " + line[: len(line) // 2] + b"\n\n")
            return True
        case ErrorInStream():
            await exchange.write(_event(problems.realistic(fault.status, fault.message).body))
            await exchange.end()
        case _:
            # Many clients throw away what they have not read yet when a connection breaks. Then a test could not tell
            # a cut after the first word from one before it.
            await exchange.wait(SETTLE)
            exchange.abort()
    return False


def _event(payload: Mapping[str, object]) -> bytes:
    return b"data: " + _json(payload) + b"\n\n"


def _json(payload: Mapping[str, object]) -> bytes:
    return json.dumps(payload, separators=(",", ":")).encode()
