"""One request and the way its answer takes: written in steps, so that it can stop anywhere, and counted truthfully."""

import asyncio
from collections.abc import Mapping

from aiohttp import web

from platelayer.echo.counters import Counters

# How soon a waiting answer notices that its client has left, in seconds.
TICK = 0.05


class GoneError(Exception):
    """The connection has ended before the answer has."""


class Exchange:
    """The answer to one request. Its steps raise GoneError when nobody is there any more."""

    def __init__(self, request: web.Request, upstream: str, counters: Counters) -> None:
        self.request = request
        self.counters = counters
        self.complete = False
        self.cut = False
        self._upstream = upstream
        self._response: web.StreamResponse | None = None

    @property
    def response(self) -> web.StreamResponse:
        """What aiohttp's handler has to return, begun or not."""
        return web.Response() if self._response is None else self._response

    async def read(self) -> bytes:
        """The request's whole body."""
        try:
            return await self.request.read()
        except (ConnectionError, web.RequestPayloadError):
            raise GoneError from None

    async def wait(self, seconds: float | None) -> None:
        """Let so many seconds pass, or with None all the time until the client leaves."""
        loop = asyncio.get_running_loop()
        end = None if seconds is None else loop.time() + seconds
        while True:
            # aiohttp does not tell a handler that its client has left, so it is looked at.
            self._check()
            left = TICK if end is None else end - loop.time()
            if left <= 0:
                return
            await asyncio.sleep(min(TICK, left))

    async def begin(
        self, status: int, content_type: str, length: int | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        """Send the status and the headers; without a length the body is sent in chunks."""
        self._check()
        response = web.StreamResponse(status=status, headers={"x-echo-upstream": self._upstream, **(headers or {})})
        response.headers["content-type"] = content_type
        response.content_length = length
        self._response = response
        self.counters.answered(status)
        try:
            await response.prepare(self.request)
        except ConnectionError:
            raise GoneError from None

    async def write(self, data: bytes) -> None:
        """Send a part of the body."""
        self._check()
        try:
            await self.response.write(data)
        except ConnectionError:
            raise GoneError from None

    async def end(self) -> None:
        """The body is complete."""
        try:
            await self.response.write_eof()
        except ConnectionError:
            raise GoneError from None
        self.complete = True

    async def send(self, status: int, content_type: str, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        """The whole answer at once."""
        await self.begin(status, content_type, len(body), headers)
        if body:
            await self.write(body)
        await self.end()

    def abort(self) -> None:
        """Break the connection. What has been written so far still arrives, unless the client is slow to read it."""
        self.cut = True
        if self.request.transport is not None:
            self.request.transport.abort()

    def _check(self) -> None:
        transport = self.request.transport
        if transport is None or transport.is_closing():
            raise GoneError
