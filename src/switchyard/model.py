"""The typed inventory: what the `gateway_*` variables may hold.

Values come in as Ansible gives them (tagged strings, lazy containers) and leave as plain, frozen objects.
Units: prices are USD per token, times are seconds, limits are tokens.
"""

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails

from switchyard.errors import InventoryError

Name = Annotated[str, Field(min_length=1, pattern=r"^\S(.*\S)?$")]
ProviderName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$")]
UsdPerToken = Annotated[float, Field(ge=0, allow_inf_nan=False)]


def _short(value: float) -> float:
    """300.0 and 300 are the same setting, and shall be the same text in the config."""
    return int(value) if value == int(value) else value


Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False), AfterValidator(_short)]
Tokens = Annotated[int, Field(gt=0)]

# LiteLLM's own words for what a model does (`model_info.mode`).
Mode = Literal[
    "chat", "completion", "embedding", "image_generation", "audio_transcription", "audio_speech",
    "rerank", "moderation", "responses",
]  # fmt: skip


class Part(BaseModel):
    """Base of everything in the inventory: unknown keys are refused, nothing changes after parsing."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Provider(Part):
    """One entry of `gateway_providers`: somewhere models are served."""

    kind: str
    enabled: bool = True
    api_base: str | None = None
    api_key: SecretStr | None = None
    extra: dict[str, Any] = {}


class Alias(Part):
    """A second name of a model; a hidden one is answered but not listed."""

    name: Name
    hidden: bool = False


def _alias(value: object) -> object:
    return {"name": value} if isinstance(value, str) else value


class Target(Part):
    """What one deployment asks of its provider; the part that models and layers share."""

    provider: ProviderName
    id: Name
    timeout: Seconds | None = None
    stream_timeout: Seconds | None = None
    extra: dict[str, Any] = {}


class Group(Part):
    """What one name promises to clients; the part that models and virtual models share."""

    name: Name
    mode: Mode = "chat"
    aliases: tuple[Annotated[Alias, BeforeValidator(_alias)], ...] = ()
    fallbacks: tuple[Name, ...] = ()


class Model(Group, Target):
    """One entry of `gateway_models`: one deployment under `name`."""

    deployment_id: Name | None = None
    weight: Annotated[int, Field(gt=0)] | None = None
    input_cost_per_token: UsdPerToken | None = None
    output_cost_per_token: UsdPerToken | None = None
    cache_read_input_token_cost: UsdPerToken | None = None
    cache_creation_input_token_cost: UsdPerToken | None = None
    max_input_tokens: Tokens | None = None
    max_output_tokens: Tokens | None = None


class Layer(Target):
    """One layer of a virtual model."""


class VirtualModel(Group):
    """One entry of `gateway_virtual_models`: layers tried strictly in the order written."""

    layers: tuple[Layer, ...]


class Router(Part):
    """`gateway_router`: LiteLLM's router settings, with the defaults that role `gateway` documents."""

    routing_strategy: Literal[
        "simple-shuffle", "least-busy", "latency-based-routing", "cost-based-routing", "usage-based-routing-v2"
    ] = "simple-shuffle"
    num_retries: Annotated[int, Field(ge=0)] = 0
    retry_after: Annotated[float, Field(ge=0, allow_inf_nan=False), AfterValidator(_short)] = 0
    allowed_fails: Annotated[int, Field(ge=0)] = 0
    cooldown_time: Seconds = 30
    timeout: Seconds = 300
    stream_timeout: Seconds = 60
    default_model: Name | None = None
    default_fallbacks: tuple[Name, ...] = ()
    drop_params: bool = False


class Cache(Part):
    """`gateway_cache`: the response cache, off unless asked for."""

    enabled: bool = False
    type: Literal["local", "redis"] = "local"
    ttl: Seconds = 600


class Redis(Part):
    """`gateway_redis`: where instances share what they know. `timeout`: what a request may wait for it."""

    enabled: bool = True
    host: Name = "127.0.0.1"
    port: Annotated[int, Field(gt=0, lt=65536)] = 6379
    password: SecretStr = SecretStr("")
    timeout: Seconds = 0.5


class Gateway(Part):
    """The whole inventory of one gateway."""

    providers: dict[ProviderName, Provider] = {}
    models: tuple[Model, ...] = ()
    virtual_models: tuple[VirtualModel, ...] = ()
    router: Router = Router()
    cache: Cache = Cache()
    redis: Redis = Redis(enabled=False)

    def serves(self, target: Target) -> bool:
        """Whether the provider of a model or layer exists and is enabled."""
        provider = self.providers.get(target.provider)
        return provider is not None and provider.enabled


def plain(value: Any) -> Any:
    """Return the same data as plain dict, list, str, int, float, bool and None, without Ansible's tags."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [plain(item) for item in value]
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    raise InventoryError([f"a value of type {type(value).__name__} is not YAML data; write text, a number or a list"])


def parse(raw: Mapping[str, Any]) -> Gateway:
    """Parse {providers, models, virtual_models, router, cache, redis}; raise InventoryError naming every bad key."""
    data = plain(raw)
    try:
        return Gateway.model_validate(data)
    except ValidationError as error:
        raise InventoryError(_problem(data, detail) for detail in error.errors(include_url=False)) from None


def _problem(data: Any, detail: ErrorDetails) -> str:
    """One sentence for one finding of pydantic; never quotes a value, which may be a secret."""
    # Of a bad key of a mapping pydantic names the place as (…, the key, "[key]").
    location = [part for part in detail["loc"] if part != "[key]"]
    key = str(location[-1])
    where = "gateway_" + describe(data, location[:-1]) if len(location) > 1 else "gateway"
    if detail["type"] == "extra_forbidden":
        return f"{where}: '{key}' is not an option here; {_known(location, key)}"
    if detail["type"] == "missing":
        return f"{where}: '{key}' is missing; add it"
    message = re.sub(r"^(Input|Tuple|List|Dictionary|String) | after validation", "", detail["msg"])
    if detail["type"] == "string_pattern_mismatch":
        provider = key == "provider" or detail["loc"][-1] == "[key]"
        message = (
            "is not a provider's name; write letters, digits, '-' and '_', a letter first"
            if provider
            else "must not begin or end with a blank"
        )
    return f"{where}: '{key}' {message}"


def describe(data: Any, location: Sequence[int | str]) -> str:
    """Name a place in the inventory: ('models', 3) becomes `models[3] (glm-5)`."""
    words = ""
    for part in location:
        words += f"[{part}]" if isinstance(part, int) else (f".{part}" if words else part)
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            data = None
        if isinstance(part, int) and isinstance(data, Mapping) and data.get("name"):
            words += f" ({data['name']})"
    return words


_OPTIONS: dict[str, type[BaseModel]] = {
    "providers": Provider,
    "models": Model,
    "virtual_models": VirtualModel,
    "layers": Layer,
    "aliases": Alias,
    "router": Router,
    "cache": Cache,
    "redis": Redis,
}


def _known(location: Sequence[int | str], key: str) -> str:
    """The nearest option of that part, or all of them."""
    part = next((_OPTIONS[name] for name in reversed(location[:-1]) if name in _OPTIONS), Gateway)
    options = list(part.model_fields)
    near = get_close_matches(key, options, n=1, cutoff=0.7)
    return f"did you mean '{near[0]}'?" if near else f"write one of: {', '.join(options)}"
