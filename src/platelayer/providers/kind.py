"""What LiteLLM must be told about one kind of provider, and where its model list comes from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from platelayer.providers.listing import Listing

# LiteLLM's OpenAI client refuses to start without any key, even for servers that want none.
NO_KEY = "no-key-needed"


@dataclass(frozen=True)
class Kind:
    """How LiteLLM addresses a provider.

    name: the word in `gateway_providers.*.kind`.
    prefix: what stands before the model's id in `litellm_params.model`.
    needs_key, needs_api_base: what the inventory must give.
    prefix_by_mode: another prefix where LiteLLM has one of its own for a mode (`embedding`...).
    keyless: what to send as key where the inventory gives none; None sends nothing.
    api_base: what LiteLLM is told where the inventory gives none; None leaves it to LiteLLM's own knowledge.
    list_base: where its model list is, if that is not at the api_base.
    listing: how that list is asked for and read; None where there is none.
    """

    name: str
    prefix: str
    needs_key: bool = False
    needs_api_base: bool = False
    prefix_by_mode: Mapping[str, str] = field(default_factory=dict)
    keyless: str | None = None
    api_base: str | None = None
    list_base: str | None = None
    listing: Listing | None = None

    def model(self, model_id: str, mode: str) -> str:
        """LiteLLM's model string: `openai/gpt-5`."""
        return f"{self.prefix_by_mode.get(mode, self.prefix)}/{model_id}"
