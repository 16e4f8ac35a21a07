"""The instances of one service on this host, changed one by one so that the others go on serving."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .envfile import parse
from .errors import HostError
from .http import is_ready, wait_until
from .log import tail
from .managers import Manager
from .releases import ENVIRONMENT, VARIABLE, Releases


@dataclass(frozen=True)
class Fleet:
    """Instances are numbers; `start_seconds` is what a start may take."""

    releases: Releases
    manager: Manager
    instances: Sequence[int]
    start_seconds: float

    def outdated(self, release_id: str) -> list[int]:
        """The instances that do not run a release, or would not after a reboot."""
        return [
            instance
            for instance in self.instances
            if self._running_release(instance) != release_id
            or not self.manager.in_order(instance)
            or not self.releases.is_defined()
        ]

    def switch(self, release_id: str, instances: Sequence[int]) -> None:
        """Let a release serve, and restart these instances into it, each awaited before the next is touched.

        Raises HostError when one does not come back. Then those that were touched have the release before it again.
        """
        before, older = self.releases.current, self.releases.previous
        touched: list[int] = []
        try:
            if before != release_id:
                self.releases.point(current=release_id, previous=before)
            self.releases.define()
            for instance in instances:
                # The one that fails comes first on the way back: the others serve.
                touched.insert(0, instance)
                self._restart(instance, release_id)
        except (HostError, OSError) as error:
            log = error.log if isinstance(error, HostError) else []
            if before in (None, release_id):
                raise HostError(f"{error}, and there is no release before it to go back to", log) from None
            self.releases.point(current=str(before), previous=older)
            raise self._taken_back(touched, str(before), HostError(str(error), log)) from None

    def _taken_back(self, touched: Sequence[int], before: str, error: HostError) -> HostError:
        """Restart instances into the release before; the error, with what came of that."""
        for instance in touched:
            try:
                self._restart(instance, before)
            except HostError as second:
                # What still serves the new release is left alone: better than nothing.
                return HostError(f"{error}, and with the release before it: {second}", error.log)
        return HostError(f"{error}; the release before it serves again", error.log)

    def _restart(self, instance: int, release_id: str) -> None:
        """The unit lets running answers end before it stops."""
        self.manager.restart(instance)
        address, port = self.releases.place(instance)

        def serves() -> bool:
            return self._running_release(instance) == release_id and is_ready(address, port)

        if not wait_until(serves, self.start_seconds):
            secrets = parse(self.releases.read(ENVIRONMENT)).values()
            raise HostError(
                f"instance {instance} did not become ready on {address}:{port} within {self.start_seconds:.0f} s",
                tail(self.manager.log(instance), secrets),
            )

    def _running_release(self, instance: int) -> str | None:
        """What the instance itself was started with, read from its process: no notification can be lost."""
        pid = self.manager.pid(instance)
        if not pid:
            return None
        try:
            block = Path(f"/proc/{pid}/environ").read_bytes().decode(errors="replace")
        except OSError:
            return None
        prefix = f"{VARIABLE}="
        return next((entry.removeprefix(prefix) for entry in block.split("\0") if entry.startswith(prefix)), None)
