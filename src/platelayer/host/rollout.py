"""A rollout: a release is compared with the current one, proven, and put in place one instance at a time."""

import fcntl
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .candidate import probe, prove
from .errors import HostError
from .fleet import Fleet
from .releases import Release

_KEPT_RELEASES = 3


@dataclass(frozen=True)
class Rollout:
    """One release for all instances of a fleet. expected: the models that it must list."""

    fleet: Fleet
    release: Release
    home: str
    expected: Collection[str]

    def is_new(self) -> bool:
        """Tell whether the files of the current release differ from the wanted one."""
        releases = self.fleet.releases
        return (
            releases.current != self.release.id
            or releases.read_runtime() != self.release.runtime
            or any(releases.read(name) != file.text for name, file in self.release.build_files().items())
        )

    def list_outdated(self) -> list[int]:
        """Return the instances that do not run the wanted release."""
        return self.fleet.list_outdated(self.release.id)

    def list_surplus(self) -> list[int]:
        """Return the numbers of instances that are there and no longer wanted."""
        return self.fleet.manager.list_others(self.fleet.instances)

    def run(self) -> None:
        """Prove, switch, restart what is outdated. Raises HostError; what served before then serves again."""
        releases = self.fleet.releases
        with lock_releases(releases.root):
            releases.prepare()
            is_new = self.is_new()
            # Instances that were restarted after an edit by hand run the edit, under the id of this very release.
            edited = is_new and releases.current == self.release.id
            if is_new:
                staged = releases.stage(self.release)
                self._prove(staged)
                releases.accept(staged, self.release)
            self.fleet.switch(self.release.id, self.fleet.instances if edited else self.list_outdated())
            for number in self.list_surplus():
                self.fleet.manager.remove(number)
            try:
                releases.prune(_KEPT_RELEASES)
            except OSError as error:
                raise HostError(f"the release serves, but an old one cannot be removed: {error}") from None

    def _prove(self, staged: Path) -> None:
        try:
            prove(
                staged,
                home=self.home,
                owner=self.fleet.releases.owner,
                expected=self.expected,
                seconds=self.fleet.start_seconds,
            )
        except HostError as error:
            raise HostError(f"{error}; what served before still serves", error.log) from None


@dataclass(frozen=True)
class Rollback:
    """A return to the release that served before the current one. It was proven then, so it needs no candidate."""

    fleet: Fleet
    home: str

    def find_target(self) -> str:
        """Return the id of the release before. Raises HostError if there is none, or its program is gone."""
        releases = self.fleet.releases
        previous = releases.previous
        if previous is None or previous == releases.current:
            raise HostError(f"there is no release before the current one in {releases.root}; nothing was changed")
        if not releases.is_complete(previous):
            raise HostError(
                f"the release before, {previous}, lacks its files or its LiteLLM; deploy what you want with site.yml"
            )
        return previous

    def run(self) -> None:
        """Switch, and restart one by one. Raises HostError; then the current release serves again."""
        releases = self.fleet.releases
        with lock_releases(releases.root):
            target = self.find_target()
            try:
                # A password may have changed since.
                probe(releases.get_folder(target), home=self.home, owner=releases.owner)
            except HostError as error:
                raise HostError(f"{error}; what served before still serves", error.log) from None
            self.fleet.switch(target, self.fleet.instances)


@contextmanager
def lock_releases(root: Path) -> Iterator[None]:
    """Allow one change at a time on a host; the lock ends with the process that holds it. Raises HostError.

    An error of the disk is raised as HostError too.
    """
    try:
        root.mkdir(parents=True, exist_ok=True)
        with (root / ".lock").open("w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise HostError(f"another rollout holds {root}/.lock; wait for it and run again") from None
            yield
    except OSError as error:
        raise HostError(
            f"{error.filename or root}: {error.strerror}; make room or put it right, and run again. "
            "What served before still serves"
        ) from None
