"""A unit of systemd: what it is like, and what it is told."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic, sleep

from .errors import HostError
from .log import tail

# For so many seconds a service must stay up before it is believed: `systemctl restart` is content with less.
_STEADY = 1.0


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


def state_of(unit: str) -> State:
    """Ask systemd; a unit that it does not know is inactive."""
    wanted = (
        "ActiveState,UnitFileState,NeedDaemonReload,ReloadResult,NRestarts,"
        "ExecMainStartTimestamp,InactiveExitTimestamp,ActiveEnterTimestamp,StateChangeTimestamp"
    )
    done = systemctl("show", "--timestamp=us+utc", "-p", wanted, unit)
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


def stays_up(unit: str, restarts: int) -> bool:
    """Whether a unit that was just started is up for a while, and was not started once more."""
    steady = None
    while steady is None or monotonic() < steady:
        state = state_of(unit)
        if not state.is_up or state.restarts != restarts:
            return False
        if steady is None and state.active == "active":
            steady = monotonic() + _STEADY
        sleep(_STEADY / 5)
    return True


def said_since(unit: str, since: float) -> str:
    """Its log since a time in seconds since 1970."""
    # What a dying process said may be on its way.
    run(["journalctl", "--sync"])
    said = run(["journalctl", "-u", unit, "--since", f"@{since:.6f}", "-n", "40", "-o", "cat", "--no-pager"])
    return said.stdout if said.returncode == 0 else ""


def systemctl(*words: str, may_fail: bool = False) -> subprocess.CompletedProcess[str]:
    """Raises HostError when it must not fail and does."""
    done = run(["systemctl", *words])
    if done.returncode != 0 and not may_fail:
        raise HostError(f"'systemctl {' '.join(words)}' failed", tail(done.stderr.strip() or done.stdout, ()))
    return done


def run(
    command: Sequence[str], *, cwd: str | None = None, timeout: float | None = None
) -> subprocess.CompletedProcess[str]:
    """A command of this host, with what it said."""
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


def _seconds(stamp: str) -> float:
    """`Sat 2026-11-21 11:38:48.123456 UTC` as seconds since 1970; zero when it is empty."""
    words = stamp.split()
    if len(words) != 4:
        return 0.0
    return datetime.fromisoformat(f"{words[1]} {words[2]}").replace(tzinfo=UTC).timestamp()
