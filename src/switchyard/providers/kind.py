"""What LiteLLM must be told about one kind of provider."""

from collections.abc import Mapping
from dataclasses import dataclass, field

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
    """

    name: str
    prefix: str
    needs_key: bool = False
    needs_api_base: bool = False
    prefix_by_mode: Mapping[str, str] = field(default_factory=dict)
    keyless: str | None = None

    def model(self, model_id: str, mode: str) -> str:
        """LiteLLM's model string: `openai/gpt-5`."""
        return f"{self.prefix_by_mode.get(mode, self.prefix)}/{model_id}"
