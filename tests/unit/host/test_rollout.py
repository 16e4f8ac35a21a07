"""Rollouts with real processes: proven first, switched at once, taken back when an instance does not come up."""

import errno
import json
import os
import shutil
import stat

import pytest

from platelayer.host.errors import HostError
from platelayer.host.readiness import list_model_names
from platelayer.host.releases import Releases
from platelayer.host.rollout import Rollback, lock_releases


def served(service) -> set[str]:
    return list_model_names("127.0.0.1", service.port + 1, service.key)


def test_a_first_rollout_serves_and_a_second_changes_nothing(service) -> None:
    first = service.rollout()
    assert first.is_new()
    first.run()
    assert served(service) == {"a"}
    again = service.rollout()
    assert not again.is_new()
    assert again.list_outdated() == []
    assert service.processes.restarts == 1


@pytest.fixture(params=[0o022, 0o077])
def umask(request):
    before = os.umask(request.param)
    yield
    os.umask(before)


def test_modes(service, umask) -> None:
    service.rollout().run()
    assert stat.S_IMODE((service.root / "current").resolve().stat().st_mode) == 0o750
    modes = {
        path.name: stat.S_IMODE(path.lstat().st_mode)
        for path in (service.root / "current").resolve().iterdir()
        if not path.is_symlink()
    }
    assert modes == {
        "config.yaml": 0o640,
        "platelayer_launcher.py": 0o640,
        "env": 0o600,
        "release.env": 0o640,
        "litellm@.service": 0o640,
    }
    assert stat.S_IMODE(service.definition.stat().st_mode) == 0o644
    assert stat.S_IMODE(service.root.stat().st_mode) == 0o750


def test_a_candidate_that_dies_is_refused_with_its_last_words(service) -> None:
    service.rollout().run()
    pid = service.processes.read_pid(1)
    with pytest.raises(
        HostError, match="^the candidate stopped with exit code 1; what served before still serves$"
    ) as caught:
        service.rollout('{"models": [], "die": true}').run()
    assert caught.value.log == ["starting with key ********", "bad config: no such provider"]
    assert service.processes.read_pid(1) == pid
    assert served(service) == {"a"}


def test_a_candidate_that_hangs_is_refused(service) -> None:
    with pytest.raises(
        HostError, match="^the candidate did not become ready within 1 s; what served before still serves$"
    ):
        service.rollout('{"hang": true}', start_seconds=1.0).run()
    assert service.processes.restarts == 0


def test_a_candidate_that_lacks_a_model_is_refused(service) -> None:
    with pytest.raises(HostError, match="^the candidate does not serve b, c; what served before still serves$"):
        service.rollout(expected=("a", "b", "c")).run()


def test_an_instance_that_does_not_come_back_gets_the_previous_release(service) -> None:
    service.rollout().run()
    before = Releases(service.root).current
    sentence = r"^instance 1 did not become ready on 127\.0\.0\.1:\d+ within 2 s; the release before it serves again$"
    with pytest.raises(HostError, match=sentence) as caught:
        service.rollout('{"models": ["a"], "die_when_serving": true}', start_seconds=2.0).run()
    assert "bad config: no such provider" in caught.value.log
    assert Releases(service.root).current == before
    assert served(service) == {"a"}


def test_an_instance_that_ends_again_and_again_is_given_up_at_once(service) -> None:
    service.rollout().run()
    service.processes.crashes = 3
    sentence = "^instance 1 ended 3 times before it was ready, and with the release before it: instance 1 ended 3 times"
    with pytest.raises(HostError, match=sentence):
        service.rollout('{"models": ["a"], "die_when_serving": true}', start_seconds=600.0).run()


def test_an_address_that_cannot_be_had_is_taken_back_too(service) -> None:
    service.rollout().run()
    sentence = r"^instance 1 did not become ready on 192\.0\.2\.99:\d+ within 2 s; the release before it serves again$"
    with pytest.raises(HostError, match=sentence):
        service.rollout(address="192.0.2.99", start_seconds=2.0).run()
    assert served(service) == {"a"}


def test_a_first_release_that_does_not_serve_has_nothing_to_go_back_to(service) -> None:
    with pytest.raises(HostError, match="and there is no release before it to go back to$"):
        service.rollout('{"models": ["a"], "die_when_serving": true}', start_seconds=2.0).run()


