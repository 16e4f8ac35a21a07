"""Virtual models: layers become deployments of one model group, tried strictly in order."""

from collections.abc import Iterator

from platelayer.gateway import costs
from platelayer.gateway.deployment import Deployment, deployment
from platelayer.schema import GatewaySpec, VirtualModelSpec


def virtual_deployments(gateway: GatewaySpec) -> Iterator[Deployment]:
    """Every layer of every virtual model, as `NAME/1-PROVIDER`, `NAME/2-PROVIDER`..."""
    for virtual in gateway.virtual_models:
        yield from _layers(gateway, virtual)


def layer_id(virtual: VirtualModelSpec, order: int) -> str:
    """The deployment id of a layer, counted from 1."""
    return f"{virtual.name}/{order}-{virtual.layers[order - 1].provider}"


def _layers(gateway: GatewaySpec, virtual: VirtualModelSpec) -> Iterator[Deployment]:
    for order, layer in enumerate(virtual.layers, start=1):
        known = costs.whole(listed) if (listed := gateway.known(layer)) else None
        yield deployment(
            gateway,
            layer,
            name=virtual.name,
            deployment_id=layer_id(virtual, order),
            mode=virtual.mode,
            # LiteLLM serves the lowest order that is not cooling down; `fallback_order` is not a word it knows.
            params={**(costs.params(known, by_cost=False) if known else {}), "order": order},
            info=costs.info(known) if known else None,
        )
