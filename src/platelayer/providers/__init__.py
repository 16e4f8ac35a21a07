"""Provider kinds: one file each, found by itself.

A file that describes a kind defines `KIND`. Its name is what an inventory writes as `kind:`.
"""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from platelayer.providers.kind import Kind


@cache
def kinds() -> dict[str, Kind]:
    """Every kind by its name, sorted."""
    modules = (import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))
    found: list[Kind] = [module.KIND for module in modules if hasattr(module, "KIND")]
    return {kind.name: kind for kind in sorted(found, key=lambda kind: kind.name)}


__all__ = ["Kind", "kinds"]
