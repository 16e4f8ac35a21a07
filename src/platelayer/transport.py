"""The one HTTP client: JSON in and out, with deadlines, retries, limits of size, and requests on condition."""

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
from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from platelayer import __version__
from platelayer.errors import CatalogError
from platelayer.schema.money import shown

LARGEST_ANSWER = 32 * 2**20
ATTEMPTS = 3
LONGEST_PAUSE = 5.0
LONGEST_ETAG = 200
# A shorter one may be part of any word.
SHORTEST_KEY = 8
# What a second try may mend: a server that is busy, restarting, or cut the line.
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_MEANING = {
    401: "the key is not accepted",
    402: "the account has no credit",
    403: "the key may not do this",
    404: "there is no such address",
    429: "too many requests",
}


class NotModified(Exception):
    """The server says that the answer is what it was."""


class _Passing(Exception):
    """A failure that a second try may mend; `pause`: what the server asks for, in seconds."""

    def __init__(self, reason: str, pause: float | None = None) -> None:
        super().__init__(reason)
        self.pause = pause


@dataclass(frozen=True)
class Limits:
    """Seconds: for everything that is asked of one provider, for a connection, between two pieces of an answer."""

    deadline: float = 30.0
    connect: float = 5.0
    read: float = 10.0
    largest: int = LARGEST_ANSWER


@asynccontextmanager
async def client(limits: Limits) -> AsyncIterator[httpx.AsyncClient]:
    """Connections for one run. Redirections are not followed: they would carry a key elsewhere."""
    timeouts = httpx.Timeout(limits.read, connect=limits.connect)
    headers = {"User-Agent": f"platelayer/{__version__}", "Accept": "application/json", "Accept-Encoding": "gzip"}
    async with httpx.AsyncClient(
        timeout=timeouts, headers=headers, verify=_trusted(), follow_redirects=False
    ) as connections:
        yield connections


@cache
def _trusted() -> ssl.SSLContext:
    """Whom TLS trusts; to read that takes longer than to ask a server."""
    return httpx.create_ssl_context()


