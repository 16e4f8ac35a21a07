"""Process managers: systemd on hosts, supervisor where there is no root."""

import math
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from .commands import run_anyway, run_or_fail
from .readiness import wait_until
from .unit import read_journal, read_unit_state


class ProcessManager(Protocol):
    """The process manager of a rollout; an instance is named by its number."""

    def is_in_order(self, instance: int) -> bool:
        """Tell whether the instance is known in its present definition, and starts at boot where that exists."""

    def read_pid(self, instance: int) -> int:
        """Return the process id of an instance's main process; 0 if it does not run."""

    def restart(self, instance: int) -> None:
        """Restart the instance with its present definition, and let it start at boot."""

    def count_crashes(self, instance: int) -> int:
        """Return how often the instance ended by itself since its last restart; 0 where nobody counts."""

    def read_log(self, instance: int) -> str:
        """Return the end of the instance's log."""

    def list_others(self, wanted: Collection[int]) -> list[int]:
        """Return the numbers of the service's instances that run, or start at boot, besides those wanted."""

    def remove(self, instance: int) -> None:
        """Stop an instance for good."""


def _parse_numbers(pattern: str, listing: str) -> set[int]:
    """Return the numbers that a pattern matches at the beginning of lines."""
    return {int(number) for number in re.findall(f"^{pattern}", listing, re.MULTILINE)}


@dataclass(frozen=True)
class SystemdManager:
    """Instances of the template unit `NAME@N.service`."""

    name: str

    def _unit(self, instance: int) -> str:
        return f"{self.name}@{instance}.service"

    def is_in_order(self, instance: int) -> bool:
        """Tell whether the unit is enabled, and systemd has read its newest file."""
        state = read_unit_state(self._unit(instance))
        return state.enabled == "enabled" and not state.is_stale

    def read_pid(self, instance: int) -> int:
        """Return the main process id; 0 unless the unit is active."""
        state = read_unit_state(self._unit(instance))
        return state.main_pid if state.active == "active" else 0

    def restart(self, instance: int) -> None:
        """Restart the unit, after systemd has read changed unit files. It returns before the instance is ready."""
        run_or_fail("systemctl", "daemon-reload")
        run_or_fail("systemctl", "enable", "--quiet", self._unit(instance))
        run_anyway("systemctl", "reset-failed", self._unit(instance))
        before = read_unit_state(self._unit(instance)).main_pid
        # One job, which systemd ends even if we die meanwhile.
        run_or_fail("systemctl", "restart", "--no-block", self._unit(instance))
        # Running answers end first; how long that may take is the unit's own limit.
        wait_until(lambda: before == 0 or read_unit_state(self._unit(instance)).main_pid != before, math.inf)

    def count_crashes(self, instance: int) -> int:
        """Return how often systemd has restarted the unit by itself."""
        return read_unit_state(self._unit(instance)).restarts

    def read_log(self, instance: int) -> str:
        """Return the last lines of the unit's journal."""
        return read_journal(self._unit(instance), lines=60)

    def list_others(self, wanted: Collection[int]) -> list[int]:
        """Return the instances among loaded units and enabled unit files, besides those wanted."""
        pattern, form = f"{self.name}@*.service", ["--plain", "--no-legend", "--no-pager"]
        # Both end with 1 where nothing matches.
        loaded = run_anyway("systemctl", "list-units", "--all", *form, pattern)
        enabled = run_anyway("systemctl", "list-unit-files", *form, pattern)
        return sorted(_parse_numbers(rf"{self.name}@(\d+)\.service", f"{loaded}\n{enabled}") - set(wanted))

    def remove(self, instance: int) -> None:
        """Stop the unit, and disable it."""
        run_or_fail("systemctl", "disable", "--now", "--quiet", self._unit(instance))


@dataclass(frozen=True)
class SupervisorManager:
    """Programs `NAME-N` of a running supervisord."""

    name: str
    supervisorctl: str
    config: str

    def _command(self, *words: str) -> list[str]:
        return [self.supervisorctl, "-c", self.config, *words]

    def _program(self, instance: int) -> str:
        return f"{self.name}-{instance}"

    def is_in_order(self, instance: int) -> bool:
        """Tell whether the program is known, and supervisord has read its newest definition."""
        waiting = run_anyway(*self._command("reread"))
        known = run_anyway(*self._command("status", self._program(instance)))
        return f"{self._program(instance)}: changed" not in waiting and "no such process" not in known

    def read_pid(self, instance: int) -> int:
        """Return the process id; 0 unless the program runs."""
        output = run_anyway(*self._command("pid", self._program(instance))).strip()
        return int(output) if output.isdigit() else 0

    def restart(self, instance: int) -> None:
        """Restart the program: `update` starts it if it is new or changed, else it must be restarted."""
        pid_before = self.read_pid(instance)
        run_or_fail(*self._command("update", self._program(instance)))
        if self.read_pid(instance) in (pid_before, 0):
            run_or_fail(*self._command("restart", self._program(instance)))

    def count_crashes(self, instance: int) -> int:
        """Return 0: supervisord does not count."""
        return 0

    def read_log(self, instance: int) -> str:
        """Return the end of the program's log file."""
        return run_anyway(*self._command("tail", "-6000", self._program(instance)))

    def list_others(self, wanted: Collection[int]) -> list[int]:
        """Return the instances that supervisord knows, besides those wanted."""
        return sorted(_parse_numbers(rf"{self.name}-(\d+) ", run_anyway(*self._command("status"))) - set(wanted))

    def remove(self, instance: int) -> None:
        """Let supervisord read its program file again: `update` stops a program that is no longer in it."""
        run_or_fail(*self._command("update", self._program(instance)))