def test_a_run_that_was_cut_short_is_completed(service) -> None:
    service.rollout().run()
    cut = service.rollout('{"models": ["a", "b"]}')
    releases = cut.fleet.releases
    releases.accept(releases.stage(cut.release), cut.release)
    releases.point(current=cut.release.id, previous=releases.current)  # ...and the power goes before the restart
    again = service.rollout('{"models": ["a", "b"]}')
    assert not again.is_new()
    assert again.list_outdated() == [1]
    again.run()
    assert served(service) == {"a", "b"}


def test_a_stopped_instance_is_started(service) -> None:
    service.rollout().run()
    service.processes.stop(1)
    service.rollout().run()
    assert served(service) == {"a"}


def test_an_edit_by_hand_is_seen_and_put_right(service) -> None:
    service.rollout().run()
    (service.root / "current" / "config.yaml").write_text('{"models": ["edited"]}')
    again = service.rollout()
    assert again.is_new()
    again.run()
    assert (service.root / "current" / "config.yaml").read_text() == '{"models": ["a"]}'


def test_an_edit_that_was_restarted_into_is_put_right(service) -> None:
    service.rollout().run()
    (service.root / "current" / "config.yaml").write_text('{"models": ["edited"]}')
    service.processes.restart(1)
    service.rollout().run()
    assert served(service) == {"a"}


def test_an_edited_identity_is_put_right(service) -> None:
    service.rollout().run()
    (service.root / "current" / "release.env").write_text("PLATELAYER_RELEASE='other'\n")
    assert service.rollout().is_new()


def test_an_instance_too_many_is_stopped(service) -> None:
    service.rollout().run()
    service.processes.restart(2)
    again = service.rollout()
    assert again.list_surplus() == [2]
    again.run()
    assert list(service.processes.running) == [1]


def test_old_releases_go_but_for_three(service) -> None:
    for number in range(6):
        service.rollout(f'{{"models": ["a"], "number": {number}}}').run()
    assert len(list((service.root / "releases").iterdir())) == 4


def test_two_rollouts_at_once_are_refused(service) -> None:
    service.rollout().run()
    with (
        lock_releases(service.root),
        pytest.raises(HostError, match=r"^another rollout holds .*/\.lock; wait for it and run again$"),
    ):
        service.rollout('{"models": ["a", "b"]}').run()


def test_instances_are_restarted_one_after_another(service) -> None:
    service.rollout(instances=(1, 2)).run()
    service.processes.order.clear()
    service.rollout('{"models": ["a", "b"]}', instances=(1, 2)).run()
    # The second is stopped when the first serves the new release.
    assert service.processes.order == [(1, []), (2, [1])]


def test_the_second_instance_is_not_touched_when_the_first_does_not_come_back(service) -> None:
    service.rollout(instances=(1, 2)).run()
    untouched = service.processes.read_pid(2)
    with pytest.raises(HostError, match="instance 1 did not become ready .*; the release before it serves again$"):
        service.rollout('{"models": ["a"], "die_when_serving": true}', instances=(1, 2), start_seconds=2.0).run()
    assert service.processes.read_pid(2) == untouched
    assert service.fleet((1, 2)).list_outdated(Releases(service.root).current) == []


def test_all_go_back_when_the_second_does_not_come_back(service) -> None:
    service.rollout(instances=(1, 2)).run()
    before, older = Releases(service.root).current, Releases(service.root).previous
    config = json.dumps({"models": ["a"], "die_on_port": service.port + 2})
    with pytest.raises(HostError, match="instance 2 did not become ready .*; the release before it serves again$"):
        service.rollout(config, instances=(1, 2), start_seconds=3.0).run()
    releases = Releases(service.root)
    assert (releases.current, releases.previous) == (before, older)
    assert service.fleet((1, 2)).list_outdated(before) == []


def test_one_step_back_and_one_forth(service) -> None:
    service.rollout().run()
    service.rollout('{"models": ["a", "b"]}').run()
    first = Rollback(service.fleet(), "/tmp")
    first.run()
    assert served(service) == {"a"}
    Rollback(service.fleet(), "/tmp").run()
    assert served(service) == {"a", "b"}
    assert first.find_target() != Releases(service.root).current


