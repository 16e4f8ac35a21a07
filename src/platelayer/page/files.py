"""The catalogs that are read, and the page that is written."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from platelayer.catalog import snapshot
from platelayer.catalog.snapshot import Snapshot
from platelayer.errors import CatalogError
from platelayer.gateway.price_policy import PricePolicy, apply_price_policy


def catalogs(folder: Path, providers: Iterable[str]) -> dict[str, Snapshot | None]:
    """The catalogs of these providers in a folder, None where one was never fetched."""
    return {name: snapshot.read(snapshot.path_of(folder, name)) for name in providers}


def latest(folder: Path, policies: Mapping[str, PricePolicy]) -> dict[str, Snapshot | None]:
    """The same of `catalogs/ENV`, of which at least one must be there, at the prices that LiteLLM gets: those of the
    inventory (provider → policy) win, also where no refresh has taken them up yet."""
    found = catalogs(folder, policies)
    if not any(found.values()):
        raise CatalogError(f"{folder}: there is no catalog; run `platelayer catalog refresh --env {folder.name}` first")
    return {name: catalog and _priced(catalog, policies[name]) for name, catalog in found.items()}


def _priced(catalog: Snapshot, policy: PricePolicy) -> Snapshot:
    return replace(
        catalog, models={identity: apply_price_policy(model, policy) for identity, model in catalog.models.items()}
    )


def write(path: Path, text: str) -> None:
    """Write the page; its folder is made where there is none."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # What JSON may hold and a file may not, half of a character, becomes a question mark.
        path.write_bytes(text.encode(errors="replace"))
    except OSError as error:
        raise CatalogError(f"{path}: cannot be written, {error.strerror}; name another file with -o") from None
