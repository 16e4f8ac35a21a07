"""A service and the files it runs with: written together, and in force afterwards.

What is in force is asked of systemd and of the files' times, so that a run that was cut short is completed by the next.
"""

import grp
import os
import pwd
import re
import stat
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep, time
from typing import Literal

from .errors import HostError
from .log import tail

Effect = Literal["restart", "reload", "none"]
Due = Effect | Literal["start"]
_STRENGTH: dict[Effect, int] = {"none": 0, "reload": 1, "restart": 2}
_UNITS = (".service", ".socket", ".timer", ".path", ".target", ".mount")
# For so many seconds a service must stay up before it is believed: `systemctl restart` is content with less.
_STEADY = 1.0
# What validates a file may take so long.
_VALIDATION_SECONDS = 60


@dataclass(frozen=True)
class File:
    """A text at a path, and what the service needs when it changes. What `hidden` matches is not to be shown."""

    path: Path
    content: str
    mode: int
    owner: str = "root"
    group: str = "root"
    effect: Effect = "restart"
    hidden: str = ""

    def is_there(self) -> bool:
        """Whether content, mode and owners are as wanted."""
        return self.has_text() and self.attributes() == {"mode": self.mode, "owner": self.owner, "group": self.group}

    def has_text(self) -> bool:
        """Whether a file with this content is there, and no link to one."""
        try:
            return not self.path.is_symlink() and self.path.read_bytes() == self.content.encode()
        except OSError:
            return False

    def attributes(self) -> dict[str, str | int]:
        """Mode, owner and group of what is there; an owner without a name is told by number."""
        found = self.path.stat()
        names: list[str] = []
        for number, name_of in ((found.st_uid, _user_name), (found.st_gid, _group_name)):
            try:
                names.append(name_of(number))
            except KeyError:
                names.append(str(number))
        return {"mode": stat.S_IMODE(found.st_mode), "owner": names[0], "group": names[1]}

    def shown(self, text: str, instead: str = "********") -> str:
        """A text of or about this file, without its secrets."""
        return re.sub(self.hidden, instead, text) if self.hidden else text

    def staged(self) -> Path:
        """Everything but the last step: the finished file, beside its place."""
        try:
            ids = pwd.getpwnam(self.owner).pw_uid, grp.getgrnam(self.group).gr_gid
        except KeyError as error:
            raise HostError(
                f"{self.path} is to belong to {self.owner}:{self.group}, but {str(error.args[0]).split(': ')[-1]} "
                "is not on this host"
            ) from None
        return _staged(self.path, self.content.encode(), self.mode, ids)


@dataclass(frozen=True)
class Before:
    """What stood in the place of a file: its bytes with mode and ids, a link, or nothing."""

    path: Path
    content: bytes | None = None
    mode: int = 0
    ids: tuple[int, int] = (0, 0)
    link: Path | None = None

    @classmethod
    def of(cls, path: Path) -> "Before":
        """Remember a file."""
        try:
            if path.is_symlink():
                return cls(path, link=path.readlink())
            found = path.stat()
            return cls(path, path.read_bytes(), stat.S_IMODE(found.st_mode), (found.st_uid, found.st_gid))
        except FileNotFoundError:
            return cls(path)
        except OSError as error:
            raise HostError(f"{path} cannot be replaced, {error.strerror}; move away what is there") from None

    def restore(self) -> None:
        """Put it back."""
        if self.content is not None:
            _staged(self.path, self.content, self.mode, self.ids).replace(self.path)
            return
        self.path.unlink(missing_ok=True)
        if self.link is not None:
            self.path.symlink_to(self.link)


@dataclass(frozen=True)
class State:
    """What systemd says of a unit; times in seconds since 1970."""

    active: str
    enabled: str
    stale: bool
    started: float
    loaded: float
    restarts: int

    @property
    def is_up(self) -> bool:
        """Whether it runs, be it that it just reads its configuration anew."""
        return self.active in ("active", "reloading", "refreshing")

    @property
    def is_off(self) -> bool:
        """Whether nothing tries to run it."""
        return self.active in ("inactive", "failed")


