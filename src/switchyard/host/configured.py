"""A service and the files it runs with: written together, and in force afterwards.

What is in force is asked of systemd and of the files' times, so that a run that was cut short is completed by the next.
"""

import grp
import json
import os
import pwd
import re
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import time
from typing import Literal

from .errors import HostError
from .log import tail

Effect = Literal["restart", "reload", "none"]
_STRENGTH: dict[Effect, int] = {"none": 0, "reload": 1, "restart": 2}
_UNITS = Path("/etc/systemd/system")
_MANAGER = "org.freedesktop.systemd1"


@dataclass(frozen=True)
class File:
    """A text at a path, and what the service needs when it changes."""

    path: Path
    content: str
    mode: int
    owner: str = "root"
    group: str = "root"
    effect: Effect = "restart"

    def is_there(self) -> bool:
        """Whether content, mode and owners are as wanted."""
        try:
            found = self.path.stat()
            same_text = self.path.read_text() == self.content
        except (OSError, UnicodeDecodeError):
            return False
        return same_text and found.st_mode & 0o7777 == self.mode and (found.st_uid, found.st_gid) == self._ids()

    def write(self) -> None:
        """Replace the file in one rename. Missing folders are made, open to everybody's eyes."""
        for folder in reversed([parent for parent in self.path.parents if not parent.exists()]):
            folder.mkdir()
            folder.chmod(0o755)  # Whatever umask root has.
        descriptor, name = tempfile.mkstemp(dir=self.path.parent, prefix=f".{self.path.name}-")
        try:
            with os.fdopen(descriptor, "w") as stream:
                stream.write(self.content)
                stream.flush()
                os.fsync(stream.fileno())
            os.chown(name, *self._ids())
            os.chmod(name, self.mode)  # noqa: PTH101 - beside chown, which has no Path method for ids
            os.replace(name, self.path)  # noqa: PTH105
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def _ids(self) -> tuple[int, int]:
        try:
            return pwd.getpwnam(self.owner).pw_uid, grp.getgrnam(self.group).gr_gid
        except KeyError as error:
            raise HostError(f"{self.path} is to belong to {self.owner}:{self.group}, but {error.args[0]}") from None


@dataclass(frozen=True)
class Before:
    """What stood in the place of a file: its text with mode and ids, or nothing."""

    path: Path
    text: str | None
    mode: int = 0
    uid: int = 0
    gid: int = 0

    @classmethod
    def of(cls, path: Path) -> "Before":
        """Remember a file."""
        try:
            found = path.stat()
            return cls(path, path.read_text(), found.st_mode & 0o7777, found.st_uid, found.st_gid)
        except FileNotFoundError:
            return cls(path, None)

    def restore(self) -> None:
        """Put it back."""
        if self.text is None:
            self.path.unlink(missing_ok=True)
            return
        self.path.write_text(self.text)
        os.chown(self.path, self.uid, self.gid)
        self.path.chmod(self.mode)


