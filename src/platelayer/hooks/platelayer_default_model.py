# Managed by Platelayer: changes made here are lost. Edit the inventory and run playbooks/site.yml.
"""Lets one model answer chats that name none; LiteLLM's `completion_model` would answer all chats.

LITELLM_WORKER_STARTUP_HOOKS names `install`. As a callback it would cost a tenth of every request.
"""

import functools
import os
from typing import Any


def install() -> None:
    """Fill in the model of chats that name none, before LiteLLM looks for it."""
    from litellm.proxy.common_request_processing import ProxyBaseLLMRequestProcessing as Processing

    prepare = Processing.common_processing_pre_call_logic
    model = os.environ["PLATELAYER_DEFAULT_MODEL"]

    @functools.wraps(prepare)
    async def prepare_with_model(self: Any, *arguments: Any, **options: Any) -> Any:
        if options.get("route_type") == "acompletion" and not self.data.get("model"):
            self.data["model"] = model
        return await prepare(self, *arguments, **options)

    Processing.common_processing_pre_call_logic = prepare_with_model
