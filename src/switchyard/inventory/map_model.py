"""One model's ids at all providers, joined under one name in `gateway_model_groups`."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from switchyard.catalog.match import Match, matches, sure
from switchyard.errors import CatalogError
from switchyard.inventory.edit import GROUPS, Edit, Inventory
from switchyard.inventory.find_models import Offer
from switchyard.inventory.references import defined, near
from switchyard.inventory.text.changes import Change, Put
from switchyard.model import CatalogModel, Gateway, ModelGroup

# there: in the group before; sure, accepted: new in it; unsure: shown, not written; none: nothing is like it.
State = Literal["there", "sure", "accepted", "unsure", "none"]
NEW = ("sure", "accepted")


@dataclass(frozen=True, slots=True)
class Row:
    """What one provider has. model: what is in the group, where the catalog knows it; found: what may be meant."""

    provider: str
    state: State
    id: str | None = None
    model: CatalogModel | None = None
    found: tuple[Match, ...] = ()


@dataclass(frozen=True)
class Mapped:
    """exists: whether there is a group of that name then; lost: names under which its models are served no more."""

    edit: Edit
    rows: tuple[Row, ...]
    exists: bool
    lost: tuple[str, ...]


def map_model(
    inventory: Inventory, name: str, providers: Sequence[str] = (), accept: Mapping[str, str] | None = None
) -> Mapped:
    """Write what is surely the model `name`, and what is accepted (provider → id), into the group of that name.

    What is in the group stays as it is. Where nothing has that name, ids of the group are looked for.
    """
    accept = accept or {}
    gateway = inventory.gateway
    index = next((number for number, group in enumerate(gateway.model_groups) if group.name == name), None)
    group = gateway.model_groups[index] if index is not None else None
    asked = dict.fromkeys([*(providers or inventory.catalogs), *accept])
    catalogs = {provider: inventory.catalog(provider) for provider in asked}
    if wrong := [words for provider, each in accept.items() if (words := _wrong(provider, each, catalogs, group))]:
        raise CatalogError("\n".join(wrong))
    rows = [_row(provider, catalog, name, group, accept) for provider, catalog in catalogs.items()]
    mode = _mode(group, rows)
    rows = [_of_mode(row, mode) for row in rows]
    members = _members(gateway, group, [row for row in rows if row.state in NEW])
    changes: list[Change] = []
    if group is not None and index is not None:
        changes = [Put((GROUPS, index, "ids"), member, key=provider) for provider, member in members.items()]
    elif members:
        changes = [Put((GROUPS,), {"name": name, **({} if mode == "chat" else {"mode": mode}), "ids": members})]
    edit = inventory.edited(changes)
    lost = defined(gateway) - defined(edit.gateway)
    return Mapped(edit, tuple(rows), bool(group or members), tuple(sorted(lost)))


def _wrong(
    provider: str, identity: str, catalogs: Mapping[str, Mapping[str, CatalogModel]], group: ModelGroup | None
) -> str | None:
    """Why an id that is accepted cannot be written."""
    if identity not in catalogs[provider]:
        return f"{provider}: lists no '{identity}'; {near(identity, catalogs[provider])}"
    there = group.ids.get(provider) if group else None
    if group and there and there.id != identity:
        return f"gateway_model_groups ({group.name}).ids.{provider}: is '{there.id}'; change it by hand"
    return None


def _row(
    provider: str,
    catalog: Mapping[str, CatalogModel],
    name: str,
    group: ModelGroup | None,
    accept: Mapping[str, str],
) -> Row:
    if group and (member := group.ids.get(provider)):
        return Row(provider, "there", member.id, catalog.get(member.id))
    if accepted := accept.get(provider):
        return Row(provider, "accepted", accepted, catalog[accepted])
    others = [member.id for member in group.ids.values()] if group else []
    found = tuple(matches([name], catalog.values()) or matches(others, catalog.values()))
    best = sure(found)
    if best is None:
        return Row(provider, "unsure" if found else "none", found=found)
    return Row(provider, "sure", best.model.id, best.model, (best,))


def _mode(group: ModelGroup | None, rows: Sequence[Row]) -> str:
    """What the group is for, or most of what would be in it."""
    modes = [row.model.mode for row in rows if row.model and row.state in NEW]
    return group.mode if group else Counter(modes).most_common(1)[0][0] if modes else "chat"


def _of_mode(row: Row, mode: str) -> Row:
    """What a provider says is for something else is not surely the same model."""
    other = row.state == "sure" and row.model is not None and row.model.mode != mode
    return replace(row, state="unsure", id=None, model=None) if other else row


def _members(gateway: Gateway, group: ModelGroup | None, rows: Sequence[Row]) -> dict[str, Any]:
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
