# Managed by Platelayer: changes made here are lost. Edit the inventory and run playbooks/site.yml.
"""Hooks that LiteLLM loads from the folder of its config."""

import os
from typing import Any

from litellm.integrations.custom_logger import CustomLogger


class DefaultModelHook(CustomLogger):  # type: ignore[misc] # LiteLLM is not installed where types are checked.
    """The hook that lets one model answer chats that name none; LiteLLM's `completion_model` would answer all chats."""

    async def async_pre_call_hook(
        self, user_api_key_dict: Any, cache: Any, data: dict[str, Any], call_type: str
    ) -> dict[str, Any]:
        """Fill in the model of a chat that names none, and return the request."""
        if call_type == "acompletion" and not data.get("model"):
            data["model"] = os.environ["PLATELAYER_DEFAULT_MODEL"]
        return data


default_model = DefaultModelHook()
