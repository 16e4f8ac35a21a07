"""Every model under every name that a gateway serves, with where it comes from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from platelayer.gateway.catalog_choice import (
    FREE_FIRST,
    FREE_SUFFIX,
    PAID_NEXT,
    choose_models,
    is_free_twin,
    name_model,
)
from platelayer.gateway.price_policy import apply_price_policy, read_price_policy
from platelayer.schema import CatalogModel, Catalogs, GatewaySpec
from platelayer.schema.inventory import GroupMember, LayerSpec, ModelGroupSpec, ModelSpec, ProviderSpec

Origin = Literal["written", "grouped", "listed", "layer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedModel:
    """One model of one provider under one name: what becomes a deployment of LiteLLM.

    origin: written in `gateway_models`, grouped by `gateway_model_groups`, listed by a catalog that `include` chooses
    from, or a layer of a virtual model; place: where that is, such as `gateway_models[3]` or `openrouter: z-ai/glm-5`;
    written: the entry or layer of the inventory, None where only an id is known; catalog: what its provider's catalog,
    or else `prices_per_million_tokens`, says of it; order, weight: LiteLLM's own; is_enabled: its provider is.
    """

    name: str
    provider: str
    id: str
    mode: str
    origin: Origin
    place: str
    deployment_id: str
    order: int | None = None
    weight: int | None = None
    written: ModelSpec | LayerSpec | None = None
    catalog: CatalogModel | None = None
    is_enabled: bool = True


def list_served_models(spec: GatewaySpec, catalogs: Catalogs) -> tuple[ServedModel, ...]:
    """Return written models, members of groups, models that providers choose, then layers, each in the order written.

    An id that a group joins is served under the group's name alone; what is written by hand is not listed again.
    """
    known = _KnownModels(spec, catalogs)
    written = list(_list_written(spec, known))
    grouped = [
        served for index, group in enumerate(spec.model_groups) for served in _list_members(index, group, spec, known)
    ]
    return (*written, *grouped, *_list_chosen(spec, catalogs, written, grouped), *_list_layers(spec, known))


class _KnownModels:
    """The models of catalogs, and those that the inventory prices although no list has them."""

    def __init__(self, spec: GatewaySpec, catalogs: Catalogs) -> None:
        self.catalogs = catalogs
        self._policies = {name: read_price_policy(provider) for name, provider in spec.providers.items()}

    def find(self, provider: str, identity: str) -> CatalogModel | None:
        if (listed := self.catalogs.get(provider, {}).get(identity)) is not None:
            return listed
        if policy := self._policies.get(provider):
            model = apply_price_policy(CatalogModel(id=identity), policy)
            return model if model.prices else None
        return None


def _list_written(spec: GatewaySpec, known: _KnownModels) -> Iterator[ServedModel]:
    for index, model in enumerate(spec.models):
        yield ServedModel(
            name=model.name,
            provider=model.provider,
            id=model.id,
            mode=model.mode,
            origin="written",
            place=f"gateway_models[{index}]",
            deployment_id=model.deployment_id or f"{model.name}/{model.provider}",
            order=model.order,
            weight=model.weight,
            written=model,
            catalog=known.find(model.provider, model.id),
            is_enabled=spec.is_enabled(model.provider),
        )


def _list_members(index: int, group: ModelGroupSpec, spec: GatewaySpec, known: _KnownModels) -> Iterator[ServedModel]:
    """Yield one model per provider, and its free twin before it where the group wants that."""

    def serve(provider: str, identity: str, member: GroupMember, order: int | None, suffix: str = "") -> ServedModel:
        return ServedModel(
            name=group.name,
            provider=provider,
            id=identity,
            mode=group.mode,
            origin="grouped",
            place=f"gateway_model_groups[{index}].ids.{provider}",
            deployment_id=f"{group.name}/{provider}{suffix}",
            order=order,
            # A twin has no weight: it is asked alone, before the others.
            weight=None if suffix else member.weight,
            catalog=known.find(provider, identity),
            is_enabled=spec.is_enabled(provider),
        )

    for provider, member in group.ids.items():
        order = member.order
        if group.free_twins:
            twin = f"{member.id}{FREE_SUFFIX}"
            has_twin = is_free_twin(known.catalogs.get(provider, {}).get(twin))
            if has_twin:
                yield serve(provider, twin, member, FREE_FIRST, FREE_SUFFIX)
            order = PAID_NEXT if order is None and not has_twin else (order or 1) + 1
        yield serve(provider, member.id, member, order)


def _list_chosen(
    spec: GatewaySpec, catalogs: Catalogs, written: list[ServedModel], grouped: list[ServedModel]
) -> Iterator[ServedModel]:
    by_hand = {(served.provider, served.id, served.name) for served in written}
    joined = {(served.provider, served.id) for served in grouped}
    for name, provider in spec.providers.items():
        if provider.enabled:
            models = {
                model.id: model
                for model in choose_models(provider, catalogs.get(name, {}).values())
                if (name, model.id) not in joined
            }
            for served in _name_chosen(name, provider, models):
                if (name, served.id, served.name) not in by_hand:
                    yield served


def _name_chosen(name: str, provider: ProviderSpec, models: Mapping[str, CatalogModel]) -> Iterator[ServedModel]:
    for identity, model in models.items():
        paid = identity.removesuffix(FREE_SUFFIX)
        is_twin = provider.free_twins and paid != identity and paid in models and is_free_twin(model)
        has_twin = provider.free_twins and not is_twin and is_free_twin(models.get(f"{identity}{FREE_SUFFIX}"))
        called = name_model(provider, paid if is_twin else identity)
        yield ServedModel(
            name=called,
            provider=name,
            id=identity,
            mode=model.mode,
            origin="listed",
            place=f"{name}: {identity}",
            deployment_id=f"{called}/{name}{FREE_SUFFIX if is_twin else ''}",
            order=FREE_FIRST if is_twin else PAID_NEXT if has_twin else None,
            catalog=model,
        )


def _list_layers(spec: GatewaySpec, known: _KnownModels) -> Iterator[ServedModel]:
    for index, virtual in enumerate(spec.virtual_models):
        for number, layer in enumerate(virtual.layers):
            yield ServedModel(
                name=virtual.name,
                provider=layer.provider,
                id=layer.id,
                mode=virtual.mode,
                origin="layer",
                place=f"gateway_virtual_models[{index}] ({virtual.name}).layers[{number}]",
                deployment_id=f"{virtual.name}/{number + 1}-{layer.provider}",
                # LiteLLM serves the lowest order that is not cooling down.
                order=number + 1,
                written=layer,
                catalog=known.find(layer.provider, layer.id),
                is_enabled=spec.is_enabled(layer.provider),
            )
