"""One entry of LiteLLM's `model_list`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from platelayer.providers import kinds
from platelayer.schema import GatewaySpec, ProviderModel


@dataclass(frozen=True, slots=True)
class Deployment:
    """`model_name`, `litellm_params` and `model_info` of LiteLLM, as plain data.

    `model_info.id` is what the header `x-litellm-model-id` says when this deployment answered.
    """

    model_name: str
    litellm_params: dict[str, Any]
    model_info: dict[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """Plain data in LiteLLM's shape."""
        return {
            "model_name": self.model_name,
            "litellm_params": self.litellm_params,
            "model_info": self.model_info,
        }


def key_variable(provider: str) -> str:
    """The environment variable that carries a provider's key: `nano-gpt` becomes `NANO_GPT_API_KEY`."""
    return re.sub(r"[^A-Z0-9]", "_", provider.upper()) + "_API_KEY"


def deployment(
    gateway: GatewaySpec,
    target: ProviderModel,
    *,
    name: str,
    deployment_id: str,
    mode: str,
    params: Mapping[str, Any],
    info: Mapping[str, Any] | None = None,
) -> Deployment:
    """Address one model at its provider. Precedence of settings: `params`, provider's `extra`, target's `extra`."""
    provider = gateway.providers[target.provider]
    kind = kinds()[provider.kind]
    litellm_params: dict[str, Any] = {"model": kind.model(target.id, mode)}
    if (api_base := provider.api_base or kind.api_base) is not None:
        litellm_params["api_base"] = api_base
    if provider.api_key is not None:
        litellm_params["api_key"] = f"os.environ/{key_variable(target.provider)}"
    elif kind.keyless is not None:
        litellm_params["api_key"] = kind.keyless
    for key in ("timeout", "stream_timeout"):
        if (value := getattr(target, key)) is not None:
            litellm_params[key] = value
    litellm_params |= {**params, **provider.extra, **target.extra}
    # LiteLLM takes chat for granted; a mode that is written down is also what /v1/models shows.
    return Deployment(name, litellm_params, {"id": deployment_id, "mode": mode, **(info or {})})
