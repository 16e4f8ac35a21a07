"""An inventory with the last good catalogs that its folder holds."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from platelayer.catalog import snapshot
from platelayer.errors import InventoryError
from platelayer.gateway.join import join
from platelayer.gateway.price_policy import apply_price_policy, read_price_policy
from platelayer.schema import CatalogModel, GatewaySpec, parse


def read(inventory: Mapping[str, Any]) -> GatewaySpec:
    """The inventory of one gateway with its catalogs, whose folder it names as `catalogs`."""
    gateway, folder = written(inventory), inventory.get("catalogs")
    if not folder:
        return join(gateway, {})
    catalogs = load(gateway, Path(str(folder)))
    if missing := [name for name in _choosing(gateway) if name not in catalogs]:
        env = Path(str(folder)).name
        raise InventoryError(
            f"gateway_providers.{name}: 'include' chooses from a catalog, and there is none; "
            f"run `platelayer catalog refresh {name} --env {env}`"
            for name in missing
        )
    return join(gateway, catalogs)


def _choosing(gateway: GatewaySpec) -> Iterator[str]:
    """The providers whose catalog is served."""
    for name, provider in gateway.providers.items():
        if provider.enabled and provider.catalog and provider.include:
            yield name


def written(inventory: Mapping[str, Any]) -> GatewaySpec:
    """The inventory of one gateway as it is written, without what catalogs add."""
    return parse({key: value for key, value in inventory.items() if key != "catalogs"})


def load(gateway: GatewaySpec, folder: Path) -> dict[str, dict[str, CatalogModel]]:
    """The last good catalog of each enabled provider, with the prices that the inventory gives."""
    found = {}
    for name, provider in gateway.providers.items():
        if provider.enabled and provider.catalog and (last := snapshot.read(snapshot.path_of(folder, name))):
            policy = read_price_policy(provider)
            found[name] = {identity: apply_price_policy(model, policy) for identity, model in last.models.items()}
    return found
