"""Models of a provider's catalog, written into `gateway_models`."""

import glob
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from platelayer.errors import CatalogError, InventoryError
from platelayer.gateway.choose import FREE_SUFFIX, name_of
from platelayer.inventory.edit import MODELS, PROVIDERS, Edit, Inventory
from platelayer.inventory.references import near, origins
from platelayer.inventory.text.changes import Put
from platelayer.schema import CatalogModel, GatewaySpec


@dataclass(frozen=True, slots=True)
class Added:
    """An entry of `gateway_models`, what the catalog says of it, and the id of its free twin there."""

    entry: dict[str, str]
    model: CatalogModel
    twin: str | None


def add(
    inventory: Inventory, provider: str, identities: Sequence[str], name: str | None = None
) -> tuple[Edit, list[Added]]:
    """Write models under the names that the provider's rules make, or one of them under `name`.

    Prices and limits stay in the catalog: the merge takes them from there, and a refresh keeps them true.
    """
    catalog = inventory.catalog(provider)
    wanted = list(dict.fromkeys(identities))
    if unknown := [identity for identity in wanted if identity not in catalog]:
        raise CatalogError("\n".join(f"{provider}: lists no '{each}'; {near(each, catalog)}" for each in unknown))
    added = []
    for identity in wanted:
        called = name or name_of(inventory.gateway.providers[provider], identity)
        entry = {"name": called, "provider": provider, "id": identity}
        if catalog[identity].mode != "chat":
            entry["mode"] = catalog[identity].mode
        twin = identity + FREE_SUFFIX
        added.append(Added(entry, catalog[identity], twin if twin in catalog else None))
    if problems := list(_taken(inventory, [each.entry for each in added], name)):
        raise InventoryError(problems)
    return inventory.edited([Put((MODELS,), each.entry) for each in added]), added


def _taken(inventory: Inventory, entries: Sequence[dict[str, str]], name: str | None) -> Iterator[str]:
    """Why entries cannot be added: what they name is there, or has their name."""
    gateway = inventory.gateway
    names, written = origins(gateway), dict(reversed(list(_written(gateway))))
    listed = {(model.provider, model.id): model.name for model in gateway.models[gateway.written :]}
    for entry in entries:
        called, model = entry["name"], (entry["provider"], entry["id"])
        if model in written:
            place, served = written[model]
            yield f"{place}: serves '{entry['id']}' of {entry['provider']} already, as '{served}'; change it there"
        elif model in listed:
            yield _included(inventory, *model, listed[model], name)
        elif called in names:
            yield f"{names[called]}: has the name '{called}' already; choose another with --name"
        names.setdefault(called, f"'{entry['id']}'")


def _written(gateway: GatewaySpec) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    """(provider, id), and where it is written and as what."""
    for index, model in enumerate(gateway.models[: gateway.written]):
        yield (model.provider, model.id), (f"gateway_models[{index}]", model.name)
    for index, group in enumerate(gateway.model_groups):
        for provider, member in group.ids.items():
            yield (provider, member.id), (f"gateway_model_groups[{index}]", group.name)


def _included(inventory: Inventory, provider: str, identity: str, served: str, name: str | None) -> str:
    """What `include` brings can have another name there, or be written by hand once it is left out."""
    return (
        f"{inventory.file_of(PROVIDERS)}: gateway_providers.{provider}.include brings '{identity}' already, "
        f"as '{served}'; "
        f'give it another name with names: {{"{identity}": {name or "NAME"}}}, or leave it out with '
        f'exclude: ["{glob.escape(identity)}"] and add it then'
    )
