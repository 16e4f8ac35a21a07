"""The HTTP client for providers: JSON in and out, with timeouts, retries, a size limit and conditional requests."""

import asyncio
import json
import ssl
import zlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

import httpx
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from platelayer import __version__
from platelayer.errors import CatalogError, MissingAddressError
from platelayer.network import LOOPBACK_WITHOUT_PROXY, trust_system_cas
from platelayer.schema.money import quote_value

MAX_ANSWER_BYTES = 32 * 2**20
ATTEMPTS = 3
# Seconds between two attempts. A server that asks for a longer pause gets no second request.
MAX_PAUSE = 5.0
MAX_ETAG_LENGTH = 200
# A shorter key may be part of any word, so it is not masked.
MIN_KEY_LENGTH = 8
# Statuses of a server that is busy or restarting.
_TEMPORARY_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504})
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_BACKOFF = wait_exponential_jitter(multiplier=0.3, max=MAX_PAUSE)
_STATUS_MEANINGS = {
    401: "the key is not accepted",
    402: "the account has no credit",
    403: "the key may not do this",
    404: "there is no such address",
    429: "too many requests",
}


class _NotModifiedError(Exception):
    """A 304: the answer is the same as last time."""


class _TemporaryError(Exception):
    """A failure that may be gone at the next attempt. `pause`: the seconds that the server asks to wait, or None."""

    def __init__(self, reason: str, pause: float | None = None) -> None:
        super().__init__(reason)
        self.pause = pause


@dataclass(frozen=True)
class Limits:
    """Seconds for all requests to one provider, for a connection, and between two pieces of an answer; bytes."""

    deadline: float = 30.0
    connect: float = 5.0
    read: float = 10.0
    largest: int = MAX_ANSWER_BYTES


@asynccontextmanager
async def open_client(limits: Limits) -> AsyncIterator[httpx.AsyncClient]:
    """Yield the client of one refresh. It follows no redirect, which could send a key to another host."""
    timeouts = httpx.Timeout(limits.read, connect=limits.connect)
    headers = {"User-Agent": f"platelayer/{__version__}", "Accept": "application/json", "Accept-Encoding": "gzip"}
    ca, mounts = _load_cas(), LOOPBACK_WITHOUT_PROXY
    async with httpx.AsyncClient(timeout=timeouts, headers=headers, verify=ca, mounts=mounts) as connections:
        yield connections


@cache
def _load_cas() -> ssl.SSLContext:
    """Return the CAs that are trusted. Cached, because loading them takes longer than a request."""
    return trust_system_cas(httpx.create_ssl_context())


