"""The catalogs that the page shows: those of today, and those of another time to compare them with."""

import io
import subprocess
import tarfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from platelayer.catalog.snapshot import Snapshot, locate_snapshot, read_snapshot
from platelayer.errors import CatalogError
from platelayer.gateway.price_policy import PricePolicy, apply_price_policy


@dataclass(frozen=True)
class PastCatalogs:
    """Catalogs of another time. label: which time, for a title. catalogs: provider → its catalog, if it had one."""

    label: str
    catalogs: dict[str, Snapshot]


def read_current(folder: Path, policies: Mapping[str, PricePolicy]) -> dict[str, Snapshot | None]:
    """Return the catalogs of `catalogs/ENV`, None for a provider that was never fetched.

    Their prices are those that LiteLLM gets: the inventory's (policies: provider → its own prices) replace others, even
    before a refresh. Raises CatalogError if there is no catalog at all.
    """
    catalogs = _read_all(folder, policies)
    if not any(catalogs.values()):
        raise CatalogError(f"{folder}: there is no catalog; run `platelayer catalog refresh --env {folder.name}` first")
    return {name: catalog and _apply_policy(catalog, policies[name]) for name, catalog in catalogs.items()}


def _apply_policy(catalog: Snapshot, policy: PricePolicy) -> Snapshot:
    models = {model_id: apply_price_policy(model, policy) for model_id, model in catalog.models.items()}
    return replace(catalog, models=models)


def read_past(since: str, folder: Path, providers: Iterable[str]) -> PastCatalogs:
    """Return the catalogs of another time; raise CatalogError if there are none.

    since: a folder with PROVIDER.json files, or any revision of the git repository that `folder` is in.
    """
    if Path(since).is_dir():
        past = PastCatalogs(since, _read_existing(Path(since), providers))
    else:
        past = _read_revision(since, folder, providers)
    if not past.catalogs:
        raise CatalogError(f"--since {since}: has no catalog of these providers; name a time when they had one")
    return past


def _read_revision(since: str, folder: Path, providers: Iterable[str]) -> PastCatalogs:
    git = partial(_run_git, since, folder)
    git("rev-parse", "--git-dir", failure=f"{folder} is in no git repository")
    name = ("rev-parse", "--verify", "--end-of-options", f"{since}^{{commit}}")
    commit = git(*name, failure="the repository has no such revision").decode().strip()
    # Run in a folder, git archives that folder only.
    archive = git("archive", "--format=tar", commit, failure=f"{folder} did not exist then")
    short, day = git("show", "--no-patch", "--format=%h %cs", commit, failure="git cannot read it").decode().split()
    with TemporaryDirectory() as unpacked:
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            tar.extractall(unpacked, filter="data")
        try:
            catalogs = _read_existing(Path(unpacked), providers)
        except CatalogError as error:
            raise CatalogError(str(error).replace(unpacked, f"{short}:{folder}")) from None
    return PastCatalogs(f"{since} (commit {short} of {day})", catalogs)


def _read_all(folder: Path, providers: Iterable[str]) -> dict[str, Snapshot | None]:
    return {name: read_snapshot(locate_snapshot(folder, name)) for name in providers}


def _read_existing(folder: Path, providers: Iterable[str]) -> dict[str, Snapshot]:
    return {name: catalog for name, catalog in _read_all(folder, providers).items() if catalog is not None}


def _run_git(since: str, folder: Path, *arguments: str, failure: str) -> bytes:
    """Return the output of git. failure: why it has none if it exits with an error."""
    try:
        # git from the PATH, with a revision that cannot be an option.
        return subprocess.run(["git", "-C", folder, *arguments], check=True, capture_output=True).stdout  # noqa: S603, S607
    except FileNotFoundError:
        reason = "git is not installed"
    except subprocess.CalledProcessError:
        reason = failure
    raise CatalogError(
        f"--since {since}: is neither a folder nor a revision with catalogs: {reason}; "
        "write a folder with PROVIDER.json files, or a revision that holds them, such as HEAD"
    ) from None
