"""The inventory becomes the list of deployments."""

from collections.abc import Iterator

from switchyard.deployment import Deployment, deployment
from switchyard.model import Gateway, Model
from switchyard.virtual import virtual_deployments

# LiteLLM's cost-based routing reads prices from litellm_params only, so that is where they are written.
_PARAMS = (
    "weight",
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


def _models(gateway: Gateway) -> Iterator[Deployment]:
    for model in gateway.models:
        if gateway.serves(model):
            yield deployment(
                gateway,
                model,
                name=model.name,
                deployment_id=deployment_id(model),
                mode=model.mode,
                params=_given(model, _PARAMS),
                info=_given(model, _INFO),
            )


def _given(model: Model, keys: tuple[str, ...]) -> dict[str, object]:
    return {key: value for key in keys if (value := getattr(model, key)) is not None}
