# Managed by Platelayer: changes made here are lost. Edit the inventory and run playbooks/site.yml.
"""What a holder of a key is told about models: only those that are offered, and no addresses of providers.

LiteLLM lists every model that it has heard of under a wildcard, and `/model/info` shows where each provider is and what
else its deployment is made with. LITELLM_WORKER_STARTUP_HOOKS names `install`.
"""

import functools
from collections.abc import Mapping, Sequence
from typing import Any

# Of `litellm_params`: what is asked, what it costs, and how long it may take.
SHOWN = frozenset({"model", "custom_llm_provider", "tiered_pricing", "timeout", "stream_timeout", "order", "weight"})


def hide_addresses(deployment: Mapping[str, Any]) -> dict[str, Any]:
    """Return a deployment as clients may see it."""
    params = deployment.get("litellm_params") or {}
    shown = {key: value for key, value in params.items() if key in SHOWN or "cost" in key}
    return {**deployment, "litellm_params": shown}


def install() -> None:
    """Let `/v1/models` name no model for a wildcard, and `/model/info` show no address."""
    from litellm.proxy import proxy_server
    from litellm.proxy.auth import model_checks

    respond = proxy_server._model_info_json_response

    @functools.wraps(respond)
    def respond_without_addresses(data: Sequence[Mapping[str, Any]] | Mapping[str, Any]) -> Any:
        return respond(hide_addresses(data) if isinstance(data, Mapping) else list(map(hide_addresses, data)))

    def list_no_models(*_: Any, **__: Any) -> list[str]:
        return []

    proxy_server._model_info_json_response = respond_without_addresses
    model_checks.get_known_models_from_wildcard = list_no_models
