"""One model's ids at all providers, joined under one name in `gateway_model_groups`."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from platelayer.errors import CatalogError
from platelayer.gateway.choose import FREE_SUFFIX
from platelayer.inventory.candidates import NEW, Row, rows_of
from platelayer.inventory.edit import GROUPS, Edit, Inventory
from platelayer.inventory.find_models import Offer, nothing_like
from platelayer.inventory.references import defined, near
from platelayer.inventory.text.changes import Change, Put
from platelayer.inventory.vendors import split
from platelayer.schema import Catalogs, GatewaySpec, ModelGroupSpec


@dataclass(frozen=True)
class Mapped:
    """failure: why there is no group of that name then; lost: names that are served no more; new: names that are served
    beside that of the group, and were not before."""

    edit: Edit
    rows: tuple[Row, ...]
    failure: str | None
    lost: tuple[str, ...]
    new: tuple[str, ...]


def map_model(
    inventory: Inventory, name: str, providers: Sequence[str] = (), accept: Mapping[str, str] | None = None
) -> Mapped:
    """Write what is surely the model `name`, and what is accepted (provider → id), into the group of that name.

    What is in the group stays as it is.
    """
    accept = accept or {}
    gateway = inventory.gateway
    index = next((number for number, group in enumerate(gateway.model_groups) if group.name == name), None)
    group = gateway.model_groups[index] if index is not None else None
    asked = dict.fromkeys([*(providers or inventory.catalogs), *accept])
    catalogs = {provider: inventory.catalog(provider) for provider in asked}
    joined = _joined(gateway, group)
    if wrong := [
        words for provider, each in accept.items() if (words := _wrong(provider, each, catalogs, group, joined))
    ]:
        raise CatalogError("\n".join(wrong))
    rows, mode = rows_of(name, group, accept, catalogs, joined)
    failure = None if group else _failure(name, rows, catalogs)
    members = _members(gateway, group, [row for row in rows if row.state in NEW]) if not failure else {}
    changes: list[Change] = []
    if group is not None and index is not None:
        changes = [Put((GROUPS, index, "ids"), member, key=provider) for provider, member in members.items()]
    elif members:
        changes = [Put((GROUPS,), _group(name, mode, members, twins=_has_twins(gateway, rows)))]
    edit = inventory.edited(changes)
    before, after = defined(gateway), defined(edit.gateway)
    return Mapped(edit, tuple(rows), failure, tuple(sorted(before - after)), tuple(sorted(after - before - {name})))


def _joined(gateway: GatewaySpec, group: ModelGroupSpec | None) -> dict[tuple[str, str], str]:
    """(provider, id) → the name of the other group that joins it."""
    others = (other for other in gateway.model_groups if other is not group)
    return {(provider, member.id): other.name for other in others for provider, member in other.ids.items()}


def _group(name: str, mode: str, members: Mapping[str, Any], *, twins: bool) -> dict[str, Any]:
    """A new entry of the inventory, without what is so anyway."""
    return {
        "name": name,
        **({} if mode == "chat" else {"mode": mode}),
        "ids": members,
        **({"free_twins": True} if twins else {}),
    }


def _has_twins(gateway: GatewaySpec, rows: Sequence[Row]) -> bool:
    """Whether a provider's free twins are asked first, and there is one: in the group it shall be the same."""
    return any(
        gateway.providers[row.provider].free_twins and f"{row.id}{FREE_SUFFIX}" in gateway.catalogs[row.provider]
        for row in rows
        if row.state in NEW
    )


def _failure(name: str, rows: Sequence[Row], catalogs: Catalogs) -> str | None:
    """Why no group can be written, None where one can."""
    states = {row.state for row in rows}
    if others := sorted({row.group for row in rows if row.group}):
        named = " and ".join(f"'{other}'" for other in others)
        which = f"the group {named} joins" if len(others) == 1 else f"the groups {named} join"
        return f"'{name}': {which} this model already; map {named} to add to it, or remove it first"
    if states & set(NEW):
        return None
    if "unsure" in states:
        names = Counter(split(row.found[0].model.id)[1] for row in rows if row.state == "unsure")
        (other, _), *_ = names.most_common(1)
        by_name = f"map '{other}' if that is meant, or " if other != name else ""
        return f"'{name}': no provider surely has it; {by_name}write the ids that are meant with --accept"
    if "missing" in states:
        return f"'{name}': no provider lists it any more; choose another with `platelayer model find`"
    return nothing_like(name, catalogs)


def _wrong(
    provider: str,
    identity: str,
    catalogs: Catalogs,
    group: ModelGroupSpec | None,
    joined: Mapping[tuple[str, str], str],
) -> str | None:
    """Why an id that is accepted cannot be written."""
    if identity not in catalogs[provider]:
        return f"{provider}: lists no '{identity}'; {near(identity, catalogs[provider])}"
    there = group.ids.get(provider) if group else None
    if group and there and there.id != identity:
        return f"gateway_model_groups ({group.name}).ids.{provider}: is '{there.id}'; change it by hand"
    if other := joined.get((provider, identity)):
        return f"gateway_model_groups ({other}).ids.{provider}: joins '{identity}' already; remove it there first"
    return None


def _members(gateway: GatewaySpec, group: ModelGroupSpec | None, rows: Sequence[Row]) -> dict[str, Any]:
    """Provider → what is written: bare ids where costs decide, else with a weight as the others, or cheapest first."""
    offers = sorted((Offer(row.provider, row.model) for row in rows if row.model), key=lambda offer: offer.price)
    there = list(group.ids.values()) if group else []
    if there and all(member.weight for member in there):
        return {offer.provider: {"id": offer.model.id, "weight": 1} for offer in offers}
    by_cost = gateway.router.routing_strategy == "cost-based-routing"
    if by_cost or not all(member.order for member in there):
        return {offer.provider: offer.model.id for offer in offers}
    first = max((member.order or 0 for member in there), default=0) + 1
    return {offer.provider: {"id": offer.model.id, "order": order} for order, offer in enumerate(offers, start=first)}
