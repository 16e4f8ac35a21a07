"""Deployments, router and cache settings become LiteLLM's config and environment, as plain data."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

from platelayer.gateway.deployment import key_variable
from platelayer.gateway.deployments import deployments
from platelayer.gateway.names import is_served, served_names
from platelayer.schema import GatewaySpec, RedisConnection

# LiteLLM's own `completion_model` overrides what a request asks for; this hook only fills a gap.
DEFAULT_MODEL_HOOK = "platelayer_hooks.default_model"
DEFAULT_MODEL_VARIABLE = "PLATELAYER_DEFAULT_MODEL"
REDIS_PASSWORD_VARIABLE = "REDIS_PASSWORD"  # noqa: S105 - the name of a variable
# So many models are dumped at once: enough to be fast, few enough to keep memory flat.
_CHUNK = 500


def config(
    gateway: GatewaySpec, *, trusted_proxy_ranges: Sequence[str] = (), extra: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """LiteLLM's `config.yaml` as plain data; `extra` is deep-merged last and wins."""
    built = {
        "model_list": [deployment.as_dict() for deployment in deployments(gateway)],
        "router_settings": _router_settings(gateway),
        "litellm_settings": _litellm_settings(gateway),
        "general_settings": {
            "master_key": "os.environ/LITELLM_MASTER_KEY",
            "trusted_proxy_ranges": list(trusted_proxy_ranges),
            # Without it LiteLLM takes the proxy's address for the client's.
            "use_x_forwarded_for": bool(trusted_proxy_ranges),
            # Lets a stopping instance end its answers; only who has its token may ask for it.
            "enable_drain_endpoint": True,
        },
    }
    return deep_merge(built, extra or {})


def environment(gateway: GatewaySpec) -> dict[str, str]:
    """The variables that LiteLLM's config refers to: NAME_API_KEY of each enabled provider and the password of Redis
    (both secret), the hook's, and how long a stopping instance waits for its answers (seconds)."""
    variables = {
        key_variable(name): provider.api_key.get_secret_value()
        for name, provider in gateway.providers.items()
        if provider.enabled and provider.api_key is not None
    }
    if gateway.redis.enabled:
        variables[REDIS_PASSWORD_VARIABLE] = gateway.redis.password.get_secret_value()
    if gateway.router.default_model is not None:
        variables[DEFAULT_MODEL_VARIABLE] = gateway.router.default_model
    # A stopping instance lets running answers end; LiteLLM's own 30 s would cut long ones.
    variables["GRACEFUL_SHUTDOWN_TIMEOUT"] = str(math.ceil(longest_answer(gateway)))
    return variables


def longest_answer(gateway: GatewaySpec) -> float:
    """The seconds that an answer may take: the longest timeout of the router, a model or a layer."""
    layers = (layer for virtual_model in gateway.virtual_models for layer in virtual_model.layers)
    return max([gateway.router.timeout, *(target.timeout or 0 for target in (*gateway.models, *layers))])


def listed_names(built: Mapping[str, Any]) -> list[str]:
    """The names that `/v1/models` of a gateway with this config must show, sorted; wildcards list others."""
    names = {str(entry["model_name"]) for entry in built["model_list"]}
    for alias, target in built.get("router_settings", {}).get("model_group_alias", {}).items():
        if not (isinstance(target, Mapping) and target.get("hidden")):
            names.add(alias)
    return sorted(name for name in names if "*" not in name)


class _Dumper(yaml.CSafeDumper):
    """Anchors would save nothing and make two equal models look entangled."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def to_yaml(built: Mapping[str, Any]) -> str:
    """The config as YAML text: one short block per model, everything else in block style."""
    return "".join(_documents(built))


def _documents(built: Mapping[str, Any]) -> Iterator[str]:
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
    """A new mapping: mappings are merged key by key, everything else in `extra` replaces."""
    merged = dict(base)
    for key, value in extra.items():
        ours = merged.get(key)
        merged[key] = deep_merge(ours, value) if isinstance(ours, Mapping) and isinstance(value, Mapping) else value
    return merged


def _router_settings(gateway: GatewaySpec) -> dict[str, Any]:
    router = gateway.router
    settings: dict[str, Any] = {
        "routing_strategy": router.routing_strategy,
        "num_retries": router.num_retries,
        "retry_after": router.retry_after,
        "allowed_fails": router.allowed_fails,
        "cooldown_time": router.cooldown_time,
        "timeout": router.timeout,
        "stream_timeout": router.stream_timeout,
    }
    served = served_names(gateway)
    fallbacks = [
        {group.name: targets}
        for group in (*gateway.models, *gateway.virtual_models)
        if group.name in served and (targets := [name for name in group.fallbacks if is_served(name, served)])
    ]
    if fallbacks:
        settings["fallbacks"] = fallbacks
    if defaults := [name for name in router.default_fallbacks if is_served(name, served)]:
        settings["default_fallbacks"] = defaults
    if aliases := dict(_aliases(gateway, served)):
        settings["model_group_alias"] = aliases
    if gateway.redis.enabled:
        settings |= {f"redis_{name}": value for name, value in _redis(gateway.redis).items()}
        settings["cache_kwargs"] = _redis_timeouts(gateway.redis)
    return settings


def _redis(server: RedisConnection) -> dict[str, Any]:
    """By host and port: with a URL, LiteLLM drops the timeouts, and a Redis that hangs then hangs every request."""
    return {"host": server.host, "port": server.port, "password": f"os.environ/{REDIS_PASSWORD_VARIABLE}"}


def _redis_timeouts(server: RedisConnection) -> dict[str, Any]:
    return {"socket_timeout": server.timeout, "socket_connect_timeout": server.timeout}


def _aliases(gateway: GatewaySpec, served: set[str]) -> Iterator[tuple[str, Any]]:
    for group in (*gateway.models, *gateway.virtual_models):
        if group.name in served:
            for alias in group.aliases:
                yield alias.name, {"model": group.name, "hidden": True} if alias.hidden else group.name


def _litellm_settings(gateway: GatewaySpec) -> dict[str, Any]:
    settings: dict[str, Any] = {"drop_params": gateway.router.drop_params}
    if gateway.router.default_model is not None:
        settings["callbacks"] = [DEFAULT_MODEL_HOOK]
    if gateway.cache.enabled:
        settings["cache"] = True
        settings["cache_params"] = {"type": gateway.cache.type, "ttl": gateway.cache.ttl}
        if gateway.cache.type == "redis":
            settings["cache_params"] |= _redis(gateway.redis) | _redis_timeouts(gateway.redis)
    return settings
