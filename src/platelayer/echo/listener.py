"""A listening port that can be closed like that of a dead process, and opened again."""

import asyncio
import logging
import os
from collections.abc import Callable

from aiohttp import web

from platelayer.echo.errors import StartError
from platelayer.echo.options import ListenAddress

# aiohttp would log the bytes of a request that it cannot parse, and a key may be among them.
_SILENT = logging.getLogger("platelayer.echo.silent")
_SILENT.disabled = True


class PortListener:
    """One listening port. Each start makes a new aiohttp application, so that no connection outlives a stop."""

    def __init__(self, name: str, address: ListenAddress, make_app: Callable[[], web.Application]) -> None:
        self.name = name
        self.address = address
        self._make_app = make_app
        self._runner: web.AppRunner | None = None
        self._lock = asyncio.Lock()

    @property
    def is_open(self) -> bool:
        """True while a client can connect."""
        return self._runner is not None

    async def start(self) -> None:
        """Listen, if not listening yet. Port 0 takes a free port, which later starts use again. Raises StartError."""
        async with self._lock:
            if self._runner is not None:
                return
            runner = web.AppRunner(self._make_app(), access_log=None, logger=_SILENT)
            await runner.setup()
            try:
                await web.TCPSite(runner, self.address.host, self.address.port).start()
            except OSError as error:
                await runner.cleanup()
                raise StartError(
                    f"'{self.name}' cannot listen on {self.address}: {_describe(error)}; "
                    "free that port or choose another"
                ) from None
            self.address = ListenAddress(self.address.host, runner.addresses[0][1])
            self._runner = runner

    async def stop(self) -> None:
        """Stop listening and close idle connections. Waits for requests under way: abort them first."""
        async with self._lock:
            runner, self._runner = self._runner, None
            if runner is not None:
                await runner.cleanup()


def _describe(error: OSError) -> str:
    # asyncio wraps the system's message in one that repeats the address. Below 0 are the resolver's error numbers.
    if error.errno is not None and error.errno > 0:
        return os.strerror(error.errno).lower()
    return (error.strerror or str(error)).lower()
