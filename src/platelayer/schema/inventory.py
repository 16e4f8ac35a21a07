"""The typed inventory: what the `gateway_*` variables may hold, as frozen objects.

Units: prices are USD per token, times are seconds, limits are tokens.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationInfo,
)
from pydantic_core import PydanticCustomError

from platelayer.schema.catalog import CatalogModel
from platelayer.schema.inventory_part import InventoryPart, Name
from platelayer.schema.logins import AwsLogin, AzureLogin, GoogleLogin

Catalogs = Mapping[str, Mapping[str, CatalogModel]]

ProviderName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$")]
UsdPerToken = Annotated[float, Field(ge=0, allow_inf_nan=False)]
UsdPerMillion = Annotated[float, Field(ge=0, le=10_000, allow_inf_nan=False)]
Ability = Literal["tools", "vision", "reasoning", "structured_output", "audio", "caching", "pdf"]


def _short(value: float) -> float:
    """300.0 and 300 are the same setting, and shall be the same text in the config."""
    return int(value) if value == int(value) else value


def _expression(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise PydanticCustomError(
            "expression", "is not a regular expression: {reason}", {"reason": str(error)}
        ) from None
    return value


def _replacement(value: str, info: ValidationInfo) -> str:
    """Return the replacement of a match; refuse groups that the expression does not have."""
    if (pattern := info.data.get("pattern")) is not None:
        try:
            re.sub(pattern, value, "")
        except (re.error, IndexError) as error:
            raise PydanticCustomError(
                "replacement", "is not what a match can become: {reason}", {"reason": str(error)}
            ) from None
    return value


Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False), AfterValidator(_short)]
Tokens = Annotated[int, Field(gt=0)]
Weight = Annotated[int, Field(gt=0)]
Order = Annotated[int, Field(gt=0)]

# The APIs that a server may have beside OpenAI's chat: Anthropic's messages, and OpenAI's responses.
NativePath = Literal["/v1/messages", "/v1/responses"]

# LiteLLM's own words for what a model does (`model_info.mode`).
Mode = Literal[
    "chat", "completion", "embedding", "image_generation", "audio_transcription", "audio_speech",
    "rerank", "moderation", "responses", "realtime",
]  # fmt: skip


class CatalogSelection(InventoryPart):
    """Which models of a provider's catalog are served, beyond `include` and `exclude`. Costs are USD per token."""

    abilities: tuple[Ability, ...] = Field((), description="Only models that have all of these abilities.")
    modes: tuple[Mode, ...] = Field((), description="Only models of these modes.")
    free: bool = Field(False, description="True means only models that cost nothing.")
    max_input_cost_per_token: UsdPerToken | None = Field(
        None, description="The highest price of an input token, in USD. A model of unknown price is above it."
    )
    max_output_cost_per_token: UsdPerToken | None = Field(
        None, description="The highest price of an output token, in USD. A model of unknown price is above it."
    )
    variants: tuple[Literal["batch", "alias"], ...] = Field(
        (),
        description="Variants to serve too: `batch` is `MODEL:batch`, `alias` is `~MODEL-latest`.",
    )


class RenameRule(InventoryPart):
    r"""A regular expression for ids, and the name of what it matches; `\1` is its first group."""

    pattern: Annotated[str, AfterValidator(_expression)] = Field(
        description="A regular expression (Python's). The part of the id that it matches is replaced."
    )
    name: Annotated[str, AfterValidator(_replacement)] = Field(
        description="The replacement. `\\1` stands for the first group of `pattern`."
    )


class PriceOverrides(InventoryPart):
    """What one model costs, where its provider's list does not tell it. USD per million tokens."""

    input: UsdPerMillion | None = Field(None, description="Input tokens.")
    output: UsdPerMillion | None = Field(None, description="Output tokens.")
    cache_read: UsdPerMillion | None = Field(None, description="Input tokens read from the provider's cache.")
    cache_write: UsdPerMillion | None = Field(None, description="Input tokens written to the provider's cache.")
    cache_write_1h: UsdPerMillion | None = Field(None, description="Input tokens written to its cache for an hour.")
    reasoning: UsdPerMillion | None = Field(None, description="Reasoning tokens.")
    audio_input: UsdPerMillion | None = Field(None, description="Input tokens of sound.")
    audio_cache_read: UsdPerMillion | None = Field(None, description="Tokens of sound read from its cache.")
    audio_output: UsdPerMillion | None = Field(None, description="Output tokens of sound.")
    image_input: UsdPerMillion | None = Field(None, description="Input tokens of pictures.")
    image_output: UsdPerMillion | None = Field(None, description="Output tokens of pictures.")


