"""A service and its files: written together, and in force afterwards.

systemd and the times of the files tell what is in force, so a run that was cut short is completed by the next.
"""

import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import time
from typing import Literal

from .commands import run, run_anyway, run_or_fail
from .errors import HostError
from .files import Effect, FileBackup, ServiceFile, remove_staged, stage_files
from .log import extract_last_lines
from .unit import UnitState, read_journal, read_unit_state, wait_until_steady

NeededEffect = Effect | Literal["start"]
_STRENGTH: dict[Effect, int] = {"none": 0, "reload": 1, "restart": 2}
_UNITS = (".service", ".socket", ".timer", ".path", ".target", ".mount")
# How long the validation of a file may take.
_VALIDATION_SECONDS = 60


@dataclass(frozen=True)
class ConfiguredService:
    """A systemd unit with its files. validate: a command that must accept the file at `validated`, its `{path}`."""

    unit: str
    files: Sequence[ServiceFile]
    validate: Sequence[str] = ()
    validated: Path | None = None
    # A unit of the distribution's is enabled, or needs it not, by itself.
    enable: bool = True

    def list_differences(self) -> list[ServiceFile]:
        """Return the files that are not as wanted."""
        return [file for file in self.files if not file.is_current()]

    def find_effect(self, different: Sequence[ServiceFile]) -> NeededEffect:
        """Return what the service needs for the wanted files to be in force, once they are written."""
        return self._find_effect(different, read_unit_state(self.unit))

    def is_enabled(self) -> bool:
        """Tell whether it starts at boot; True if it need not be enabled."""
        return not self.enable or read_unit_state(self.unit).enabled == "enabled"

    def run(self) -> None:
        """Validate and write the files, and bring them into force. Raises HostError; then all is as before."""
        different, state = self.list_differences(), read_unit_state(self.unit)
        effect = self._find_effect(different, state)
        self._validate()
        backups = [FileBackup.read(file.path) for file in different]
        new_folders: list[Path] = []
        staged = stage_files(different, new_folders)
        try:
            for finished, path in staged:
                finished.replace(path)
            self._bring_into_force(effect, different, state)
        except (HostError, OSError) as error:
            raise self._restore(backups, new_folders, state, effect, error) from None
        finally:
            remove_staged(staged)

    def _find_effect(self, different: Sequence[ServiceFile], state: UnitState) -> NeededEffect:
        return self._find_strongest_effect(different, state) if state.is_up else "start"

    def _find_strongest_effect(self, different: Sequence[ServiceFile], state: UnitState) -> Effect:
        effects: list[Effect] = [file.effect for file in different]
        if state.is_stale and any(_is_definition(file.path) for file in self.files):
            effects.append("restart")
        for file in self.files:
            since = {"restart": state.started, "reload": state.loaded}.get(file.effect)
            # The time of the inode: a file moved into its place keeps an older time of its content.
            if since is not None and file.path.exists() and file.path.stat().st_ctime > since:
                effects.append(file.effect)
        return max(effects, key=lambda effect: _STRENGTH[effect], default="none")

    def _validate(self) -> None:
        """Let the program judge the new file before anything is written. Raises HostError."""
        wanted = next((file for file in self.files if file.path == self.validated), None)
        if not self.validate or wanted is None or wanted.is_current():
            return
        with tempfile.TemporaryDirectory() as folder:
            trial = Path(folder, wanted.path.name)
            trial.write_bytes(wanted.content.encode())
            command = [word.replace("{path}", str(trial)) for word in self.validate]
            try:
                result = run(command, cwd=folder, timeout=_VALIDATION_SECONDS)
            except OSError as error:
                raise HostError(f"{wanted.path} cannot be judged; nothing was changed", [str(error)]) from None
            except subprocess.TimeoutExpired:
                raise HostError(
                    f"{wanted.path} was not judged within {_VALIDATION_SECONDS} s; nothing was changed"
                ) from None
            if result.returncode != 0:
                output = (result.stderr.strip() or result.stdout).replace(str(trial), str(wanted.path))
                raise HostError(
                    f"{wanted.path} is refused; nothing was changed", extract_last_lines(wanted.mask(output), ())
                )

    def _bring_into_force(self, effect: NeededEffect, different: Sequence[ServiceFile], state: UnitState) -> None:
        if state.is_stale or effect in ("start", "restart") or any(_is_definition(file.path) for file in different):
            run_or_fail("systemctl", "daemon-reload")
        if effect != "none":
            self._apply(effect, state)
        # Last, so that what does not come up is not tried at every boot.
        if not self.is_enabled():
            run_or_fail("systemctl", "enable", "--quiet", self.unit)
            if not self.is_enabled():
                raise HostError(f"{self.unit} cannot be enabled; its [Install] names nothing that wants it")

    def _apply(self, effect: NeededEffect, state: UnitState) -> None:
        since = time()
        restarts = state.restarts
        if effect == "reload":
            result = run(["systemctl", "reload", self.unit])
        else:
            # A unit that failed too often is not started otherwise; it counts its restarts from zero again.
            run_anyway("systemctl", "reset-failed", self.unit)
            restarts = 0
            # Also for a first start: one that is on its way would go on with the files before.
            result = run(["systemctl", "restart", self.unit])
        if result.returncode != 0 or not wait_until_steady(self.unit, restarts):
            raise HostError(
                f"{self.unit} did not {effect}", self._read_log(since) or extract_last_lines(result.stderr, ())
            )

    def _restore(
        self,
        backups: Sequence[FileBackup],
        new_folders: Sequence[Path],
        state: UnitState,
        effect: NeededEffect,
        error: Exception,
    ) -> HostError:
        log = error.log if isinstance(error, HostError) else []
        if not backups:
            return HostError(f"{error}; its files were there already, so there is nothing to go back to", log)
        if state.is_off:
            # While systemd still knows what it is.
            run_anyway("systemctl", "stop", self.unit)
        try:
            for backup in backups:
                backup.restore()
            for folder in reversed(new_folders):
                folder.rmdir()
        except OSError as trouble:
            return HostError(f"{error}, and what was there before could not be put back: {trouble}", log)
        run_anyway("systemctl", "daemon-reload")
        if state.is_off:
            run_anyway("systemctl", "reset-failed", self.unit)
            return HostError(f"{error}; its files are as before, and it does not run", log)
        if effect == "none":
            return HostError(f"{error}; its files are as before, and it runs", log)
        try:
            now = read_unit_state(self.unit)
            again: NeededEffect = "reload" if effect == "reload" and now.is_up else "restart"
            self._apply(again, now)
        except HostError as trouble:
            return HostError(f"{error}; its files are as before, but with these {trouble}", log)
        return HostError(f"{error}; its files are as before, and it runs with them", log)

    def _read_log(self, since: float) -> list[str]:
        text = read_journal(self.unit, lines=40, since=since)
        for file in self.files:
            text = file.mask(text)
        return extract_last_lines(text, ())


def _is_definition(path: Path) -> bool:
    """Tell whether systemd reads a file: a unit or a drop-in of one."""
    return path.suffix in _UNITS or path.parent.name.endswith(tuple(f"{suffix}.d" for suffix in _UNITS))
