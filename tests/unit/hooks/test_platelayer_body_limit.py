"""The limit of chunked bodies, before an application that echoes what it was sent."""

import asyncio
import json
from typing import Any

import pytest

from platelayer.hooks.platelayer_body_limit import BodyLimit

LIMITED = [(b"x-platelayer-max-body", str(2 * 1024**2).encode())]
MEGABYTE = b"x" * 1024**2
REFUSED = {
    "error": {"message": "the request is larger than 2 MB", "type": "invalid_request_error", "code": "413"},
}


async def echo(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Answer with the size of the body, or say that the client is gone, which nobody hears."""
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            await send({"type": "http.response.start", "status": 400})
            return
        size += len(message["body"])
        more = message["more_body"]
    await send({"type": "http.response.start", "status": 200})
    await send({"type": "http.response.body", "body": str(size).encode()})


def ask(chunks: list[bytes], headers: list[tuple[bytes, bytes]]) -> tuple[list[Any], int]:
    """Return what was answered, and how many chunks were read for it."""
    sent: list[dict[str, Any]] = []
    messages = [
        {"type": "http.request", "body": chunk, "more_body": number < len(chunks)}
        for number, chunk in enumerate(chunks, 1)
    ]

    async def receive() -> dict[str, Any]:
        return messages.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(BodyLimit(echo)({"type": "http", "headers": headers}, receive, send))
    return [message.get("status", message.get("body")) for message in sent], len(chunks) - len(messages)


@pytest.mark.parametrize(
    ("chunks", "headers", "size"),
    [
        ([MEGABYTE] * 2, LIMITED, b"2097152"),
        ([b""], LIMITED, b"0"),
        ([MEGABYTE] * 5, [], b"5242880"),
        ([MEGABYTE] * 3, [(b"x-platelayer-max-body", b"none")], b"3145728"),
    ],
)
def test_what_is_small_enough_or_has_no_limit_is_passed_on(
    chunks: list[bytes], headers: list[tuple[bytes, bytes]], size: bytes
) -> None:
    assert ask(chunks, headers) == ([200, size], len(chunks))


def test_what_grows_beyond_the_limit_is_refused_as_soon_as_it_does() -> None:
    answer, read = ask([MEGABYTE, MEGABYTE, b"x", MEGABYTE], LIMITED)
    assert (answer[0], json.loads(answer[1]), len(answer), read) == (413, REFUSED, 2, 3)