class GuardOverrides(InventoryPart):
    """What a refresh of a catalog may change unasked; see `gateway_catalog`."""

    max_gone: Annotated[float, Field(ge=0, le=1)] | None = Field(
        None, description="The share of models that may be gone from a list, 0 to 1."
    )
    max_price_factor: Annotated[float, Field(gt=1, allow_inf_nan=False)] | None = Field(
        None, description="The factor by which a price may move, up or down."
    )
    grace_days: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = Field(
        None, description="Days for which a model that is no longer listed stays in the catalog."
    )


class ProviderSpec(InventoryPart):
    """One entry of `gateway_providers`: somewhere models are served."""

    kind: str = Field(description="What sort of server it is.")
    enabled: bool = Field(True, description="False removes its models.")
    api_base: str | None = Field(None, description="The server's URL. Some kinds require it.")
    api_key: SecretStr | None = Field(None, description="The key, from the vault. Some kinds require it.")
    aws_login: AwsLogin | None = Field(None, description="The login of `bedrock` and `sagemaker`.")
    google_login: GoogleLogin | None = Field(None, description="The login of `vertex_ai`.")
    azure_login: AzureLogin | None = Field(None, description="The login of `azure` without a key.")
    extra: dict[str, Any] = Field({}, description="Settings that are added to `litellm_params` of each of its models.")
    native_paths: tuple[NativePath, ...] | None = Field(
        None,
        description="Paths that the server has beside chat, and that are asked as they are. Calls of the others become "
        "chats. Without it the kind decides.",
    )
    litellm_provider: Annotated[str, Field(pattern=r"^[a-z0-9_-]+$")] | None = Field(
        None,
        description="The provider's name in LiteLLM, in place of the kind's. LiteLLM then decides how each path is "
        "asked, and nothing becomes a chat.",
    )
    # Its catalog: what of it is served, and under which names.
    catalog: bool = Field(True, description="False never asks for its model list.")
    list_base: str | None = Field(None, description="Where its model list is, if not at `api_base`.")
    models_dev: str | None = Field(None, description="Its name at models.dev. An empty name leaves models.dev aside.")
    include: tuple[str, ...] = Field(
        (),
        description="Shell patterns for ids of its catalog. The models that match are served.",
    )
    exclude: tuple[str, ...] = Field((), description="Shell patterns for ids that are not served.")
    select: CatalogSelection = Field(
        CatalogSelection(), description="Further conditions for models that `include` chooses."
    )
    prefix: str = Field("", description="Text before the name of each model that `include` chooses.")
    rename: tuple[RenameRule, ...] = Field(
        (), description="Rules that turn ids into names. The first rule that matches is used."
    )
    names: dict[str, Name] = Field({}, description="Names for single ids. They get no prefix.")
    free_twins: bool = Field(
        False, description="True serves `MODEL:free` and `MODEL` under one name, the free one first."
    )
    prices_per_million_tokens: dict[str, PriceOverrides] = Field(
        {}, description="Prices that win over the provider's list, by id or shell pattern, in USD per million tokens."
    )
    guards: GuardOverrides = Field(
        GuardOverrides(), description="Keys of `gateway_catalog` that differ for this provider."
    )


class ModelAlias(InventoryPart):
    """A second name of a model; a hidden one is answered but not listed."""

    name: Name = Field(description="The second name.")
    hidden: bool = Field(False, description="True answers requests for it, but does not list it.")


def _alias(value: object) -> object:
    return {"name": value} if isinstance(value, str) else value


