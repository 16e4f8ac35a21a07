"""Catalogs of providers that are no longer in the inventory."""

from pathlib import Path

from platelayer.schema import GatewaySpec


def find_orphaned_catalogs(folder: Path, gateway: GatewaySpec) -> list[str]:
    """Return a note for each catalog in a folder that belongs to no provider, enabled or disabled."""
    return [
        f"{path} belongs to no provider of the inventory; remove it if you do not need it"
        for path in sorted(folder.glob("*.json"))
        if path.stem not in gateway.providers
    ]
