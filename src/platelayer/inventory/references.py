"""Walks over an inventory: who has a name, who refers to it, and where a provider's model is written."""

from collections.abc import Collection, Iterator

from platelayer.schema import GatewaySpec, ModelGroupSpec
from platelayer.schema.inventory import GroupSettings

# The provider and the id of a model.
Target = tuple[str, str]


def collect_names(gateway: GatewaySpec) -> set[str]:
    """Return all names of models and virtual models and their aliases, those of disabled providers too."""
    groups: tuple[GroupSettings, ...] = (*gateway.models, *gateway.virtual_models)
    return {group.name for group in groups} | {alias.name for group in groups for alias in group.aliases}


def find_origins(gateway: GatewaySpec) -> dict[str, str]:
    """Return name → the place that gives it, in words. Places in the inventory come before catalogs and aliases."""
    origins: dict[str, str] = {}
    for index, model in enumerate(gateway.models[: gateway.written]):
        origins.setdefault(model.name, f"gateway_models[{index}]")
    for index, group in enumerate(gateway.model_groups):
        origins.setdefault(group.name, f"gateway_model_groups[{index}]")
    for index, virtual in enumerate(gateway.virtual_models):
        origins.setdefault(virtual.name, f"gateway_virtual_models[{index}]")
    for model in gateway.models[gateway.written :]:
        origins.setdefault(model.name, f"the catalog of {model.provider} ({model.id})")
    for named in (*gateway.models, *gateway.virtual_models):
        for alias in named.aliases:
            origins.setdefault(alias.name, f"an alias of '{named.name}'")
    return origins


def find_references(gateway: GatewaySpec, names: Collection[str]) -> list[tuple[str, str]]:
    """Return (place, name) of each fallback, default fallback and default model that is one of these names."""
    return [(place, name) for place, name in dict.fromkeys(_list_references(gateway)) if name in names]


def find_written_models(gateway: GatewaySpec) -> dict[Target, tuple[str, str]]:
    """Return (provider, id) → (place, name) of each model in `gateway_models` and `gateway_model_groups`."""
    places: dict[Target, tuple[str, str]] = {}
    for index, model in enumerate(gateway.models[: gateway.written]):
        places.setdefault((model.provider, model.id), (f"gateway_models[{index}]", model.name))
    for index, group in enumerate(gateway.model_groups):
        for provider, member in group.ids.items():
            places.setdefault((provider, member.id), (f"gateway_model_groups[{index}]", group.name))
    return places


def find_grouped_models(gateway: GatewaySpec, besides: ModelGroupSpec | None) -> dict[Target, str]:
    """Return (provider, id) → the name of the model group that has it, for all groups besides one."""
    others = (group for group in gateway.model_groups if group is not besides)
    return {(provider, member.id): group.name for group in others for provider, member in group.ids.items()}


def find_layers(gateway: GatewaySpec, provider: str) -> list[str]:
    """Return the places of all layers of virtual models that use a provider."""
    return [
        f"gateway_virtual_models[{index}] ({virtual.name}).layers[{number}]"
        for index, virtual in enumerate(gateway.virtual_models)
        for number, layer in enumerate(virtual.layers)
        if layer.provider == provider
    ]


def _list_references(gateway: GatewaySpec) -> Iterator[tuple[str, str]]:
    parts: tuple[tuple[str, tuple[GroupSettings, ...]], ...] = (
        ("gateway_models", gateway.models[: gateway.written]),
        ("gateway_model_groups", gateway.model_groups),
        ("gateway_virtual_models", gateway.virtual_models),
    )
    for variable, groups in parts:
        for group in groups:
            for name in group.fallbacks:
                yield f"{variable} ({group.name}).fallbacks", name
    if gateway.router.default_model is not None:
        yield "gateway_router.default_model", gateway.router.default_model
    for name in gateway.router.default_fallbacks:
        yield "gateway_router.default_fallbacks", name
