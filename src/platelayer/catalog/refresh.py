"""Ask all providers for their lists at once, decide what changes, and write it.

A service needs this import only, and awaits `refresh` in its own event loop:

    from platelayer.catalog.refresh import CatalogSource, RefreshRequest, RefreshResult, refresh
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import httpx

from platelayer.catalog.answers import ModelsDevAnswer, ask_models_dev, ask_provider
from platelayer.catalog.decision import judge_answer, keep_last
from platelayer.catalog.request import CatalogSource, RefreshRequest
from platelayer.catalog.result import RefreshResult
from platelayer.catalog.snapshot import locate_snapshot, read_snapshot, write_snapshot
from platelayer.errors import CatalogError
from platelayer.transport import open_client

__all__ = ["CatalogSource", "RefreshRequest", "RefreshResult", "refresh"]


async def refresh(
    sources: Sequence[CatalogSource],
    request: RefreshRequest,
    on_result: Callable[[RefreshResult], None] = lambda result: None,
) -> list[RefreshResult]:
    """Return one result per source, in the order of the sources; what goes wrong with a provider is in its result.

    on_result: called with each result as soon as its provider is done.
    """
    async with open_client(request.limits) as connections, asyncio.TaskGroup() as group:
        supplement = group.create_task(
            ask_models_dev(connections, request.limits, sources, request.models_dev_url), name="models.dev"
        )

        async def refresh_timed(source: CatalogSource) -> RefreshResult:
            started = time.monotonic()
            result = await _refresh_one(connections, source, request, supplement)
            result = replace(result, seconds=time.monotonic() - started)
            on_result(result)
            return result

        results = await asyncio.gather(*(group.create_task(refresh_timed(source)) for source in sources))
        # Nothing waits for models.dev if every provider failed.
        supplement.cancel()
    return list(results)


async def _refresh_one(
    connections: httpx.AsyncClient,
    source: CatalogSource,
    request: RefreshRequest,
    supplement: "asyncio.Task[ModelsDevAnswer]",
) -> RefreshResult:
    path = locate_snapshot(request.folder, source.name)
    try:
        last = read_snapshot(path)
    except CatalogError as error:
        return RefreshResult(provider=source.name, error=str(error), is_damaged=True)
    try:
        answer = await ask_provider(connections, source, request, last)
        result = judge_answer(source, request, last, replace(answer, models_dev=await supplement))
        if result.is_changed and result.catalog is not None and request.write:
            write_snapshot(path, result.catalog)
    except CatalogError as error:
        return keep_last(source, request, last, error=str(error))
    return result
