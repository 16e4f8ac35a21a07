"""A kind of provider: how LiteLLM addresses it, and where its model list comes from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from platelayer.providers.listing import ModelListing
from platelayer.providers.logins import LOGINS, LoginOption
from platelayer.schema.inventory import NativePath

# LiteLLM's name of a provider with OpenAI's API that is no known one.
CHAT_SERVER = "hosted_vllm"
# LiteLLM's OpenAI client refuses to start without any key, even for servers that want none.
NO_KEY = "no-key-needed"


@dataclass(frozen=True)
class ProviderKind:
    """How LiteLLM addresses the providers of a kind, and how their list is read.

    name: the word in `gateway_providers.*.kind`.
    prefix: what is before the model's id in `litellm_params.model`.
    needs_key, needs_api_base: what the inventory must give. example_base: what such an address looks like.
    login: the option of a provider that holds its login, if a key is not all that may be asked for.
    takes_key: whether a key is a login too. base_option: LiteLLM's word for the address, which most kinds share.
    prefix_by_mode: mode (`embedding`…) → prefix, where LiteLLM has another one for that mode.
    other_prefixes: further prefixes of LiteLLM's for it, which a model may have in its own `extra.model`.
    keyless: what is sent as the key if the inventory gives none; None sends nothing.
    api_base: what LiteLLM gets if the inventory gives none; None leaves it to LiteLLM's own knowledge.
    list_base: the address of its model list, if that is not below the api_base.
    listing: how that list is fetched and parsed; None if there is none.
    is_translated: whether LiteLLM turns calls of `/v1/messages` and `/v1/responses` into chats, since many of these
    servers have no such path.
    native_paths: those of the two that its servers have, and that are asked as they are.

    What tells the kind in configs that others wrote (see `recognition`):
    hosts: how names of its hosts end; host_words: words in names that people give its host; port: its usual port.
    variable_words: words in names of environment variables that hold its key or address.
    bare_names: an expression for models that a newer LiteLLM may send to it without a prefix.
    litellm_base: where LiteLLM asks if a deployment names no address, as a URL or as `os.environ/NAME`.
    """

    name: str
    prefix: str
    needs_key: bool = False
    needs_api_base: bool = False
    example_base: str = "http://192.0.2.10:8080/v1"
    login: LoginOption | None = None
    takes_key: bool = True
    base_option: str = "api_base"
    prefix_by_mode: Mapping[str, str] = field(default_factory=dict)
    other_prefixes: tuple[str, ...] = ()
    keyless: str | None = None
    api_base: str | None = None
    list_base: str | None = None
    listing: ModelListing | None = None
    is_translated: bool = False
    native_paths: tuple[NativePath, ...] = ()
    hosts: tuple[str, ...] = ()
    host_words: tuple[str, ...] = ()
    port: int | None = None
    variable_words: tuple[str, ...] = ()
    bare_names: str | None = None
    litellm_base: str | None = None

    def format_model(self, model_id: str, mode: str, prefix: str | None = None) -> str:
        """Return LiteLLM's model string, such as `openai/gpt-5`; a prefix of the inventory's own wins."""
        return f"{prefix or self.prefix_by_mode.get(mode, self.prefix)}/{model_id}"

    @property
    def login_params(self) -> Mapping[str, str]:
        """Return option of the login → LiteLLM's word in `litellm_params`; nothing where a key is all."""
        return LOGINS[self.login] if self.login else {}

    @property
    def fixed_address(self) -> str | None:
        """Where it is served, if that is one place for all."""
        return self.api_base or self.list_base


@dataclass(frozen=True)
class ChatServerKind(ProviderKind):
    """A kind of servers with OpenAI's chat API, of which nobody knows what else they have.

    As `hosted_vllm` LiteLLM asks such a server for chats, reranking and all that OpenAI's older APIs had; as `openai`
    it would ask for `/v1/responses` in place of Anthropic's messages. Some modes have no other prefix than OpenAI's.
    """

    prefix: str = CHAT_SERVER
    prefix_by_mode: Mapping[str, str] = field(
        default_factory=lambda: dict.fromkeys(("responses", "realtime", "moderation"), "openai")
    )
    is_translated: bool = True
