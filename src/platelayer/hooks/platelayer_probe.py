# Managed by Platelayer: changes made here are lost. Edit the inventory and run playbooks/site.yml.
"""Says whether the Redis of the config beside this file lets LiteLLM in; LiteLLM itself starts all the same.

Run by the candidate, as LiteLLM's user and with LiteLLM's environment and Python.
"""

import os
import sys
from pathlib import Path

import redis
import yaml

SECONDS = 5


def setting(settings: dict, name: str) -> str | None:
    """A setting as LiteLLM reads it: `os.environ/NAME` stands for a variable."""
    value = settings.get(name)
    if isinstance(value, str) and value.startswith("os.environ/"):
        return os.environ.get(value.removeprefix("os.environ/"))
    return None if value is None else str(value)


def main() -> None:
    """Ask for a PONG, with the password."""
    config = yaml.safe_load(Path(__file__).with_name("config.yaml").read_text())
    router = config.get("router_settings") or {}
    host, port = setting(router, "redis_host"), setting(router, "redis_port") or "6379"
    if host is None:
        return
    server = redis.Redis(
        host=host,
        port=int(port),
        password=setting(router, "redis_password"),
        socket_timeout=SECONDS,
        socket_connect_timeout=SECONDS,
    )
    try:
        server.ping()
    except redis.AuthenticationError:
        sys.exit(f"Redis at {host}:{port} refuses the password; check gateway_redis.password")
    except redis.RedisError as error:
        sys.exit(f"Redis at {host}:{port} cannot be used: {error}")


main()
