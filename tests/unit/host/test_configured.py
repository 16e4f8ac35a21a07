"""Services with their files: written together, in force afterwards, as before when they do not come up.

The commands of systemd are fakes on PATH, with one unit whose program dies, early or late, when its file says so.
"""

import grp
import json
import os
import pwd
import stat
import sys
from pathlib import Path

import pytest

from platelayer.host import configured_service, unit
from platelayer.host.configured_service import ConfiguredService
from platelayer.host.errors import HostError
from platelayer.host.files import ServiceFile

UNIT = "demo.service"
SYSTEMCTL = """#!{python}
import datetime, json, os, sys, time
ROOT = {root!r}
STATE, CONFIG, UNIT = (os.path.join(ROOT, name) for name in ("state.json", "etc/demo.conf", "units/demo.service"))
state = json.load(open(STATE))
words = sys.argv[1:]
now = time.time()

def text(path):
    return open(path).read() if os.path.exists(path) else ""

def changed(path):
    return str(os.stat(path).st_mtime_ns) if os.path.exists(path) else ""

def stamp(seconds):
    moment = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    return moment.strftime("Xxx %Y-%m-%d %H:%M:%S.%f UTC") if seconds else ""

def say(line):
    open(os.path.join(ROOT, "journal"), "a").write(line + "\\n")

def start():
    say("starting with " + text(CONFIG).strip())
    state.update(started=now, inactive_exit=now, reload_result="success", restarts=0)
    if not text(UNIT) or "die" in text(CONFIG).split():
        say("bad line, token=abc123")
        state.update(active="activating" if "Restart" in text(UNIT) else "failed", changed=now)
        print("Job for demo.service failed.", file=sys.stderr)
        return 1
    state.update(active="active", up=now, changed=now, late="late" in text(CONFIG))
    return 0

code = 0
if words[0] == "show":
    if state.pop("late", False):
        # Found down, or up again already.
        state.update(active="active" if "flaps" in text(CONFIG) else "activating", restarts=1)
    for name, value in dict(
        ActiveState=state["active"], UnitFileState=state["enabled"] if text(UNIT) else "",
        NeedDaemonReload="yes" if text(UNIT) and state["loaded"] != changed(UNIT) else "no",
        ReloadResult=state["reload_result"], NRestarts=state["restarts"], MainPID=0,
        ExecMainStartTimestamp=stamp(state["started"]), InactiveExitTimestamp=stamp(state["inactive_exit"]),
        ActiveEnterTimestamp=stamp(state["up"]), StateChangeTimestamp=stamp(state["changed"]),
    ).items():
        print(name + "=" + str(value))
else:
    state["calls"].append(words[0])
    if words[0] == "daemon-reload":
        state["loaded"] = changed(UNIT)
    elif words[0] == "restart":
        code = start()
    elif words[0] == "reload":
        say("reloading " + text(CONFIG).strip())
        state["changed"] = now
        if "refuse-reload" in text(CONFIG):
            state["reload_result"], code = "exit-code", 1
        else:
            state["reload_result"] = "success"
        if "die-at-reload" in text(CONFIG):
            state.update(active="activating", restarts=state["restarts"] + 1)
    elif words[0] == "stop":
        state["active"] = "inactive"
    elif words[0] == "enable":
        state["enabled"] = "enabled" if "[Install]" in text(UNIT) else "static"
json.dump(state, open(STATE, "w"))
sys.exit(code)
"""
JOURNALCTL = """#!/bin/sh
[ "$1" = --sync ] || cat {root}/journal
"""
DEFINITION = "[Service]\nRestart=always\n[Install]\nWantedBy=multi-user.target\n"


