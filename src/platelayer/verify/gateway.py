"""One gateway, asked over HTTP: deadlines, the key, and the words for what goes wrong."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from . import words
from .errors import NoAnswerError

_CONNECT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer, read to its end. `body` is the decoded JSON, None when it was none."""

    status: int
    text: str
    body: object
    location: str = ""


class GatewayClient:
    """Asks the gateway at `url` (no trailing slash) with `key`; one answer may take `timeout` seconds in all.

    `version` is LiteLLM's version, once an answer has named it.
    """

    def __init__(self, client: httpx.AsyncClient, url: str, key: str, timeout: float) -> None:
        self.url = url
        self.version: str | None = None
        self._client = client
        self._key = key
        self._timeout = timeout

    def shown(self, text: str) -> str:
        """Return foreign text fit for a terminal or a report: one short line, without the key."""
        return words.one_line(text, self._key)

    def refused(self, answer: Answer) -> str:
        """Return the gateway's own message and status."""
        return self.shown(words.refusal(answer.status, answer.text, answer.location))

    async def get(self, path: str, *, key: str | None = None, **params: str) -> Answer:
        """Get `path` with the gateway's key, with another `key`, or with none when it is empty."""
        async with self._asked("GET", path, self._key if key is None else key, params=params) as response:
            return await self.read(response)

    @asynccontextmanager
    async def post(self, path: str, body: Mapping[str, object]) -> AsyncIterator[httpx.Response]:
        """Post JSON and hand over the answer unread, so that a stream can be timed."""
        async with self._asked("POST", path, self._key, json=body) as response:
            yield response

    async def read(self, response: httpx.Response) -> Answer:
        """Read an answer to its end."""
        await response.aread()
        body = words.decoded(response.text)
        return Answer(response.status_code, response.text, body, response.headers.get("location", ""))

    @asynccontextmanager
    async def _asked(
        self,
        method: str,
        path: str,
        key: str,
        params: Mapping[str, str] | None = None,
        json: Mapping[str, object] | None = None,
    ) -> AsyncIterator[httpx.Response]:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        try:
            async with (
                asyncio.timeout(self._timeout),
                self._client.stream(method, self.url + path, headers=headers, params=params, json=json) as response,
            ):
                if version := response.headers.get("x-litellm-version"):
                    self.version = self.shown(version)
                yield response
        except (TimeoutError, httpx.TransportError) as error:
            trouble = words.connection_trouble(error, self._timeout)
            raise NoAnswerError(self.shown(f"{self.url} {trouble}")) from None
        except httpx.HTTPError as error:
            raise NoAnswerError(self.shown(f"{self.url} sent an answer that cannot be read: {error}")) from None


@asynccontextmanager
async def gateway_at(
    url: str,
    key: str,
    *,
    timeout: float,  # noqa: ASYNC109 - bounds each answer, not this call
    connections: int,
    authority: ssl.SSLContext | bool,
) -> AsyncIterator[GatewayClient]:
    """Open a gateway with at most `connections` connections to it."""
    async with httpx.AsyncClient(
        verify=authority,
        timeout=httpx.Timeout(None, connect=min(timeout, _CONNECT_SECONDS)),
        limits=httpx.Limits(max_connections=connections),
    ) as client:
        yield GatewayClient(client, url, key, timeout)
