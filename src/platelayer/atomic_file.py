"""Atomic replacement of files: a reader, a full disk or a power cut meets the old file or the new one, never a half.

Standard library only, because modules ship it to hosts.
"""

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path


def write_file(path: Path, content: bytes, *, mode: int | None = None, ids: tuple[int, int] | None = None) -> None:
    """Replace a file in one step. Raises OSError; then what was there is unchanged.

    mode, ids (of user and group): those of the file that is replaced unless given; a new file gets 0644 and the
    caller's ids.
    """
    staged = stage_file(path, content, mode=mode, ids=ids)
    try:
        staged.replace(path)
    except BaseException:
        staged.unlink(missing_ok=True)
        raise


def stage_file(path: Path, content: bytes, *, mode: int | None = None, ids: tuple[int, int] | None = None) -> Path:
    """Write a finished file beside its place, and return its path; `.replace(path)` is the last step.

    Raises OSError; then nothing is left. Parameters as for `write_file`.
    """
    _remove_leftovers(path)
    prefix, suffix = _name_ends(path)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=prefix, suffix=suffix)
    staged = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            _set_attributes(stream.fileno(), path, mode, ids)
            os.fsync(stream.fileno())
    except BaseException:
        staged.unlink(missing_ok=True)
        raise
    return staged


def _set_attributes(descriptor: int, path: Path, mode: int | None, ids: tuple[int, int] | None) -> None:
    try:
        replaced = path.stat()
    except FileNotFoundError:
        replaced = None
    if ids is not None:
        os.fchown(descriptor, *ids)
    elif replaced is not None:
        # Only root may give a file away; the content matters more.
        with suppress(PermissionError):
            os.fchown(descriptor, replaced.st_uid, replaced.st_gid)
    if mode is None:
        mode = 0o644 if replaced is None else stat.S_IMODE(replaced.st_mode)
    os.fchmod(descriptor, mode)


def _remove_leftovers(path: Path) -> None:
    """Remove what a run left that was killed while it wrote."""
    prefix, suffix = _name_ends(path)
    for entry in path.parent.iterdir():
        if entry.name.startswith(prefix) and entry.name.endswith(suffix):
            entry.unlink(missing_ok=True)


def _name_ends(path: Path) -> tuple[str, str]:
    return f".{path.name}.", ".new"
