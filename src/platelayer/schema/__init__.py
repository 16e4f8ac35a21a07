"""The typed inventory, and the catalogs of providers."""

from platelayer.schema.catalog import CatalogModel
from platelayer.schema.inventory import (
    Catalogs,
    GatewaySpec,
    GroupSettings,
    ModelGroupSpec,
    ModelSpec,
    ProviderModel,
    ProviderSpec,
    RedisConnection,
    RouterSettings,
    VirtualModelSpec,
)
from platelayer.schema.parsing import describe, fit_option, parse, parse_as_meant, plain

__all__ = [
    "CatalogModel",
    "Catalogs",
    "GatewaySpec",
    "GroupSettings",
    "ModelGroupSpec",
    "ModelSpec",
    "ProviderModel",
    "ProviderSpec",
    "RedisConnection",
    "RouterSettings",
    "VirtualModelSpec",
    "describe",
    "fit_option",
    "parse",
    "parse_as_meant",
    "plain",
]