@dataclass
class Transport:
    """Sends requests to one provider. `known`: URL → ETag of earlier answers.

    `asked`: the URLs requested so far; `etags`: URL → ETag of their answers.
    """

    connections: httpx.AsyncClient
    limits: Limits = Limits()
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    known: Mapping[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    etags: dict[str, str] = field(default_factory=dict)
    _answers: dict[str, Any | CatalogError] = field(default_factory=dict)

    async def is_unchanged(self) -> bool:
        """Return True if all URLs in `known` answer 304. Other answers are kept for `get`."""
        if not self.known:
            return False

        async def check(url: str, etag: str) -> bool:
            try:
                self._answers[url] = await self._request("GET", url, headers={"If-None-Match": etag})
            except _NotModifiedError:
                self.etags[url] = etag
                return True
            except CatalogError as error:
                # `get` raises it, if the URL is still needed: a page of last time may be gone for good.
                self._answers[url] = error
            return False

        return all(await asyncio.gather(*(check(url, etag) for url, etag in self.known.items())))

    async def get(self, url: str) -> Any:
        """Return the decoded JSON of a GET. Raises CatalogError."""
        answer = self._answers.pop(url) if url in self._answers else await self._request("GET", url)
        if isinstance(answer, CatalogError):
            raise answer
        return answer

    async def post(self, url: str, body: dict[str, Any]) -> Any:
        """Return the decoded JSON of a POST of JSON. Raises CatalogError."""
        return await self._request("POST", url, body=body)

    async def _request(
        self, method: str, url: str, *, body: dict[str, Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> Any:
        if not _is_http_url(url):
            raise CatalogError(f"{url}: is not an address; write http://HOST:PORT/v1 or https://…")
        self.asked.append(url)
        retrying = AsyncRetrying(
            stop=stop_after_attempt(ATTEMPTS), retry=retry_if_exception(_is_worth_retrying), wait=_wait, reraise=True
        )
        try:
            return await retrying(self._request_once, method, url, body, {**self.headers, **(headers or {})})
        except _TemporaryError as failure:
            raise CatalogError(f"{url}: {failure}") from None

    async def _request_once(
        self, method: str, url: str, body: dict[str, Any] | None, headers: Mapping[str, str]
    ) -> Any:
        try:
            async with self.connections.stream(method, url, json=body, headers=headers) as answer:
                if answer.status_code == httpx.codes.NOT_MODIFIED and "If-None-Match" in headers:
                    raise _NotModifiedError
                if answer.status_code != httpx.codes.OK:
                    raise _make_status_error(url, answer)
                text = self._mask_key(await _read_body(url, answer, self.limits.largest))
                etag = answer.headers.get("ETag", "")
        except httpx.ConnectTimeout:
            raise _TemporaryError(f"no connection within {self.limits.connect:g} s") from None
        except httpx.TimeoutException:
            raise _TemporaryError(f"no answer for {self.limits.read:g} s") from None
        except httpx.HTTPError as error:
            raise _TemporaryError(f"the connection failed: {error or type(error).__name__}") from None
        if method == "GET" and etag.isascii() and etag.isprintable() and 0 < len(etag) <= MAX_ETAG_LENGTH:
            self.etags[url] = etag
        return _parse_json(url, text)

    def _mask_key(self, text: bytes) -> bytes:
        # A server may repeat the key in its answer, and parts of the answer are shown.
        key = self.headers.get("Authorization", "").removeprefix("Bearer ").encode()
        return text.replace(key, b"***") if len(key) >= MIN_KEY_LENGTH else text


def _is_http_url(url: str) -> bool:
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        return False
    return parsed.scheme in ("http", "https") and bool(parsed.host) and (parsed.port or 0) < 2**16


def _is_worth_retrying(error: BaseException) -> bool:
    return isinstance(error, _TemporaryError) and (error.pause is None or error.pause <= MAX_PAUSE)


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    return (error.pause if isinstance(error, _TemporaryError) else None) or _BACKOFF(state)


def _make_status_error(url: str, answer: httpx.Response) -> Exception:
    status = answer.status_code
    meaning = _STATUS_MEANINGS.get(status) or httpx.codes.get_reason_phrase(status).lower() or "an unknown status"
    if answer.has_redirect_location:
        meaning = f"it moved to {quote_value(answer.headers['Location'])}; write the new address as api_base"
    if status in _TEMPORARY_STATUSES:
        pause = answer.headers.get("Retry-After", "")
        return _TemporaryError(f"answered {status}, {meaning}", float(pause) if pause.isdecimal() else None)
    kind = MissingAddressError if status == httpx.codes.NOT_FOUND else CatalogError
    return kind(f"{url}: answered {status}, {meaning}")


async def _read_body(url: str, answer: httpx.Response, largest: int) -> bytes:
    """Return the decompressed body. httpx would decompress a whole chunk at once: 64 kB can become 64 MB."""
    encoding = answer.headers.get("Content-Encoding", "identity").lower()
    decompressor = None if encoding == "identity" else zlib.decompressobj(_GZIP_OR_ZLIB)
    if encoding not in ("identity", "gzip", "deflate"):
        raise CatalogError(f"{url}: the answer has the encoding {quote_value(encoding)}; only gzip was requested")
    body = bytearray()
    try:
        async for chunk in answer.aiter_raw():
            body += chunk if decompressor is None else decompressor.decompress(chunk, largest + 1 - len(body))
            if len(body) > largest:
                raise CatalogError(f"{url}: the answer is larger than {largest // 2**20} MB")
    except zlib.error:
        raise CatalogError(f"{url}: the answer cannot be decompressed") from None
    if decompressor is not None and not decompressor.eof:
        raise CatalogError(f"{url}: the answer ends too early")
    return bytes(body)


def _parse_json(url: str, text: bytes) -> Any:
    try:
        return json.loads(text, parse_float=_parse_decimal, parse_int=_parse_int, parse_constant=_parse_decimal)
    except (ValueError, RecursionError):
        start = text.lstrip()[:1]
        if not text.strip():
            reason = "the answer is empty"
        elif start == b"<":
            reason = "the answer is a web page, not a list of models"
        else:
            reason = "the answer is not complete JSON" if start in b"{[" else "the answer is not JSON"
        raise CatalogError(f"{url}: {reason}") from None


def _parse_int(text: str) -> int | Decimal:
    # Python refuses to parse an int of thousands of digits.
    return int(text) if len(text) < 20 else Decimal(text)


def _parse_decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal("NaN")
