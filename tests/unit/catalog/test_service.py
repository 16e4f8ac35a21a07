"""A service awaits a refresh in its own event loop, with its own list of sources."""

import asyncio
import threading
from pathlib import Path

import pytest
from aiohttp import web
from fake_providers import FakeProvider, hang, status

from platelayer.catalog.refresh import CatalogSource, RefreshRequest, RefreshResult, refresh
from platelayer.providers import load_kinds


@pytest.fixture
def sources(fake: FakeProvider) -> list[CatalogSource]:
    """Two providers, of which the second one answers with an error."""
    fake.answers = {"GET /good/models": {"data": [{"id": "a"}, {"id": "b"}]}, "GET /bad/models": status(401)}
    kind = load_kinds()["openai_compatible"]
    return [CatalogSource(name=name, kind=kind, base=f"{fake.url}/{name}") for name in ("good", "bad")]


def test_results_come_as_they_are_done_and_in_order_at_the_end(sources: list[CatalogSource], tmp_path: Path) -> None:
    reported: list[RefreshResult] = []
    request = RefreshRequest(folder=tmp_path, models_dev_url=None)

    async def serve() -> list[RefreshResult]:
        return await refresh(sources, request, reported.append)

    results = asyncio.run(serve())
    assert [(result.provider, result.state, result.plan.count) for result in results] == [
        ("good", "changed", 2),
        ("bad", "failed", 0),
    ]
    assert sorted(reported, key=lambda result: result.provider, reverse=True) == results
    assert list(results[0].models) == ["a", "b"]
    assert [path.name for path in tmp_path.iterdir()] == ["good.json"]


def test_without_sources_nothing_is_asked(tmp_path: Path) -> None:
    assert asyncio.run(refresh([], RefreshRequest(folder=tmp_path))) == []


def test_a_refresh_that_is_cancelled_ends_and_writes_nothing(
    sources: list[CatalogSource], fake: FakeProvider, tmp_path: Path
) -> None:
    asked = threading.Event()

    async def answer(request: web.Request) -> web.StreamResponse:
        asked.set()
        return await hang(request)

    fake.answers["GET /bad/models"] = answer

    async def serve() -> None:
        running = asyncio.create_task(refresh(sources[1:], RefreshRequest(folder=tmp_path)))
        assert await asyncio.to_thread(asked.wait, 60)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    asyncio.run(serve())
    assert list(tmp_path.iterdir()) == []
