# Managed by Platelayer: changes made here are lost. Edit the inventory and run playbooks/site.yml.
"""Checks that the Redis of the config beside this file lets LiteLLM in; LiteLLM itself starts all the same.

Run by the candidate, as LiteLLM's user and with LiteLLM's environment and Python.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import redis
import yaml

SECONDS = 5


def read_setting(settings: Mapping[str, Any], name: str) -> str | None:
    """Return a setting as LiteLLM reads it: `os.environ/NAME` stands for a variable. None if it is not set."""
    value = settings.get(name)
    if isinstance(value, str) and value.startswith("os.environ/"):
        return os.environ.get(value.removeprefix("os.environ/"))
    return None if value is None else str(value)


def find_redis_problem(config: Mapping[str, Any]) -> str | None:
    """Return why LiteLLM could not use its Redis, as a sentence; None if it could, or needs none."""
    settings = config.get("router_settings") or {}
    host, port = read_setting(settings, "redis_host"), read_setting(settings, "redis_port") or "6379"
    if host is None:
        return None
    options = settings.get("cache_kwargs") or {}
    # What else LiteLLM takes there, its own words among it, is no matter of letting in.
    login = {key: value for key, value in options.items() if key in ("username", "db") or key.startswith("ssl")}
    server = redis.Redis(
        host=host,
        port=int(port),
        password=read_setting(settings, "redis_password"),
        socket_timeout=SECONDS,
        socket_connect_timeout=SECONDS,
        **login,
    )
    try:
        server.ping()
    except redis.AuthenticationError:
        return f"Redis at {host}:{port} refuses the password; check gateway_redis.password"
    except redis.RedisError as error:
        return f"Redis at {host}:{port} cannot be used: {error}"
    return None


if __name__ == "__main__":
    sys.exit(find_redis_problem(yaml.safe_load(Path(__file__).with_name("config.yaml").read_text())))
