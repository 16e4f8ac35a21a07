"""The closed loop: clients that ask, wait for the answer, pause and ask again, until it is enough."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field

import aiohttp
from asking import Outcome, Question, ask

# Steps of the golden ratio fall evenly into an interval however many there are, and neighbours are far apart.
GOLDEN = 0.6180339887498949


@dataclass(frozen=True)
class Settings:
    """What the traffic is. ``token_seconds`` is the time that the echo provider takes between two words of a stream."""

    url: str
    key: str = field(default="", repr=False)
    model: str = "chat"
    stream_model: str = "chat"
    unary_clients: int = 6
    stream_clients: int = 8
    pause: float = 0.3
    unary_seconds: float = 0.0
    stream_seconds: tuple[float, float] = (1.0, 20.0)
    token_seconds: float = 0.5
    request_seconds: float = 40.0
    at_most_seconds: float = 300.0
    at_most_requests: int = 20_000
    instance_header: str | None = None
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)


class Traffic:
    """Mixed traffic. ``record`` gets every finished request; ``enough`` ends it in order: what has begun may finish."""

    def __init__(self, settings: Settings, record: Callable[[Outcome], None]) -> None:
        self.enough = asyncio.Event()
        self._settings = settings
        self._record = record
        self._begun = 0
        self._streams = 0
        # Two runs at the same time, or one after the other, ask nothing alike.
        self._name = secrets.token_hex(4)

    async def run(self) -> None:
        """Return when everything has ended: at most ``request_seconds`` after it was enough."""
        timer = asyncio.get_running_loop().call_later(self._settings.at_most_seconds, self.enough.set)
        kinds = ["unary"] * self._settings.unary_clients + ["stream"] * self._settings.stream_clients
        clients = [asyncio.ensure_future(self._run_client(number, kind)) for number, kind in enumerate(kinds)]
        try:
            await asyncio.gather(*clients)
        finally:
            timer.cancel()
            for client in clients:
                client.cancel()

    async def _run_client(self, number: int, kind: str) -> None:
        """One client with a session, and so connections, of its own. Every other one never uses a connection twice."""
        settings = self._settings
        connection = "new" if number % 2 else "kept"
        connector = aiohttp.TCPConnector(force_close=connection == "new", ssl=settings.tls)
        # Uncompressed: neither side shall spend its time on that.
        headers = {"Accept-Encoding": "identity"} | (
            {"Authorization": f"Bearer {settings.key}"} if settings.key else {}
        )
        timeout = aiohttp.ClientTimeout(total=settings.request_seconds)
        cookies = aiohttp.DummyCookieJar()
        async with aiohttp.ClientSession(
            connector=connector, headers=headers, timeout=timeout, cookie_jar=cookies
        ) as session:
            await self._wait(number * 0.05)  # Not all of them in the first moment.
            while (question := self._next_question(kind)) is not None:
                url = f"{settings.url}/v1/chat/completions"
                outcome = await ask(session, url, question, settings.instance_header)
                outcome.client, outcome.connection = number, connection
                if outcome.error and settings.key:
                    outcome.error = outcome.error.replace(settings.key, "(the key)")
                self._record(outcome)
                await self._wait(settings.pause)

    def _next_question(self, kind: str) -> Question | None:
        settings = self._settings
        if self.enough.is_set():
            return None
        if self._begun >= settings.at_most_requests:
            self.enough.set()
            return None
        self._begun += 1
        name = f"{self._name}-{self._begun}"
        if kind == "unary":
            return Question(self._begun, kind, settings.model, name, provider_seconds=settings.unary_seconds)
        words = self._next_length()
        return Question(self._begun, kind, settings.stream_model, name, words, words * settings.token_seconds)

    def _next_length(self) -> int:
        """The words of the next prompt. The echo says one more, so there are as many pauses as words in the prompt."""
        shortest, longest = self._settings.stream_seconds
        seconds = shortest + (longest - shortest) * (self._streams * GOLDEN % 1)
        self._streams += 1
        return max(1, round(seconds / self._settings.token_seconds))

    async def _wait(self, seconds: float) -> None:
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self.enough.wait(), seconds)
