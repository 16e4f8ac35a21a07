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

from .envfile import parse, render

ENVIRONMENT = "env"
RUNTIME = "runtime"
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
class File:
    """Text with a mode; a private one belongs to the service's user, the others to root and the service's group."""

    text: str
    mode: int
    private: bool = False


@dataclass(frozen=True)
class Release:
    """Everything an instance is started with: files by name, LiteLLM's folder, and where to listen.

    Instance N listens on `base_port` plus N. `header` begins each file.
    """

    files: Mapping[str, File]
    runtime: str
    address: str
    base_port: int
    header: str = ""

    @property
    def id(self) -> str:
        """Twelve hex digits that change with any of it."""
        files = sorted((name, file.text) for name, file in self.files.items())
        content = [files, self.runtime, self.address, self.base_port]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:12]

    def everything(self) -> dict[str, File]:
        """The files, and the one that tells instances who they are."""
        variables = {VARIABLE: self.id, ADDRESS: self.address, BASE_PORT: str(self.base_port)}
        return {**self.files, IDENTITY: File(render(variables, self.header), 0o640)}


@dataclass(frozen=True)
class Owner:
    """Numeric ids; None leaves ownership alone, as an ordinary user must."""

    uid: int | None = None
    gid: int | None = None


@dataclass
class Releases:
    """The folder of releases of one service.

    `definition` is where the process manager reads what the service is; its text is the current release's file of the
    same name, so that a release that is taken back takes its unit along.
    """

    root: Path
    owner: Owner = field(default_factory=Owner)
    definition: Path | None = None

    @property
    def current(self) -> str | None:
        """The id of the release that serves, or None before the first."""
        return self._led_to("current")

    @property
    def previous(self) -> str | None:
        """The id of the release that served before it, or None."""
        return self._led_to("previous")

    def path(self, release_id: str) -> Path:
        """The folder of a release."""
        return self.root / "releases" / release_id

    def read(self, name: str, of: Path | None = None) -> str:
        """A file of the current release, or of another; empty when there is none."""
        try:
            return ((of or self.root / "current") / name).read_text()
        except OSError:
            return ""

    def place(self, instance: int) -> tuple[str, int]:
        """The address and port on which an instance of the current release listens."""
        variables = parse(self.read(IDENTITY))
        return variables[ADDRESS], int(variables[BASE_PORT]) + instance

    def runtime(self, of: Path | None = None) -> str:
        """Where the current release's `runtime` leads, or another's; empty when there is none."""
        try:
            return str(((of or self.root / "current") / RUNTIME).readlink())
        except OSError:
            return ""

    def prepare(self) -> None:
        """Make the folders, closed to everybody but the service."""
        for folder in (self.root, self.root / "releases"):
            folder.mkdir(parents=True, exist_ok=True)
            self._own(folder, private=False)
            folder.chmod(0o750)

    def stage(self, release: Release) -> Path:
        """Write a release into a folder of its own, which nothing uses yet."""
        folder = self.path(f".staged-{release.id}")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        self._own(folder, private=False)
        folder.chmod(0o750)
        for name, file in release.everything().items():
            path = folder / name
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
                stream.write(file.text)
                stream.flush()
                os.fsync(stream.fileno())
            self._own(path, private=file.private)
            path.chmod(file.mode)
        (folder / RUNTIME).symlink_to(release.runtime)
        return folder

    def accept(self, staged: Path, release: Release) -> None:
        """Give a proven folder its name. A folder of that name is the same release, perhaps edited by hand: it goes."""
        target = self.path(release.id)
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
            self._lead("previous", previous)
        self._lead("current", current)
        self.define()

    def is_defined(self) -> bool:
        """Whether the process manager reads the current release's definition; one without says nothing about it."""
        wanted = self._wanted_definition()
        try:
            return wanted is None or (self.definition is not None and self.definition.read_text() == wanted)
        except OSError:
            return False

    def define(self) -> None:
        """Give the process manager the current release's definition."""
        wanted = self._wanted_definition()
        if wanted is None or self.definition is None or self.is_defined():
            return
        fresh = self.definition.with_name(f".{self.definition.name}-new")
        fresh.write_text(wanted)
        fresh.chmod(0o644)
        fresh.replace(self.definition)

    def _wanted_definition(self) -> str | None:
        return None if self.definition is None else self.read(self.definition.name) or None

    def is_complete(self, release_id: str) -> bool:
        """Whether a release and the program it runs are there."""
        folder = self.path(release_id)
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

    def _led_to(self, link: str) -> str | None:
        try:
            return (self.root / link).readlink().name
        except OSError:
            return None

    def _lead(self, name: str, release_id: str) -> None:
        link = self.root / f".{name}-new"
        link.unlink(missing_ok=True)
        link.symlink_to(Path("releases") / release_id)
        link.replace(self.root / name)

    def _own(self, path: Path, *, private: bool) -> None:
        if self.owner.uid is not None and self.owner.gid is not None:
            os.chown(path, self.owner.uid if private else 0, self.owner.gid)
