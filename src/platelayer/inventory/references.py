"""Questions to a built gateway: where a provider's model stands in the inventory, and who needs a name."""

from collections.abc import Collection

from platelayer.gateway.build import BuiltGateway
from platelayer.schema import GatewaySpec, ModelGroupSpec

# The provider and the id of a model.
Target = tuple[str, str]


def find_references(gateway: BuiltGateway, names: Collection[str]) -> list[tuple[str, str]]:
    """Return (place, name) of each fallback, default fallback and default model that is one of these names."""
    return [(reference.place, reference.name) for reference in gateway.names.references if reference.name in names]


def find_written_models(gateway: BuiltGateway) -> dict[Target, tuple[str, str]]:
    """Return (provider, id) → (place, name) of each model in `gateway_models` and `gateway_model_groups`."""
    places: dict[Target, tuple[str, str]] = {}
    for model in gateway.models:
        if model.origin in ("written", "grouped"):
            places.setdefault((model.provider, model.id), (model.place, model.name))
    return places


def find_grouped_models(spec: GatewaySpec, besides: ModelGroupSpec | None) -> dict[Target, str]:
    """Return (provider, id) → the name of the model group that has it, for all groups besides one."""
    others = (group for group in spec.model_groups if group is not besides)
    return {(provider, member.id): group.name for group in others for provider, member in group.ids.items()}


def find_layers(gateway: BuiltGateway, provider: str) -> list[str]:
    """Return the places of all layers of virtual models that use a provider."""
    return [model.place for model in gateway.models if model.origin == "layer" and model.provider == provider]
