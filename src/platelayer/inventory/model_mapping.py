"""Mapping a model's name to its ids at all providers, in one entry of `gateway_model_groups`."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from platelayer.errors import CatalogError
from platelayer.gateway.catalog_choice import FREE_SUFFIX
from platelayer.inventory.editable_inventory import GROUPS, EditableInventory, InventoryEdit
from platelayer.inventory.matching.choices import NEW_STATES, ProviderChoice, choose_ids
from platelayer.inventory.matching.suggestions import suggest
from platelayer.inventory.matching.vendors import split_vendor
from platelayer.inventory.model_search import ModelOffer, explain_no_match
from platelayer.inventory.references import Target, find_grouped_models
from platelayer.inventory.yaml_text.changes import EntryAddition, EntryChange
from platelayer.schema import Catalogs, GatewaySpec, ModelGroupSpec


@dataclass(frozen=True)
class ModelMapping:
    """The edit that maps a model, and the choice at each provider.

    failure: why there is no group of that name, None if there is one; removed_names, added_names: names that are no
    longer served, and other names than the group's that are served newly.
    """

    edit: InventoryEdit
    choices: tuple[ProviderChoice, ...]
    failure: str | None
    removed_names: tuple[str, ...]
    added_names: tuple[str, ...]


def map_model(
    inventory: EditableInventory,
    name: str,
    providers: Sequence[str] = (),
    accepted: Mapping[str, str] | None = None,
) -> ModelMapping:
    """Prepare an edit that adds the certain ids of a model, and the accepted ones (provider → id), to its group.

    The group is created if there is none of that name; members that it has are kept. Without providers, all catalogs
    are searched. Raises CatalogError for accepted ids that cannot be added.
    """
    accepted = accepted or {}
    spec = inventory.gateway.spec
    index = next((number for number, group in enumerate(spec.model_groups) if group.name == name), None)
    group = spec.model_groups[index] if index is not None else None
    searched = dict.fromkeys([*(providers or inventory.catalogs), *accepted])
    catalogs = {provider: inventory.get_catalog(provider) for provider in searched}
    grouped = find_grouped_models(spec, group)
    refusals = (
        _refuse_accepted(provider, model_id, catalogs, group, grouped) for provider, model_id in accepted.items()
    )
    if problems := [refusal for refusal in refusals if refusal]:
        raise CatalogError("\n".join(problems))
    choices, mode = choose_ids(name, group, accepted, catalogs, grouped)
    failure = None if group else _explain_failure(name, choices, catalogs)
    new = [choice for choice in choices if choice.state in NEW_STATES]
    members = _format_members(spec, group, new) if not failure else {}
    changes: list[EntryChange] = []
    if index is not None:
        changes = [EntryAddition((GROUPS, index, "ids"), member, key=provider) for provider, member in members.items()]
    elif members:
        changes = [EntryAddition((GROUPS,), _format_group(name, mode, members, twins=_has_free_twins(inventory, new)))]
    edit = inventory.prepare_edit(changes)
    before, after = inventory.gateway.names.places.keys(), edit.gateway.names.places.keys()
    return ModelMapping(
        edit, tuple(choices), failure, tuple(sorted(before - after)), tuple(sorted(after - before - {name}))
    )


def _format_group(name: str, mode: str, members: Mapping[str, Any], *, twins: bool) -> dict[str, Any]:
    """Return a new entry of `gateway_model_groups`, without options that have their default."""
    return {
        "name": name,
        **({} if mode == "chat" else {"mode": mode}),
        "ids": members,
        **({"free_twins": True} if twins else {}),
    }


def _has_free_twins(inventory: EditableInventory, members: Sequence[ProviderChoice]) -> bool:
    """Return whether a provider serves the free twin of its id first, which the group shall do too."""
    return any(
        inventory.gateway.spec.providers[member.provider].free_twins
        and f"{member.id}{FREE_SUFFIX}" in inventory.catalogs[member.provider]
        for member in members
    )


def _explain_failure(name: str, choices: Sequence[ProviderChoice], catalogs: Catalogs) -> str | None:
    """Return why no group can be written, None if one can."""
    states = {choice.state for choice in choices}
    if others := sorted({choice.other_group for choice in choices if choice.other_group}):
        named = " and ".join(f"'{other}'" for other in others)
        which = f"the group {named} already has" if len(others) == 1 else f"the groups {named} already have"
        return f"'{name}': {which} this model; map {named} to add to it, or remove it first"
    if states & set(NEW_STATES):
        return None
    if "unsure" in states:
        names = Counter(split_vendor(choice.matches[0].model.id)[1] for choice in choices if choice.state == "unsure")
        (other, _), *_ = names.most_common(1)
        by_name = f"map '{other}' if you mean that, or " if other != name else ""
        return f"'{name}': no provider has a certain match; {by_name}choose ids with --accept"
    if "missing" in states:
        return f"'{name}': no provider lists it any more; choose another with `platelayer model find`"
    return explain_no_match(name, catalogs)


def _refuse_accepted(
    provider: str,
    model_id: str,
    catalogs: Catalogs,
    group: ModelGroupSpec | None,
    grouped: Mapping[Target, str],
) -> str | None:
    """Return why an accepted id cannot be written, None if it can."""
    if model_id not in catalogs[provider]:
        return f"the catalog of {provider} has no '{model_id}'; {suggest(model_id, catalogs[provider])}"
    member = group.ids.get(provider) if group else None
    if group and member and member.id != model_id:
        return f"gateway_model_groups ({group.name}).ids.{provider}: is '{member.id}'; change it by hand"
    if other := grouped.get((provider, model_id)):
        return f"gateway_model_groups ({other}).ids.{provider}: already has '{model_id}'; remove it there first"
    return None


def _format_members(spec: GatewaySpec, group: ModelGroupSpec | None, new: Sequence[ProviderChoice]) -> dict[str, Any]:
    """Return provider → new member, with a weight or an order if the other members have one.

    A new group is ordered too, the cheapest first, unless the router chooses by cost anyway.
    """
    offers = sorted(
        (ModelOffer(choice.provider, choice.model) for choice in new if choice.model), key=lambda offer: offer.price
    )
    members = list(group.ids.values()) if group else []
    if members and all(member.weight for member in members):
        return {offer.provider: {"id": offer.model.id, "weight": 1} for offer in offers}
    if spec.router.is_by_cost or not all(member.order for member in members):
        return {offer.provider: offer.model.id for offer in offers}
    first = max((member.order or 0 for member in members), default=0) + 1
    return {offer.provider: {"id": offer.model.id, "order": order} for order, offer in enumerate(offers, start=first)}
