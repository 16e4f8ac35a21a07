"""The caches of a config and the Redis that they name become `gateway_cache` and `gateway_redis`."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from platelayer.gateway.litellm_reading import RawSettings, Section
from platelayer.migrate.import_findings import ImportFindings
from platelayer.migrate.secret_store import SecretStore, VaultEntry
from platelayer.providers.recognition import find_host_problem
from platelayer.schema import fit_option
from platelayer.schema.inventory import CacheSettings, RedisConnection
from platelayer.schema.raw_values import as_mapping
from platelayer.schema.secret_texts import read_reference

REDIS_PASSWORD = "vault_redis_password"  # noqa: S105 - the name of a variable
_CACHE = "litellm_settings.cache_params"
_CLIENTS = (("router_settings", "cache_kwargs"), ("litellm_settings", "cache_params"))
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_TIMEOUTS = ("socket_timeout", "socket_connect_timeout")
# Option of LiteLLM's Redis client → that of gateway_redis.
_OPTIONS = {"host": "host", "port": "port", "password": "password", "username": "username", "db": "database",
            "ssl": "tls"}  # fmt: skip
# Options of a Redis that is several servers.
_SEVERAL = {"sentinel_nodes": "found by Sentinel", "startup_nodes": "a cluster", "redis_startup_nodes": "a cluster"}


def take_caches(
    sections: dict[str, Section], findings: ImportFindings, store: SecretStore
) -> tuple[Section, Section, VaultEntry | None]:
    """Take the caches and Redis out of the sections. A Redis that is several servers stays there as it is.

    Return the options of `gateway_cache` and `gateway_redis`, and the password's place if that server is somebody
    else's and wants one.
    """
    router, litellm = sections["router_settings"], sections["litellm_settings"]
    cache: Section = {}
    addresses: list[tuple[str, Section]] = []
    is_left = _report_several_servers("router_settings", as_mapping(router.get("cache_kwargs")), findings)
    named = {key: router[f"redis_{key}"] for key in (*_OPTIONS, "url") if f"redis_{key}" in router}
    if named and not is_left:
        options = named | as_mapping(router.pop("cache_kwargs", None))
        addresses.append(("router_settings", _take_address(options, store)))
        router |= {"cache_kwargs": options} if options else {}
        for key in named:
            del router[f"redis_{key}"]
    params = as_mapping(litellm.get("cache_params"))
    if litellm.get("cache") is not True:
        if litellm.pop("cache_params", None):
            findings.add("cache-off", _CACHE)
        if litellm.get("cache") is False:
            del litellm["cache"]
    elif _report_several_servers(_CACHE, params, findings):
        is_left = True
    elif params.get("type", "redis") in ("local", "redis"):
        cache = {"enabled": True, "type": params.pop("type", "redis")}
        if "ttl" not in params:
            findings.add("no-ttl", _CACHE, ttl=CacheSettings().ttl)
        elif (ttl := fit_option(CacheSettings, "ttl", params["ttl"])) is not None:
            cache["ttl"] = ttl
            del params["ttl"]
        if cache["type"] == "redis":
            addresses.append((_CACHE, _take_address(params, store)))
        del litellm["cache"]
        litellm.pop("cache_params", None)
        litellm |= {"cache_params": params} if params else {}
    if not addresses:
        if not is_left:
            findings.add("no-redis", "gateway_redis")
        return cache, {"enabled": False}, None
    return cache, *_merge_redis(addresses, findings, store)


def has_several_servers(config: RawSettings) -> bool:
    """Return whether LiteLLM's settings name a Redis by its Sentinel or by the nodes of its cluster."""
    options = [as_mapping(as_mapping(config.get(section)).get(key)) for section, key in _CLIENTS]
    return any(one.get(key) for one in options for key in _SEVERAL)


def _report_several_servers(place: str, options: Section, findings: ImportFindings) -> bool:
    """Report a Redis that is several servers; return whether these options name one."""
    words = [word for key, word in _SEVERAL.items() if options.get(key)]
    if words:
        findings.add("several-servers", place, what=words[0])
    return bool(words)


def _take_address(options: Section, store: SecretStore) -> Section:
    """Take out of the options of LiteLLM's client what `gateway_redis` has a word for, and return it in those words."""
    for key in ("url", "host"):
        raw = options.get(key)
        text = str(store.reveal(raw) or raw)
        if "://" in text:
            options.pop(key)
            options |= _split_url(text)
        elif key == "url" and read_reference(raw):
            options["host"] = options.pop("url")
    options.pop("url", None)
    address = {option: options.pop(key) for key, option in _OPTIONS.items() if options.get(key) is not None}
    first, second = (options.get(key) for key in _TIMEOUTS)
    # One timeout for both, if it is the same for both.
    timeout = fit_option(RedisConnection, "timeout", first) if first == second and first is not None else None
    for key in _TIMEOUTS if timeout is not None else ():
        del options[key]
    return address if timeout is None else {**address, "timeout": timeout}


def _split_url(url: str) -> Section:
    """Return the options that a URL of Redis stands for; nothing if it cannot be read."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return {}
    user, password = (unquote(text or "") for text in (parts.username, parts.password))
    options = {"host": parts.hostname, "port": port, "username": user, "password": password, "db": parts.path[1:]}
    options |= {"ssl": parts.scheme == "rediss", **dict(parse_qsl(parts.query))}
    return {key: value for key, value in options.items() if value}


def _merge_redis(
    addresses: list[tuple[str, Section]], findings: ImportFindings, store: SecretStore
) -> tuple[Section, VaultEntry | None]:
    """Return the options of `gateway_redis` from (place, address) of all that name one; the first one wins."""
    redis: Section = {}
    password: Any = None
    for place, address in addresses:
        usual = "os.environ/REDIS_HOST" if place == _CACHE else None
        host = address.get("host") or redis.get("host") or usual
        if variable := read_reference(host):
            if redis.get("host") is None:
                redis |= {"enabled": True} | {key: address[key] for key in ("timeout",) if key in address}
                findings.add("unknown-redis", place, variable=variable)
            else:
                findings.add("second-redis", place)
            continue
        fitted: Section = {}
        for key, value in {"host": host, **address}.items():
            if key == "password" or value is None or (key, value) == ("username", "default"):
                continue
            if (option := fit_option(RedisConnection, key, value)) is None:
                findings.add("usual-redis", place, key=key)
            else:
                fitted[key] = option
        if any(redis.get(key, value) != value for key, value in fitted.items() if key in ("host", "port", "database")):
            findings.add("second-redis", place)
            continue
        redis |= {"enabled": True, **{key: value for key, value in fitted.items() if value is not False}}
        if _is_own(redis):
            continue
        findings.add("foreign-redis", place, host=redis["host"])
        if problem := find_host_problem(f"//{redis['host']}"):
            findings.add("redis-host", place, host=redis["host"], problem=problem[1])
        if password is None and (raw := address.get("password")):
            password = raw if read_reference(raw) else store.hide("redis_password", str(raw), place)
    if _is_own(redis):
        return redis, None
    origin = store.name_origin(read_reference(password) or "") if password else store.own.get("REDIS_PASSWORD")
    if origin is None:
        findings.add("no-redis-password", "gateway_redis")
        return redis | {"without_password": True}, None
    return redis, VaultEntry(REDIS_PASSWORD, origin, {"the password of": ["Redis"]})


def _is_own(redis: Section) -> bool:
    """Return whether the gateway gets a Redis of its own in this place."""
    return redis.get("host", "localhost") in _LOOPBACK and not (redis.get("username") or redis.get("tls"))
