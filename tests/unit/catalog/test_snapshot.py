"""The file of a catalog: what it holds, how it changes, and that no damaged one is believed."""

import difflib
import errno
import hashlib
import json
import os
import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from catalogs import THOROUGH, WHEN, snapshots
from hypothesis import given
from hypothesis import strategies as st

from platelayer.catalog.snapshot import Snapshot, format_snapshot, locate_snapshot, read_snapshot, write_snapshot
from platelayer.errors import CatalogError
from platelayer.schema.catalog import CatalogModel, Price, PriceTier


def model(identity: str, usd: str = "0.000001", **more: object) -> CatalogModel:
    return CatalogModel(id=identity, prices={"input": Price(Decimal(usd), "p", WHEN)}, **more)  # type: ignore[arg-type]


def written(*models: CatalogModel) -> Snapshot:
    return Snapshot(
        provider="lab", kind="openai_compatible", url="http://x/v1", fetched_at=WHEN, models={m.id: m for m in models}
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return locate_snapshot(tmp_path / "catalogs" / "lab", "lab")


@THOROUGH
@given(snapshots())
def test_what_is_written_is_read(whole: Snapshot) -> None:
    with TemporaryDirectory() as folder:
        path = locate_snapshot(Path(folder), "lab")
        write_snapshot(path, whole)
        assert read_snapshot(path) == whole
        assert format_snapshot(whole) == path.read_text(encoding="utf-8")


@THOROUGH
@given(snapshots(), st.randoms())
def test_the_text_does_not_depend_on_the_order_of_a_list(whole: Snapshot, chance: object) -> None:
    shuffled = list(whole.models)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert format_snapshot(replace(whole, models={name: whole.models[name] for name in shuffled})) == format_snapshot(
        whole
    )


def test_the_file_as_it_is_read_by_people(path: Path) -> None:
    dear = model(
        "b/dear", abilities=("tools",), tiers=(PriceTier(200000, {"input": Price(Decimal("0.000002"), "t", WHEN)}),)
    )
    write_snapshot(path, written(dear, model("a/free", "0", max_input_tokens=4096, missing_since=WHEN)))
    lines = (
        '{"id": "a/free", "mode": "chat", "missing_since": "2026-11-01T00:00:00Z", '
        '"prices": {"input": ["0", "p", "2026-11-01T00:00:00Z"]}, "free": true, "max_input_tokens": 4096}',
        '{"id": "b/dear", "mode": "chat", '
        '"prices": {"input": ["0.000001", "p", "2026-11-01T00:00:00Z"]}, '
        '"tiers": [{"start": 200000, "input": ["0.000002", "t", "2026-11-01T00:00:00Z"]}], "abilities": ["tools"]}',
    )
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    assert path.read_text() == (
        "{\n"
        ' "format": 1,\n'
        ' "provider": "lab",\n'
        ' "kind": "openai_compatible",\n'
        ' "url": "http://x/v1",\n'
        ' "api_base": null,\n'
        ' "fetched_at": "2026-11-01T00:00:00Z",\n'
        ' "with_key": false,\n'
        ' "written_by": "",\n'
        ' "etags": {},\n'
        ' "count": 2,\n'
        f' "sha256": "{digest}",\n'
        ' "models": [\n'
        f"{lines[0]},\n"
        f"{lines[1]}\n"
        "]}\n"
    )
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert [file.name for file in path.parent.iterdir()] == ["lab.json"]


def test_197_changed_models_change_197_lines() -> None:
    before = [model(f"v/{number:04}") for number in range(1000)]
    after = [model(old.id, "0.0000011") if number < 197 else old for number, old in enumerate(before)]
    old, new = (format_snapshot(written(*models)).splitlines() for models in (before, after))
    lines = [line for line in difflib.unified_diff(old, new, n=0, lineterm="") if line.startswith(('-{"', '+{"'))]
    assert len(lines) == 2 * 197
    head = [line for line in difflib.unified_diff(old, new, n=0, lineterm="") if line.startswith(('- "', '+ "'))]
    assert [line.split('"')[1] for line in head] == ["sha256", "sha256"]


def test_one_more_is_one_line() -> None:
    small, large = (format_snapshot(written(*map(model, ids))).splitlines() for ids in ("ac", "abc"))
    assert set(large) - set(small) == {next(line for line in large if '"b"' in line), *large[10:12]}


def _damage(text: str, how: str) -> str:
    raw = json.loads(text)
    match how:
        case "cut":
            return text[: len(text) // 2]
        case "empty":
            return ""
        case "list":
            return "[]"
        case "text":
            return '"catalog"'
        case "no head":
            return json.dumps({"models": raw["models"]})
        case "no models":
            return json.dumps({"format": 1, "sha256": raw["sha256"]})
        case "merged":
            return "<<<<<<< ours\n" + text
    raise AssertionError(how)


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("cut", "is damaged; restore it, or remove it and refresh that provider again"),
        ("empty", "is damaged; restore it, or remove it and refresh that provider again"),
        ("list", "is damaged; restore it, or remove it and refresh that provider again"),
        ("text", "is damaged; restore it, or remove it and refresh that provider again"),
        ("no head", "is damaged; restore it, or remove it and refresh that provider again"),
        (
            "no models",
            "its checksum is wrong, so it was edited or damaged; restore it, or remove it and refresh that provider "
            "again",
        ),
        (
            "merged",
            "has conflict markers of a git merge; keep one side with `git checkout --ours {path}`, then refresh",
        ),
    ],
)
def test_a_damaged_file_is_refused_in_words(path: Path, how: str, words: str) -> None:
    write_snapshot(path, written(model("a"), model("b")))
    path.write_text(_damage(path.read_text(), how))
    with pytest.raises(CatalogError) as caught:
        read_snapshot(path)
    assert str(caught.value) == f"{path}: {words.format(path=path)}"


