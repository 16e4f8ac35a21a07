"""Removing models from the inventory, by name."""

import glob
from collections.abc import Sequence

from platelayer.errors import InventoryError
from platelayer.inventory.editable_inventory import GROUPS, MODELS, EditableInventory, InventoryEdit
from platelayer.inventory.matching.suggestions import suggest
from platelayer.inventory.references import collect_names, find_origins
from platelayer.inventory.yaml_text.changes import EntryRemoval
from platelayer.schema import GatewaySpec, ModelSpec


def remove_models(inventory: EditableInventory, names: Sequence[str]) -> tuple[InventoryEdit, list[str]]:
    """Prepare an edit that removes the models and model groups of these names.

    Also returns a note for each of the names that a catalog still serves. Raises InventoryError for other names.
    """
    gateway = inventory.gateway
    models = [index for index, model in enumerate(gateway.models[: gateway.written]) if model.name in names]
    groups = [index for index, group in enumerate(gateway.model_groups) if group.name in names]
    removable = {gateway.models[index].name for index in models} | {
        gateway.model_groups[index].name for index in groups
    }
    if others := [name for name in dict.fromkeys(names) if name not in removable]:
        raise InventoryError(_explain_refusal(gateway, name) for name in others)
    edit = inventory.prepare_edit(
        [EntryRemoval((MODELS,), index) for index in models] + [EntryRemoval((GROUPS,), index) for index in groups]
    )
    included = edit.gateway.models[edit.gateway.written :]
    return edit, [_describe_included(model) for model in included if model.name in removable]


def _explain_refusal(gateway: GatewaySpec, name: str) -> str:
    """Return why a name cannot be removed, and how it can."""
    included = next((model for model in gateway.models[gateway.written :] if model.name == name), None)
    if included is not None:
        return _describe_included(included)
    origin = find_origins(gateway).get(name)
    if origin is None:
        return f"'{name}': no model has this name; {suggest(name, collect_names(gateway))}"
    return f"'{name}': is {origin}, not in gateway_models or gateway_model_groups; remove it by hand"


def _describe_included(model: ModelSpec) -> str:
    return (
        f"'{model.name}': is served by 'include' of gateway_providers.{model.provider}; "
        f'write exclude: ["{glob.escape(model.id)}"] there'
    )
