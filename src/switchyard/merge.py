"""The inventory and what catalogs know become the list of deployments."""

from collections.abc import Iterator

from switchyard import costs
from switchyard.deployment import Deployment, deployment
from switchyard.model import Gateway, Model
from switchyard.virtual import virtual_deployments

# LiteLLM's cost-based routing reads prices from litellm_params only, so that is where they are written.
_PARAMS = (
    "weight",
    "order",
    "input_cost_per_token",
    "output_cost_per_token",
    "cache_read_input_token_cost",
    "cache_creation_input_token_cost",
)
_INFO = ("max_input_tokens", "max_output_tokens")


def deployment_id(model: Model) -> str:
    """`NAME/PROVIDER`, unless the inventory names it."""
    return model.deployment_id or f"{model.name}/{model.provider}"


def deployments(gateway: Gateway) -> list[Deployment]:
    """Every deployment: models in the order written, then virtual models. Disabled providers have none."""
    return [*_models(gateway), *virtual_deployments(gateway)]


def uses(gateway: Gateway) -> dict[tuple[str, str], tuple[str, ...]]:
    """(provider, id) → the names that it serves, for everything that the inventory names itself."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for model in gateway.models:
        found.setdefault((model.provider, model.id), {})[model.name] = None
    for group in gateway.model_groups:
        for provider, member in group.ids.items():
            found.setdefault((provider, member.id), {})[group.name] = None
    for virtual in gateway.virtual_models:
        for layer in virtual.layers:
            found.setdefault((layer.provider, layer.id), {})[virtual.name] = None
    return {target: tuple(names) for target, names in found.items()}


def _models(gateway: Gateway) -> Iterator[Deployment]:
    by_cost = gateway.router.routing_strategy == "cost-based-routing"
    for model in gateway.models:
        if gateway.serves(model):
            known = gateway.known(model)
            given = _given(model, _PARAMS)
            listed = costs.params(known, by_cost=by_cost) if known else {}
            # LiteLLM would bill by the ranges, whatever the inventory says beside them.
            if given.keys() & listed.keys():
                listed.pop("tiered_pricing", None)
            yield deployment(
                gateway,
                model,
                name=model.name,
                deployment_id=deployment_id(model),
                mode=model.mode,
                # What the inventory writes wins over what a catalog says.
                params={**listed, **given},
                info={**(costs.info(known) if known else {}), **_given(model, _INFO)},
            )


def _given(model: Model, keys: tuple[str, ...]) -> dict[str, object]:
    return {key: value for key in keys if (value := getattr(model, key)) is not None}
