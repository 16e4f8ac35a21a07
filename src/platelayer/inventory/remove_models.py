"""Models that leave the inventory, by name."""

import glob
from collections.abc import Sequence

from platelayer.errors import InventoryError
from platelayer.inventory.edit import GROUPS, MODELS, Edit, Inventory
from platelayer.inventory.references import defined, near, origins
from platelayer.inventory.text.changes import Drop
from platelayer.schema import GatewaySpec, ModelSpec


def remove(inventory: Inventory, names: Sequence[str]) -> tuple[Edit, list[str]]:
    """Remove the models and groups of these names; also say of which a catalog still brings a model."""
    gateway = inventory.gateway
    models = [index for index, model in enumerate(gateway.models[: gateway.written]) if model.name in names]
    groups = [index for index, group in enumerate(gateway.model_groups) if group.name in names]
    written = {gateway.models[index].name for index in models} | {gateway.model_groups[index].name for index in groups}
    if others := [name for name in dict.fromkeys(names) if name not in written]:
        raise InventoryError(_not_written(gateway, name) for name in others)
    edit = inventory.edited([Drop((MODELS,), index) for index in models] + [Drop((GROUPS,), index) for index in groups])
    after = edit.gateway
    return edit, [_chosen(model) for model in after.models[after.written :] if model.name in written]


def _not_written(gateway: GatewaySpec, name: str) -> str:
    """Why a name cannot be removed, and what removes it."""
    listed = next((model for model in gateway.models[gateway.written :] if model.name == name), None)
    if listed is not None:
        return _chosen(listed)
    place = origins(gateway).get(name)
    if place is None:
        return f"'{name}': no model has that name; {near(name, defined(gateway))}"
    return f"'{name}': is {place}, and no model of gateway_models or gateway_model_groups; remove it by hand"


def _chosen(model: ModelSpec) -> str:
    return (
        f"'{model.name}': 'include' of gateway_providers.{model.provider} chooses it; "
        f'write exclude: ["{glob.escape(model.id)}"] there'
    )
