# Managed by Platelayer: changes made here are lost. Edit the inventory and run playbooks/site.yml.
"""Hooks that LiteLLM loads from the folder of its config."""

import os

from litellm.integrations.custom_logger import CustomLogger


class DefaultModel(CustomLogger):
    """Lets one model answer chats that name none; LiteLLM's own `completion_model` would answer all of them."""

    async def async_pre_call_hook(self, user_api_key_dict, cache, data, call_type):
        """Fill in the model where a chat has none."""
        if call_type == "acompletion" and not data.get("model"):
            data["model"] = os.environ["PLATELAYER_DEFAULT_MODEL"]
        return data


default_model = DefaultModel()
