"""The one build of a gateway: an inventory and catalogs go in, one immutable result comes out."""

from dataclasses import dataclass
from functools import cached_property

from platelayer.errors import InventoryError
from platelayer.gateway.deployments import Deployment, make_deployment
from platelayer.gateway.name_index import NameIndex, find_replaceable_names, index_names
from platelayer.gateway.problems import find_problems
from platelayer.gateway.served_models import ServedModel, list_served_models
from platelayer.schema import Catalogs, GatewaySpec


@dataclass(frozen=True)
class BuiltGateway:
    """All that follows from an inventory and its catalogs; every consumer takes a part of it.

    models: what is served under which name, and where that comes from; names: one index of all names;
    problems: a sentence for each thing that is wrong, none where the gateway can be deployed.
    """

    spec: GatewaySpec
    catalogs: Catalogs
    models: tuple[ServedModel, ...]
    names: NameIndex
    problems: tuple[str, ...]

    @cached_property
    def deployments(self) -> tuple[Deployment, ...]:
        """LiteLLM's `model_list`: models of enabled providers in the order served, and all layers."""
        served = [model for model in self.models if model.is_enabled or model.origin == "layer"]
        replaceable = find_replaceable_names(self.spec, served, self.names)
        return tuple(make_deployment(self.spec, model, is_replaceable=model.name in replaceable) for model in served)

    def raise_problems(self) -> "BuiltGateway":
        """Return the gateway itself; raise InventoryError with every problem where there is one."""
        if self.problems:
            raise InventoryError(self.problems)
        return self


def build(spec: GatewaySpec, catalogs: Catalogs) -> BuiltGateway:
    """Join an inventory with the last good catalogs of its providers (provider → id → model)."""
    models = list_served_models(spec, catalogs)
    names = index_names(spec, models)
    return BuiltGateway(spec, catalogs, models, names, tuple(find_problems(spec, models, names)))