def test_there_is_nothing_to_go_back_to_at_first(service) -> None:
    service.rollout().run()
    with pytest.raises(HostError, match="^there is no release before the current one in .*; nothing was changed$"):
        Rollback(service.fleet(), "/tmp").run()


def test_a_release_whose_program_is_gone_is_not_gone_back_to(service) -> None:
    service.rollout().run()
    service.rollout('{"models": ["a", "b"]}').run()
    shutil.rmtree(service.runtime / "bin")
    with pytest.raises(HostError, match="^the release before, .*, lacks its files or its LiteLLM; deploy what"):
        Rollback(service.fleet(), "/tmp").run()
    assert served(service) == {"a", "b"}


def test_a_step_back_that_does_not_come_up_is_taken_back(service) -> None:
    service.rollout('{"models": ["a"]}').run()
    service.rollout('{"models": ["a", "b"]}').run()
    (service.root / "previous" / "config.yaml").write_text('{"die": true}')
    with pytest.raises(HostError, match="; the release before it serves again$"):
        Rollback(service.fleet(start_seconds=2.0), "/tmp").run()
    assert served(service) == {"a", "b"}


def test_a_probe_that_objects_refuses_the_release(service) -> None:
    service.rollout().run()
    with pytest.raises(HostError, match="^Redis refuses the password; what served before still serves$") as caught:
        service.rollout(probe="import os, sys; sys.exit('Redis refuses the password')").run()
    assert caught.value.log == []
    assert served(service) == {"a"}


def test_a_full_disk_is_told_in_words_and_nothing_changes(service, monkeypatch) -> None:
    service.rollout().run()
    pid = service.processes.read_pid(1)

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(HostError, match="No space left on device; make room .* What served before still serves$"):
        service.rollout('{"models": ["a", "b"]}').run()
    monkeypatch.undo()
    assert service.processes.read_pid(1) == pid
    service.rollout('{"models": ["a", "b"]}').run()
    assert served(service) == {"a", "b"}


def test_versions_that_no_release_needs_go(service) -> None:
    other = service.runtime.with_name("0.9.0")
    shutil.copytree(service.runtime, other)
    unfinished, uv = service.runtime.with_name("0.8.0"), service.runtime.with_name("uv")
    for folder in (unfinished, uv):
        folder.mkdir()
    for folder in (service.runtime, other):
        (folder / ".installed").touch()
    service.rollout().run()
    assert not other.exists()
    assert service.runtime.exists()
    assert unfinished.exists()
    assert uv.exists()


def test_a_definition_goes_back_with_its_release(service) -> None:
    service.rollout(definition="before").run()
    with pytest.raises(HostError, match="; the release before it serves again$"):
        service.rollout('{"models": ["a"], "die_when_serving": true}', definition="after", start_seconds=2.0).run()
    assert service.definition.read_text() == "before"
    service.rollout(definition="after").run()
    assert service.definition.read_text() == "after"
    Rollback(service.fleet(), "/tmp").run()
    assert service.definition.read_text() == "before"


def test_a_definition_edited_by_hand_is_put_right(service) -> None:
    service.rollout().run()
    wanted = service.definition.read_text()
    service.definition.write_text("by hand")
    again = service.rollout()
    assert not again.is_new()
    assert again.list_outdated() == [1]
    again.run()
    assert service.definition.read_text() == wanted
    assert service.rollout().list_outdated() == []


def test_a_step_back_to_what_is_not_let_in_any_more_is_refused(service) -> None:
    service.rollout().run()
    service.rollout('{"models": ["a", "b"]}').run()
    (service.root / "previous" / "platelayer_probe.py").write_text("import sys; sys.exit('Redis refuses the password')")
    with pytest.raises(HostError, match="^Redis refuses the password; what served before still serves$"):
        Rollback(service.fleet(), "/tmp").run()
    assert served(service) == {"a", "b"}


def test_a_disk_that_fills_up_at_the_switch_is_taken_back(service, monkeypatch) -> None:
    service.rollout(definition="before").run()
    before = Releases(service.root).current

    def full(self: Releases) -> None:
        monkeypatch.undo()
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Releases, "define", full)
    with pytest.raises(HostError, match="No space left on device; the release before it serves again$"):
        service.rollout('{"models": ["a", "b"]}', definition="after").run()
    assert Releases(service.root).current == before
    assert service.definition.read_text() == "before"
    assert served(service) == {"a"}
