"""Everything beside the models: the caches, Redis, what Platelayer decides itself, and what LiteLLM needs around it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from platelayer.gateway import litellm_words as words
from platelayer.gateway.litellm_reading import RawSettings, Section, as_list, as_mapping
from platelayer.migrate.import_findings import ImportFindings
from platelayer.migrate.secret_store import SecretStore, VaultEntry
from platelayer.providers.recognition import find_host_problem
from platelayer.schema import fit_option
from platelayer.schema.inventory import CacheSettings, RedisConnection
from platelayer.schema.secret_texts import read_reference
from platelayer.settings.litellm_packages import LOCKED, find_missing_packages

REDIS_PASSWORD = "vault_redis_password"  # noqa: S105 - the name of a variable
_CACHE = "litellm_settings.cache_params"
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_TIMEOUTS = ("socket_timeout", "socket_connect_timeout")
_ADDRESS = ("host", "port", "password", "url")
# Settings of general_settings that Platelayer writes itself: (message, values that say the same).
_DECIDED: Mapping[str, tuple[str, tuple[Any, ...]]] = {
    "master_key": ("master-key", (None,)),
    "trusted_proxy_ranges": ("edge-decides", ([], ["127.0.0.1/32"])),
    "use_x_forwarded_for": ("edge-decides", (True, False)),
    "enable_drain_endpoint": ("edge-decides", (True,)),
    "drain_endpoint_token": ("edge-decides", ()),
    "callbacks": ("general-callbacks", (None, [])),
    "allow_requests_on_db_unavailable": ("lets-all-in", (None, False)),
}
# How people call sections that only hold YAML anchors.
_ANCHORS = ("x-", "_", ".")


def drop_unknown_sections(config: RawSettings, findings: ImportFindings) -> Section:
    """Return the config without the sections that LiteLLM does not read, and report those."""
    for key in (key for key in config if key not in words.WORDS["sections"]):
        message = "anchors" if key.startswith(_ANCHORS) else "unknown-section"
        findings.add(message, key, advice=words.advise_on_section(key))
    return {key: value for key, value in config.items() if key in words.WORDS["sections"]}


def drop_dead_settings(section: str, settings: Section, findings: ImportFindings) -> None:
    """Remove what Platelayer decides, what needs a database and what LiteLLM ignores from a section, and report it.

    LiteLLM refuses unknown words in `router_settings` only. Elsewhere code of the user's own may read them, so only
    what looks like a typo is removed there.
    """
    is_closed = section == "router_settings"
    for key, value in list(settings.items()):
        message, same = _DECIDED.get(key, ("", ())) if section == "general_settings" else ("", ())
        advice = "" if key in words.SETTINGS[section] else words.advise_on_setting(section, key)
        if words.needs_database(section, key):
            message, same = "needs-database", (None,)
        elif advice or (is_closed and key not in words.SETTINGS[section]):
            message = "refused-setting" if is_closed and key in words.WORDS["refused"] else "unknown-setting"
        if message:
            del settings[key]
            if value not in same:
                findings.add(message, f"{section}.{key}", advice=advice)


def take_caches(
    sections: dict[str, Section], findings: ImportFindings, store: SecretStore
) -> tuple[Section, Section, VaultEntry | None]:
    """Take the caches and Redis out of the sections.

    Return the options of `gateway_cache` and `gateway_redis`, and the password's place if that server is somebody
    else's.
    """
    router, litellm = sections["router_settings"], sections["litellm_settings"]
    cache: Section = {}
    addresses: list[tuple[str, Section]] = []
    written = {key: router.pop(f"redis_{key}") for key in _ADDRESS if f"redis_{key}" in router}
    if address := _split_address(written, store):
        if isinstance(router.get("cache_kwargs"), Mapping):
            kwargs = dict(router.pop("cache_kwargs"))
            address |= _take_timeout(kwargs)
            router |= {"cache_kwargs": kwargs} if kwargs else {}
        addresses.append(("router_settings", address))
    params = as_mapping(litellm.get("cache_params"))
    if litellm.get("cache") is not True:
        if litellm.pop("cache_params", None):
            findings.add("cache-off", _CACHE)
        if litellm.get("cache") is False:
            del litellm["cache"]
    elif params.get("type", "redis") in ("local", "redis"):
        cache = {"enabled": True, "type": params.pop("type", "redis")}
        if "ttl" not in params:
            findings.add("no-ttl", _CACHE, ttl=CacheSettings().ttl)
        elif (ttl := fit_option(CacheSettings, "ttl", params["ttl"])) is not None:
            cache["ttl"] = ttl
            del params["ttl"]
        if cache["type"] == "redis":
            address = _split_address({key: params.pop(key) for key in _ADDRESS if key in params}, store)
            addresses.append((_CACHE, address | _take_timeout(params)))
        del litellm["cache"]
        litellm.pop("cache_params", None)
        litellm |= {"cache_params": params} if params else {}
    return cache, *_merge_redis(addresses, findings, store)


def _take_timeout(options: Section) -> Section:
    """Take one timeout for both, if it is the same for both."""
    first, second = (options.get(key) for key in _TIMEOUTS)
    timeout = fit_option(RedisConnection, "timeout", first) if first == second and first is not None else None
    for key in _TIMEOUTS if timeout is not None else ():
        del options[key]
    return {} if timeout is None else {"timeout": timeout}


def _merge_redis(
    addresses: list[tuple[str, Section]], findings: ImportFindings, store: SecretStore
) -> tuple[Section, VaultEntry | None]:
    """Return the options of `gateway_redis` from (place, address) of all that name one; the first one wins."""
    redis: Section = {}
    origin = ""
    for place, address in addresses:
        host = address.get("host") or redis.get("host") or ("os.environ/REDIS_HOST" if place == _CACHE else None)
        if redis.get("host") not in (None, host):
            findings.add("second-redis", place)
            continue
        redis |= {"enabled": True} | {key: address[key] for key in ("timeout",) if key in address}
        if variable := read_reference(host):
            findings.add("unknown-redis", place, variable=variable)
            continue
        for key, value in (("host", host), ("port", address.get("port"))):
            if value is not None and (fitted := fit_option(RedisConnection, key, value)) is not None:
                redis[key] = fitted
            elif value is not None:
                findings.add("usual-redis", place, key=key)
        if redis.get("host", "localhost") in _LOOPBACK:
            continue
        findings.add("foreign-redis", place, host=redis["host"])
        if problem := find_host_problem(f"//{redis['host']}"):
            findings.add("redis-host", place, host=redis["host"], problem=problem[1])
        if (password := address.get("password")) and not origin:
            reference = password if read_reference(password) else store.hide("redis_password", str(password), place)
            origin = store.name_origin(read_reference(reference) or "")
    if not redis:
        findings.add("no-redis", "gateway_redis")
    if not redis or redis.get("host", "localhost") in _LOOPBACK:
        return redis or {"enabled": False}, None
    return redis, VaultEntry(REDIS_PASSWORD, origin or f"the server at {redis['host']}", {"the password of": ["Redis"]})


def _split_address(address: RawSettings, store: SecretStore) -> Section:
    """Return host, port and password of Redis, which may also stand in a URL."""
    split = {key: value for key, value in address.items() if key != "url"}
    for key in ("url", "host"):
        if "://" in (text := str(store.reveal(address.get(key)) or address.get(key))):
            try:
                parts = urlsplit(text)
                found = {"host": parts.hostname, "port": parts.port, "password": parts.password}
            except ValueError:
                found = {}
            split |= ({"host": None} if key == "host" else {}) | {name: value for name, value in found.items() if value}
        elif key == "url" and read_reference(text):
            split["host"] = text
    return split


def report_needs(config: RawSettings, findings: ImportFindings) -> None:
    """Report what the settings need around LiteLLM: code, environment variables, packages, paths of the edge."""
    environment, general = as_mapping(config.get("environment_variables")), as_mapping(config["general_settings"])
    callbacks = words.WORDS["callbacks"]
    lists = [(section, *item) for section in words.SETTINGS for item in as_mapping(config[section]).items()]
    for section, key, value in lists:
        for item in as_list(value) if key in words.WORDS["code"] | callbacks else []:
            name, place = item.get("custom_handler") if isinstance(item, Mapping) else item, f"{section}.{key}"
            if not isinstance(name, str):
                continue
            missing = [variable for variable in words.CALLBACKS.get(name, ()) if variable not in environment]
            if "." in name:
                findings.add("own-code", place, name=name)
            elif name == "prometheus":
                findings.add("metrics", place)
            elif missing:
                findings.add("callback-variables", place, name=name, variables=", ".join(missing))
            elif key in callbacks and name not in words.CALLBACKS.keys() | words.WORDS["without_variables"]:
                findings.add("callback-unknown", place, name=name)
    for place, value, packages in find_missing_packages(config, LOCKED):
        findings.add("missing-package", place, value=value, packages=" and ".join(packages))
    endpoints = map(as_mapping, as_list(general.get("pass_through_endpoints")))
    if paths := [path for endpoint in endpoints if isinstance(path := endpoint.get("path"), str)]:
        findings.add("closed-paths", "general_settings.pass_through_endpoints", paths=", ".join(paths))
    if as_mapping(config.get("mcp_servers")):
        findings.add("closed-mcp", "mcp_servers")
