"""The whole echo server: all upstreams, and the control API if it is switched on."""

import asyncio
import contextlib
import signal

from platelayer.echo.control_api import ControlApi
from platelayer.echo.echo_upstream import EchoUpstream
from platelayer.echo.errors import StartError
from platelayer.echo.listener import PortListener
from platelayer.echo.options import EchoSettings

# Stopping takes milliseconds; the limit is for the unforeseen. Seconds.
STOP_TIMEOUT = 1.5


class EchoServer:
    """Upstreams by name. Their addresses are known after `start`, also for port 0."""

    def __init__(self, settings: EchoSettings) -> None:
        self.upstreams = {upstream.name: EchoUpstream(upstream, settings) for upstream in settings.upstreams}
        self._control: PortListener | None = None
        if settings.control:
            self._control = PortListener("control", settings.control, ControlApi(self.upstreams).make_app)

    @property
    def control_url(self) -> str | None:
        """Base URL of the control API, or None if it is off."""
        return f"http://{self._control.address}" if self._control else None

    async def start(self) -> None:
        """Listen on all ports or on none. Raises StartError."""
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


def run_server(settings: EchoSettings) -> None:
    """Serve until SIGTERM or SIGINT; print one line `NAME URL` for each address. Raises StartError."""
    asyncio.run(_serve(settings))


async def _serve(settings: EchoSettings) -> None:
    server = EchoServer(settings)
    stop_requested = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop_requested.set)
    await server.start()
    for name, upstream in server.upstreams.items():
        print(f"{name} {upstream.url}", flush=True)
    if server.control_url:
        print(f"control {server.control_url}", flush=True)
    await stop_requested.wait()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(server.stop(), STOP_TIMEOUT)
