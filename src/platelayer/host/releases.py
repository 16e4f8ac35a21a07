"""Releases: one folder per configuration that was proven to start, and the link `current` to the one that serves.

    /etc/litellm/
      current -> releases/3f2a9c01d4e5
      previous -> releases/90ab12cd34ef
      releases/3f2a9c01d4e5/{config.yaml,env,release.env,…,runtime -> /opt/litellm/1.106.2-41c3d2}

Switching is one atomic rename of the link, whatever changed: settings, secrets, hooks or LiteLLM's version.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..atomic_file import write_file
from .environment_file import parse, render

ENVIRONMENT = "env"
# How the names of secret files end that are no variables.
CREDENTIALS = ".credentials.json"
RUNTIME = "runtime"
# The program of the release that starts LiteLLM.
LAUNCHER = "platelayer_launcher.py"
# A program of the release that says what the candidate itself would not; it may be missing.
PROBE = "platelayer_probe.py"
# Made last in a folder of the program, by the role.
INSTALLED = ".installed"
# A second environment file: where the instances listen, and by which release a running one was started.
IDENTITY = "release.env"
VARIABLE = "PLATELAYER_RELEASE"
ADDRESS = "PLATELAYER_ADDRESS"
BASE_PORT = "PLATELAYER_BASE_PORT"


@dataclass(frozen=True)
class ReleaseFile:
    """Text with a mode; a private one belongs to the service's user, the others to root and the service's group."""

    text: str
    mode: int
    private: bool = False


@dataclass(frozen=True)
class Release:
    """Everything an instance is started with: files by name, LiteLLM's folder, and where to listen.

    Instance N listens on `base_port` plus N. `header` begins each file.
    """

    files: Mapping[str, ReleaseFile]
    runtime: str
    address: str
    base_port: int
    header: str = ""

    @property
    def id(self) -> str:
        """Return twelve hex digits that change with any of it."""
        files = sorted((name, file.text) for name, file in self.files.items())
        content = [files, self.runtime, self.address, self.base_port]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:12]

    def build_files(self) -> dict[str, ReleaseFile]:
        """Return the files by name, with the one that tells instances which release they run."""
        variables = {VARIABLE: self.id, ADDRESS: self.address, BASE_PORT: str(self.base_port)}
        return {**self.files, IDENTITY: ReleaseFile(render(variables, self.header), 0o640)}


@dataclass(frozen=True)
class ServiceOwner:
    """The ids of the service's user and group; None leaves ownership alone, as an ordinary user must."""

    uid: int | None = None
    gid: int | None = None


