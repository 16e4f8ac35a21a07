"""The last good catalogs of an inventory's providers."""

from pathlib import Path

from platelayer.catalog.snapshot import locate_snapshot, read_snapshot
from platelayer.errors import InventoryError
from platelayer.gateway.price_policy import apply_price_policy, read_price_policy
from platelayer.schema import CatalogModel, Catalogs, GatewaySpec


def read_catalogs(spec: GatewaySpec, folder: str) -> Catalogs:
    """Return the catalogs that a deployment needs; raise InventoryError where `include` has none to choose from.

    folder: `catalogs/ENV`; empty leaves catalogs aside.
    """
    if not folder:
        return {}
    catalogs = load_catalogs(spec, Path(folder))
    missing = [
        name
        for name, provider in spec.providers.items()
        if provider.enabled and provider.catalog and provider.include and name not in catalogs
    ]
    if missing:
        raise InventoryError(
            f"gateway_providers.{name}: 'include' chooses from a catalog, and there is none; "
            f"run `platelayer catalog refresh {name} --env {Path(folder).name}`"
            for name in missing
        )
    return catalogs


def load_catalogs(spec: GatewaySpec, folder: Path) -> dict[str, dict[str, CatalogModel]]:
    """Return the last good catalog of each enabled provider that has one, with the prices that the inventory gives."""
    catalogs = {}
    for name, provider in spec.providers.items():
        if provider.enabled and provider.catalog and (last := read_snapshot(locate_snapshot(folder, name))):
            policy = read_price_policy(provider)
            catalogs[name] = {identity: apply_price_policy(model, policy) for identity, model in last.models.items()}
    return catalogs
