"""The delivery of an answer to the client, with or without a fault."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from platelayer.echo import error_answers
from platelayer.echo.answers import CompleteAnswer, StreamedAnswer
from platelayer.echo.faults import (
    ContentPolicyFault,
    ContextWindowFault,
    CutFault,
    EmptyAnswerFault,
    ErrorInStreamFault,
    HangFault,
    MalformedChunkFault,
    RequestFault,
    SlowFirstTokenFault,
    SlowTokensFault,
    StatusFault,
    StreamFault,
    WrongContentTypeFault,
)
from platelayer.echo.http_exchange import HttpExchange

JSON = "application/json"
EVENT_STREAM = "text/event-stream; charset=utf-8"
# Seconds for a client to read what was sent before a cut.
CUT_DELAY = 0.1
WEB_PAGE = b"<!doctype html><html><head><title>Welcome</title></head><body><h1>It works!</h1></body></html>\n"


@dataclass(frozen=True)
class TokenDelays:
    """Seconds until the first token, and between two tokens."""

    first: float = 0.0
    between: float = 0.0


async def send_error(
    exchange: HttpExchange, error: error_answers.RejectedRequestError, retry_after: float | None = None
) -> None:
    """Answer with an error. `retry_after`: seconds, for the header of that name."""
    headers = {} if retry_after is None else {"retry-after": str(retry_after)}
    await exchange.send(error.status, JSON, _to_json(error.body), headers)


async def send_answer(
    exchange: HttpExchange, answer: CompleteAnswer | StreamedAnswer, delays: TokenDelays, fault: RequestFault | None
) -> None:
    """Send the answer, or fail as the fault says."""
    match fault:
        case StatusFault():
            return await send_error(exchange, _make_fault_error(fault), fault.retry_after)
        case ContextWindowFault():
            return await send_error(exchange, error_answers.make_context_window_error(answer.prompt_tokens))
        case ContentPolicyFault():
            return await send_error(exchange, error_answers.make_content_policy_error())
        case HangFault():
            await exchange.wait(fault.seconds)
            return exchange.abort()
        case WrongContentTypeFault():
            return await exchange.send(200, "text/html; charset=utf-8", WEB_PAGE)
        case EmptyAnswerFault():
            return await exchange.send(200, EVENT_STREAM if isinstance(answer, StreamedAnswer) else JSON, b"")
        case SlowFirstTokenFault():
            delays = replace(delays, first=fault.seconds)
        case SlowTokensFault():
            delays = replace(delays, between=fault.seconds)
    if isinstance(answer, StreamedAnswer):
        return await _send_stream(exchange, answer, delays, fault if isinstance(fault, StreamFault) else None)
    await exchange.wait(delays.first + delays.between * (answer.tokens - 1))
    return await _send_complete(exchange, answer, fault)


async def _send_complete(exchange: HttpExchange, answer: CompleteAnswer, fault: RequestFault | None) -> None:
    body = _to_json(answer.payload)
    half = body[: len(body) // 2]
    match fault:
        case CutFault():
            await exchange.begin(200, JSON, len(body))
            await exchange.write(half)
            exchange.abort()
        case MalformedChunkFault():
            await exchange.send(200, JSON, half)
        case ErrorInStreamFault():
            # OpenRouter does this when a provider fails after its own 200 has been sent.
            await exchange.send(200, JSON, _to_json(_make_fault_error(fault).body))
        case _:
            await exchange.send(200, JSON, body)


async def _send_stream(
    exchange: HttpExchange, answer: StreamedAnswer, delays: TokenDelays, fault: StreamFault | None
) -> None:
    await exchange.begin(200, EVENT_STREAM, headers={"cache-control": "no-cache"})
    fault_at = None if fault is None else min(fault.after_chunks, len(answer.content))
    for number, chunk in enumerate(answer.content):
        if fault is not None and number == fault_at and not await _apply_fault(exchange, fault, chunk):
            return
        await exchange.wait(delays.between if number else delays.first)
        if number == 0:
            await exchange.write(_make_event(answer.role))
        await exchange.write(_make_event(chunk))
    at_end = fault_at == len(answer.content)
    if fault is not None and at_end and not await _apply_fault(exchange, fault, answer.tail[0]):
        return
    for chunk in answer.tail:
        await exchange.write(_make_event(chunk))
    await exchange.write(b"data: [DONE]\n\n")
    await exchange.end()


async def _apply_fault(exchange: HttpExchange, fault: StreamFault, chunk: Mapping[str, object]) -> bool:
    """Apply a fault within a stream, before `chunk`. Return True if the stream goes on."""
    match fault:
        case MalformedChunkFault():
            line = _to_json(chunk)
            await exchange.write(b"data: " + line[: len(line) // 2] + b"\n\n")
            return True
        case ErrorInStreamFault():
            await exchange.write(_make_event(_make_fault_error(fault).body))
            await exchange.end()
        case _:
            # Many clients drop what they have not read yet when a connection breaks. Without a delay, a test could not
            # tell a cut after the first word from one before it.
            await exchange.wait(CUT_DELAY)
            exchange.abort()
    return False


def _make_fault_error(fault: StatusFault | ErrorInStreamFault) -> error_answers.RejectedRequestError:
    return error_answers.make_status_error(fault.status, fault.message)


def _make_event(payload: Mapping[str, object]) -> bytes:
    return b"data: " + _to_json(payload) + b"\n\n"


def _to_json(payload: Mapping[str, object]) -> bytes:
    return json.dumps(payload, separators=(",", ":")).encode()