@dataclass
class Releases:
    """The folder of releases of one service.

    `definition` is where the process manager reads what the service is; its text is the current release's file of the
    same name, so that a release that is taken back takes its unit along.
    """

    root: Path
    owner: ServiceOwner = field(default_factory=ServiceOwner)
    definition: Path | None = None

    @property
    def current(self) -> str | None:
        """Return the id of the release that serves, or None before the first."""
        return self._read_link("current")

    @property
    def previous(self) -> str | None:
        """Return the id of the release that served before it, or None."""
        return self._read_link("previous")

    def get_folder(self, release_id: str) -> Path:
        """Return the folder of a release."""
        return self.root / "releases" / release_id

    def read(self, name: str, of: Path | None = None) -> str:
        """Return the text of a file of the current release, or of another folder; empty if there is none."""
        try:
            return ((of or self.root / "current") / name).read_text()
        except OSError:
            return ""

    def read_address(self, instance: int) -> tuple[str, int]:
        """Return the address and port on which an instance of the current release listens."""
        variables = parse(self.read(IDENTITY))
        return variables[ADDRESS], int(variables[BASE_PORT]) + instance

    def read_runtime(self, of: Path | None = None) -> str:
        """Return the target of `runtime` in the current release, or in another folder; empty if there is none."""
        try:
            return str(((of or self.root / "current") / RUNTIME).readlink())
        except OSError:
            return ""

    def prepare(self) -> None:
        """Create the folders, closed to everybody but the service."""
        for folder in (self.root, self.root / "releases"):
            folder.mkdir(parents=True, exist_ok=True)
            self._set_owner(folder)
            folder.chmod(0o750)

    def stage(self, release: Release) -> Path:
        """Write a release into a folder of its own, which nothing uses yet."""
        folder = self.get_folder(f".staged-{release.id}")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        self._set_owner(folder)
        folder.chmod(0o750)
        for name, file in release.build_files().items():
            write_file(folder / name, file.text.encode(), mode=file.mode, ids=self._get_ids(private=file.private))
        (folder / RUNTIME).symlink_to(release.runtime)
        return folder

    def accept(self, staged: Path, release: Release) -> None:
        """Give a proven folder its name. A folder of that name is the same release, perhaps edited by hand: it goes."""
        target = self.get_folder(release.id)
        if target.exists():
            aside = target.with_name(f".edited-{release.id}")
            shutil.rmtree(aside, ignore_errors=True)
            target.rename(aside)
            staged.rename(target)
            shutil.rmtree(aside)
        else:
            staged.rename(target)

    def point(self, *, current: str, previous: str | None) -> None:
        """Let `current` lead to the release that is to serve, atomically, and `previous` to the one to go back to."""
        if previous is None:
            (self.root / "previous").unlink(missing_ok=True)
        else:
            self._set_link("previous", previous)
        self._set_link("current", current)
        self.define()

    def is_defined(self) -> bool:
        """Tell whether the process manager reads the current release's definition; True if the release has none."""
        wanted = self._read_wanted_definition()
        try:
            return wanted is None or (self.definition is not None and self.definition.read_text() == wanted)
        except OSError:
            return False

    def define(self) -> None:
        """Give the process manager the current release's definition."""
        wanted = self._read_wanted_definition()
        if wanted is None or self.definition is None or self.is_defined():
            return
        write_file(self.definition, wanted.encode(), mode=0o644)

    def _read_wanted_definition(self) -> str | None:
        return None if self.definition is None else self.read(self.definition.name) or None

    def is_complete(self, release_id: str) -> bool:
        """Tell whether a release and the program it runs are there."""
        folder = self.get_folder(release_id)
        return all((folder / name).exists() for name in (ENVIRONMENT, IDENTITY, f"{RUNTIME}/bin"))

    def prune(self, keep: int) -> None:
        """Remove all but the current release and `keep` others, and what an interrupted run left.

        The previous one is kept before newer ones. With them go the versions of the program that no release refers
        to any more.
        """
        folders = [entry for entry in (self.root / "releases").iterdir() if entry.is_dir()]
        finished = [entry for entry in folders if not entry.name.startswith(".")]
        others = [entry for entry in finished if entry.name != self.current]
        others.sort(key=lambda entry: (entry.name == self.previous, entry.stat().st_mtime), reverse=True)
        gone = [*others[keep:], *(entry for entry in folders if entry.name.startswith("."))]
        for entry in gone:
            shutil.rmtree(entry)
        used = {(entry / RUNTIME).readlink() for entry in finished if entry not in gone}
        for home in {runtime.parent for runtime in used}:
            for runtime in home.iterdir():
                if runtime not in used and (runtime / INSTALLED).exists():
                    # The mark first: what is half gone must not count as installed.
                    (runtime / INSTALLED).unlink()
                    shutil.rmtree(runtime)

    def _read_link(self, link: str) -> str | None:
        try:
            return (self.root / link).readlink().name
        except OSError:
            return None

    def _set_link(self, name: str, release_id: str) -> None:
        link = self.root / f".{name}-new"
        link.unlink(missing_ok=True)
        link.symlink_to(Path("releases") / release_id)
        link.replace(self.root / name)

    def _get_ids(self, *, private: bool) -> tuple[int, int] | None:
        """Return the ids of user and group for a file or folder; None leaves them alone."""
        if self.owner.uid is None or self.owner.gid is None:
            return None
        return (self.owner.uid if private else 0), self.owner.gid

    def _set_owner(self, folder: Path) -> None:
        if ids := self._get_ids(private=False):
            os.chown(folder, *ids)
