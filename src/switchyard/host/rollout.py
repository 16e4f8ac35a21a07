"""A rollout: what is wanted is compared with what is there, proven, and put in place one instance at a time."""

import fcntl
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .candidate import prove
from .envfile import parse
from .errors import HostError
from .http import is_ready, wait_until
from .log import tail
from .managers import Manager
from .releases import ENVIRONMENT, VARIABLE, Release, Releases

_KEPT_RELEASES = 3


@dataclass(frozen=True)
class Rollout:
    """One release for all instances of one service on this host; instances are numbers. Times are seconds."""

    releases: Releases
    release: Release
    manager: Manager
    instances: Sequence[int]
    home: str
    expected: Collection[str]
    start_seconds: float

    def is_new(self) -> bool:
        """Whether the files of the current release differ from what is wanted."""
        return (
            self.releases.current != self.release.id
            or self.releases.runtime() != self.release.runtime
            or any(self.releases.read(name) != file.text for name, file in self.release.everything().items())
        )

    def outdated(self) -> list[int]:
        """The instances that do not run the wanted release, or would not after a reboot."""
        return [
            instance
            for instance in self.instances
            if self._running_release(instance) != self.release.id or not self.manager.in_order(instance)
        ]

    def surplus(self) -> list[int]:
        """The numbers of instances that are there and not wanted any more."""
        return self.manager.others(self.instances)

    def run(self) -> None:
        """Prove, switch, restart what is outdated. Raises HostError; what served before then serves again."""
        self.releases.prepare()
        with _lock(self.releases.root):
            previous = self.releases.current
            is_new = self.is_new()
            # Instances that were restarted after an edit by hand run the edit, under the id of this very release.
            edited = is_new and previous == self.release.id
            if is_new:
                staged = self.releases.stage(self.release)
                self._prove(staged)
                self.releases.accept(staged, self.release)
                self.releases.activate(self.release.id)
            for instance in self.instances if edited else self.outdated():
                try:
                    self._restart(instance, self.release.id)
                except HostError as error:
                    raise self._taken_back(instance, previous, error) from None
            for number in self.surplus():
                self.manager.remove(number)
            self.releases.prune(_KEPT_RELEASES)

    def _prove(self, staged: Path) -> None:
        try:
            prove(
                staged,
                home=self.home,
                owner=self.releases.owner,
                expected=self.expected,
                seconds=self.start_seconds,
            )
        except HostError as error:
            raise HostError(f"{error}; what served before still serves", error.log) from None

    def _taken_back(self, instance: int, previous: str | None, error: HostError) -> HostError:
        """Let the previous release serve again; the error, with what came of that."""
        if previous is None or previous == self.release.id:
            return HostError(f"{error}, and there is no release before it to go back to", error.log)
        self.releases.activate(previous)
        try:
            self._restart(instance, previous)
        except HostError as second:
            return HostError(f"{error}, and with the release before it: {second}", error.log)
        return HostError(f"{error}; the release before it serves again", error.log)

    def _restart(self, instance: int, release_id: str) -> None:
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


@contextmanager
def _lock(root: Path) -> Iterator[None]:
    """One rollout at a time on a host; the lock goes with the process that holds it."""
    with (root / ".lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise HostError(f"another rollout holds {root}/.lock; wait for it and run again") from None
        yield
