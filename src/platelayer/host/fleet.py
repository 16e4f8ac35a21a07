"""The instances of one service on this host, changed one by one so that the others go on serving."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .environment_file import parse
from .errors import HostError
from .log import extract_last_lines
from .managers import ProcessManager
from .readiness import is_ready, wait_until
from .releases import ENVIRONMENT, VARIABLE, Releases

# A start that failed so often will not succeed the next time.
_MOST_CRASHES = 3


@dataclass(frozen=True)
class Fleet:
    """The instances of a service, by number. start_seconds: how long a start may take."""

    releases: Releases
    manager: ProcessManager
    instances: Sequence[int]
    start_seconds: float

    def list_outdated(self, release_id: str) -> list[int]:
        """Return the instances that do not run a release, or would not after a reboot."""
        return [
            instance
            for instance in self.instances
            if self._read_running_release(instance) != release_id
            or not self.manager.is_in_order(instance)
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
            raise self._go_back(touched, str(before), HostError(str(error), log)) from None

    def _go_back(self, touched: Sequence[int], before: str, error: HostError) -> HostError:
        """Restart instances into the release before, and return the error with the outcome of that."""
        for instance in touched:
            try:
                self._restart(instance, before)
            except HostError as second:
                # What still serves the new release is left alone: better than nothing.
                return HostError(f"{error}, and with the release before it: {second}", error.log)
        return HostError(f"{error}; the release before it serves again", error.log)

    def _restart(self, instance: int, release_id: str) -> None:
        """Restart an instance, whose unit lets running answers end first, and wait until it serves the release."""
        self.manager.restart(instance)
        address, port = self.releases.read_address(instance)

        def serves() -> bool:
            return self._read_running_release(instance) == release_id and is_ready(address, port)

        def has_ended() -> bool:
            return serves() or self.manager.count_crashes(instance) >= _MOST_CRASHES

        is_over = wait_until(has_ended, self.start_seconds)
        if not is_over or not serves():
            secrets = parse(self.releases.read(ENVIRONMENT)).values()
            reason = (
                f"ended {_MOST_CRASHES} times before it was ready"
                if is_over
                else f"did not become ready on {address}:{port} within {self.start_seconds:.0f} s"
            )
            raise HostError(
                f"instance {instance} {reason}", extract_last_lines(self.manager.read_log(instance), secrets)
            )

    def _read_running_release(self, instance: int) -> str | None:
        """Return the id of the release that the instance runs, read from its process; None if it does not run."""
        pid = self.manager.read_pid(instance)
        if not pid:
            return None
        try:
            block = Path(f"/proc/{pid}/environ").read_bytes().decode(errors="replace")
        except OSError:
            return None
        prefix = f"{VARIABLE}="
        return next((entry.removeprefix(prefix) for entry in block.split("\0") if entry.startswith(prefix)), None)
