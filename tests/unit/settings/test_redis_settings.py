"""Settings of the role redis that are refused, and with which words."""

import pytest

from platelayer.settings.redis_settings import RedisSettings

PASSWORD = "0123456789abcdef" * 4
ADVICE = "write what `openssl rand -hex 32` prints into the vault, as vault_redis_password"
GOOD = {
    "gateway_redis": {"host": "127.0.0.1", "port": 6379, "password": PASSWORD},
    "gateway_process_manager": "systemd",
    "redis_package": "redis-server",
    "redis_maxmemory": "256mb",
    "redis_maxmemory_policy": "volatile-lru",
    "redis_persistence": False,
    "redis_memory_max": "512M",
    "redis_tasks_max": 32,
    "redis_config_extra": {
        "maxclients": 1000,
        "lazyfree-lazy-eviction": True,
        "client-output-buffer-limit": ["a", "b"],
    },
    "redis_purge": ["data"],
}


def test_good_settings_are_accepted() -> None:
    assert RedisSettings.find_problems(GOOD) == []
    assert RedisSettings.find_problems({"gateway_redis": {"password": PASSWORD}}) == []


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("", f"gateway_redis.password is missing; {ADVICE}, or share nothing with gateway_redis: {{enabled: false}}"),
        ("abcdef012345678", f"gateway_redis.password has 15 characters, which can be guessed; {ADVICE}"),
        (f"{PASSWORD}-", f"gateway_redis.password holds more than letters and digits; {ADVICE}"),
        (f"{PASSWORD} ", f"gateway_redis.password holds more than letters and digits; {ADVICE}"),
        (f"{PASSWORD}\n", f"gateway_redis.password holds more than letters and digits; {ADVICE}"),
        ("pässword" * 4, f"gateway_redis.password holds more than letters and digits; {ADVICE}"),
        ("a1" * 16, f"gateway_redis.password is easily guessed; {ADVICE}"),
    ],
)
def test_password(password: str, problem: str) -> None:
    found = RedisSettings.find_problems({**GOOD, "gateway_redis": {"password": password}})
    assert found == [problem]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (
            {"gateway_process_manager": "supervisor"},
            "redis_enabled: Redis cannot be installed below supervisor; set it to false to use the server that is "
            "there, or share nothing with gateway_redis: {enabled: false}",
        ),
        (
            {"gateway_redis": {"password": PASSWORD, "host": "0.0.0.0"}},  # noqa: S104 - it is refused
            "gateway_redis.host: '0.0.0.0' would listen on every interface; write 127.0.0.1, or the host's own address "
            "in a network that only gateways are in",
        ),
        (
            {"gateway_redis": {"without_password": True}},
            "gateway_redis.without_password: the Redis of this role has none of it; remove it, or set redis_enabled to "
            "false to use a server of yours",
        ),
        (
            {"redis_package": "Redis Server"},
            "redis_package: 'Redis Server' is not the name of a package; write redis-server or valkey-server",
        ),
        (
            {"redis_maxmemory_policy": "volatile-lur"},
            "redis_maxmemory_policy: 'volatile-lur' is unknown; did you mean 'volatile-lru'?",
        ),
        (
            {"redis_maxmemory_policy": "oldest"},
            "redis_maxmemory_policy: 'oldest' is unknown; write one of: noeviction, allkeys-lru, allkeys-lfu, "
            "allkeys-random, volatile-lru, volatile-lfu, volatile-random, volatile-ttl",
        ),
        (
            {"redis_persistence": "everysec"},
            "redis_persistence: 'everysec' is neither true nor false; write true to keep data over a restart of Redis, "
            "false to begin empty",
        ),
        ({"redis_tasks_max": 8}, "redis_tasks_max: '8' is not a number from 16 up; write one such as 32"),
        ({"redis_tasks_max": "many"}, "redis_tasks_max: 'many' is not a number from 16 up; write one such as 32"),
        (
            {"redis_maxmemory": "a lot"},
            "redis_maxmemory: 'a lot' is not an amount of memory; write one such as 256mb or 1gb",
        ),
        (
            {"redis_maxmemory": "256M B"},
            "redis_maxmemory: '256M B' is not an amount of memory; write one such as 256mb or 1gb",
        ),
        (
            {"redis_maxmemory": 0},
            "redis_maxmemory: 0 is too little, or no limit at all; write 16mb or more, such as 256mb",
        ),
        (
            {"redis_memory_max": "512mb"},
            "redis_memory_max: '512mb' is not an amount of memory; write one such as 512M or 2G",
        ),
        (
            {"redis_maxmemory": "512mb"},
            "redis_memory_max: 512M is not enough for the 512mb of redis_maxmemory and Redis itself, so that the "
            "kernel would stop it; write twice as much, such as 1024M",
        ),
        (
            {"redis_config_extra": {"requirepass": "x"}},
            "redis_config_extra.requirepass: would write the password in clear text; gateway_redis.password is asked "
            "for already, so remove it",
        ),
        (
            {"redis_config_extra": {"User": "x on nopass"}},
            "redis_config_extra.User: would replace the rule that asks for the password; remove it",
        ),
        (
            {"redis_config_extra": {"bind": "*"}},
            "redis_config_extra.bind: would listen where LiteLLM does not look; write gateway_redis.host",
        ),
        (
            {"redis_config_extra": {"a b": 1}},
            "redis_config_extra: 'a b' is not the name of a directive; write one such as maxclients",
        ),
        (
            {"redis_config_extra": {"save": "900 1\nuser default on nopass"}},
            "redis_config_extra.save: holds a line break; write a list for several lines",
        ),
        (
            {"redis_config_extra": {"save": {"a": 1}}},
            "redis_config_extra.save: a directive has a value, or a list of values for as many lines; write it so",
        ),
        (
            {"redis_config_extra": ["save"]},
            "redis_config_extra: it is no dictionary; write directives of redis.conf as {name: value}",
        ),
        ({"redis_purge": ["secrets"]}, "redis_purge: 'secrets' is unknown; write one of: data"),
        ({"redis_purge": "date"}, "redis_purge: 'date' is unknown; did you mean 'data'?"),
    ],
)
def test_a_wrong_setting_is_told_in_words(change: dict[str, object], problem: str) -> None:
    assert RedisSettings.find_problems({**GOOD, **change}) == [problem]


@pytest.mark.parametrize("amount", ["16mb", "100000000", "1g", "256MB", "20000k"])
def test_amounts_that_redis_understands(amount: str) -> None:
    assert RedisSettings.find_problems({**GOOD, "redis_maxmemory": amount, "redis_memory_max": "4G"}) == []


@pytest.mark.parametrize("amount", ["300M", "1G", "314572800"])
def test_limits_that_systemd_understands(amount: str) -> None:
    assert RedisSettings.find_problems({**GOOD, "redis_memory_max": amount}) == []
