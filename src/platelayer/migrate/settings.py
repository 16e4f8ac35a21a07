"""Everything beside the models: the caches, Redis, and what `litellm_config_extra` carries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from platelayer.migrate.findings import Findings
from platelayer.migrate.hosts import doubt
from platelayer.migrate.references import Key, mistaken_variable, variable_of
from platelayer.migrate.values import fits, mapping
from platelayer.schema.inventory import CacheSettings, RedisConnection

# What Platelayer writes itself, whatever stood in the config.
MASTER_KEY = "master_key"
EDGE: Mapping[str, tuple[Any, ...]] = {
    "trusted_proxy_ranges": ([], ["127.0.0.1/32"]),
    "use_x_forwarded_for": (True, False),
    "enable_drain_endpoint": (True,),
    "drain_endpoint_token": (),
}
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_TIMEOUTS = ("socket_timeout", "socket_connect_timeout")
_REDIS = ("host", "port", "password")
_LETS_ALL_IN = "allow_requests_on_db_unavailable"


@dataclass(slots=True)
class Settings:
    """cache, redis: options of `gateway_cache` and `gateway_redis`.

    foreign_redis: that server is somebody else's; redis_key: where its password is, if the config says it.
    """

    cache: dict[str, Any] = field(default_factory=dict)
    redis: dict[str, Any] = field(default_factory=dict)
    foreign_redis: bool = False
    redis_key: Key | None = None


def general_settings(general: dict[str, Any], findings: Findings) -> None:
    """Take out what Platelayer decides itself, and say so."""
    if general.pop(MASTER_KEY, None) is not None:
        findings.add(
            "not_carried",
            "general_settings.master_key",
            "a new one is in the vault; clients need it, or write the old one there as vault_litellm_master_key",
        )
    for key, ours in EDGE.items():
        if key in general and general.pop(key) not in ours:
            findings.add("not_carried", f"general_settings.{key}", "the edge in front of LiteLLM decides it")
    if general.pop("callbacks", None):
        findings.add("never_worked", "general_settings.callbacks", "LiteLLM reads litellm_settings.callbacks only")
    if general.pop(_LETS_ALL_IN, None):
        findings.add("not_carried", f"general_settings.{_LETS_ALL_IN}", "it would let every key in, even a wrong one")


def caches(router: dict[str, Any], litellm: dict[str, Any], findings: Findings) -> Settings:
    """Take the caches and Redis out of `router_settings` and `litellm_settings`, both of which are changed."""
    made = Settings()
    _redis_of_router(router, made, findings)
    if litellm.get("cache") is not True:
        if litellm.pop("cache_params", None):
            findings.add("never_worked", "litellm_settings.cache_params", "LiteLLM reads them with cache: true only")
        if litellm.get("cache") is False:
            del litellm["cache"]
    elif (params := mapping(litellm.get("cache_params"))).get("type", "redis") in ("local", "redis"):
        _cache(dict(params), litellm, made, findings)
    if not made.redis:
        made.redis = {"enabled": False}
        findings.add(
            "check",
            "gateway_redis",
            "is off, as the config names no Redis; turned on, the instances of LiteLLM share cooldowns and limits",
        )
    return made


def _redis_of_router(router: dict[str, Any], made: Settings, findings: Findings) -> None:
    address = {key: router.pop(f"redis_{key}") for key in _REDIS if f"redis_{key}" in router}
    if (url := router.pop("redis_url", None)) is not None:
        address |= _parts(str(url))
    if not address:
        return
    _redis(address, "router_settings", made, findings)
    if isinstance(router.get("cache_kwargs"), Mapping):
        kwargs = dict(router.pop("cache_kwargs"))
        _timeout(kwargs, made)
        router |= {"cache_kwargs": kwargs} if kwargs else {}


def _cache(params: dict[str, Any], litellm: dict[str, Any], made: Settings, findings: Findings) -> None:
    made.cache = {"enabled": True, "type": params.pop("type", "redis")}
    if params.get("ttl") is not None and (ttl := fits(CacheSettings, "ttl", params["ttl"])) is not None:
        made.cache["ttl"] = ttl
        del params["ttl"]
    elif "ttl" not in params:
        findings.add(
            "check",
            "litellm_settings.cache_params",
            f"names no ttl; answers are kept for {CacheSettings().ttl} seconds",
        )
    if made.cache["type"] == "redis":
        address = {key: params.pop(key) for key in _REDIS if key in params}
        if (url := params.pop("url", None)) is not None:
            address |= _parts(str(url))
        address.setdefault("host", made.redis.get("host", "os.environ/REDIS_HOST"))
        if made.redis.get("host", address.get("host")) == address.get("host"):
            _redis(address, "litellm_settings.cache_params", made, findings)
        else:
            findings.add(
                "not_carried", "litellm_settings.cache_params", "names another Redis than router_settings, which wins"
            )
        _timeout(params, made)
    del litellm["cache"]
    litellm.pop("cache_params", None)
    if params:
        litellm["cache_params"] = params


def _parts(url: str) -> dict[str, Any]:
    """Host, port and password of a URL."""
    try:
        parts = urlsplit(url)
        found = {
            "host": url if variable_of(url) else parts.hostname,
            "port": parts.port,
            "password": parts.password,
        }
    except ValueError:
        return {}
    return {key: value for key, value in found.items() if value}


def _redis(address: Mapping[str, Any], place: str, made: Settings, findings: Findings) -> None:
    host, port = address.get("host"), address.get("port")
    host = host if host is None or isinstance(host, str) else str(host)
    if host and "://" in host:
        parts = _parts(host)
        host, port, address = parts.get("host"), parts.get("port", port), {**address, **parts}
    made.redis.setdefault("enabled", True)
    if variable := variable_of(host):
        findings.add("not_carried", place, f"only {variable} knows the Redis; the gateway gets one of its own instead")
        return
    for key, value in (("host", host), ("port", port)):
        if value is not None and (fit := fits(RedisConnection, key, value)) is not None:
            made.redis[key] = fit
        elif value is not None:
            findings.add("check", place, f"{key} of Redis is not known; it is the usual one now")
    host = made.redis.get("host")
    if host is not None and host not in _LOOPBACK:
        made.foreign_redis = True
        made.redis_key = made.redis_key or _password(address.get("password"), place)
        words = f"the Redis at {host} is used as before, none is installed; its password goes into the vault"
        findings.add("check", place, words)
        if why := doubt(host):
            findings.add("check", place, f"its Redis is '{host}', {why}")


def _password(value: Any, place: str) -> Key | None:
    if variable := variable_of(value) or mistaken_variable(value):
        return Key(variable)
    return Key(None, str(value), place) if value else None


def _timeout(settings: dict[str, Any], made: Settings) -> None:
    """One timeout for both, if it is the same for both."""
    first, second = (settings.get(key) for key in _TIMEOUTS)
    if first is not None and first == second and (fit := fits(RedisConnection, "timeout", first)) is not None:
        made.redis["timeout"] = fit
        for key in _TIMEOUTS:
            del settings[key]
