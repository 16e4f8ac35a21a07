"""The typed inventory, and the catalogs of providers."""

from switchyard.model.catalog import CatalogModel
from switchyard.model.inventory import (
    Catalogs,
    Gateway,
    Group,
    Model,
    ModelGroup,
    Provider,
    Redis,
    Router,
    Target,
    VirtualModel,
)
from switchyard.model.parsing import describe, parse, plain

__all__ = [
    "CatalogModel",
    "Catalogs",
    "Gateway",
    "Group",
    "Model",
    "ModelGroup",
    "Provider",
    "Redis",
    "Router",
    "Target",
    "VirtualModel",
    "describe",
    "parse",
    "plain",
]
