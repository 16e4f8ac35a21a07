"""Releases: one folder per configuration that was proven to start, and the link `current` to the one that serves.

    /etc/litellm/
      current -> releases/3f2a9c01d4e5
      releases/3f2a9c01d4e5/{config.yaml,env,release.env,switchyard_hooks.py,runtime -> /opt/litellm/1.106.2}

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
# A second environment file: where the instances listen, and by which release a running one was started.
IDENTITY = "release.env"
VARIABLE = "SWITCHYARD_RELEASE"
ADDRESS = "SWITCHYARD_ADDRESS"
BASE_PORT = "SWITCHYARD_BASE_PORT"


@dataclass(frozen=True)
class File:
    """Text with a mode; a private one belongs to the service's user, the others to root and the service's group."""

    text: str
    mode: int
    private: bool = False


@dataclass(frozen=True)
class Release:
    """Everything an instance is started with: files by name, LiteLLM's folder, where to listen, and what else matters.

    Instance N listens on `base_port` plus N. A changed `fingerprint` causes a restart; `header` begins each file.
    """

    files: Mapping[str, File]
    runtime: str
    address: str
    base_port: int
    fingerprint: str = ""
    header: str = ""

    @property
    def id(self) -> str:
        """Twelve hex digits that change with any of it."""
        files = sorted((name, file.text) for name, file in self.files.items())
        content = [files, self.runtime, self.address, self.base_port, self.fingerprint]
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
    """The folder of releases of one service."""

    root: Path
    owner: Owner = field(default_factory=Owner)

    @property
    def current(self) -> str | None:
        """The id of the release that serves, or None before the first."""
        try:
            return (self.root / "current").readlink().name
        except OSError:
            return None

    def path(self, release_id: str) -> Path:
        """The folder of a release."""
        return self.root / "releases" / release_id

    def read(self, name: str) -> str:
        """A file of the current release; empty when there is none."""
        try:
            return (self.root / "current" / name).read_text()
        except OSError:
            return ""

    def place(self, instance: int) -> tuple[str, int]:
        """The address and port on which an instance of the current release listens."""
        variables = parse(self.read(IDENTITY))
        return variables[ADDRESS], int(variables[BASE_PORT]) + instance

    def runtime(self) -> str:
        """Where the current release's `runtime` leads; empty when there is none."""
        try:
            return str((self.root / "current" / RUNTIME).readlink())
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

    def activate(self, release_id: str) -> None:
        """Let `current` lead to a release, atomically."""
        link = self.root / ".current-new"
        link.unlink(missing_ok=True)
        link.symlink_to(Path("releases") / release_id)
        link.replace(self.root / "current")

    def prune(self, keep: int) -> None:
        """Remove all but the current and the `keep` newest others, and what an interrupted run left."""
        folders = [entry for entry in (self.root / "releases").iterdir() if entry.is_dir()]
        finished = [entry for entry in folders if not entry.name.startswith(".") and entry.name != self.current]
        finished.sort(key=lambda entry: entry.stat().st_mtime, reverse=True)
        for entry in [*finished[keep:], *(entry for entry in folders if entry.name.startswith("."))]:
            shutil.rmtree(entry)

    def _own(self, path: Path, *, private: bool) -> None:
        if self.owner.uid is not None and self.owner.gid is not None:
            os.chown(path, self.owner.uid if private else 0, self.owner.gid)
