"""What the settings of the role redis must keep to. Every finding is one sentence for the operator."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from platelayer.advice import one_of

POLICIES = (
    "noeviction",
    "allkeys-lru",
    "allkeys-lfu",
    "allkeys-random",
    "volatile-lru",
    "volatile-lfu",
    "volatile-random",
    "volatile-ttl",
)
PURGE = ("data",)
PASSWORD_LENGTH = 16
LEAST_MEMORY = 16 * 1024**2
LEAST_TASKS = 16

_ADVICE = "write what `openssl rand -hex 32` prints into the vault, as vault_redis_password"
_EVERYWHERE = frozenset({"", "*", "0.0.0.0", "::", "0"})  # noqa: S104 - these are what is refused
# Redis counts kb, mb, gb by 1024 and k, m, g by 1000; systemd counts K, M, G by 1024.
_REDIS_UNITS = {"b": 1, "k": 1000, "kb": 1024, "m": 1000**2, "mb": 1024**2, "g": 1000**3, "gb": 1024**3}
_SYSTEMD_UNITS = {"": 1, "K": 1024, "M": 1024**2, "G": 1024**3, "T": 1024**4}
# What redis_config_extra cannot change without breaking the service or opening it, and what to do instead.
_FIXED = {
    "requirepass": "would write the password in clear text; gateway_redis.password is asked for already, so remove it",
    "user": "would replace the rule that asks for the password; remove it",
    "aclfile": "would replace the rule that asks for the password; remove it",
    "bind": "would listen where LiteLLM does not look; write gateway_redis.host",
    "port": "would listen where LiteLLM does not look; write gateway_redis.port",
    "dir": "would write where the service may not; remove it",
    "daemonize": "would hide the process from systemd; remove it",
    "supervised": "would hide the process from systemd; remove it",
    "maxmemory": "is a variable of its own; write redis_maxmemory",
    "maxmemory-policy": "is a variable of its own; write redis_maxmemory_policy",
    "appendonly": "is a variable of its own; write redis_persistence",
}


def problems(settings: Mapping[str, Any]) -> list[str]:
    """Everything that is wrong with {variable: value} of the role redis; empty when it can be installed."""
    shared = settings.get("gateway_redis") or {}
    found = [
        _manager_problem(str(settings.get("gateway_process_manager", "systemd"))),
        password_problem(str(shared.get("password") or "")),
        _host_problem(str(shared.get("host", "127.0.0.1"))),
        _package_problem(str(settings.get("redis_package", "redis-server"))),
        _policy_problem(str(settings.get("redis_maxmemory_policy", "volatile-lru"))),
        _persistence_problem(settings.get("redis_persistence", False)),
        _tasks_problem(str(settings.get("redis_tasks_max", LEAST_TASKS))),
    ]
    return [
        *(problem for problem in found if problem),
        *_memory_problems(str(settings.get("redis_maxmemory", "256mb")), str(settings.get("redis_memory_max", "512M"))),
        *_extra_problems(settings.get("redis_config_extra") or {}),
        *_purge_problems(settings.get("redis_purge") or ()),
    ]


def password_problem(password: str) -> str | None:
    """Why this password is refused, or None. Never quotes it."""
    where = "gateway_redis.password"
    if not password:
        return f"{where} is missing; {_ADVICE}, or share nothing with gateway_redis: {{enabled: false}}"
    if not re.fullmatch(r"[A-Za-z0-9]+", password):
        return f"{where} holds more than letters and digits; {_ADVICE}"
    if len(password) < PASSWORD_LENGTH:
        return f"{where} has {len(password)} characters, which can be guessed; {_ADVICE}"
    if len(set(password)) < 8:
        return f"{where} is easily guessed; {_ADVICE}"
    return None


def _manager_problem(manager: str) -> str | None:
    if manager == "systemd":
        return None
    return (
        f"redis_enabled: Redis cannot be installed below {manager}; set it to false to use the server that is there, "
        "or share nothing with gateway_redis: {enabled: false}"
    )


def _host_problem(host: str) -> str | None:
    if host not in _EVERYWHERE:
        return None
    return (
        f"gateway_redis.host: '{host}' would listen on every interface; write 127.0.0.1, or the host's own address in "
        "a network that only gateways are in"
    )


def _package_problem(package: str) -> str | None:
    if re.fullmatch(r"[a-z0-9][a-z0-9+.-]+", package):
        return None
    return f"redis_package: '{package}' is not the name of a package; write redis-server or valkey-server"


def _policy_problem(policy: str) -> str | None:
    if policy in POLICIES:
        return None
    return f"redis_maxmemory_policy: '{policy}' is unknown; {one_of(policy, POLICIES)}"


def _persistence_problem(value: Any) -> str | None:
    if isinstance(value, bool) or str(value).lower() in ("true", "false", "yes", "no"):
        return None
    return (
        f"redis_persistence: '{value}' is neither true nor false; write true to keep data over a restart of Redis, "
        "false to begin empty"
    )


def _tasks_problem(tasks: str) -> str | None:
    if re.fullmatch("[0-9]{1,9}", tasks) and int(tasks) >= LEAST_TASKS:
        return None
    return f"redis_tasks_max: '{tasks}' is not a number from {LEAST_TASKS} up; write one such as 32"


def _memory_problems(kept: str, most: str) -> Iterator[str]:
    size = _bytes(kept.lower(), _REDIS_UNITS)
    if size is None:
        yield f"redis_maxmemory: '{kept}' is not an amount of memory; write one such as 256mb or 1gb"
    elif size < LEAST_MEMORY:
        yield f"redis_maxmemory: {kept} is too little, or no limit at all; write 16mb or more, such as 256mb"
    limit = _bytes(most, _SYSTEMD_UNITS)
    if limit is None:
        yield f"redis_memory_max: '{most}' is not an amount of memory; write one such as 512M or 2G"
    elif size and limit < size + LEAST_MEMORY:
        yield (
            f"redis_memory_max: {most} is not enough for the {kept} of redis_maxmemory and Redis itself, so that the "
            f"kernel would stop it; write twice as much, such as {-(-2 * size // 1024**2)}M"
        )


def _bytes(text: str, units: Mapping[str, int]) -> int | None:
    parts = re.fullmatch(r"([0-9]{1,15})([A-Za-z]*)", text)
    if parts is None or (parts[2] or min(units, key=len)) not in units:
        return None
    return int(parts[1]) * units.get(parts[2], 1)


def _extra_problems(extra: Any) -> Iterator[str]:
    if not isinstance(extra, Mapping):
        yield "redis_config_extra: it is no dictionary; write directives of redis.conf as {name: value}"
        return
    for name, value in extra.items():
        where = f"redis_config_extra.{name}"
        if reason := _FIXED.get(str(name).lower()):
            yield f"{where}: {reason}"
        elif not re.fullmatch(r"[A-Za-z0-9._-]+", str(name)):
            yield f"redis_config_extra: '{name}' is not the name of a directive; write one such as maxclients"
        elif isinstance(value, Mapping) or any(isinstance(one, (Mapping, list)) for one in _values(value)):
            yield f"{where}: a directive has a value, or a list of values for as many lines; write it so"
        elif any(character in str(one) for one in _values(value) for character in "\r\n"):
            yield f"{where}: holds a line break; write a list for several lines"


def _values(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _purge_problems(purge: Any) -> Iterator[str]:
    for word in [purge] if isinstance(purge, str) else map(str, purge):
        if word not in PURGE:
            yield f"redis_purge: '{word}' is unknown; {one_of(word, PURGE)}"
