"""Process managers: systemd on hosts, supervisor where there is no root."""

import re
import subprocess
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from .errors import HostError


class Manager(Protocol):
    """What a rollout asks of a process manager; an instance is named by its number."""

    def in_order(self, instance: int) -> bool:
        """Whether the instance is known in its present definition, and comes back after a reboot where that exists."""

    def pid(self, instance: int) -> int:
        """The main process of an instance; 0 when it does not run."""

    def restart(self, instance: int) -> None:
        """Start the instance anew with its present definition, and let it come back after a reboot."""

    def log(self, instance: int) -> str:
        """What the instance last said."""

    def others(self, wanted: Collection[int]) -> list[int]:
        """The numbers of the service's instances that run, or start at boot, beside those wanted."""

    def remove(self, instance: int) -> None:
        """Stop an instance for good."""


def _run(command: Sequence[str], *, may_fail: bool = False) -> str:
    done = subprocess.run(  # noqa: S603 - fixed commands
        command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    if done.returncode != 0 and not may_fail:
        said = (done.stderr or done.stdout).strip()
        raise HostError(f"'{' '.join(command)}' failed with exit code {done.returncode}", said.splitlines())
    return done.stdout


def _beside(wanted: Collection[int], pattern: str, listing: str) -> list[int]:
    """The numbers that a pattern finds at the beginning of lines, without those wanted."""
    found = {int(number) for number in re.findall(f"^{pattern}", listing, re.MULTILINE)}
    return sorted(found - set(wanted))


@dataclass(frozen=True)
class Systemd:
    """Instances of the template unit `NAME@N.service`."""

    name: str

    def _unit(self, instance: int) -> str:
        return f"{self.name}@{instance}.service"

    def _show(self, instance: int) -> dict[str, str]:
        wanted = "MainPID,ActiveState,UnitFileState,NeedDaemonReload"
        lines = _run(["systemctl", "show", "-p", wanted, self._unit(instance)]).splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line)

    def in_order(self, instance: int) -> bool:
        """Enabled, and no newer unit file waits to be read."""
        state = self._show(instance)
        return state.get("UnitFileState") == "enabled" and state.get("NeedDaemonReload") == "no"

    def pid(self, instance: int) -> int:
        """0 unless the unit is active."""
        state = self._show(instance)
        return int(state.get("MainPID", 0)) if state.get("ActiveState") == "active" else 0

    def restart(self, instance: int) -> None:
        """Reads changed unit files first."""
        _run(["systemctl", "daemon-reload"])
        _run(["systemctl", "enable", "--quiet", self._unit(instance)])
        _run(["systemctl", "reset-failed", self._unit(instance)], may_fail=True)
        _run(["systemctl", "restart", self._unit(instance)])

    def log(self, instance: int) -> str:
        """From the journal, of the last start only."""
        return _run(["journalctl", "-u", self._unit(instance), "-n", "60", "-o", "cat", "--no-pager"], may_fail=True)

    def others(self, wanted: Collection[int]) -> list[int]:
        """Loaded units and enabled unit files."""
        pattern, form = f"{self.name}@*.service", ["--plain", "--no-legend", "--no-pager"]
        # Both end with 1 where nothing matches.
        loaded = _run(["systemctl", "list-units", "--all", *form, pattern], may_fail=True)
        enabled = _run(["systemctl", "list-unit-files", *form, pattern], may_fail=True)
        return _beside(wanted, rf"{self.name}@(\d+)\.service", f"{loaded}\n{enabled}")

    def remove(self, instance: int) -> None:
        """It does not start at boot any more either."""
        _run(["systemctl", "disable", "--now", "--quiet", self._unit(instance)])


@dataclass(frozen=True)
class Supervisor:
    """Programs `NAME-N` of a running supervisord."""

    name: str
    supervisorctl: str
    config: str

    def _control(self, *words: str, may_fail: bool = False) -> str:
        return _run([self.supervisorctl, "-c", self.config, *words], may_fail=may_fail)

    def _program(self, instance: int) -> str:
        return f"{self.name}-{instance}"

    def in_order(self, instance: int) -> bool:
        """Known, and no newer definition waits to be read."""
        waiting = self._control("reread", may_fail=True)
        known = self._control("status", self._program(instance), may_fail=True)
        return f"{self._program(instance)}: changed" not in waiting and "no such process" not in known

    def pid(self, instance: int) -> int:
        """0 unless the program runs."""
        said = self._control("pid", self._program(instance), may_fail=True).strip()
        return int(said) if said.isdigit() else 0

    def restart(self, instance: int) -> None:
        """`update` starts a program that is new or changed; one that is neither must be restarted."""
        before = self.pid(instance)
        self._control("update", self._program(instance))
        if self.pid(instance) in (before, 0):
            self._control("restart", self._program(instance))

    def log(self, instance: int) -> str:
        """The end of the program's log file."""
        return self._control("tail", "-6000", self._program(instance), may_fail=True)

    def others(self, wanted: Collection[int]) -> list[int]:
        """Programs that supervisord knows."""
        return _beside(wanted, rf"{self.name}-(\d+) ", self._control("status", may_fail=True))

    def remove(self, instance: int) -> None:
        """Its definition is gone from the program file; `update` stops what has none."""
        self._control("update", self._program(instance))