@pytest.mark.parametrize(
    ("old", "new"),
    [('"0.000001"', '"0.000009"'), ('"0.000001"', '"NaN"'), ('"chat"', '"embedding"'), ('"b"', '"a"')],
)
def test_a_model_that_another_hand_changed_is_refused(path: Path, old: str, new: str) -> None:
    write_snapshot(path, written(model("a"), model("b")))
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    with pytest.raises(CatalogError) as caught:
        read_snapshot(path)
    assert str(caught.value) == (
        f"{path}: its checksum is wrong, so it was edited or damaged; "
        "restore it, or remove it and refresh that provider again"
    )


def test_a_file_that_is_not_text_is_damaged(path: Path) -> None:
    write_snapshot(path, written(model("a")))
    path.write_bytes(path.read_bytes().replace(b'"a"', b'"\xff"'))
    with pytest.raises(CatalogError, match="is damaged; restore it"):
        read_snapshot(path)


def test_the_format_of_another_version_is_refused_in_words(path: Path) -> None:
    write_snapshot(path, written(model("a")))
    path.write_text(path.read_text().replace('"format": 1', '"format": 2'))
    with pytest.raises(CatalogError) as caught:
        read_snapshot(path)
    assert str(caught.value) == (
        f"{path}: format 2 is of another version of Platelayer; remove it and refresh that provider again"
    )


def test_no_file_is_no_catalog_and_a_folder_is_an_error(path: Path) -> None:
    assert read_snapshot(path) is None
    path.mkdir(parents=True)
    with pytest.raises(CatalogError) as caught:
        read_snapshot(path)
    assert str(caught.value) == f"{path}: cannot be read, Is a directory"


@contextmanager
def small_files() -> Iterator[None]:
    """No file may grow beyond a few bytes, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def _left(path: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in path.parent.iterdir()}


def test_a_full_disk_leaves_the_old_file(path: Path) -> None:
    write_snapshot(path, written(model("a")))
    before = _left(path)
    with pytest.raises(CatalogError) as caught, small_files():
        write_snapshot(path, written(model("b")))
    assert str(caught.value) == f"{path}: cannot be written, File too large"
    assert _left(path) == before


@pytest.mark.parametrize(("where", "name"), [(os, "fsync"), (Path, "replace")])
def test_an_error_of_the_disk_leaves_the_old_file(
    path: Path, monkeypatch: pytest.MonkeyPatch, where: object, name: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    write_snapshot(path, written(model("a")))
    before = _left(path)
    monkeypatch.setattr(where, name, full)
    with pytest.raises(CatalogError) as caught:
        write_snapshot(path, written(model("b")))
    assert str(caught.value) == f"{path}: cannot be written, No space left on device"
    assert _left(path) == before


def test_a_folder_that_cannot_be_made_is_an_error_in_words(path: Path) -> None:
    path.parent.parent.write_text("a file")
    with pytest.raises(CatalogError) as caught:
        write_snapshot(path, written())
    assert str(caught.value) == f"{path}: cannot be written, Not a directory"
