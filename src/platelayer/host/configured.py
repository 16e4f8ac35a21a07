"""A service and the files it runs with: written together, and in force afterwards.

What is in force is asked of systemd and of the files' times, so that a run that was cut short is completed by the next.
"""

import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import time
from typing import Literal

from .errors import HostError
from .files import Before, Effect, File, remove, stage
from .log import tail
from .unit import State, run, said_since, state_of, stays_up, systemctl

Due = Effect | Literal["start"]
_STRENGTH: dict[Effect, int] = {"none": 0, "reload": 1, "restart": 2}
_UNITS = (".service", ".socket", ".timer", ".path", ".target", ".mount")
# What validates a file may take so long.
_VALIDATION_SECONDS = 60


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
        return self._due(different, state_of(self.unit))

    def is_enabled(self) -> bool:
        """Whether it starts at boot; true of a unit that nobody is to enable."""
        return not self.enable or state_of(self.unit).enabled == "enabled"

    def run(self) -> None:
        """Validate, write, and bring into force. Raises HostError; then the files and the service are as before."""
        different, state = self.different(), state_of(self.unit)
        effect = self._due(different, state)
        self._accepted()
        before = [Before.of(file.path) for file in different]
        made: list[Path] = []
        staged = stage(different, made)
        try:
            for finished, path in staged:
                finished.replace(path)
            self._bring_into_force(effect, different, state)
        except (HostError, OSError) as error:
            raise self._taken_back(before, made, state, effect, error) from None
        finally:
            remove(staged)

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
                done = run(command, cwd=folder, timeout=_VALIDATION_SECONDS)
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
            systemctl("daemon-reload")
        if effect != "none":
            self._do(effect, state)
        # Last, so that what does not come up is not tried at every boot.
        if not self.is_enabled():
            systemctl("enable", "--quiet", self.unit)
            if not self.is_enabled():
                raise HostError(f"{self.unit} cannot be enabled; its [Install] names nothing that wants it")

    def _do(self, effect: Due, state: State) -> None:
        since = time()
        restarts = state.restarts
        if effect == "reload":
            done = systemctl("reload", self.unit, may_fail=True)
        else:
            # A unit that failed too often is not started otherwise; it counts its restarts from zero again.
            systemctl("reset-failed", self.unit, may_fail=True)
            restarts = 0
            # Also for a first start: one that is on its way would go on with the files before.
            done = systemctl("restart", self.unit, may_fail=True)
        if done.returncode != 0 or not stays_up(self.unit, restarts):
            raise HostError(f"{self.unit} did not {effect}", self._said(since) or tail(done.stderr, ()))

    def _taken_back(
        self, before: Sequence[Before], made: Sequence[Path], state: State, effect: Due, error: Exception
    ) -> HostError:
        log = error.log if isinstance(error, HostError) else []
        if not before:
            return HostError(f"{error}; its files were there already, so there is nothing to go back to", log)
        if state.is_off:
            # While systemd still knows what it is.
            systemctl("stop", self.unit, may_fail=True)
        try:
            for one in before:
                one.restore()
            for folder in reversed(made):
                folder.rmdir()
        except OSError as trouble:
            return HostError(f"{error}, and what was there before could not be put back: {trouble}", log)
        systemctl("daemon-reload", may_fail=True)
        if state.is_off:
            systemctl("reset-failed", self.unit, may_fail=True)
            return HostError(f"{error}; its files are as before, and it does not run", log)
        if effect == "none":
            return HostError(f"{error}; its files are as before, and it runs", log)
        try:
            now = state_of(self.unit)
            again: Due = "reload" if effect == "reload" and now.is_up else "restart"
            self._do(again, now)
        except HostError as trouble:
            return HostError(f"{error}; its files are as before, but with these {trouble}", log)
        return HostError(f"{error}; its files are as before, and it runs with them", log)

    def _said(self, since: float) -> list[str]:
        text = said_since(self.unit, since)
        for file in self.files:
            text = file.shown(text)
        return tail(text, ())


def _is_definition(path: Path) -> bool:
    """Whether systemd reads it: a unit or a drop-in of one."""
    return path.suffix in _UNITS or path.parent.name.endswith(tuple(f"{suffix}.d" for suffix in _UNITS))
