"""The one way to ask systemd for the state of a unit and its log."""

from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic, sleep

from .commands import run, run_or_fail

# For so many seconds a service must stay up before it is believed: `systemctl restart` is content with less.
_STEADY = 1.0
_PROPERTIES = (
    "ActiveState,UnitFileState,NeedDaemonReload,ReloadResult,NRestarts,MainPID,"
    "ExecMainStartTimestamp,InactiveExitTimestamp,ActiveEnterTimestamp,StateChangeTimestamp"
)


@dataclass(frozen=True)
class UnitState:
    """The state of a unit, as systemd reports it.

    active, enabled: `ActiveState` and `UnitFileState`; is_stale: its files changed since systemd read them; started,
    loaded: when it last started, and last read its configuration, in seconds since 1970, 0 if never; main_pid: 0 if
    there is no main process.
    """

    active: str
    enabled: str
    is_stale: bool
    started: float
    loaded: float
    restarts: int
    main_pid: int

    @property
    def is_up(self) -> bool:
        """Tell whether it runs, also while it reloads its configuration."""
        return self.active in ("active", "reloading", "refreshing")

    @property
    def is_off(self) -> bool:
        """Tell whether it does not run and systemd does not try to start it."""
        return self.active in ("inactive", "failed")


def read_unit_state(unit: str) -> UnitState:
    """Ask systemd for the state of a unit; an unknown unit is inactive. Raises HostError if systemd does not answer."""
    output = run_or_fail("systemctl", "show", "--timestamp=us+utc", "-p", _PROPERTIES, unit)
    properties = dict(line.split("=", 1) for line in output.splitlines() if "=" in line)
    main_started, begun, up, changed = (
        _parse_timestamp(properties.get(f"{name}Timestamp", ""))
        for name in ("ExecMainStart", "InactiveExit", "ActiveEnter", "StateChange")
    )
    # Only a timer and the like has no main process.
    started = main_started or begun
    # Once a unit is up, a reload is what changes its state. (The times of ExecReload= are lost at daemon-reload.)
    reloaded = changed if changed > up and properties.get("ReloadResult", "success") == "success" else 0
    return UnitState(
        active=properties["ActiveState"],
        enabled=properties["UnitFileState"],
        is_stale=properties["NeedDaemonReload"] == "yes",
        started=started,
        loaded=max(started, reloaded),
        restarts=int(properties.get("NRestarts", "0")),
        main_pid=int(properties.get("MainPID", "0")),
    )


def wait_until_steady(unit: str, restarts: int) -> bool:
    """Return True once a unit has been up for a while, False if it goes down or restarts.

    restarts: how often systemd had restarted it by itself when it was started.
    """
    steady = None
    while steady is None or monotonic() < steady:
        state = read_unit_state(unit)
        if not state.is_up or state.restarts != restarts:
            return False
        if steady is None and state.active == "active":
            steady = monotonic() + _STEADY
        sleep(_STEADY / 5)
    return True


def read_journal(unit: str, *, lines: int, since: float | None = None) -> str:
    """Return the last lines of a unit's log, since a time in seconds since 1970; empty if there is no journal."""
    # The last lines of a process that died may not be written yet.
    run(["journalctl", "--sync"])
    begin = [] if since is None else ["--since", f"@{since:.6f}"]
    result = run(["journalctl", "-u", unit, *begin, "-n", str(lines), "-o", "cat", "--no-pager"])
    return result.stdout if result.returncode == 0 else ""


def _parse_timestamp(stamp: str) -> float:
    """Parse `Sat 2026-11-21 11:38:48.123456 UTC` to seconds since 1970; 0 if it is empty."""
    words = stamp.split()
    if len(words) != 4:
        return 0.0
    return datetime.fromisoformat(f"{words[1]} {words[2]}").replace(tzinfo=UTC).timestamp()
