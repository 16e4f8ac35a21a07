"""The HTTP client of catalogs: what it tries again, how long it waits, how much it takes, what it believes."""

import asyncio
import gzip
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from fake_providers import FakeProvider, Fault, after, bomb, cut, drip, hang, large, raw, status

from platelayer.errors import CatalogError
from platelayer.transport import MAX_ANSWER_BYTES, Limits, Transport, open_client

LIST = {"data": [{"id": "a"}]}
USUAL = Limits(read=60, connect=60, largest=2**20)
# For tests that wait for them.
SHORT = Limits(read=0.1, connect=60, largest=2**20)


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    with FakeProvider({"GET /models": LIST}) as server:
        yield server


def ask(url: str, limits: Limits = USUAL, **more: Any) -> Any:
    """What one GET answers."""

    async def run() -> Any:
        async with open_client(limits) as connections:
            return await Transport(connections, limits, **more).get(url)

    return asyncio.run(run())


def refusal(url: str, limits: Limits = USUAL) -> str:
    with pytest.raises(CatalogError) as caught:
        ask(url, limits)
    assert str(caught.value).startswith(f"{url}: ")
    return str(caught.value).removeprefix(f"{url}: ")


@pytest.mark.parametrize(
    ("fault", "times", "sentence"),
    [
        (status(400), 1, "answered 400, bad request"),
        (status(401), 1, "answered 401, the key is not accepted"),
        (status(402), 1, "answered 402, the account has no credit"),
        (status(403), 1, "answered 403, the key may not do this"),
        (status(404), 1, "answered 404, there is no such address"),
        (status(204), 1, "answered 204, no content"),
        (status(304), 1, "answered 304, not modified"),
        (status(599), 1, "answered 599, an unknown status"),
        (status(408), 3, "answered 408, request timeout"),
        (status(500), 3, "answered 500, internal server error"),
        (status(502), 3, "answered 502, bad gateway"),
        (status(503), 3, "answered 503, service unavailable"),
        (status(504), 3, "answered 504, gateway timeout"),
        (status(429), 3, "answered 429, too many requests"),
        (status(429, Retry_After="2"), 3, "answered 429, too many requests"),
        (status(429, Retry_After="Wed, 21 Oct 2026 07:28:00 GMT"), 3, "answered 429, too many requests"),
        # As long as CLIProxyAPI was seen to ask for.
        (status(429, Retry_After="1587827"), 1, "answered 429, too many requests"),
        (status(503, Retry_After="3600"), 1, "answered 503, service unavailable"),
        (hang, 3, "no answer for 0.1 s"),
        (
            cut,
            3,
            "the connection failed: peer closed connection without sending complete message body "
            "(received 10 bytes, expected 1000)",
        ),
        (raw(b""), 1, "the answer is empty"),
        (raw(b"  \n"), 1, "the answer is empty"),
        (raw(b"<!DOCTYPE html><html>"), 1, "the answer is a web page, not a list of models"),
        (raw(b'{"data": [{"id": "a"'), 1, "the answer is not complete JSON"),
        (raw(b"busy"), 1, "the answer is not JSON"),
        (raw(b"\xff\xfe\x00"), 1, "the answer is not JSON"),
        (raw(b"[" * 100_000), 1, "the answer is not complete JSON"),
    ],
)
def test_what_a_second_try_may_mend_is_tried_three_times(
    fake: FakeProvider, fault: Fault, times: int, sentence: str
) -> None:
    fake.answers["GET /models"] = fault
    assert refusal(f"{fake.url}/models", SHORT if fault is hang else USUAL) == sentence
    assert len(fake.asked) == times


@pytest.mark.parametrize("fault", [status(503), status(429), cut])
def test_a_server_that_comes_back_is_as_good_as_any(fake: FakeProvider, fault: Fault) -> None:
    fake.answers["GET /models"] = after(2, fault, LIST)
    assert ask(f"{fake.url}/models") == LIST


def test_pauses_grow_and_stay_short(fake: FakeProvider, pauses: list[float]) -> None:
    fake.answers["GET /models"] = status(500)
    refusal(f"{fake.url}/models")
    first, second = pauses
    assert 0.3 <= first <= 1.3
    assert 0.6 <= second <= 1.6


