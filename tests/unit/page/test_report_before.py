"""`--since`: catalogs of another time, from a folder or from git."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from report_samples import NOW, THEN, catalog, model, save

from platelayer.errors import CatalogError
from platelayer.page.snapshots import read_past

OLD, NEW = catalog("a", [model("x")], THEN), catalog("a", [model("x"), model("y")], NOW)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """`catalogs/lab` in a repository, committed with OLD and then changed to NEW."""
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "A")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "a@example.com")
        monkeypatch.setenv(f"GIT_{who}_DATE", "2026-11-15T12:00:00Z")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "commit", "--quiet", "--allow-empty", "--message", "before there were catalogs")
    commit(tmp_path)
    folder = save(tmp_path / "catalogs" / "lab", OLD)
    commit(tmp_path)
    save(folder, NEW)
    return folder


def git(root: Path, *arguments: str) -> str:
    return subprocess.run(["git", "-C", root, *arguments], check=True, capture_output=True, text=True).stdout.strip()


def commit(root: Path) -> None:
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--allow-empty", "--message", "catalogs")


def refused(read: Callable[[], object]) -> str:
    with pytest.raises(CatalogError) as caught:
        read()
    return str(caught.value)


def no_revision(since: str, reason: str, folder: Path) -> str:
    return (
        f"--since {since}: is neither a folder nor a revision with catalogs: {reason.replace('FOLDER', str(folder))}; "
        "write a folder with PROVIDER.json files, or a revision that holds them, such as HEAD"
    )


def test_a_folder_holds_the_catalogs_of_another_time(tmp_path: Path) -> None:
    save(tmp_path, OLD)
    found = read_past(str(tmp_path), Path("nowhere"), ["a", "b"])
    assert (found.label, found.catalogs) == (str(tmp_path), {"a": OLD})


def test_a_revision_holds_the_catalogs_of_another_time(folder: Path) -> None:
    found = read_past("HEAD", folder, ["a", "b"])
    short = git(folder, "rev-parse", "--short", "HEAD")
    assert (found.label, found.catalogs) == (f"HEAD (commit {short} of 2026-11-15)", {"a": OLD})


def test_a_folder_without_these_providers_is_refused(tmp_path: Path) -> None:
    reason = "has no catalog of these providers; name a time when they had one"
    assert refused(lambda: read_past(str(tmp_path), tmp_path, ["a"])) == f"--since {tmp_path}: {reason}"


@pytest.mark.parametrize(
    ("since", "reason"),
    [
        ("nothing", "the repository has no such revision"),
        ("--all", "the repository has no such revision"),
        ("--output=stolen", "the repository has no such revision"),
        ("HEAD~2", "FOLDER did not exist then"),
    ],
)
def test_what_is_no_revision_with_catalogs_is_refused(folder: Path, since: str, reason: str) -> None:
    assert refused(lambda: read_past(since, folder, ["a"])) == no_revision(since, reason, folder)
    assert not (folder / "stolen").exists()


def test_outside_of_a_repository_there_are_no_revisions(folder: Path) -> None:
    shutil.rmtree(folder.parents[1] / ".git")
    reason = "FOLDER is in no git repository"
    assert refused(lambda: read_past("HEAD", folder, ["a"])) == no_revision("HEAD", reason, folder)


def test_without_git_a_revision_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    reason = "git is not installed"
    assert refused(lambda: read_past("HEAD", folder, ["a"])) == no_revision("HEAD", reason, folder)


def test_a_catalog_that_was_damaged_then_is_named_with_its_revision(folder: Path) -> None:
    (folder / "a.json").write_text("{")
    commit(folder)
    short = git(folder, "rev-parse", "--short", "HEAD")
    assert refused(lambda: read_past("HEAD", folder, ["a"])).startswith(f"{short}:{folder}/a.json: is damaged")
