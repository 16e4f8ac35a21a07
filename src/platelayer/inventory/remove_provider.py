"""A provider that leaves the inventory, with all that it serves."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from platelayer.catalog.snapshot import path_of
from platelayer.errors import InventoryError
from platelayer.inventory.edit import GROUPS, MODELS, PROVIDERS, Edit, Inventory
from platelayer.inventory.references import near
from platelayer.inventory.text.changes import Change, Drop
from platelayer.schema import GatewaySpec

_COMMENT = re.compile(r"(?:^|\s)#.*$", re.MULTILINE)
_EXPRESSION = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_VAULT = re.compile(r"\bvault_\w+")


@dataclass(frozen=True)
class Removed:
    """What goes: names of models, names of groups that lose an id, and how many models its catalog brought.

    secrets: variables of the vault that nothing uses then; catalog: its file, None where there is none.
    """

    edit: Edit
    models: tuple[str, ...]
    groups: tuple[str, ...]
    listed: int
    secrets: tuple[str, ...]
    catalog: Path | None

    def write(self, *, purge_catalog: bool) -> None:
        """Write the files, and remove the catalog if that is asked for."""
        self.edit.write()
        if purge_catalog and self.catalog is not None:
            self.catalog.unlink(missing_ok=True)


def remove_provider(inventory: Inventory, name: str) -> Removed:
    """Remove a provider, its models, and its ids in groups; a group without ids goes too."""
    gateway = inventory.gateway
    if name not in gateway.providers:
        raise InventoryError([f"gateway_providers: '{name}' is not there; {near(name, gateway.providers)}"])
    if layers := _layers(gateway, name):
        raise InventoryError(f"{layer}: asks {name}; remove that layer first" for layer in layers)
    models = [index for index, model in enumerate(gateway.models[: gateway.written]) if model.provider == name]
    groups = [index for index, group in enumerate(gateway.model_groups) if name in group.ids]
    changes: list[Change] = [Drop((MODELS,), index) for index in models]
    for index in groups:
        alone = len(gateway.model_groups[index].ids) == 1
        changes.append(Drop((GROUPS,), index) if alone else Drop((GROUPS, index, "ids"), name))
    edit = inventory.edited([*changes, Drop((PROVIDERS,), name)])
    names = {group.name for group in gateway.model_groups}
    listed = [each for each in gateway.models[gateway.written :] if each.provider == name and each.name not in names]
    path = path_of(inventory.folder, name)
    return Removed(
        edit=edit,
        models=tuple(gateway.models[index].name for index in models),
        groups=tuple(gateway.model_groups[index].name for index in groups),
        listed=len(listed),
        secrets=_unused(inventory, edit),
        catalog=path if path.exists() else None,
    )


def _layers(gateway: GatewaySpec, provider: str) -> list[str]:
    return [
        f"gateway_virtual_models[{index}] ({virtual.name}).layers[{number}]"
        for index, virtual in enumerate(gateway.virtual_models)
        for number, layer in enumerate(virtual.layers)
        if layer.provider == provider
    ]


def _unused(inventory: Inventory, edit: Edit) -> tuple[str, ...]:
    """Variables of the vault that expressions of the environment name before the edit, and not after it."""
    after = {**inventory.texts, **{file.path: file.after for file in edit.files}}
    return tuple(sorted(_secrets(inventory.texts.values()) - _secrets(after.values())))


def _secrets(texts: Iterable[str]) -> set[str]:
    expressions = (found for text in texts for found in _EXPRESSION.findall(_COMMENT.sub("", text)))
    return {name for expression in expressions for name in _VAULT.findall(expression)}
