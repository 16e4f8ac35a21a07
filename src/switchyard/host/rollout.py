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
class Instance:
    """One process: its number and the port it listens on."""

    number: int
    port: int


@dataclass(frozen=True)
class Rollout:
    """One release for all instances of one service on this host. Times are seconds."""

    releases: Releases
    release: Release
    manager: Manager
    instances: Sequence[Instance]
    address: str
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

    def outdated(self) -> list[Instance]:
        """The instances that do not run the wanted release, or would not after a reboot."""
        return [
            instance
            for instance in self.instances
            if self._running_release(instance) != self.release.id or not self.manager.in_order(instance.number)
        ]

    def surplus(self) -> list[int]:
        """The numbers of instances that are there and not wanted any more."""
        return self.manager.others({instance.number for instance in self.instances})

    def run(self) -> None:
        """Prove, switch, restart what is outdated. Raises HostError; what served before then serves again."""
        self.releases.prepare()
        with _lock(self.releases.root):
            previous = self.releases.current
            # Instances that were restarted after an edit by hand run the edit, under the id of this very release.
            edited = previous == self.release.id and self.is_new()
            if self.is_new():
                staged = self.releases.stage(self.release)
                prove(
                    staged,
                    home=self.home,
                    owner=self.releases.owner,
                    expected=self.expected,
                    seconds=self.start_seconds,
                )
                self.releases.accept(staged, self.release)
                self.releases.activate(self.release.id)
            for instance in self.instances if edited else self.outdated():
                try:
                    self._restart(instance, self.release.id)
                except HostError:
                    if previous is not None and previous != self.release.id:
                        self.releases.activate(previous)
                        self._restart(instance, previous)
                    raise
            for number in self.surplus():
                self.manager.remove(number)
            self.releases.prune(_KEPT_RELEASES)

    def _restart(self, instance: Instance, release_id: str) -> None:
        self.manager.restart(instance.number)

        def serves() -> bool:
            return self._running_release(instance) == release_id and is_ready(self.address, instance.port)

        if not wait_until(serves, self.start_seconds):
            secrets = parse(self.releases.read(ENVIRONMENT)).values()
            raise HostError(
                f"instance {instance.number} did not become ready on {self.address}:{instance.port} "
                f"within {self.start_seconds:.0f} s",
                tail(self.manager.log(instance.number), secrets),
            )

    def _running_release(self, instance: Instance) -> str | None:
        """What the instance itself was started with, read from its process: no notification can be lost."""
        pid = self.manager.pid(instance.number)
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