def test_a_pause_that_the_server_asks_for_is_kept(fake: FakeProvider, pauses: list[float]) -> None:
    fake.answers["GET /models"] = status(429, Retry_After="4")
    refusal(f"{fake.url}/models")
    assert pauses == [4, 4]


def test_a_server_that_is_not_there(unused_url: str) -> None:
    assert refusal(f"{unused_url}/models") == "the connection failed: All connection attempts failed"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/models",
        "models",
        "ftp://example.com/models",
        "http://",
        "http://[::1/models",
        "http://127.0.0.1:x/m",
        "http://127.0.0.1:99999/m",
    ],
)
def test_what_is_no_address(url: str) -> None:
    assert refusal(url) == "is not an address; write http://HOST:PORT/v1 or https://…"


def test_a_redirection_is_not_followed(fake: FakeProvider) -> None:
    with FakeProvider({"GET /models": LIST}) as other:
        fake.answers["GET /models"] = status(307, Location=f"{other.url}/models")
        words = refusal(f"{fake.url}/models")
        assert words == f"answered 307, it moved to '{other.url}/models'; write the new address as api_base"
        assert other.asked == []


def test_numbers_lose_no_digit(fake: FakeProvider) -> None:
    text = (
        b'\xef\xbb\xbf{"a": 0.1000000000000000055511151231257827, "b": NaN, "c": -Infinity, "d": 1e%s, "e": %s, "f": 7}'
    )
    fake.answers["GET /models"] = raw(text % (b"9" * 30, b"9" * 5000))
    found = ask(f"{fake.url}/models")
    assert found["a"] == Decimal("0.1000000000000000055511151231257827")
    assert [found[name].is_finite() for name in "bcd"] == [False, False, False]
    assert found["e"] == Decimal("9" * 5000)
    assert found["f"] == 7


@pytest.mark.parametrize(
    ("pack", "encoding"), [(gzip.compress, "gzip"), (zlib.compress, "deflate"), (bytes, "identity")]
)
def test_packed_answers_are_unpacked(fake: FakeProvider, pack: Callable[[bytes], bytes], encoding: str) -> None:
    fake.answers["GET /models"] = raw(pack(b'{"data": []}'), Content_Encoding=encoding)
    assert ask(f"{fake.url}/models") == {"data": []}


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (raw(gzip.compress(b"[]" * 999)[:-12], Content_Encoding="gzip"), "the answer ends too early"),
        (raw(b"[]", Content_Encoding="gzip"), "the answer cannot be decompressed"),
        (raw(b"[]", Content_Encoding="br"), "the answer has the encoding 'br'; only gzip was requested"),
        (large(2), "the answer is larger than 1 MB"),
        (bomb(400), "the answer is larger than 1 MB"),
    ],
)
def test_wrong_and_huge_answers_are_refused_in_little_memory(fake: FakeProvider, fault: Fault, sentence: str) -> None:
    fake.answers["GET /models"] = fault
    tracemalloc.start()
    try:
        assert refusal(f"{fake.url}/models") == sentence
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # The fake's own answers are in this process too: 1 MB at a time, or 400 kB packed.
    assert most < 8 * 2**20
    assert len(fake.asked) == 1


def test_fifty_megabytes_are_no_list_of_models(fake: FakeProvider) -> None:
    assert MAX_ANSWER_BYTES == 32 * 2**20
    fake.answers["GET /models"] = large(50)
    assert refusal(f"{fake.url}/models", Limits()) == "the answer is larger than 32 MB"


def test_a_drip_outlives_the_pause_between_two_pieces(fake: FakeProvider) -> None:
    # So a deadline for the whole is needed, which the refresh has.
    fake.answers["GET /models"] = drip

    limits = Limits(read=0.5, connect=60, largest=2**20)

    async def run() -> None:
        async with asyncio.timeout(1), open_client(limits) as connections:
            await Transport(connections, limits).get(f"{fake.url}/models")

    with pytest.raises(TimeoutError):
        asyncio.run(run())
    assert len(fake.asked) == 1


def test_a_key_is_sent_and_never_shown(fake: FakeProvider) -> None:
    async def run() -> str:
        async with open_client(USUAL) as connections:
            transport = Transport(connections, USUAL, headers={"Authorization": "Bearer sk-planted"})
            await transport.get(f"{fake.url}/models")
            return repr(transport)

    assert "sk-planted" not in asyncio.run(run())
    assert fake.keys == ["Bearer sk-planted"]