class ProviderModel(InventoryPart):
    """What one deployment asks of its provider; the part that models and layers share."""

    provider: ProviderName = Field(description="The provider, a name of `gateway_providers`.")
    id: Name = Field(description="The provider's own name of the model.")
    timeout: Seconds | None = Field(None, description="Seconds for a whole answer.")
    stream_timeout: Seconds | None = Field(None, description="Like that of `gateway_router`, for this model alone.")
    native_paths: tuple[NativePath, ...] | None = Field(
        None, description="Like that of the provider, for this model alone."
    )
    abilities: tuple[Ability, ...] = Field(
        (), description="What it can do, for clients that ask, beside what the catalog knows."
    )
    extra: dict[str, Any] = Field({}, description="Settings that are added to `litellm_params`.")


class GroupSettings(InventoryPart):
    """What one name promises to clients; the part that models and virtual models share."""

    name: Name = Field(description="The name that clients ask for.")
    mode: Mode = Field("chat", description="What the model does.")
    aliases: tuple[Annotated[ModelAlias, BeforeValidator(_alias)], ...] = Field(
        (), description="Further names. A plain text is a name that is listed."
    )
    fallbacks: tuple[Name, ...] | None = Field(
        None,
        description="Names of models that answer when this one cannot. Without it `default_fallbacks` do. An empty "
        "list means that none does.",
    )

    @property
    def own_names(self) -> tuple[str, ...]:
        """The names that clients may ask for: its name, then its aliases."""
        return (self.name, *(alias.name for alias in self.aliases))


class ModelSpec(GroupSettings, ProviderModel):
    """One entry of `gateway_models`: one deployment under `name`."""

    deployment_id: Name | None = Field(None, description="The deployment's id in LiteLLM. Without it `NAME/PROVIDER`.")
    weight: Weight | None = Field(None, description="Its share of the load among models of the same name.")
    order: Order | None = Field(
        None, description="Its place in the order among models of the same name. The lowest is asked first."
    )
    input_cost_per_token: UsdPerToken | None = Field(None, description="USD per input token.")
    output_cost_per_token: UsdPerToken | None = Field(None, description="USD per output token.")
    cache_read_input_token_cost: UsdPerToken | None = Field(
        None, description="USD per input token read from the provider's cache."
    )
    cache_creation_input_token_cost: UsdPerToken | None = Field(
        None, description="USD per input token written to the provider's cache."
    )
    max_input_tokens: Tokens | None = Field(None, description="The longest prompt, in tokens.")
    max_output_tokens: Tokens | None = Field(None, description="The longest answer, in tokens.")


class GroupMember(InventoryPart):
    """One provider's model in a model group, with its share of the load or its place in the order."""

    id: Name = Field(description="The provider's own name of the model.")
    weight: Weight | None = Field(None, description="Its share of the group's load.")
    order: Order | None = Field(None, description="Its place in the order. The lowest is asked first.")


def _member(value: object) -> object:
    return {"id": value} if isinstance(value, str) else value


class ModelGroupSpec(GroupSettings):
    """One entry of `gateway_model_groups`: the same model at several providers, under one name."""

    ids: dict[ProviderName, Annotated[GroupMember, BeforeValidator(_member)]] = Field(
        description="The id at each provider, by the provider's name. A plain text is an `id`."
    )
    free_twins: bool = Field(
        False, description="True also serves `ID:free` where the catalog has it, and asks it first."
    )


class LayerSpec(ProviderModel):
    """One layer of a virtual model."""


class VirtualModelSpec(GroupSettings):
    """One entry of `gateway_virtual_models`: layers tried strictly in the order written."""

    layers: tuple[LayerSpec, ...] = Field(
        description="What is asked, in this order. The next layer answers when those before it cannot."
    )


