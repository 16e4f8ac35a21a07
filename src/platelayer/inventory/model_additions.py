"""Adding models of a provider's catalog to `gateway_models`."""

import glob
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from platelayer.errors import CatalogError, InventoryError
from platelayer.gateway.catalog_choice import FREE_SUFFIX, name_model
from platelayer.inventory.editable_inventory import MODELS, PROVIDERS, EditableInventory, InventoryEdit
from platelayer.inventory.matching.suggestions import suggest
from platelayer.inventory.references import find_written_models
from platelayer.inventory.yaml_text.changes import EntryAddition
from platelayer.schema import CatalogModel


@dataclass(frozen=True, slots=True)
class AddedModel:
    """A new entry of `gateway_models`, its model in the catalog, and the id of its free twin there, if it has one."""

    entry: dict[str, str]
    model: CatalogModel
    free_twin: str | None


def add_models(
    inventory: EditableInventory, provider: str, model_ids: Sequence[str], name: str | None = None
) -> tuple[InventoryEdit, list[AddedModel]]:
    """Prepare an edit that adds models of one provider.

    They get the names that the provider's rules give them, or one of them gets `name`. Prices and limits are not
    copied: the gateway takes them from the catalog. Raises CatalogError for unknown ids, and InventoryError for names
    and models that the inventory already has.
    """
    catalog = inventory.get_catalog(provider)
    wanted_ids = list(dict.fromkeys(model_ids))
    if unknown_ids := [model_id for model_id in wanted_ids if model_id not in catalog]:
        raise CatalogError(
            "\n".join(f"the catalog of {provider} has no '{wrong}'; {suggest(wrong, catalog)}" for wrong in unknown_ids)
        )
    added_models = []
    for model_id in wanted_ids:
        model_name = name or name_model(inventory.gateway.spec.providers[provider], model_id)
        entry = {"name": model_name, "provider": provider, "id": model_id}
        if catalog[model_id].mode != "chat":
            entry["mode"] = catalog[model_id].mode
        twin = model_id + FREE_SUFFIX
        added_models.append(AddedModel(entry, catalog[model_id], twin if twin in catalog else None))
    if problems := list(_find_conflicts(inventory, [added.entry for added in added_models], name)):
        raise InventoryError(problems)
    return inventory.prepare_edit([EntryAddition((MODELS,), added.entry) for added in added_models]), added_models


def _find_conflicts(inventory: EditableInventory, entries: Sequence[dict[str, str]], name: str | None) -> Iterator[str]:
    """Yield a problem for each new entry whose model or name the inventory already has."""
    gateway = inventory.gateway
    places, written = dict(gateway.names.places), find_written_models(gateway)
    included = {(model.provider, model.id): model.name for model in gateway.models if model.origin == "listed"}
    for entry in entries:
        model = (entry["provider"], entry["id"])
        if model in written:
            place, served_name = written[model]
            yield f"{place}: already serves '{entry['id']}' of {entry['provider']} as '{served_name}'; change it there"
        elif model in included:
            yield _describe_included(inventory, *model, included[model], name)
        elif entry["name"] in places:
            place = places[entry["name"]]
            yield f"{place}: already has the name '{entry['name']}'; choose another with --name"
        places.setdefault(entry["name"], f"'{entry['id']}'")


def _describe_included(
    inventory: EditableInventory, provider: str, model_id: str, served_name: str, name: str | None
) -> str:
    """Return the two ways to give another name to a model that `include` serves."""
    return (
        f"{inventory.find_file(PROVIDERS)}: gateway_providers.{provider}.include already serves '{model_id}' as "
        f"'{served_name}'; rename it with names: {{\"{model_id}\": {name or 'NAME'}}}, or exclude it with "
        f'exclude: ["{glob.escape(model_id)}"] and add it again'
    )
