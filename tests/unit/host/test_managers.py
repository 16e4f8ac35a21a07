"""Process managers, with fakes of systemctl, journalctl and supervisorctl that note what they are told."""

import os
from pathlib import Path

import pytest

from platelayer.host.errors import HostError
from platelayer.host.managers import SupervisorManager, SystemdManager

SYSTEMCTL = """#!/bin/sh
say() { printf 'ActiveState=%s\\nUnitFileState=%s\\nNeedDaemonReload=%s\\nMainPID=%s\\n' "$@"; }
case "$1" in
    show)
        case "$5" in
            *@1.service) say active enabled no $((42 + $(grep -c "restart --no-block demo@1" {log})));;
            *@2.service) say failed enabled yes 43;;
            *) say inactive "" no 0;;
        esac;;
    list-units) echo "demo@1.service loaded active running Demo"; echo "demo@12.service loaded active running Demo";;
    list-unit-files) echo "demo@3.service enabled enabled"; exit 1;;
    *) echo "$@" >> {log}; [ "$*" != "restart --no-block demo@9.service" ] || { echo "no such unit" >&2; exit 5; };;
esac
"""
JOURNALCTL = """#!/bin/sh
[ "$1" = --sync ] || echo "$@"
"""
SUPERVISORCTL = """#!/bin/sh
shift 2
case "$*" in
    reread) echo "demo-2: changed"; echo "demo-3: available";;
    "status demo-4") echo "demo-4: ERROR (no such process)"; exit 4;;
    "status demo-"*) echo "$2 RUNNING";;
    status) echo "demo-1 RUNNING pid 42"; echo "demo-7 STOPPED"; echo "echo RUNNING"; exit 3;;
    "pid demo-1") echo 42;;
    "pid demo-5") if grep -q "update demo-5" {log}; then echo 52; else echo 51; fi;;
    pid*) echo "No such process"; exit 1;;
    tail*) echo "$@";;
    *) echo "$@" >> {log};;
esac
"""


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Fakes on PATH, and the file in which they note what they are told."""
    log = tmp_path / "log"
    log.touch()
    for name, text in (("systemctl", SYSTEMCTL), ("journalctl", JOURNALCTL), ("supervisorctl", SUPERVISORCTL)):
        (tmp_path / name).write_text(text.replace("{log}", str(log)))
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    return log


@pytest.fixture
def systemd() -> SystemdManager:
    return SystemdManager("demo")


@pytest.fixture
def supervisor() -> SupervisorManager:
    return SupervisorManager("demo", "supervisorctl", "/etc/supervisord.conf")


def test_instances_of_systemd(told: Path, systemd: SystemdManager) -> None:
    assert [systemd.is_in_order(instance) for instance in (1, 2, 3)] == [True, False, False]
    assert [systemd.read_pid(instance) for instance in (1, 2, 3)] == [42, 0, 0]
    assert systemd.list_others([1, 2]) == [3, 12]
    assert systemd.read_log(1) == "-u demo@1.service -n 60 -o cat --no-pager\n"


def test_what_systemd_is_told(told: Path, systemd: SystemdManager) -> None:
    systemd.restart(1)
    systemd.remove(3)
    assert told.read_text().splitlines() == [
        "daemon-reload",
        "enable --quiet demo@1.service",
        "reset-failed demo@1.service",
        "restart --no-block demo@1.service",
        "disable --now --quiet demo@3.service",
    ]


def test_a_restart_that_fails_is_told(told: Path, systemd: SystemdManager) -> None:
    with pytest.raises(HostError, match="^'systemctl restart --no-block demo@9.service' failed$") as caught:
        systemd.restart(9)
    assert caught.value.log == ["no such unit"]


def test_programs_of_supervisor(told: Path, supervisor: SupervisorManager) -> None:
    assert [supervisor.is_in_order(instance) for instance in (1, 2, 3, 4)] == [True, False, True, False]
    assert [supervisor.read_pid(instance) for instance in (1, 2)] == [42, 0]
    assert supervisor.list_others([1]) == [7]
    assert supervisor.read_log(1) == "tail -6000 demo-1\n"


def test_what_supervisor_is_told(told: Path, supervisor: SupervisorManager) -> None:
    supervisor.restart(1)
    supervisor.restart(5)
    supervisor.remove(7)
    assert told.read_text().splitlines() == ["update demo-1", "restart demo-1", "update demo-5", "update demo-7"]