@dataclass
class Transport:
    """Asks one provider. `known`: url → ETag of earlier answers; `etags` and `asked`: what this run learned."""

    connections: httpx.AsyncClient
    limits: Limits = Limits()
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    known: Mapping[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    etags: dict[str, str] = field(default_factory=dict)
    _answers: dict[str, Any | CatalogError] = field(default_factory=dict)

    async def unchanged(self) -> bool:
        """Whether every answer of last time is still what the server would say."""
        if not self.known:
            return False

        async def same(url: str, etag: str) -> bool:
            try:
                self._answers[url] = await self._ask("GET", url, headers={"If-None-Match": etag})
            except NotModified:
                self.etags[url] = etag
                return True
            except CatalogError as error:
                # Whether that matters shows when the list is gathered: a page of last time may be gone for good.
                self._answers[url] = error
            return False

        return all(await asyncio.gather(*(same(url, etag) for url, etag in self.known.items())))

    async def get(self, url: str) -> Any:
        """What a GET answers."""
        answer = self._answers.pop(url) if url in self._answers else await self._ask("GET", url)
        if isinstance(answer, CatalogError):
            raise answer
        return answer

    async def post(self, url: str, body: dict[str, Any]) -> Any:
        """What a POST answers."""
        return await self._ask("POST", url, body=body)

    async def _ask(
        self, method: str, url: str, *, body: dict[str, Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> Any:
        if not _is_address(url):
            raise CatalogError(f"{url}: is not an address; write http://HOST:PORT/v1 or https://…")
        self.asked.append(url)
        pauses = wait_exponential_jitter(multiplier=0.3, max=LONGEST_PAUSE)
        tries = AsyncRetrying(
            stop=stop_after_attempt(ATTEMPTS),
            retry=retry_if_exception(_worth_a_try),
            wait=lambda state: _pause(state.outcome.exception() if state.outcome else None) or pauses(state),
            reraise=True,
        )
        try:
            async for attempt in tries:
                with attempt:
                    return await self._once(method, url, body, {**self.headers, **(headers or {})})
        except _Passing as failure:
            raise CatalogError(f"{url}: {failure}") from None
        raise AssertionError("unreachable")

    async def _once(self, method: str, url: str, body: dict[str, Any] | None, headers: Mapping[str, str]) -> Any:
        try:
            async with self.connections.stream(method, url, json=body, headers=headers) as answer:
                if answer.status_code == httpx.codes.NOT_MODIFIED and "If-None-Match" in headers:
                    raise NotModified
                if answer.status_code != httpx.codes.OK:
                    raise _failure(url, answer)
                text = self._without_key(await _body(url, answer, self.limits.largest))
                etag = answer.headers.get("ETag", "")
        except httpx.TimeoutException as error:
            raise _Passing(_timeout(error, self.limits)) from None
        except httpx.HTTPError as error:
            raise _Passing(f"the connection failed: {error or type(error).__name__}") from None
        if method == "GET" and etag.isascii() and etag.isprintable() and 0 < len(etag) <= LONGEST_ETAG:
            self.etags[url] = etag
        return _parsed(url, text)

    def _without_key(self, text: bytes) -> bytes:
        """A server may repeat the key in what it says, and that may be shown."""
        key = self.headers.get("Authorization", "").removeprefix("Bearer ").encode()
        return text.replace(key, b"***") if len(key) >= SHORTEST_KEY else text


def _is_address(url: str) -> bool:
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        return False
    return parsed.scheme in ("http", "https") and bool(parsed.host) and (parsed.port or 0) < 2**16


def _worth_a_try(failure: BaseException) -> bool:
    # A server that asks for a longer pause is left alone.
    return isinstance(failure, _Passing) and (failure.pause is None or failure.pause <= LONGEST_PAUSE)


def _pause(failure: BaseException | None) -> float | None:
    return failure.pause if isinstance(failure, _Passing) else None


def _failure(url: str, answer: httpx.Response) -> Exception:
    status = answer.status_code
    words = _MEANING.get(status) or httpx.codes.get_reason_phrase(status).lower() or "which means nothing here"
    if answer.has_redirect_location:
        words = f"it moved to {shown(answer.headers['Location'])}; write the new address as api_base"
    if status in _PASSING:
        pause = answer.headers.get("Retry-After", "")
        return _Passing(f"answered {status}, {words}", float(pause) if pause.isdecimal() else None)
    return CatalogError(f"{url}: answered {status}, {words}")


def _timeout(error: httpx.TimeoutException, limits: Limits) -> str:
    if isinstance(error, httpx.ConnectTimeout):
        return f"no connection within {limits.connect:g} s"
    return f"no answer for {limits.read:g} s"


async def _body(url: str, answer: httpx.Response, largest: int) -> bytes:
    """The body, unpacked in pieces, so that a small answer cannot become a huge one."""
    packed = answer.headers.get("Content-Encoding", "identity").lower()
    unpack = None if packed == "identity" else zlib.decompressobj(_GZIP_OR_ZLIB)
    if packed not in ("identity", "gzip", "deflate"):
        raise CatalogError(f"{url}: is packed as {shown(packed)}, which was not asked for")
    whole = bytearray()
    try:
        async for piece in answer.aiter_raw():
            whole += piece if unpack is None else unpack.decompress(piece, largest + 1 - len(whole))
            if len(whole) > largest:
                raise CatalogError(f"{url}: the answer is larger than {largest // 2**20} MB")
    except zlib.error:
        raise CatalogError(f"{url}: the answer cannot be unpacked") from None
    if unpack is not None and not unpack.eof:
        raise CatalogError(f"{url}: the answer ends too early")
    return bytes(whole)


def _parsed(url: str, text: bytes) -> Any:
    try:
        return json.loads(text, parse_float=_decimal, parse_int=_whole, parse_constant=_decimal)
    except (ValueError, RecursionError):
        start = text.lstrip()[:1]
        if not text.strip():
            reason = "the answer is empty"
        elif start == b"<":
            reason = "the answer is a web page, not a list of models"
        else:
            reason = "the answer is not whole JSON" if start in b"{[" else "the answer is not JSON"
        raise CatalogError(f"{url}: {reason}") from None


def _whole(text: str) -> int | Decimal:
    # Python refuses to make an int of thousands of digits, and nothing here counts so far.
    return int(text) if len(text) < 20 else Decimal(text)


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal("NaN")
