"""The list API of a provider on loopback, which answers as told, or misbehaves as told. Runs in a thread of its own."""

import asyncio
import gzip
import hashlib
import json
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web

Fault = Callable[[web.Request], Awaitable[web.StreamResponse]]
JSON_TYPE = {"Content-Type": "application/json"}


@dataclass
class FakeProvider:
    """`answers` maps "GET /path?query" or "POST /path MODEL" to JSON, or to a fault. What is not there is a 404.

    asked: the questions so far; keys: the bearer tokens that came with them; conditions: their If-None-Match;
    etags: whether answers have ETags.
    """

    answers: dict[str, Any] = field(default_factory=dict)
    etags: bool = True
    asked: list[str] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    conditions: list[str | None] = field(default_factory=list)
    url: str = ""

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=(ready,), daemon=True)
        self._thread.start()
        assert ready.wait(60)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(60)

    def _serve(self, ready: threading.Event) -> None:
        async def start() -> web.AppRunner:
            app = web.Application()
            app.router.add_route("*", "/{path:.*}", self._answer)
            runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            self.url = "http://{}:{}".format(*runner.addresses[0])
            return runner

        runner = self._loop.run_until_complete(start())
        ready.set()
        self._loop.run_forever()
        self._loop.run_until_complete(runner.cleanup())
        self._loop.close()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        question = f"{request.method} {request.path_qs}"
        if request.method == "POST":
            question += f" {(await request.json())['model']}"
        self.asked.append(question)
        self.keys.append(request.headers.get("Authorization"))
        self.conditions.append(request.headers.get("If-None-Match"))
        if question not in self.answers:
            return web.Response(status=404, text="404 page not found")
        answer = self.answers[question]
        if callable(answer):
            response: web.StreamResponse = await answer(request)
            return response
        body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        headers = {"ETag": etag} if self.etags else {}
        if self.etags and request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers=headers)
        return web.Response(body=body, headers=JSON_TYPE | headers)


def status(code: int, body: str = "", **headers: str) -> Fault:
    """An answer with this status; `Retry_After` names the header Retry-After."""

    async def answer(request: web.Request) -> web.StreamResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(status=code, text=body, headers=named)

    return answer


def raw(body: bytes, **headers: str) -> Fault:
    """200 with these bytes."""

    async def answer(request: web.Request) -> web.StreamResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(body=body, headers=JSON_TYPE | named)

    return answer


def after(first: int, fault: Fault, then: Any) -> Fault:
    """A fault for the first requests, and JSON after that."""
    times = iter(range(first))

    async def answer(request: web.Request) -> web.StreamResponse:
        return await fault(request) if next(times, None) is not None else web.json_response(then)

    return answer


def by_key(said: Callable[[str | None], Any]) -> Fault:
    """An answer that depends on the key."""

    async def answer(request: web.Request) -> web.StreamResponse:
        return web.json_response(said(request.headers.get("Authorization")))

    return answer


async def hang(request: web.Request) -> web.StreamResponse:
    """Says nothing until the client goes."""
    await asyncio.Event().wait()
    raise AssertionError


async def cut(request: web.Request) -> web.StreamResponse:
    """Cuts the line in the middle of an answer."""
    response = web.StreamResponse(headers=JSON_TYPE | {"Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b'{"data": [')
    assert request.transport is not None
    request.transport.abort()
    return response


async def drip(request: web.Request) -> web.StreamResponse:
    """An answer that comes a blank at a time, and never ends."""
    response = web.StreamResponse(headers=JSON_TYPE)
    await response.prepare(request)
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    while True:
        await response.write(b" ")
        loop.call_later(0.02, ended.set)
        await ended.wait()
        ended.clear()


def large(megabytes: int) -> Fault:
    """A list of that size that is written as fast as it is read."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers=JSON_TYPE)
        await response.prepare(request)
        for _ in range(megabytes):
            await response.write(b" " * 2**20)
        await response.write(b'{"data": []}')
        return response

    return answer


def bomb(megabytes: int) -> Fault:
    """A small answer that unpacks to that size."""
    return raw(gzip.compress(b" " * megabytes * 2**20), Content_Encoding="gzip")
