"""Catalogs of another time: from a folder, or from a revision of the repository that holds them."""

import io
import subprocess
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from platelayer.catalog.snapshot import Snapshot
from platelayer.errors import CatalogError
from platelayer.page import files


@dataclass(frozen=True)
class Before:
    """label: what it is, for a title; catalogs: provider → its catalog of then, of those that had one."""

    label: str
    catalogs: dict[str, Snapshot]


def read(since: str, folder: Path, providers: Iterable[str]) -> Before:
    """`since`: a folder with PROVIDER.json files, or any revision of the repository that `folder` is in."""
    if Path(since).is_dir():
        found = Before(since, _catalogs(Path(since), providers))
    else:
        found = _of_revision(since, folder, providers)
    if not found.catalogs:
        raise CatalogError(f"--since {since}: has no catalog of these providers; name a time when they had one")
    return found


def _of_revision(since: str, folder: Path, providers: Iterable[str]) -> Before:
    git = partial(_git, since, folder)
    git("rev-parse", "--git-dir", otherwise=f"{folder} is in no git repository")
    name = ("rev-parse", "--verify", "--end-of-options", f"{since}^{{commit}}")
    commit = git(*name, otherwise="the repository has no such revision").decode().strip()
    # In a folder git packs that folder alone.
    packed = git("archive", "--format=tar", commit, otherwise=f"{folder} was not there then")
    short, day = git("show", "--no-patch", "--format=%h %cs", commit, otherwise="git cannot read it").decode().split()
    with TemporaryDirectory() as unpacked:
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(unpacked, filter="data")
        try:
            catalogs = _catalogs(Path(unpacked), providers)
        except CatalogError as error:
            raise CatalogError(str(error).replace(unpacked, f"{short}:{folder}")) from None
    return Before(f"{since} (commit {short} of {day})", catalogs)


def _catalogs(folder: Path, providers: Iterable[str]) -> dict[str, Snapshot]:
    return {name: catalog for name, catalog in files.catalogs(folder, providers).items() if catalog is not None}


def _git(since: str, folder: Path, *arguments: str, otherwise: str) -> bytes:
    """What git says. otherwise: why it would say nothing."""
    try:
        # git from the PATH, with a revision that cannot be an option.
        return subprocess.run(["git", "-C", folder, *arguments], check=True, capture_output=True).stdout  # noqa: S603, S607
    except FileNotFoundError:
        reason = "git is not installed"
    except subprocess.CalledProcessError:
        reason = otherwise
    raise CatalogError(
        f"--since {since}: is no folder, and no revision with catalogs: {reason}; "
        "write a folder with PROVIDER.json files, or a revision that holds them, such as HEAD"
    ) from None
