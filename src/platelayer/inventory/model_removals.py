"""Removing models from the inventory, by name."""

import glob
from collections.abc import Sequence

from platelayer.errors import InventoryError
from platelayer.gateway.build import BuiltGateway
from platelayer.gateway.served_models import ServedModel
from platelayer.inventory.editable_inventory import GROUPS, MODELS, EditableInventory, InventoryEdit
from platelayer.inventory.matching.suggestions import suggest
from platelayer.inventory.yaml_text.changes import EntryRemoval


def remove_models(inventory: EditableInventory, names: Sequence[str]) -> tuple[InventoryEdit, list[str]]:
    """Prepare an edit that removes the models and model groups of these names.

    Also returns a note for each of the names that a catalog still serves. Raises InventoryError for other names.
    """
    spec = inventory.gateway.spec
    models = [index for index, model in enumerate(spec.models) if model.name in names]
    groups = [index for index, group in enumerate(spec.model_groups) if group.name in names]
    removable = {entry.name for entry in (*spec.models, *spec.model_groups)} & set(names)
    if others := [name for name in dict.fromkeys(names) if name not in removable]:
        raise InventoryError(_explain_refusal(inventory.gateway, name) for name in others)
    edit = inventory.prepare_edit(
        [EntryRemoval((MODELS,), index) for index in models] + [EntryRemoval((GROUPS,), index) for index in groups]
    )
    included = [model for model in edit.gateway.models if model.origin == "listed" and model.name in removable]
    return edit, [_describe_included(model) for model in included]


def _explain_refusal(gateway: BuiltGateway, name: str) -> str:
    """Return why a name cannot be removed, and how it can."""
    for model in gateway.names.models.get(name, ()):
        if model.origin == "listed":
            return _describe_included(model)
    place = gateway.names.places.get(name)
    if place is None:
        return f"'{name}': no model has this name; {suggest(name, gateway.names.places)}"
    return f"'{name}': is {place}, not in gateway_models or gateway_model_groups; remove it by hand"


def _describe_included(model: ServedModel) -> str:
    return (
        f"'{model.name}': is served by 'include' of gateway_providers.{model.provider}; "
        f'write exclude: ["{glob.escape(model.id)}"] there'
    )