@dataclass(frozen=True)
class ConfiguredService:
    """A systemd unit with its files. `validate` is a command that must accept the one at `validated`, its `{path}`."""

    unit: str
    files: Sequence[File]
    validate: Sequence[str] = ()
    validated: Path | None = None
    # A unit of the distribution's is enabled, or needs it not, by itself.
    enable: bool = True

    def different(self) -> list[File]:
        """The files that are not as wanted."""
        return [file for file in self.files if not file.is_there()]

    def due(self, different: Sequence[File]) -> Due:
        """What it takes for the wanted files to be in force, once they are written."""
        return self._due(different, self.state())

    def is_enabled(self) -> bool:
        """Whether it starts at boot; true of a unit that nobody is to enable."""
        return not self.enable or self.state().enabled == "enabled"

    def run(self) -> None:
        """Validate, write, and bring into force. Raises HostError; then the files and the service are as before."""
        different, state = self.different(), self.state()
        effect = self._due(different, state)
        self._accepted()
        before = [Before.of(file.path) for file in different]
        made: list[Path] = []
        staged = _staged_all(different, made)
        try:
            for finished, path in staged:
                finished.replace(path)
            self._bring_into_force(effect, different, state)
        except (HostError, OSError) as error:
            raise self._taken_back(before, made, state, effect, error) from None
        finally:
            _removed(staged)

    def state(self) -> State:
        """Ask systemd; a unit that it does not know is inactive."""
        wanted = (
            "ActiveState,UnitFileState,NeedDaemonReload,ReloadResult,NRestarts,"
            "ExecMainStartTimestamp,InactiveExitTimestamp,ActiveEnterTimestamp,StateChangeTimestamp"
        )
        done = _systemctl("show", "--timestamp=us+utc", "-p", wanted, self.unit)
        found = dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)
        started, begun, up, changed = (
            _seconds(found.get(f"{name}Timestamp", ""))
            for name in ("ExecMainStart", "InactiveExit", "ActiveEnter", "StateChange")
        )
        # Only a timer and the like has no main process.
        started = started or begun
        # Once a unit is up, a reload is what changes its state. (The times of ExecReload= are lost at daemon-reload.)
        reloaded = changed if changed > up and found.get("ReloadResult", "success") == "success" else 0
        return State(
            active=found["ActiveState"],
            enabled=found["UnitFileState"],
            stale=found["NeedDaemonReload"] == "yes",
            started=started,
            loaded=max(started, reloaded),
            restarts=int(found.get("NRestarts", "0")),
        )

    def _due(self, different: Sequence[File], state: State) -> Due:
        return self._outdated(different, state) if state.is_up else "start"

    def _outdated(self, different: Sequence[File], state: State) -> Effect:
        effects: list[Effect] = [file.effect for file in different]
        if state.stale and any(_is_definition(file.path) for file in self.files):
            effects.append("restart")
        for file in self.files:
            since = {"restart": state.started, "reload": state.loaded}.get(file.effect)
            # The time of the inode: a file moved into its place keeps an older time of its content.
            if since is not None and file.path.exists() and file.path.stat().st_ctime > since:
                effects.append(file.effect)
        return max(effects, key=lambda effect: _STRENGTH[effect], default="none")

    def _accepted(self) -> None:
        """Ask the program whether it could run with the new file, before anything is written."""
        wanted = next((file for file in self.files if file.path == self.validated), None)
        if not self.validate or wanted is None or wanted.is_there():
            return
        with tempfile.TemporaryDirectory() as folder:
            trial = Path(folder, wanted.path.name)
            trial.write_bytes(wanted.content.encode())
            command = [word.replace("{path}", str(trial)) for word in self.validate]
            try:
                done = _run(command, cwd=folder, timeout=_VALIDATION_SECONDS)
            except OSError as error:
                raise HostError(f"{wanted.path} cannot be judged; nothing was changed", [str(error)]) from None
            except subprocess.TimeoutExpired:
                raise HostError(
                    f"{wanted.path} was not judged within {_VALIDATION_SECONDS} s; nothing was changed"
                ) from None
            if done.returncode != 0:
                said = (done.stderr.strip() or done.stdout).replace(str(trial), str(wanted.path))
                raise HostError(f"{wanted.path} is refused; nothing was changed", tail(wanted.shown(said), ()))

    def _bring_into_force(self, effect: Due, different: Sequence[File], state: State) -> None:
        if state.stale or effect in ("start", "restart") or any(_is_definition(file.path) for file in different):
            _systemctl("daemon-reload")
        if effect != "none":
            self._do(effect, state)
        # Last, so that what does not come up is not tried at every boot.
        if not self.is_enabled():
            _systemctl("enable", "--quiet", self.unit)
            if not self.is_enabled():
                raise HostError(f"{self.unit} cannot be enabled; its [Install] names nothing that wants it")

    def _do(self, effect: Due, state: State) -> None:
        since = time()
        restarts = state.restarts
        if effect == "reload":
            done = _systemctl("reload", self.unit, may_fail=True)
        else:
            # A unit that failed too often is not started otherwise; it counts its restarts from zero again.
            _systemctl("reset-failed", self.unit, may_fail=True)
            restarts = 0
            # Also for a first start: one that is on its way would go on with the files before.
            done = _systemctl("restart", self.unit, may_fail=True)
        if done.returncode != 0 or not self._stays_up(restarts):
            raise HostError(f"{self.unit} did not {effect}", self._said(since) or tail(done.stderr, ()))

    def _stays_up(self, restarts: int) -> bool:
        steady = None
        while steady is None or monotonic() < steady:
            state = self.state()
            if not state.is_up or state.restarts != restarts:
                return False
            if steady is None and state.active == "active":
                steady = monotonic() + _STEADY
            sleep(_STEADY / 5)
        return True

    def _taken_back(
        self, before: Sequence[Before], made: Sequence[Path], state: State, effect: Due, error: Exception
    ) -> HostError:
        log = error.log if isinstance(error, HostError) else []
        if not before:
            return HostError(f"{error}; its files were there already, so there is nothing to go back to", log)
        if state.is_off:
            # While systemd still knows what it is.
            _systemctl("stop", self.unit, may_fail=True)
        try:
            for one in before:
                one.restore()
            for folder in reversed(made):
                folder.rmdir()
        except OSError as trouble:
            return HostError(f"{error}, and what was there before could not be put back: {trouble}", log)
        _systemctl("daemon-reload", may_fail=True)
        if state.is_off:
            _systemctl("reset-failed", self.unit, may_fail=True)
            return HostError(f"{error}; its files are as before, and it does not run", log)
        if effect == "none":
            return HostError(f"{error}; its files are as before, and it runs", log)
        try:
            now = self.state()
            again: Due = "reload" if effect == "reload" and now.is_up else "restart"
            self._do(again, now)
        except HostError as trouble:
            return HostError(f"{error}; its files are as before, but with these {trouble}", log)
        return HostError(f"{error}; its files are as before, and it runs with them", log)

    def _said(self, since: float) -> list[str]:
        # What a dying process said may be on its way.
        _run(["journalctl", "--sync"])
        said = _run(["journalctl", "-u", self.unit, "--since", f"@{since:.6f}", "-n", "40", "-o", "cat", "--no-pager"])
        text = said.stdout if said.returncode == 0 else ""
        for file in self.files:
            text = file.shown(text)
        return tail(text, ())


