"""Catalogs that were left behind by providers that the inventory does not have any more."""

from pathlib import Path

from platelayer.schema import GatewaySpec


def ownerless(folder: Path, gateway: GatewaySpec) -> list[str]:
    """A sentence for each catalog of the folder that belongs to no provider, enabled or not."""
    return [
        f"{path} belongs to no provider of the inventory; remove it if it is not wanted"
        for path in sorted(folder.glob("*.json"))
        if path.stem not in gateway.providers
    ]