@dataclass(frozen=True)
class ConfiguredService:
    """A systemd unit with its files. `validate` is a command in which `{path}` stands for a file that it must accept."""

    unit: str
    files: Sequence[File]
    validate: Sequence[str] = ()
    validated: Path | None = None
    # A unit of the distribution's is enabled, or needs it not, by itself.
    enable: bool = True

    def different(self) -> list[File]:
        """The files that are not as wanted."""
        return [file for file in self.files if not file.is_there()]

    def due(self, different: Sequence[File]) -> Effect | Literal["start"]:
        """What it takes for the wanted files to be in force, once they are written."""
        state = self._state()
        if state["ActiveState"] != "active":
            return "start"
        effects: list[Effect] = [file.effect for file in different]
        if state["NeedDaemonReload"] == "yes":
            effects.append("restart")
        started, reloaded = self._times()
        for file in self.files:
            since = {"restart": started, "reload": max(started, reloaded)}.get(file.effect)
            if since is not None and file.path.exists() and file.path.stat().st_mtime > since:
                effects.append(file.effect)
        return max(effects, key=lambda effect: _STRENGTH[effect], default="none")

    def is_enabled(self) -> bool:
        """Whether it starts at boot; true of a unit that nobody is to enable."""
        return not self.enable or self._state()["UnitFileState"] == "enabled"

    def run(self) -> None:
        """Validate, write, and bring into force. Raises HostError; then the files and the service are as before."""
        different = self.different()
        effect = self.due(different)
        self._accepted()
        before = [Before.of(file.path) for file in different]
        was_active = self._state()["ActiveState"] == "active"
        try:
            for file in different:
                file.write()
            self._bring_into_force(effect)
        except (HostError, OSError) as error:
            raise self._taken_back(before, was_active, effect, error) from None

    def _accepted(self) -> None:
        """Ask the program whether it could run with the new file, before anything is written."""
        wanted = next((file for file in self.files if file.path == self.validated), None)
        if not self.validate or wanted is None or wanted.is_there():
            return
        with tempfile.TemporaryDirectory() as folder:
            trial = Path(folder, wanted.path.name)
            trial.write_text(wanted.content)
            command = [word.replace("{path}", str(trial)) for word in self.validate]
            done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)  # noqa: S603
            if done.returncode != 0:
                said = (done.stderr or done.stdout).replace(str(trial), str(wanted.path))
                raise HostError(f"{wanted.path} is refused by {self.validate[0]}; nothing was changed", tail(said, ()))

    def _bring_into_force(self, effect: Effect | Literal["start"]) -> None:
        if any(file.path.is_relative_to(_UNITS) or file.path.suffix == ".service" for file in self.files):
            _systemctl("daemon-reload")
        if self.enable and not self.is_enabled():
            _systemctl("enable", "--quiet", self.unit)
        if effect != "none":
            _systemctl("reset-failed", self.unit, may_fail=True)
            since = time()
            if not _systemctl(effect, self.unit, may_fail=True) or self._state()["ActiveState"] != "active":
                raise HostError(f"{self.unit} did not {effect}", self._said(since))

    def _taken_back(self, before: Sequence[Before], was_active: bool, effect: str, error: Exception) -> HostError:
        log = error.log if isinstance(error, HostError) else []
        for one in before:
            one.restore()
        _systemctl("daemon-reload", may_fail=True)
        if not was_active:
            _systemctl("stop", self.unit, may_fail=True)
            return HostError(f"{error}; its files are as before, and it does not run", log)
        again = effect if self._state()["ActiveState"] == "active" and effect != "none" else "restart"
        if effect == "none" or _systemctl(again, self.unit, may_fail=True):
            return HostError(f"{error}; it runs as before", log)
        return HostError(f"{error}, and with the files before: it does not start", log)

    def _state(self) -> dict[str, str]:
        wanted = "ActiveState,UnitFileState,NeedDaemonReload"
        lines = _run(["systemctl", "show", "-p", wanted, self.unit]).splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line)

    def _times(self) -> tuple[float, float]:
        """When the main process was started and last told to reload, in seconds since 1970; systemctl rounds them."""
        path = (
            f"/org/freedesktop/systemd1/unit/{re.sub('[^A-Za-z0-9]', lambda found: f'_{ord(found[0]):02x}', self.unit)}"
        )
        asked = ["busctl", "--json=short", "get-property", _MANAGER, path, f"{_MANAGER}.Service"]
        started, reloads = _run([*asked, "ExecMainStartTimestamp", "ExecReload"]).splitlines()
        # (path, argv, ignore failure, start, start monotonic, stop, stop monotonic, pid, code, status)
        reloaded = max((command[3] for command in json.loads(reloads)["data"]), default=0)
        return json.loads(started)["data"] / 1e6, reloaded / 1e6

    def _said(self, since: float) -> list[str]:
        command = ["journalctl", "-u", self.unit, "--since", f"@{since:.0f}", "-n", "40", "-o", "cat", "--no-pager"]
        return tail(_run(command, may_fail=True), ())


def _systemctl(*words: str, may_fail: bool = False) -> bool:
    """Whether it did; raises HostError when it must not fail."""
    done = subprocess.run(["systemctl", *words], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)  # noqa: S603, S607
    if done.returncode != 0 and not may_fail:
        raise HostError(f"'systemctl {' '.join(words)}' failed", (done.stderr or done.stdout).splitlines())
    return done.returncode == 0


def _run(command: Sequence[str], *, may_fail: bool = False) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)  # noqa: S603
    if done.returncode != 0 and not may_fail:
        raise HostError(f"'{' '.join(command)}' failed", (done.stderr or done.stdout).splitlines())
    return done.stdout
