"""Removing a provider from the inventory, with its models."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from platelayer.catalog.snapshot import locate_snapshot
from platelayer.errors import InventoryError
from platelayer.inventory.editable_inventory import GROUPS, MODELS, PROVIDERS, EditableInventory, InventoryEdit
from platelayer.inventory.matching.suggestions import suggest
from platelayer.inventory.references import find_layers
from platelayer.inventory.yaml_text.changes import EntryChange, EntryRemoval

_COMMENT = re.compile(r"(?:^|\s)#.*$", re.MULTILINE)
_EXPRESSION = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_VAULT_VARIABLE = re.compile(r"\bvault_\w+")


@dataclass(frozen=True)
class ProviderRemoval:
    """The edit that removes a provider, and its effects.

    models: names of removed models; groups: names of groups that lose an id; included_count: how many models `include`
    served; unused_secrets: variables of the vault that nothing refers to afterwards; catalog: its file, if it has one.
    """

    edit: InventoryEdit
    models: tuple[str, ...]
    groups: tuple[str, ...]
    included_count: int
    unused_secrets: tuple[str, ...]
    catalog: Path | None

    def write(self, *, purge_catalog: bool) -> None:
        """Write the files, and delete the catalog if asked to."""
        self.edit.write()
        if purge_catalog and self.catalog is not None:
            self.catalog.unlink(missing_ok=True)


def remove_provider(inventory: EditableInventory, name: str) -> ProviderRemoval:
    """Prepare the removal of a provider, its models, and its ids in model groups; empty groups are removed too.

    Raises InventoryError if it does not exist, or if a virtual model or a fallback needs it.
    """
    gateway, spec = inventory.gateway, inventory.gateway.spec
    if name not in spec.providers:
        raise InventoryError([f"gateway_providers: '{name}' is not there; {suggest(name, spec.providers)}"])
    if layers := find_layers(gateway, name):
        raise InventoryError(f"{layer}: uses {name}; remove that layer first" for layer in layers)
    models = [index for index, model in enumerate(spec.models) if model.provider == name]
    groups = [index for index, group in enumerate(spec.model_groups) if name in group.ids]
    changes: list[EntryChange] = [EntryRemoval((MODELS,), index) for index in models]
    for index in groups:
        is_only_member = len(spec.model_groups[index].ids) == 1
        changes.append(EntryRemoval((GROUPS,), index) if is_only_member else EntryRemoval((GROUPS, index, "ids"), name))
    edit = inventory.prepare_edit([*changes, EntryRemoval((PROVIDERS,), name)])
    included = [model for model in gateway.models if model.provider == name and model.origin == "listed"]
    catalog = locate_snapshot(inventory.catalog_folder, name)
    return ProviderRemoval(
        edit=edit,
        models=tuple(spec.models[index].name for index in models),
        groups=tuple(spec.model_groups[index].name for index in groups),
        included_count=len(included),
        unused_secrets=_find_unused_secrets(inventory, edit),
        catalog=catalog if catalog.exists() else None,
    )


def _find_unused_secrets(inventory: EditableInventory, edit: InventoryEdit) -> tuple[str, ...]:
    """Return the variables of the vault that expressions refer to before the edit, and not after it."""
    after = {**inventory.texts, **{file.path: file.after for file in edit.files}}
    return tuple(sorted(_find_secrets(inventory.texts.values()) - _find_secrets(after.values())))


def _find_secrets(texts: Iterable[str]) -> set[str]:
    expressions = (expression for text in texts for expression in _EXPRESSION.findall(_COMMENT.sub("", text)))
    return {variable for expression in expressions for variable in _VAULT_VARIABLE.findall(expression)}
