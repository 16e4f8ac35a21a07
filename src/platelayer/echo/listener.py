"""A port that can be closed like a dead process and opened again."""

import asyncio
import logging
import os
from collections.abc import Callable

from aiohttp import web

from platelayer.echo.errors import StartError
from platelayer.echo.options import Address

# aiohttp would log the bytes of a request that it cannot parse, and a key may be among them.
_SILENT = logging.getLogger("platelayer.echo.silent")
_SILENT.disabled = True


class Listener:
    """One listening port. Each opening has its own aiohttp application, so that nothing of a closed one lingers."""

    def __init__(self, name: str, address: Address, make_app: Callable[[], web.Application]) -> None:
        self.name = name
        self.address = address
        self._make_app = make_app
        self._runner: web.AppRunner | None = None
        self._turn = asyncio.Lock()

    @property
    def open(self) -> bool:
        """Whether a client can connect."""
        return self._runner is not None

    async def start(self) -> None:
        """Listen; once a free port was taken for port 0, it stays the same one. Raises StartError."""
        async with self._turn:
            if self._runner is not None:
                return
            runner = web.AppRunner(self._make_app(), access_log=None, logger=_SILENT)
            await runner.setup()
            try:
                await web.TCPSite(runner, self.address.host, self.address.port).start()
            except OSError as error:
                await runner.cleanup()
                raise StartError(
                    f"'{self.name}' cannot listen on {self.address}: {_reason(error)}; free that port or choose another"
                ) from None
            self.address = Address(self.address.host, runner.addresses[0][1])
            self._runner = runner

    async def stop(self) -> None:
        """Stop listening and close idle connections. Break busy ones before, or their requests are waited for."""
        async with self._turn:
            runner, self._runner = self._runner, None
            if runner is not None:
                await runner.cleanup()


def _reason(error: OSError) -> str:
    # asyncio wraps the system's words in its own, which say the address once more. Below 0 are the resolver's numbers.
    if error.errno is not None and error.errno > 0:
        return os.strerror(error.errno).lower()
    return (error.strerror or str(error)).lower()
