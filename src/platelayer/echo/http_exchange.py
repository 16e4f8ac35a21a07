"""One HTTP request and its answer, written in steps, so that the answer can stop anywhere and is counted correctly."""

import asyncio
from collections.abc import Mapping

from aiohttp import web

from platelayer.echo.counters import RequestCounters

# Seconds after which a waiting answer notices that its client has disconnected.
POLL_INTERVAL = 0.05


class ConnectionLostError(Exception):
    """A connection that closed before its answer was complete."""


class HttpExchange:
    """The answer to one request. Its steps raise ConnectionLostError once the connection is closed.

    `complete`: the answer was sent to its last byte; `cut`: this server aborted it.
    """

    def __init__(self, request: web.Request, upstream: str, counters: RequestCounters) -> None:
        self.request = request
        self.counters = counters
        self.complete = False
        self.cut = False
        self._upstream = upstream
        self._response: web.StreamResponse | None = None

    @property
    def response(self) -> web.StreamResponse:
        """The response that aiohttp's handler has to return, begun or not."""
        return web.Response() if self._response is None else self._response

    async def read(self) -> bytes:
        """Return the request's whole body."""
        try:
            return await self.request.read()
        except (ConnectionError, web.RequestPayloadError):
            raise ConnectionLostError from None

    async def wait(self, seconds: float | None) -> None:
        """Wait this many seconds, or with None until the client disconnects."""
        loop = asyncio.get_running_loop()
        end = None if seconds is None else loop.time() + seconds
        while True:
            # aiohttp does not tell a handler that its client has disconnected, so this polls.
            self._check_connection()
            remaining = POLL_INTERVAL if end is None else end - loop.time()
            if remaining <= 0:
                return
            await asyncio.sleep(min(POLL_INTERVAL, remaining))

    async def begin(
        self, status: int, content_type: str, length: int | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        """Send the status and the headers. Without a length, the body is sent in chunks."""
        self._check_connection()
        response = web.StreamResponse(status=status, headers={"x-echo-upstream": self._upstream, **(headers or {})})
        response.headers["content-type"] = content_type
        response.content_length = length
        self._response = response
        self.counters.count_status(status)
        try:
            await response.prepare(self.request)
        except ConnectionError:
            raise ConnectionLostError from None

    async def write(self, data: bytes) -> None:
        """Send a part of the body."""
        self._check_connection()
        try:
            await self.response.write(data)
        except ConnectionError:
            raise ConnectionLostError from None

    async def end(self) -> None:
        """Complete the body."""
        try:
            await self.response.write_eof()
        except ConnectionError:
            raise ConnectionLostError from None
        self.complete = True

    async def send(self, status: int, content_type: str, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        """Send a whole answer at once."""
        await self.begin(status, content_type, len(body), headers)
        if body:
            await self.write(body)
        await self.end()

    def abort(self) -> None:
        """Break the connection. Data already written still arrives, unless the client is slow to read it."""
        self.cut = True
        if self.request.transport is not None:
            self.request.transport.abort()

    def _check_connection(self) -> None:
        transport = self.request.transport
        if transport is None or transport.is_closing():
            raise ConnectionLostError