def _staged_all(files: Sequence[File], made: list[Path]) -> list[tuple[Path, Path]]:
    """Finished files beside their places; a full disk is met here. `made` gets the folders that were missing."""
    staged: list[tuple[Path, Path]] = []
    try:
        for file in files:
            for folder in reversed([parent for parent in file.path.parents if not parent.exists()]):
                folder.mkdir()
                made.append(folder)
                folder.chmod(0o755)  # Whatever umask root has.
            staged.append((file.staged(), file.path))
    except (HostError, OSError) as error:
        _removed(staged)
        for folder in reversed(made):
            folder.rmdir()
        raise HostError(f"{error}; nothing was changed") from None
    return staged


def _removed(staged: Sequence[tuple[Path, Path]]) -> None:
    """No finished file is left beside its place."""
    for finished, _ in staged:
        finished.unlink(missing_ok=True)


def _staged(path: Path, content: bytes, mode: int, ids: tuple[int, int]) -> Path:
    """A finished file beside its place. Its name is always the same, so that none is left over for long."""
    finished = path.with_name(f".{path.name}.new")
    finished.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(finished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fchown(stream.fileno(), *ids)
            os.fchmod(stream.fileno(), mode)
            os.fsync(stream.fileno())
    except BaseException:
        finished.unlink(missing_ok=True)
        raise
    return finished


def _is_definition(path: Path) -> bool:
    """Whether systemd reads it: a unit or a drop-in of one."""
    return path.suffix in _UNITS or path.parent.name.endswith(tuple(f"{suffix}.d" for suffix in _UNITS))


def _user_name(number: int) -> str:
    return pwd.getpwuid(number).pw_name


def _group_name(number: int) -> str:
    return grp.getgrgid(number).gr_name


def _seconds(stamp: str) -> float:
    """`Sat 2026-11-21 11:38:48.123456 UTC` as seconds since 1970; zero when it is empty."""
    words = stamp.split()
    if len(words) != 4:
        return 0.0
    return datetime.fromisoformat(f"{words[1]} {words[2]}").replace(tzinfo=UTC).timestamp()


def _systemctl(*words: str, may_fail: bool = False) -> subprocess.CompletedProcess[str]:
    """Raises HostError when it must not fail and does."""
    done = _run(["systemctl", *words])
    if done.returncode != 0 and not may_fail:
        raise HostError(f"'systemctl {' '.join(words)}' failed", tail(done.stderr.strip() or done.stdout, ()))
    return done


def _run(
    command: Sequence[str], *, cwd: str | None = None, timeout: float | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - the words are the role's own, and no shell reads them
        command,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        stdin=subprocess.DEVNULL,
        cwd=cwd,
        timeout=timeout,
    )
