"""The settings of the role redis."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict

from platelayer.advice import suggest_word
from platelayer.settings.base import RoleSettings, SettingError, parse_purge, parsed_by

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
PASSWORD_LENGTH = 16
LEAST_MEMORY = 16 * 1024**2
LEAST_TASKS = 16

_PASSWORD_ADVICE = "write what `openssl rand -hex 32` prints into the vault, as vault_redis_password"  # noqa: S105 - advice, not a password
_EVERY_INTERFACE = frozenset({"", "*", "0.0.0.0", "::", "0"})  # noqa: S104 - these are what is refused
# Redis counts kb, mb, gb by 1024 and k, m, g by 1000; systemd counts K, M, G by 1024.
_REDIS_UNITS = {"b": 1, "k": 1000, "kb": 1024, "m": 1000**2, "mb": 1024**2, "g": 1000**3, "gb": 1024**3}
_SYSTEMD_UNITS = {"": 1, "K": 1024, "M": 1024**2, "G": 1024**3, "T": 1024**4}
# Options of gateway_redis for servers that somebody else runs.
_FOREIGN_OPTIONS = ("without_password", "username", "tls")
# What redis_config_extra cannot change without breaking the service or opening it, and what to do instead.
_FIXED_DIRECTIVES = {
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


class MemoryAmount(BaseModel):
    """An amount of memory: as it is written, and in bytes."""

    model_config = ConfigDict(frozen=True)
    text: str
    bytes: int


def find_password_problem(password: str) -> str | None:
    """Return why Redis cannot be given this password, or None. Never quotes it."""
    where = "gateway_redis.password"
    if not password:
        return f"{where} is missing; {_PASSWORD_ADVICE}, or share nothing with gateway_redis: {{enabled: false}}"
    if not re.fullmatch(r"[A-Za-z0-9]+", password):
        return f"{where} holds more than letters and digits; {_PASSWORD_ADVICE}"
    if len(password) < PASSWORD_LENGTH:
        return f"{where} has {len(password)} characters, which can be guessed; {_PASSWORD_ADVICE}"
    if len(set(password)) < 8:
        return f"{where} is easily guessed; {_PASSWORD_ADVICE}"
    return None


def _parse_manager(_: str, value: Any) -> str:
    if value != "systemd":
        raise SettingError(
            f"redis_enabled: Redis cannot be installed below {value}; set it to false to use the server that is there, "
            "or share nothing with gateway_redis: {enabled: false}"
        )
    return str(value)


def _parse_connection(variable: str, value: Any) -> dict[str, Any]:
    """Return `gateway_redis` with every option; refuse what the role cannot listen on or ask for."""
    connection = dict(value or {})
    problems: list[str | None] = [
        f"{variable}.{option}: the Redis of this role has none of it; remove it, or set redis_enabled to false to use "
        "a server of yours"
        for option in _FOREIGN_OPTIONS
        if connection.get(option)
    ]
    problems = problems or [find_password_problem(str(connection.get("password") or ""))]
    if "host" in connection and (host := str(connection["host"])) in _EVERY_INTERFACE:
        problems.append(
            f"{variable}.host: '{host}' would listen on every interface; write 127.0.0.1, or the host's own address in "
            "a network that only gateways are in"
        )
    if any(problems):
        raise SettingError(*filter(None, problems))
    return connection


def _parse_package(variable: str, value: Any) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9+.-]+", str(value)):
        raise SettingError(f"{variable}: '{value}' is not the name of a package; write redis-server or valkey-server")
    return str(value)


def _parse_policy(variable: str, value: Any) -> str:
    if value not in POLICIES:
        raise SettingError(f"{variable}: '{value}' is unknown; {suggest_word(str(value), POLICIES)}")
    return str(value)


def _parse_persistence(variable: str, value: Any) -> bool:
    if str(value).lower() not in ("true", "false", "yes", "no"):
        raise SettingError(
            f"{variable}: '{value}' is neither true nor false; write true to keep data over a restart of Redis, "
            "false to begin empty"
        )
    return str(value).lower() in ("true", "yes")


def _parse_tasks(variable: str, value: Any) -> int:
    if not (re.fullmatch("[0-9]{1,9}", str(value)) and int(value) >= LEAST_TASKS):
        raise SettingError(f"{variable}: '{value}' is not a number from {LEAST_TASKS} up; write one such as 32")
    return int(value)


def _parse_maxmemory(variable: str, value: Any) -> MemoryAmount:
    size = _count_bytes(str(value).lower(), _REDIS_UNITS)
    if size is None:
        raise SettingError(f"{variable}: '{value}' is not an amount of memory; write one such as 256mb or 1gb")
    if size < LEAST_MEMORY:
        raise SettingError(f"{variable}: {value} is too little, or no limit at all; write 16mb or more, such as 256mb")
    return MemoryAmount(text=str(value), bytes=size)


def _parse_memory_max(variable: str, value: Any) -> MemoryAmount:
    size = _count_bytes(str(value), _SYSTEMD_UNITS)
    if size is None:
        raise SettingError(f"{variable}: '{value}' is not an amount of memory; write one such as 512M or 2G")
    return MemoryAmount(text=str(value), bytes=size)


def _count_bytes(text: str, units: Mapping[str, int]) -> int | None:
    parts = re.fullmatch(r"([0-9]{1,15})([A-Za-z]*)", text)
    if parts is None or (parts[2] or min(units, key=len)) not in units:
        return None
    return int(parts[1]) * units.get(parts[2], 1)


def _parse_directives(variable: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise SettingError(f"{variable}: it is no dictionary; write directives of redis.conf as {{name: value}}")
    if problems := [
        problem for name, one in value.items() for problem in _find_directive_problems(variable, name, one)
    ]:
        raise SettingError(*problems)
    return dict(value)


def _find_directive_problems(variable: str, name: Any, value: Any) -> Iterator[str]:
    where = f"{variable}.{name}"
    values = list(value) if isinstance(value, (list, tuple)) else [value]
    if reason := _FIXED_DIRECTIVES.get(str(name).lower()):
        yield f"{where}: {reason}"
    elif not re.fullmatch(r"[A-Za-z0-9._-]+", str(name)):
        yield f"{variable}: '{name}' is not the name of a directive; write one such as maxclients"
    elif any(isinstance(one, (Mapping, list)) for one in values):
        yield f"{where}: a directive has a value, or a list of values for as many lines; write it so"
    elif any(character in str(one) for one in values for character in "\r\n"):
        yield f"{where}: holds a line break; write a list for several lines"


class RedisSettings(RoleSettings):
    """The variables of the role redis. `gateway_redis` comes with every option."""

    prefixes: ClassVar = ("redis_",)

    gateway_process_manager: Annotated[str | None, parsed_by(_parse_manager)] = None
    gateway_redis: Annotated[dict[str, Any] | None, parsed_by(_parse_connection)] = None
    redis_package: Annotated[str | None, parsed_by(_parse_package)] = None
    redis_maxmemory_policy: Annotated[str | None, parsed_by(_parse_policy)] = None
    redis_persistence: Annotated[bool | None, parsed_by(_parse_persistence)] = None
    redis_tasks_max: Annotated[int | None, parsed_by(_parse_tasks)] = None
    redis_maxmemory: Annotated[MemoryAmount | None, parsed_by(_parse_maxmemory)] = None
    redis_memory_max: Annotated[MemoryAmount | None, parsed_by(_parse_memory_max)] = None
    redis_config_extra: Annotated[dict[str, Any] | None, parsed_by(_parse_directives)] = None
    redis_purge: Annotated[tuple[str, ...] | None, parse_purge("data")] = None

    def find_conflicts(self) -> Iterator[str]:
        """Yield a problem where the kernel would stop Redis before it has what it may keep."""
        kept, limit = self.redis_maxmemory, self.redis_memory_max
        if kept and limit and limit.bytes < kept.bytes + LEAST_MEMORY:
            yield (
                f"redis_memory_max: {limit.text} is not enough for the {kept.text} of redis_maxmemory and Redis "
                f"itself, so that the kernel would stop it; write twice as much, such as "
                f"{-(-2 * kept.bytes // 1024**2)}M"
            )
