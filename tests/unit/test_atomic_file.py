"""A file is replaced whole, with the mode of the one before it, and nothing is left beside it."""

import os
import stat
from pathlib import Path

import pytest

from platelayer.atomic_file import stage_file, write_file


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("umask", [0o022, 0o077])
def test_a_new_file_is_readable_by_all(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        write_file(tmp_path / "a", b"one")
    finally:
        os.umask(before)
    assert (tmp_path / "a").read_bytes() == b"one"
    assert mode_of(tmp_path / "a") == 0o644


def test_the_mode_is_kept_unless_another_is_given(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("one")
    path.chmod(0o600)
    write_file(path, b"two")
    assert (path.read_bytes(), mode_of(path)) == (b"two", 0o600)
    write_file(path, b"three", mode=0o640)
    assert mode_of(path) == 0o640


def test_the_owner_is_kept_or_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "fchown", lambda _, uid, gid: given.append((uid, gid)))
    write_file(tmp_path / "a", b"one")
    assert given == []
    write_file(tmp_path / "a", b"two")
    write_file(tmp_path / "a", b"three", ids=(7, 8))
    assert given == [(os.getuid(), os.getgid()), (7, 8)]


def test_a_file_that_cannot_be_given_away_is_replaced_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "fchown", refuse)
    (tmp_path / "a").write_text("one")
    write_file(tmp_path / "a", b"two")
    assert (tmp_path / "a").read_bytes() == b"two"
    with pytest.raises(PermissionError):
        write_file(tmp_path / "a", b"three", ids=(7, 8))
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("where", [(os, "fsync"), (Path, "replace")], ids=["write", "rename"])
def test_an_error_leaves_the_old_file_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where) -> None:
    def fail(*_: object) -> None:
        raise OSError("full")

    (tmp_path / "a").write_text("one")
    monkeypatch.setattr(*where, fail)
    with pytest.raises(OSError, match="^full$"):
        write_file(tmp_path / "a", b"two")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a": "one"}


def test_what_a_killed_run_left_is_removed_and_files_of_others_are_not(tmp_path: Path) -> None:
    stage_file(tmp_path / "a", b"half")
    (tmp_path / ".a.swp").write_text("an editor's")
    (tmp_path / ".ab.x.new").write_text("another file's")
    write_file(tmp_path / "a", b"whole")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".a.swp", ".ab.x.new", "a"]
