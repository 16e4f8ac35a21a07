# Managed by Platelayer: changes made here are lost. Edit the inventory and run playbooks/site.yml.
"""Keeps a client's mistake from taking a model away from everybody.

LiteLLM leaves a deployment alone for the cooldown time after each 404. Most of them say that the server has no such
path; only those that name the model say that it is gone. LITELLM_WORKER_STARTUP_HOOKS names `install`.
"""

import functools
import re
from typing import Any

NOT_FOUND = "404"


def names_model(error: str, model: str) -> bool:
    """Return whether an upstream's error names the model that it was asked for, with LiteLLM's prefix or without."""
    # LiteLLM's own words come first: `litellm.NotFoundError: NotFoundError: OpenAIException - …`.
    answer = error.rpartition("Exception - ")[2]
    names = {model, model.partition("/")[2]} - {""}
    return any(re.search(rf"(?<![\w./-]){re.escape(name)}(?![\w/-])", answer) for name in names)


def install() -> None:
    """Replace LiteLLM's decision whether an error needs a cooldown, for answers 404 alone."""
    from litellm.router_utils import cooldown_handlers

    decide = cooldown_handlers._is_cooldown_required

    @functools.wraps(decide)
    def is_cooldown_required(
        litellm_router_instance: Any, model_id: str, exception_status: str | int, exception_str: str | None = None
    ) -> Any:
        if str(exception_status) == NOT_FOUND and exception_str is not None:
            deployment = litellm_router_instance.get_deployment(model_id=model_id)
            if deployment is not None and not names_model(exception_str, deployment.litellm_params.model):
                return False
        return decide(litellm_router_instance, model_id, exception_status, exception_str)

    cooldown_handlers._is_cooldown_required = is_cooldown_required
