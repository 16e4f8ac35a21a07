"""A built gateway becomes LiteLLM's config and environment, as plain data."""

import gc
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import yaml

from platelayer.gateway.build import BuiltGateway
from platelayer.gateway.deployments import name_key_variable, name_variables
from platelayer.gateway.logins import make_credential_file, make_login_variables, needs_azure_identity
from platelayer.gateway.name_index import list_groups
from platelayer.schema import GatewaySpec, RedisConnection
from platelayer.schema.inventory import GroupSettings

# LiteLLM calls these functions of the files in `hooks` when an instance starts.
HOOKS_VARIABLE = "LITELLM_WORKER_STARTUP_HOOKS"
HOOKS = ("platelayer_cooldown:install", "platelayer_model_list:install", "platelayer_body_limit:install")
DEFAULT_MODEL_HOOK = "platelayer_default_model:install"
DEFAULT_MODEL_VARIABLE = "PLATELAYER_DEFAULT_MODEL"
REDIS_PASSWORD_VARIABLE = "REDIS_PASSWORD"  # noqa: S105 - the name of a variable
# So many models are dumped at once: enough to be fast, few enough to keep memory flat.
_CHUNK = 500


def make_config(
    built: BuiltGateway, *, trusted_proxy_ranges: Sequence[str] = (), extra: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return LiteLLM's `config.yaml` as plain data; `extra` is deep-merged last and wins."""
    config = {
        "model_list": [deployment.as_dict() for deployment in built.deployments],
        "router_settings": _make_router_settings(built),
        "litellm_settings": _make_litellm_settings(built.spec),
        "general_settings": {
            "master_key": "os.environ/LITELLM_MASTER_KEY",
            "trusted_proxy_ranges": list(trusted_proxy_ranges),
            # Without it LiteLLM takes the proxy's address for the client's.
            "use_x_forwarded_for": bool(trusted_proxy_ranges),
            # Lets a stopping instance end its answers; only who has its token may ask for it.
            "enable_drain_endpoint": True,
        },
    }
    return deep_merge(config, extra or {})


def make_environment(spec: GatewaySpec) -> dict[str, str]:
    """Return the variables that LiteLLM's config refers to.

    NAME_API_KEY and NAME_LOGIN_… of each enabled provider and the password of Redis are secret; the others are the
    default model, the hooks, and the seconds for which a stopping instance waits for its answers.
    """
    variables: dict[str, str] = {}
    for name, provider in spec.providers.items():
        if not provider.enabled:
            continue
        if provider.api_key is not None:
            variables[name_key_variable(name)] = provider.api_key.get_secret_value()
        variables |= make_login_variables(name_variables(name), provider)
    if spec.redis.enabled and not spec.redis.without_password:
        variables[REDIS_PASSWORD_VARIABLE] = spec.redis.password.get_secret_value()
    hooks = [*HOOKS]
    if spec.router.default_model is not None:
        variables[DEFAULT_MODEL_VARIABLE] = spec.router.default_model
        hooks.append(DEFAULT_MODEL_HOOK)
    variables[HOOKS_VARIABLE] = ",".join(hooks)
    # A stopping instance lets running answers end; LiteLLM's own 30 s would cut long ones.
    _, longest = list_answer_timeouts(spec)[0]
    variables["GRACEFUL_SHUTDOWN_TIMEOUT"] = str(math.ceil(longest))
    return variables


def make_credential_files(spec: GatewaySpec) -> dict[str, str]:
    """Return the secret texts that stand in files beside the config, by the name of the file."""
    files: dict[str, str] = {}
    for name, provider in spec.providers.items():
        if provider.enabled:
            files |= make_credential_file(name_variables(name), provider)
    return files


def list_answer_timeouts(spec: GatewaySpec) -> list[tuple[str, float]]:
    """Return where the inventory limits an answer, and to how many seconds; the longest first."""
    timeouts = [("gateway_router.timeout", spec.router.timeout)]
    for index, model in enumerate(spec.models):
        timeouts.append((f"gateway_models[{index}].timeout", model.timeout or 0))
    for index, virtual in enumerate(spec.virtual_models):
        for number, layer in enumerate(virtual.layers):
            timeouts.append((f"gateway_virtual_models[{index}].layers[{number}].timeout", layer.timeout or 0))
    return sorted(timeouts, key=lambda timeout: -timeout[1])


def list_names(config: Mapping[str, Any]) -> list[str]:
    """Return the names that `/v1/models` of a gateway with this config must show, sorted; wildcards list others."""
    names = {str(entry["model_name"]) for entry in config["model_list"]}
    for alias, target in config.get("router_settings", {}).get("model_group_alias", {}).items():
        if not (isinstance(target, Mapping) and target.get("hidden")):
            names.add(alias)
    return sorted(name for name in names if "*" not in name)


class _Dumper(yaml.CSafeDumper):
    """Anchors would save nothing and make two equal models look entangled."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def to_yaml(built: Mapping[str, Any]) -> str:
    """Return the config as YAML text: one short block per model, everything else in block style."""
    with _pause_garbage_collection():
        return "".join(_list_sections(built))


@contextmanager
def _pause_garbage_collection() -> Iterator[None]:
    """Spare the collector the many short-lived objects of YAML's writer: it would search the whole gateway again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _list_sections(built: Mapping[str, Any]) -> Iterator[str]:
    models: Sequence[Any] = built.get("model_list", ())
    if models:
        yield "model_list:\n"
        for start in range(0, len(models), _CHUNK):
            yield _dump(models[start : start + _CHUNK], default_flow_style=None)
    else:
        yield "model_list: []\n"
    for section, settings in built.items():
        if section != "model_list":
            yield "\n" + _dump({section: settings}, default_flow_style=False)


def _dump(data: Any, *, default_flow_style: bool | None) -> str:
    text: str = yaml.dump(
        data,
        Dumper=_Dumper,
        default_flow_style=default_flow_style,
        sort_keys=False,
        allow_unicode=True,
        width=2**16,
    )
    return text


def deep_merge(base: Mapping[str, Any], extra: Mapping[str, Any]) -> dict[str, Any]:
    """Return a new mapping: mappings are merged key by key, everything else in `extra` replaces."""
    merged = dict(base)
    for key, value in extra.items():
        ours = merged.get(key)
        merged[key] = deep_merge(ours, value) if isinstance(ours, Mapping) and isinstance(value, Mapping) else value
    return merged


def _make_router_settings(built: BuiltGateway) -> dict[str, Any]:
    router, redis = built.spec.router, built.spec.redis
    settings: dict[str, Any] = {
        "routing_strategy": router.routing_strategy,
        "num_retries": router.num_retries,
        "retry_after": router.retry_after,
        "allowed_fails": router.allowed_fails,
        "cooldown_time": router.cooldown_time,
        "timeout": router.timeout,
        "stream_timeout": router.stream_timeout,
    }
    is_served = built.names.is_served
    served_groups = [group for group in list_groups(built.spec) if group.name in built.names.served]
    if fallbacks := _list_fallbacks(served_groups, is_served):
        settings["fallbacks"] = [{name: targets} for name, targets in fallbacks.items()]
    if defaults := [name for name in router.default_fallbacks if is_served(name)]:
        settings["default_fallbacks"] = defaults
    aliases = {
        alias.name: {"model": group.name, "hidden": True} if alias.hidden else group.name
        for group in served_groups
        for alias in group.aliases
    }
    if aliases:
        settings["model_group_alias"] = aliases
    if redis.enabled:
        settings |= {f"redis_{name}": value for name, value in _address_redis(redis).items()}
        settings["cache_kwargs"] = _make_redis_options(redis)
    return settings


def _list_fallbacks(groups: Iterable[GroupSettings], is_served: Callable[[str], bool]) -> dict[str, list[str]]:
    """Return {name: names of models that answer in its place}.

    LiteLLM looks for the name that the client asked for, so an alias needs an entry of its own, and it uses the first
    entry of a name, so deployments that share a name share one. An empty entry keeps default_fallbacks away.
    """
    fallbacks: dict[str, dict[str, None]] = {}
    for group in groups:
        others = (name for name in group.fallbacks or () if name not in group.own_names)
        targets = dict.fromkeys(filter(is_served, others))
        if targets or group.fallbacks == ():
            for name in group.own_names:
                fallbacks.setdefault(name, {}).update(targets)
    return {name: list(targets) for name, targets in fallbacks.items()}


def _address_redis(server: RedisConnection) -> dict[str, Any]:
    """By host and port: with a URL, LiteLLM drops the timeouts, and a Redis that hangs then hangs every request."""
    address = {"host": server.host, "port": server.port}
    return address if server.without_password else {**address, "password": f"os.environ/{REDIS_PASSWORD_VARIABLE}"}


def _make_redis_options(server: RedisConnection) -> dict[str, Any]:
    """Return what LiteLLM passes on to its Redis client, beside the address."""
    limits = {"socket_timeout": server.timeout, "socket_connect_timeout": server.timeout}
    options = {"username": server.username, "db": server.database, "ssl": server.tls}
    return limits | {key: value for key, value in options.items() if value}


def _make_litellm_settings(spec: GatewaySpec) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "drop_params": spec.router.drop_params,
        # Else each stream of a model with llama-2 or llama-3 in its name first fetches a tokenizer from Hugging Face;
        # where that cannot be reached, the stream waits until it gives up.
        "disable_hf_tokenizer_download": True,
    }
    if needs_azure_identity(spec):
        settings["enable_azure_ad_token_refresh"] = True
    if spec.cache.enabled:
        settings["cache"] = True
        settings["cache_params"] = {"type": spec.cache.type, "ttl": spec.cache.ttl}
        if spec.cache.type == "redis":
            settings["cache_params"] |= _address_redis(spec.redis) | _make_redis_options(spec.redis)
    return settings
