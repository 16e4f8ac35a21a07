"""A kind of provider: how LiteLLM addresses it, and where its model list comes from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from platelayer.providers.listing import ModelListing

# LiteLLM's OpenAI client refuses to start without any key, even for servers that want none.
NO_KEY = "no-key-needed"


@dataclass(frozen=True)
class ProviderKind:
    """How LiteLLM addresses the providers of a kind, and how their list is read.

    name: the word in `gateway_providers.*.kind`.
    prefix: what is before the model's id in `litellm_params.model`.
    needs_key, needs_api_base: what the inventory must give.
    prefix_by_mode: mode (`embedding`…) → prefix, where LiteLLM has another one for that mode.
    keyless: what is sent as the key if the inventory gives none; None sends nothing.
    api_base: what LiteLLM gets if the inventory gives none; None leaves it to LiteLLM's own knowledge.
    list_base: the address of its model list, if that is not below the api_base.
    listing: how that list is fetched and parsed; None if there is none.

    What tells the kind in configs that others wrote (see `recognition`):
    hosts: how names of its hosts end; host_words: words in names that people give its host; port: its usual port.
    variable_words: words in names of environment variables that hold its key or address.
    bare_names: an expression for the models that LiteLLM sends to it without a prefix.
    litellm_base: where LiteLLM asks if a deployment names no address, as a URL or as `os.environ/NAME`.
    """

    name: str
    prefix: str
    needs_key: bool = False
    needs_api_base: bool = False
    prefix_by_mode: Mapping[str, str] = field(default_factory=dict)
    keyless: str | None = None
    api_base: str | None = None
    list_base: str | None = None
    listing: ModelListing | None = None
    hosts: tuple[str, ...] = ()
    host_words: tuple[str, ...] = ()
    port: int | None = None
    variable_words: tuple[str, ...] = ()
    bare_names: str | None = None
    litellm_base: str | None = None

    def format_model(self, model_id: str, mode: str) -> str:
        """Return LiteLLM's model string: `openai/gpt-5`."""
        return f"{self.prefix_by_mode.get(mode, self.prefix)}/{model_id}"

    @property
    def fixed_address(self) -> str | None:
        """Where it is served, if that is one place for all."""
        return self.api_base or self.list_base
