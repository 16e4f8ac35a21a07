"""The inventory and the catalogs: what they choose becomes models like those written by hand."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, cast

from platelayer.gateway.choose import FREE_FIRST, FREE_SUFFIX, PAID_THEN, chosen, is_twin, name_of, twin_of
from platelayer.gateway.clashes import refuse_shared_names, refuse_what_is_no_name
from platelayer.gateway.price_policy import apply_price_policy, read_price_policy
from platelayer.schema import CatalogModel, Catalogs, GatewaySpec, ModelGroupSpec, ModelSpec, ProviderModel
from platelayer.schema.inventory import GroupMember, Mode, ProviderSpec


def join(gateway: GatewaySpec, catalogs: Catalogs) -> GatewaySpec:
    """The same inventory, with the models of its groups and those that its providers choose.

    What is written by hand comes first and keeps its name. An id that a group joins is served under that name alone.
    """
    groups, listed = brought(gateway, catalogs)
    refuse_what_is_no_name(listed)
    refuse_shared_names(gateway, listed)
    layers = [layer for virtual in gateway.virtual_models for layer in virtual.layers]
    unlisted = _unlisted(gateway, (*gateway.models, *groups, *layers), catalogs)
    return gateway.with_catalogs((*gateway.models, *groups, *listed), catalogs, unlisted)


def brought(gateway: GatewaySpec, catalogs: Catalogs) -> tuple[list[ModelSpec], list[ModelSpec]]:
    """The models of groups, and those that providers choose, but for what is written by hand under the same name."""
    written = {(model.provider, model.id, model.name) for model in gateway.models}
    groups = [model for group in gateway.model_groups for model in _members(group, catalogs)]
    joined = {(model.provider, model.id) for model in groups}
    listed = [
        model
        for name, provider in gateway.providers.items()
        if provider.enabled
        for model in _listed(name, provider, catalogs.get(name, {}), joined)
        if (name, model.id, model.name) not in written
    ]
    return groups, listed


def _unlisted(
    gateway: GatewaySpec, named: Iterable[ProviderModel], catalogs: Catalogs
) -> dict[str, dict[str, CatalogModel]]:
    """The prices that the inventory gives to models which it names itself and no list has."""
    policies = {name: read_price_policy(provider) for name, provider in gateway.providers.items()}
    found: dict[str, dict[str, CatalogModel]] = {}
    for target in named:
        if target.id not in catalogs.get(target.provider, {}):
            model = apply_price_policy(CatalogModel(id=target.id), policies.get(target.provider, {}))
            if model.prices:
                found.setdefault(target.provider, {})[target.id] = model
    return found


def _members(group: ModelGroupSpec, catalogs: Catalogs) -> Iterator[ModelSpec]:
    """One model per provider, under the name of the group, which has its aliases and fallbacks once."""
    shared: dict[str, Any] = {"mode": group.mode, "aliases": group.aliases, "fallbacks": group.fallbacks}
    for provider, member in group.ids.items():
        twin = f"{member.id}{FREE_SUFFIX}"
        has_twin = group.free_twins and is_twin(catalogs.get(provider, {}).get(twin))
        order = member.order
        if has_twin:
            yield _member(group, provider, GroupMember(id=twin, order=FREE_FIRST), shared, suffix=FREE_SUFFIX)
            shared = {"mode": group.mode}
            order = (order or 1) + 1
        elif group.free_twins and order is not None:
            order += 1
        elif group.free_twins:
            order = PAID_THEN
        yield _member(group, provider, member.model_copy(update={"order": order}), shared)
        shared = {"mode": group.mode}


def _member(
    group: ModelGroupSpec, provider: str, member: GroupMember, shared: dict[str, Any], suffix: str = ""
) -> ModelSpec:
    return ModelSpec(
        name=group.name,
        provider=provider,
        id=member.id,
        weight=member.weight,
        order=member.order,
        deployment_id=f"{group.name}/{provider}{suffix}" if suffix else None,
        **shared,
    )


def _listed(
    name: str, provider: ProviderSpec, catalog: Mapping[str, CatalogModel], joined: Collection[tuple[str, str]]
) -> Iterator[ModelSpec]:
    models = {model.id: model for model in chosen(provider, catalog.values()) if (name, model.id) not in joined}
    for identity, model in models.items():
        paid = twin_of(identity) if provider.free_twins and is_twin(model) else None
        if paid is not None and paid in models:
            yield _model(name, provider, model, name_of(provider, paid), FREE_FIRST, FREE_SUFFIX)
        else:
            has_twin = provider.free_twins and is_twin(models.get(f"{identity}{FREE_SUFFIX}"))
            yield _model(name, provider, model, name_of(provider, identity), PAID_THEN if has_twin else None)


def _model(
    name: str, provider: ProviderSpec, model: CatalogModel, called: str, order: int | None, suffix: str = ""
) -> ModelSpec:
    # All but the name was checked before; checking it again would double the time for thousands.
    return ModelSpec.model_construct(
        name=called,
        provider=name,
        id=model.id,
        mode=cast(Mode, model.mode),
        order=order,
        deployment_id=f"{called}/{name}{suffix}" if suffix else None,
    )
