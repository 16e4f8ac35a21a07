"""The whole server: all upstreams, and the control API where it is asked for."""

import asyncio
import contextlib
import signal

from platelayer.echo.control import Control
from platelayer.echo.errors import StartError
from platelayer.echo.listener import Listener
from platelayer.echo.options import Settings
from platelayer.echo.upstream import Upstream

# Nothing here takes long; the limit is for what is not foreseen. Seconds.
LONGEST_STOP = 1.5


class Server:
    """Upstreams by name; after `start` their addresses are known, also where port 0 was asked for."""

    def __init__(self, settings: Settings) -> None:
        self.upstreams = {own.name: Upstream(own, settings) for own in settings.upstreams}
        self._control: Listener | None = None
        if settings.control:
            self._control = Listener("control", settings.control, Control(self.upstreams).app)

    @property
    def control_url(self) -> str | None:
        """Base URL of the control API, or None."""
        return f"http://{self._control.address}" if self._control else None

    async def start(self) -> None:
        """Listen everywhere or nowhere. Raises StartError."""
        try:
            for upstream in self.upstreams.values():
                await upstream.start()
            if self._control:
                await self._control.start()
        except StartError:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Stop at once: requests under way are dropped."""
        if self._control:
            await self._control.stop()
        for upstream in self.upstreams.values():
            await upstream.stop()


def run(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; print one line `NAME URL` for each address. Raises StartError."""
    asyncio.run(_run(settings))


async def _run(settings: Settings) -> None:
    server = Server(settings)
    told_to_end = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told_to_end.set)
    await server.start()
    for name, upstream in server.upstreams.items():
        print(f"{name} {upstream.url}", flush=True)
    if server.control_url:
        print(f"control {server.control_url}", flush=True)
    await told_to_end.wait()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(server.stop(), LONGEST_STOP)
