"""Kinds of providers, one file each.

A file of this folder that defines `KIND` adds a kind; no list elsewhere names it. `KIND.name` is what an inventory
writes as `kind:`.
"""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from platelayer.providers.kind import ProviderKind


@cache
def load_kinds() -> dict[str, ProviderKind]:
    """Return every kind by its name, sorted."""
    modules = (import_module(f"{__name__}.{file.name}") for file in iter_modules(__path__))
    described: list[ProviderKind] = [module.KIND for module in modules if hasattr(module, "KIND")]
    return {kind.name: kind for kind in sorted(described, key=lambda kind: kind.name)}


__all__ = ["ProviderKind", "load_kinds"]
