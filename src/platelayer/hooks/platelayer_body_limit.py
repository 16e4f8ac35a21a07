# Managed by Platelayer: changes made here are lost. Edit the inventory and run playbooks/site.yml.
"""Counts a chunked body as it arrives, and refuses one that is too large.

The edge knows the size of a body from its Content-Length, and counts no chunks; it names the limit in a header of every
chunked request. LITELLM_WORKER_STARTUP_HOOKS names `install`.
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any

LIMIT_HEADER = b"x-platelayer-max-body"
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]


class BodyLimit:
    """An ASGI application in front of LiteLLM's: it answers 413 when a body grows beyond its limit."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Pass a request on; only of one that names a limit the body is counted."""
        limit = dict(scope.get("headers", ())).get(LIMIT_HEADER)
        # The edge writes digits; what another client writes there is not its word.
        if limit is None or not limit.isdigit():
            await self._application(scope, receive, send)
        else:
            request = _CountedRequest(int(limit), receive, send)
            await self._application(scope, request.receive, request.send)


class _CountedRequest:
    """One request, which its client has broken off for the application once it is too large."""

    def __init__(self, limit: int, receive: Receive, send: Send) -> None:
        self._limit, self._receive, self._send = limit, receive, send
        self._received = 0
        self._is_refused = self._is_answered = False

    async def receive(self) -> Message:
        if self._is_refused:
            return {"type": "http.disconnect"}
        message = await self._receive()
        self._received += len(message.get("body", b""))
        if self._received <= self._limit or self._is_answered:
            return message
        self._is_refused = True
        await self._refuse()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        # What the application says of a request that it saw only the beginning of is nobody's answer.
        if not self._is_refused:
            self._is_answered = True
            await self._send(message)

    async def _refuse(self) -> None:
        megabytes = self._limit // 1024**2
        error = {
            "message": f"the request is larger than {megabytes} MB",
            "type": "invalid_request_error",
            "code": "413",
        }
        headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
        await self._send({"type": "http.response.start", "status": 413, "headers": headers})
        await self._send({"type": "http.response.body", "body": json.dumps({"error": error}).encode()})


def install() -> None:
    """Put the limit in front of the application that serves."""
    from litellm.proxy.proxy_server import app

    app.middleware_stack = BodyLimit(app.middleware_stack)
