"""HTTP client for one gateway: timeouts, the key, and errors as messages without the key."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from ..network import LOOPBACK_WITHOUT_PROXY
from . import messages
from .errors import NoAnswerError

_CONNECT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class GatewayAnswer:
    """A complete HTTP answer. `body` is the decoded JSON, None if it is not JSON."""

    status: int
    text: str
    body: object
    location: str = ""


class GatewayClient:
    """Sends requests to the gateway at `url` (no trailing slash) with `key`; `timeout` bounds each answer in seconds.

    `version` is LiteLLM's version, None until an answer has named it.
    """

    def __init__(self, client: httpx.AsyncClient, url: str, key: str, timeout: float) -> None:
        self.url = url
        self.version: str | None = None
        self._client = client
        self._key = key
        self._timeout = timeout

    def sanitize(self, text: str) -> str:
        """Return text of the gateway as one short printable line without the key."""
        return messages.sanitize_line(text, self._key)

    def describe_refusal(self, answer: GatewayAnswer) -> str:
        """Return the status and the gateway's own error message, sanitized."""
        return self.sanitize(messages.describe_refusal(answer.status, answer.text, answer.location))

    async def get(self, path: str, *, key: str | None = None, **params: str) -> GatewayAnswer:
        """Get `path` with the gateway's key, with another `key`, or with none if it is empty."""
        async with self._send("GET", path, self._key if key is None else key, params=params) as response:
            return await self.read(response)

    @asynccontextmanager
    async def post(
        self, path: str, body: Mapping[str, object], files: Mapping[str, tuple[str, bytes, str]] | None = None
    ) -> AsyncIterator[httpx.Response]:
        """Post JSON, or a form with files, and yield the answer unread, so that a stream can be timed."""
        content: dict[str, Any] = {"data": body, "files": files} if files else {"json": body}
        async with self._send("POST", path, self._key, **content) as response:
            yield response

    async def read(self, response: httpx.Response) -> GatewayAnswer:
        """Read an answer to its end."""
        await response.aread()
        body = messages.decode_json(response.text)
        return GatewayAnswer(response.status_code, response.text, body, response.headers.get("location", ""))

    @asynccontextmanager
    async def _send(
        self,
        method: str,
        path: str,
        key: str,
        **content: Any,
    ) -> AsyncIterator[httpx.Response]:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        try:
            async with (
                asyncio.timeout(self._timeout),
                self._client.stream(method, self.url + path, headers=headers, **content) as response,
            ):
                if version := response.headers.get("x-litellm-version"):
                    self.version = self.sanitize(version)
                yield response
        except (TimeoutError, httpx.TransportError) as error:
            description = messages.describe_connection_error(error, self._timeout)
            raise NoAnswerError(self.sanitize(f"{self.url} {description}")) from None
        except httpx.HTTPError as error:
            raise NoAnswerError(self.sanitize(f"{self.url} sent an answer that cannot be read: {error}")) from None


@asynccontextmanager
async def connect_gateway(
    url: str,
    key: str,
    *,
    timeout: float,  # noqa: ASYNC109 - bounds each answer, not this call
    connections: int,
    ca: ssl.SSLContext | bool,
) -> AsyncIterator[GatewayClient]:
    """Yield a client with at most `connections` connections; `ca` is httpx's `verify`."""
    async with httpx.AsyncClient(
        verify=ca,
        mounts=LOOPBACK_WITHOUT_PROXY,
        timeout=httpx.Timeout(None, connect=min(timeout, _CONNECT_SECONDS)),
        limits=httpx.Limits(max_connections=connections),
    ) as client:
        yield GatewayClient(client, url, key, timeout)