class RouterSettings(InventoryPart):
    """`gateway_router`: LiteLLM's router settings, and the defaults of all times (seconds)."""

    routing_strategy: Literal[
        "simple-shuffle", "least-busy", "latency-based-routing", "cost-based-routing", "usage-based-routing-v2"
    ] = Field(
        "simple-shuffle",
        description="How LiteLLM chooses among the deployments of one name. `simple-shuffle` uses weights.",
    )
    # LiteLLM's own default asks a failing provider twice more, with pauses; the next layer or fallback answers sooner.
    num_retries: Annotated[int, Field(ge=0)] = Field(
        0, description="Further tries of a failing deployment before the next layer or fallback answers."
    )
    retry_after: Annotated[float, Field(ge=0, allow_inf_nan=False), AfterValidator(_short)] = Field(
        0, description="Seconds between such tries."
    )
    # With more than 0, every request waits for a failing deployment again.
    allowed_fails: Annotated[int, Field(ge=0)] = Field(
        0, description="Failures per minute that a deployment may have before it is not asked for `cooldown_time`."
    )
    cooldown_time: Seconds = Field(30, description="Seconds for which a failing deployment is not asked.")
    # With LiteLLM's own limit a hanging provider would hold a client for 100 minutes.
    timeout: Seconds = Field(300, description="Seconds for a whole answer. LiteLLM's own limit is 6000.")
    # Long enough for a model that thinks, or writes a long tool call, in silence; a layer that hangs costs it once.
    stream_timeout: Seconds = Field(
        120,
        description="Seconds for which a stream may be silent. Before the first token, the next layer is asked then. "
        "After it, the stream ends with an error.",
    )
    default_model: Name | None = Field(
        None, description="The model for chats that name none. Without it they are refused."
    )
    default_fallbacks: tuple[Name, ...] = Field(
        (), description="Models that answer in place of a failing model that has no `fallbacks` of its own."
    )
    drop_params: bool = Field(
        False, description="True drops parameters that a provider does not know. False answers 400."
    )

    @property
    def is_by_cost(self) -> bool:
        """Whether LiteLLM asks the cheapest deployment of a group first."""
        return self.routing_strategy == "cost-based-routing"


class CacheSettings(InventoryPart):
    """`gateway_cache`: the response cache, off unless asked for."""

    enabled: bool = Field(False, description="True answers equal requests from the cache.")
    type: Literal["local", "redis"] = Field(
        "local",
        description="Where answers are kept: `local` is the memory of each instance, `redis` is shared by all.",
    )
    ttl: Seconds = Field(600, description="Seconds for which an answer is kept.")


class RedisConnection(InventoryPart):
    """`gateway_redis`: where instances share what they know. `timeout`: what a request may wait for it."""

    enabled: bool = Field(True, description="False means that instances share nothing.")
    host: Name = Field("127.0.0.1", description="The server's address.")
    port: Annotated[int, Field(gt=0, lt=65536)] = Field(6379, description="Its port.")
    password: SecretStr = Field(SecretStr(""), description="Required: letters and digits, from the vault.")
    without_password: bool = Field(False, description="True means that a server of yours asks for no password.")
    username: Name | None = Field(None, description="The user at a server of yours. Without it `default`.")
    database: Annotated[int, Field(ge=0)] = Field(0, description="The number of its database.")
    tls: bool = Field(False, description="True speaks TLS with a server of yours, whose CA the host trusts.")
    timeout: Seconds = Field(0.5, description="Seconds that a request may wait for a Redis that does not answer.")


class CatalogSettings(InventoryPart):
    """`gateway_catalog`: how catalogs are refreshed. `deadline`: seconds for one provider; `grace_days`: days."""

    max_gone: Annotated[float, Field(ge=0, le=1)] = Field(
        0.2, description="The share of models that may be gone from a list. A list from which more are gone is refused."
    )
    max_price_factor: Annotated[float, Field(gt=1, allow_inf_nan=False)] = Field(
        3, description="The factor by which a price may move, up or down. A price that moves more is held back."
    )
    grace_days: Annotated[float, Field(ge=0, allow_inf_nan=False)] = Field(
        7, description="Days for which a model that is no longer listed stays in the catalog."
    )
    deadline: Seconds = Field(30, description="Seconds that one provider may take to answer.")
    models_dev: bool = Field(
        True, description="True asks models.dev for prices and limits that a provider's list does not have."
    )


class GatewaySpec(InventoryPart):
    """The whole inventory of one gateway."""

    providers: dict[ProviderName, ProviderSpec] = Field({})
    models: tuple[ModelSpec, ...] = ()
    model_groups: tuple[ModelGroupSpec, ...] = ()
    virtual_models: tuple[VirtualModelSpec, ...] = ()
    router: RouterSettings = RouterSettings()
    cache: CacheSettings = CacheSettings()
    redis: RedisConnection = RedisConnection(enabled=False)
    catalog: CatalogSettings = CatalogSettings()

    def is_enabled(self, provider: str) -> bool:
        """Return whether a provider is there and not switched off."""
        return provider in self.providers and self.providers[provider].enabled
