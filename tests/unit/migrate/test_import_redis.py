"""Redis: the same server as before, with its user, database, TLS and lack of a password."""

from typing import Any

import pytest
import yaml
from shapes import entry, findings, import_entries

from platelayer.migrate.inventory_files import render_files
from platelayer.schema.inventory import RedisConnection


def settled(**sections: Any) -> Any:
    return import_entries(entry(), **sections)


def test_without_redis_it_is_off_and_told() -> None:
    result = settled()
    assert result.redis == {"enabled": False}
    assert (
        "gateway_redis",
        "is off, as the config names no Redis; turned on, the instances of LiteLLM share cooldowns and limits",
    ) in findings(result, "check")


@pytest.mark.parametrize(
    ("router", "expected", "foreign"),
    [
        (
            {"redis_host": "127.0.0.1", "redis_port": 6379, "redis_password": "p"},
            {"host": "127.0.0.1", "port": 6379},
            False,
        ),
        (
            {"redis_host": "192.0.2.9", "redis_port": "6380", "redis_password": "planted"},
            {"host": "192.0.2.9", "port": 6380},
            True,
        ),
        (
            {"redis_url": "redis://:planted@192.0.2.9:6381/0"},
            {"host": "192.0.2.9", "port": 6381, "database": 0},
            True,
        ),
        (
            {"redis_url": "rediss://shop:" + "plant%65d@192.0.2.9:6381/2"},
            {"host": "192.0.2.9", "port": 6381, "username": "shop", "database": 2, "tls": True},
            True,
        ),
        (
            {"redis_url": "rediss://default:" + "planted@192.0.2.9?db=3"},
            {"host": "192.0.2.9", "database": 3, "tls": True},
            True,
        ),
        (
            {
                "redis_host": "192.0.2.9",
                "redis_port": 6379,
                "redis_password": "os.environ/RP",
                "redis_db": "4",
                "cache_kwargs": {"ssl": True, "username": "shop"},
            },
            {"host": "192.0.2.9", "port": 6379, "username": "shop", "database": 4, "tls": True},
            True,
        ),
        ({"redis_host": "os.environ/REDIS_HOST", "redis_port": "os.environ/REDIS_PORT"}, {}, False),
        ({"redis_url": "os.environ/REDIS_URL"}, {}, False),
        (
            {"redis_host": "localhost", "cache_kwargs": {"socket_timeout": 2, "socket_connect_timeout": 2}},
            {"host": "localhost", "timeout": 2},
            False,
        ),
    ],
)
def test_the_router_names_redis(router: dict[str, Any], expected: dict[str, Any], foreign: bool) -> None:
    result = settled(router_settings=router)
    assert result.redis == {"enabled": True, **expected}
    assert (result.redis_password is not None) is foreign
    assert result.extra == {}
    assert result.gateway.redis.host == expected.get("host", RedisConnection().host)
    assert "planted" not in repr(result)


def test_a_redis_that_asks_for_no_password_is_used_without_one() -> None:
    result = settled(router_settings={"redis_host": "192.0.2.9", "redis_port": 6379})
    assert result.redis == {"enabled": True, "host": "192.0.2.9", "port": 6379, "without_password": True}
    files = {name: yaml.safe_load(text) for name, text in render_files(result).items()}
    assert files["gateway.yml"]["gateway_redis"] == {"host": "192.0.2.9", "without_password": True}
    assert files["gateway.yml"]["redis_enabled"] is False
    assert "redis_password" not in result.rendered["router_settings"]
    assert (
        "gateway_redis",
        "the config names no password of Redis, so none is sent; if the variable REDIS_PASSWORD held one, write it "
        "into the vault as vault_redis_password, and password in place of without_password",
    ) in findings(result, "check")


def test_the_password_of_redis_may_stand_among_the_variables() -> None:
    result = settled(
        router_settings={"redis_host": "192.0.2.9", "redis_port": 6379},
        environment_variables={"REDIS_PASSWORD": "planted"},
    )
    assert [entry.as_dict() for entry in result.vault_entries][-1] == {
        "variable": "vault_redis_password",
        "purpose": "the password of Redis",
        "origin": "environment_variables.REDIS_PASSWORD",
    }


SENTINEL = {"sentinel_nodes": [["redis.example.com", 26379]], "service_name": "main", "password": "os.environ/R"}
CLUSTER = {"redis_startup_nodes": [{"host": "192.0.2.9", "port": 7000}], "password": "os.environ/REDIS_PASSWORD"}


@pytest.mark.parametrize(
    ("params", "what", "variable"),
    [(SENTINEL, "found by Sentinel", "R"), (CLUSTER, "a cluster", "REDIS_PASSWORD")],
)
def test_a_redis_of_several_servers_stays_as_it_is(params: dict[str, Any], what: str, variable: str) -> None:
    cached = {"cache": True, "cache_params": {"type": "redis", "ttl": 60, **params}}
    result = settled(litellm_settings=cached)
    assert (result.redis, result.cache) == ({"enabled": False}, {})
    assert result.rendered["litellm_settings"].items() >= cached.items()
    assert [*result.environment] == [variable]
    told = findings(result, "check")
    assert (
        "litellm_settings.cache_params",
        f"its Redis is {what}, for which gateway_redis has no options, so it is carried as it is in "
        "litellm_config_extra, and gateway_redis is off",
    ) in told
    assert "gateway_redis" not in [place for place, _ in told]
    assert "# The Redis that they share is in litellm_config_extra.\n" in render_files(result)["gateway.yml"]


def test_a_router_whose_redis_is_a_cluster_stays_as_it_is() -> None:
    router = {
        "redis_host": "192.0.2.9",
        "redis_port": 7000,
        "cache_kwargs": {"startup_nodes": [{"host": "192.0.2.9", "port": 7000}]},
    }
    result = settled(router_settings=router)
    assert result.rendered["router_settings"].items() >= router.items()


def test_a_cache_in_redis() -> None:
    params = {
        "type": "redis",
        "host": "127.0.0.1",
        "port": 6379,
        "password": "os.environ/X",
        "ttl": 60,
        "namespace": "n",
    }
    result = settled(litellm_settings={"cache": True, "cache_params": params})
    assert result.cache == {"enabled": True, "type": "redis", "ttl": 60}
    assert result.redis == {"enabled": True, "host": "127.0.0.1", "port": 6379}
    assert result.extra == {"litellm_settings": {"cache_params": {"namespace": "n"}}}
    assert result.environment == {}


@pytest.mark.parametrize("other", [{"host": "192.0.2.10"}, {"host": "192.0.2.9", "db": 1}])
def test_the_router_and_the_cache_share_one_redis(other: dict[str, Any]) -> None:
    result = settled(
        router_settings={"redis_url": "redis://:planted@192.0.2.9/0"},
        litellm_settings={"cache": True, "cache_params": {**other, "ttl": 1}},
    )
    assert result.redis == {"enabled": True, "host": "192.0.2.9", "database": 0}
    words = "names another Redis than router_settings, which wins"
    assert findings(result, "not_carried") == [("litellm_settings.cache_params", words)]