class Host:
    """A host with one unit, below a temporary folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.config = root / "etc" / "demo.conf"
        self.definition = root / "units" / UNIT
        self.user, self.group = pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(os.getgid()).gr_name
        (root / "bin").mkdir()
        for name, text in (("systemctl", SYSTEMCTL), ("journalctl", JOURNALCTL)):
            program = root / "bin" / name
            program.write_text(text.format(python=f"{sys.executable} -S", root=str(root)))
            program.chmod(0o755)
        (root / "journal").touch()
        self.set(active="inactive", enabled="", loaded="", reload_result="success", restarts=0, calls=[]).set(
            started=0, inactive_exit=0, up=0, changed=0
        )

    def state(self) -> dict:
        path = self.root / "state.json"
        return json.loads(path.read_text()) if path.exists() else {}

    def set(self, **values: object) -> "Host":
        (self.root / "state.json").write_text(json.dumps(self.state() | values))
        return self

    def calls(self) -> list[str]:
        """What systemctl was told since the last time, without questions."""
        calls = self.state()["calls"]
        self.set(calls=[])
        return calls

    def service(self, text: str = "one", definition: str = DEFINITION, **more) -> ConfiguredService:
        owners = {"owner": self.user, "group": more.pop("group", self.group)}
        effect = more.pop("effect", "reload")
        return ConfiguredService(
            UNIT,
            [
                ServiceFile(self.config, f"{text}\n", 0o640, effect=effect, hidden="token=[a-z0-9]+", **owners),
                ServiceFile(self.definition, definition, 0o644, **owners),
            ],
            **more,
        )

    def listing(self) -> dict[str, tuple[bytes, int]]:
        """Everything but what the fakes keep."""
        places = [self.root / "etc", self.root / "units"]
        found = [path for place in places if place.exists() for path in (place, *place.rglob("*"))]
        return {
            str(path.relative_to(self.root)): (path.read_bytes() if path.is_file() else b"", path.stat().st_mode)
            for path in found
        }


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Host:
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setattr(unit, "_STEADY", 0.05)
    return Host(tmp_path)


@pytest.fixture
def running(host: Host) -> Host:
    host.service().run()
    host.calls()
    return host


def due(service: ConfiguredService) -> str:
    return service.find_effect(service.list_differences())


def in_force(service: ConfiguredService) -> bool:
    return not service.list_differences() and due(service) == "none" and service.is_enabled()


def refused(service: ConfiguredService) -> HostError:
    with pytest.raises(HostError) as caught:
        service.run()
    return caught.value


@pytest.mark.parametrize("umask", [0o022, 0o077])
def test_a_first_run_starts_it_and_a_second_has_nothing_to_do(host: Host, umask: int) -> None:
    before = os.umask(umask)
    try:
        service = host.service()
        assert len(service.list_differences()) == 2
        assert (due(service), service.is_enabled()) == ("start", False)
        service.run()
    finally:
        os.umask(before)
    assert host.calls() == ["daemon-reload", "reset-failed", "restart", "enable"]
    assert in_force(host.service())
    assert [stat.S_IMODE(path.stat().st_mode) for path in (host.config.parent, host.config)] == [0o755, 0o640]
    assert sorted(host.listing()) == ["etc", "etc/demo.conf", "units", "units/demo.service"]


@pytest.mark.parametrize(
    ("change", "effect", "calls"),
    [
        ({"text": "two"}, "reload", ["reload"]),
        ({"definition": f"# New.\n{DEFINITION}"}, "restart", ["daemon-reload", "reset-failed", "restart"]),
        (
            {"text": "two", "definition": f"# New.\n{DEFINITION}"},
            "restart",
            ["daemon-reload", "reset-failed", "restart"],
        ),
        ({"text": "two", "effect": "none"}, "none", []),
    ],
)
def test_a_change_has_the_strongest_effect_of_its_files(running: Host, change, effect: str, calls: list[str]) -> None:
    assert due(running.service(**change)) == effect
    running.service(**change).run()
    assert running.calls() == calls
    assert in_force(running.service(**change))


def test_what_is_only_asked_changes_nothing(host: Host) -> None:
    service = host.service(group="no-such-group")
    assert len(service.list_differences()) == 2
    assert due(service) == "start"
    assert host.listing() == {}
    assert host.calls() == []


def test_a_run_that_was_killed_before_the_reload_is_completed(running: Host) -> None:
    running.config.write_text("two\n")
    assert running.service("two").list_differences() == []
    assert due(running.service("two")) == "reload"
    running.service("two").run()
    assert running.calls() == ["reload"]
    assert in_force(running.service("two"))


def test_a_run_that_was_killed_before_the_restart_is_completed(running: Host) -> None:
    new = f"# New.\n{DEFINITION}"
    running.definition.write_text(new)
    running.service(definition=new).run()
    assert running.calls() == ["daemon-reload", "reset-failed", "restart"]
    # Somebody else's daemon-reload does not hide it.
    running.definition.write_text(DEFINITION)
    running.set(loaded=str(running.definition.stat().st_mtime_ns))
    assert due(running.service()) == "restart"


def test_a_run_that_was_killed_before_it_was_enabled_is_completed(running: Host) -> None:
    running.set(enabled="disabled")
    assert due(running.service()) == "none"
    assert not in_force(running.service())
    running.service().run()
    assert running.calls() == ["enable"]
    assert in_force(running.service())
    running.set(enabled="disabled")
    assert in_force(running.service(enable=False))


def test_a_file_moved_back_after_a_restart_with_another_is_read_again(running: Host) -> None:
    kept = running.root / "kept"
    running.config.rename(kept)
    running.config.write_text("by hand\n")
    running.service("by hand").run()
    kept.rename(running.config)
    assert running.service().list_differences() == []
    assert due(running.service()) == "reload"


def test_what_was_edited_by_hand_is_put_right(running: Host) -> None:
    running.config.write_text("one\r\n")
    assert running.service().list_differences() == [running.service().files[0]]
    running.service().run()
    running.config.chmod(0o666)
    assert due(running.service()) == "reload"
    running.service().run()
    running.config.rename(running.root / "elsewhere")
    running.config.symlink_to(running.root / "elsewhere")
    running.service().run()
    assert not running.config.is_symlink()
    assert in_force(running.service())


def test_a_service_that_was_stopped_is_started(running: Host) -> None:
    running.set(active="inactive")
    assert due(running.service()) == "start"
    running.service().run()
    assert in_force(running.service())


def test_a_service_that_is_tried_again_and_again_gets_the_new_files(running: Host) -> None:
    running.set(active="activating")
    running.service("two").run()
    assert "restart" in running.calls()
    assert in_force(running.service("two"))


def test_a_reload_that_failed_is_no_reload(running: Host) -> None:
    running.config.write_text("two\n")
    running.set(changed=running.state()["changed"] + 3600, reload_result="exit-code")
    assert due(running.service("two")) == "reload"
    running.set(reload_result="success")
    assert due(running.service("two")) == "none"


def test_the_unit_of_somebody_else_may_have_changed(host: Host) -> None:
    service = ConfiguredService(UNIT, [host.service().files[0]], enable=False)
    host.definition.parent.mkdir()
    host.definition.write_text(DEFINITION)
    service.run()
    host.calls()
    host.definition.write_text(f"# Updated.\n{DEFINITION}")
    assert unit.read_unit_state(UNIT).is_stale
    assert in_force(service)


def test_what_its_program_refuses_is_not_written(running: Host) -> None:
    before = running.listing()
    script = 'grep bad "$1" || exit 0; echo "$1:1 token=abc123 is bad" >&2; exit 1'
    validate = ["sh", "-c", script, "sh", "{path}"]
    error = refused(running.service("bad", validate=validate, validated=running.config))
    assert str(error) == f"{running.config} is refused; nothing was changed"
    assert error.log == [f"{running.config}:1 ******** is bad"]
    assert running.listing() == before
    assert running.calls() == []
    running.service("good", validate=validate, validated=running.config).run()
    # Nobody is asked again about what is there.
    running.service("good", validate=["false"], validated=running.config).run()


def test_a_program_that_cannot_judge(running: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    error = refused(running.service("two", validate=["no-such-program"], validated=running.config))
    assert str(error) == f"{running.config} cannot be judged; nothing was changed"
    assert error.log == ["[Errno 2] No such file or directory: 'no-such-program'"]
    monkeypatch.setattr(configured_service, "_VALIDATION_SECONDS", 0.1)
    error = refused(running.service("two", validate=["sleep", "5"], validated=running.config))
    assert str(error) == f"{running.config} was not judged within 0.1 s; nothing was changed"


@pytest.mark.parametrize("text", ["die", "late"])
def test_a_service_that_never_comes_up_leaves_nothing(host: Host, text: str) -> None:
    error = refused(host.service(text))
    assert str(error) == "demo.service did not start; its files are as before, and it does not run"
    assert error.log[0] == f"starting with {text}"
    assert host.listing() == {}
    assert host.state()["active"] == "inactive"
    assert "enable" not in host.calls()


@pytest.mark.parametrize(
    ("text", "definition", "effect"),
    [
        ("die", f"# New.\n{DEFINITION}", "restart"),
        ("late", f"# New.\n{DEFINITION}", "restart"),
        ("late flaps", f"# New.\n{DEFINITION}", "restart"),
        ("refuse-reload", DEFINITION, "reload"),
        ("die-at-reload", DEFINITION, "reload"),
    ],
)
def test_a_service_that_does_not_come_back_runs_with_what_it_had(
    running: Host, text: str, definition: str, effect: str
) -> None:
    before = running.listing()
    error = refused(running.service(text, definition))
    assert str(error) == f"demo.service did not {effect}; its files are as before, and it runs with them"
    assert error.log[-1] in {f"starting with {text}", f"reloading {text}", "bad line, ********"}
    assert running.listing() == before
    assert in_force(running.service())


def test_a_service_that_runs_neither_way_is_told(running: Host) -> None:
    running.config.write_text("die\n")
    running.set(active="activating")
    error = refused(running.service("die too"))
    assert str(error) == (
        "demo.service did not start; its files are as before, but with these demo.service did not restart"
    )
    assert running.config.read_text() == "die\n"


def test_nothing_written_is_nothing_to_go_back_to(running: Host) -> None:
    running.config.write_text("die\n")
    running.set(active="activating")
    error = refused(running.service("die"))
    assert str(error) == ("demo.service did not start; its files were there already, so there is nothing to go back to")


def test_what_cannot_be_written_is_found_before_anything_changes(running: Host) -> None:
    before = running.listing()
    error = refused(running.service("two", group="no-such-group"))
    assert str(error) == (
        f"{running.config} is to belong to {running.user}:no-such-group, but 'no-such-group' is not on this host; "
        "nothing was changed"
    )
    assert running.listing() == before
    assert running.calls() == []
    running.config.unlink()
    running.config.mkdir()
    error = refused(running.service())
    assert str(error) == f"{running.config} cannot be replaced, Is a directory; move away what is there"


def test_a_link_that_stood_in_the_place_is_put_back(running: Host) -> None:
    running.config.unlink()
    running.config.symlink_to("somewhere else")
    refused(running.service("die", f"# New.\n{DEFINITION}"))
    assert running.config.readlink() == Path("somewhere else")


def test_a_unit_that_nothing_wants_cannot_be_enabled(running: Host) -> None:
    running.set(enabled="static")
    error = refused(running.service(definition="[Service]\nRestart=always\n"))
    assert str(error) == (
        "demo.service cannot be enabled; its [Install] names nothing that wants it; its files are as before, and it "
        "runs with them"
    )


def test_what_a_killed_run_left_is_written_over(running: Host) -> None:
    (running.config.parent / ".demo.conf.new").write_text("half")
    running.service("two").run()
    assert sorted(running.listing()) == ["etc", "etc/demo.conf", "units", "units/demo.service"]


def test_systemd_that_does_not_answer(host: Host) -> None:
    (host.root / "bin" / "systemctl").write_text("#!/bin/sh\necho 'Failed to connect to bus' >&2; exit 1\n")
    error = refused(host.service())
    assert str(error).startswith("'systemctl show --timestamp=us+utc -p ActiveState,")
    assert str(error).endswith(",StateChangeTimestamp demo.service' failed")
    assert error.log == ["Failed to connect to bus"]
    assert host.listing() == {}
