"""A running echo provider, in a thread of the test's own process, asked from outside with httpx."""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import httpx
import pytest

from platelayer.echo.http_exchange import HttpExchange
from platelayer.echo.options import parse_settings
from platelayer.echo.server import EchoServer

# For what happens at once. A server that waits for idle connections takes a minute.
PATIENCE = 50


class Echo:
    """Handle on a server: its URLs, and short forms of what tests ask again and again."""

    def __init__(self, server: EchoServer, client: httpx.Client) -> None:
        self.server = server
        self.client = client
        self.control = server.control_url

    def url(self, path: str, name: str = "a") -> str:
        return self.server.upstreams[name].url.removesuffix("/v1") + path

    def chat(self, text: Any = "hello big world", name: str = "a", **fields: Any) -> httpx.Response:
        body = {"model": "m", "messages": [{"role": "user", "content": text}]} | fields
        return self.client.post(self.url("/v1/chat/completions", name), json=body)

    def stream(self, text: str = "hello big world", name: str = "a", **fields: Any) -> Any:
        """A context manager over the response, not yet read."""
        body = {"model": "m", "messages": [{"role": "user", "content": text}], "stream": True} | fields
        return self.client.stream("POST", self.url("/v1/chat/completions", name), json=body)

    def embed(self, text: Any = "hello", name: str = "a", **fields: Any) -> httpx.Response:
        return self.client.post(self.url("/v1/embeddings", name), json={"model": "e", "input": text} | fields)

    def models(self, name: str = "a") -> httpx.Response:
        return self.client.get(self.url("/v1/models", name))

    def fail(self, name: str = "a", **fault: Any) -> dict[str, Any]:
        answer = self.client.put(f"{self.control}/upstreams/{name}/fault", json=fault)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def mend(self, name: str = "a") -> None:
        assert self.client.delete(f"{self.control}/upstreams/{name}/fault").status_code == 200

    def state(self, name: str = "a") -> dict[str, Any]:
        return self.client.get(f"{self.control}/upstreams").json()[name]

    def counters(self, name: str = "a") -> dict[str, Any]:
        return self.state(name)["counters"]

    def wait_until(self, counted: Callable[[dict[str, Any]], bool]) -> None:
        """Return when the counters are as the server makes them by itself, a moment later."""
        end = time.monotonic() + PATIENCE
        while not counted(counters := self.counters()):
            assert time.monotonic() < end, counters
            time.sleep(0.01)


@pytest.fixture(scope="session")
def client() -> Iterator[httpx.Client]:
    """One for all tests: making a client, with its certificates, takes longer than most tests do."""
    with httpx.Client(timeout=PATIENCE) as client:
        yield client


@contextmanager
def _running(client: httpx.Client, **options: Any) -> Iterator[Echo]:
    server = EchoServer(parse_settings(**options))
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(server.start(), loop).result(PATIENCE)
        yield Echo(server, client)
    finally:
        asyncio.run_coroutine_threadsafe(server.stop(), loop).result(PATIENCE)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(PATIENCE)
        loop.close()


@pytest.fixture
def start_echo(client: httpx.Client) -> Iterator[Callable[..., Echo]]:
    """Start a server with the options of `parse_settings`; without any, upstreams a and b and the control API."""
    with ExitStack() as stack:

        def start(**options: Any) -> Echo:
            defaults = {"upstreams": ["a=127.0.0.1:0", "b=127.0.0.1:0"], "control": "127.0.0.1:0"}
            return stack.enter_context(_running(client, **defaults | options))

        yield start


@pytest.fixture
def echo(start_echo: Callable[..., Echo]) -> Echo:
    return start_echo()


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds of each pause that servers make, in order. None of them takes any time."""
    seconds: list[float] = []

    async def note(_: HttpExchange, pause: float) -> None:
        seconds.append(pause)

    monkeypatch.setattr(HttpExchange, "wait", note)
    return seconds


@pytest.fixture
def end_pause(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Pauses of servers last until the test ends one of them, whatever their seconds."""
    ended = threading.Semaphore(0)

    async def hold(*_: object) -> None:
        await asyncio.get_running_loop().run_in_executor(None, ended.acquire, True, PATIENCE)

    monkeypatch.setattr(HttpExchange, "wait", hold)
    return ended.release


@pytest.fixture
def events() -> Callable[[httpx.Response], Iterator[Any]]:
    """A reader of server-sent events as the standard has them; yields each event's JSON, or its text if it is none."""

    def read(response: httpx.Response) -> Iterator[Any]:
        data: list[str] = []
        for line in response.iter_lines():
            if line.startswith("data:"):
                data.append(line.removeprefix("data:").removeprefix(" "))
            elif line == "" and data:
                text = "\n".join(data)
                data = []
                try:
                    yield json.loads(text)
                except ValueError:
                    yield text

    return read
