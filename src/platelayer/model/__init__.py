"""The typed inventory, and the catalogs of providers."""

from platelayer.model.catalog import CatalogModel
from platelayer.model.inventory import (
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
from platelayer.model.parsing import describe, parse, plain

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
