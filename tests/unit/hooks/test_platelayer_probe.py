"""The probe, run as the candidate runs it, with a stand-in for the client library of Redis."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROBE = Path(__file__).parents[3] / "src/platelayer/hooks/platelayer_probe.py"
REDIS = """
import os

class RedisError(Exception): ...
class AuthenticationError(RedisError): ...

class Redis:
    def __init__(self, **options):
        print(options)
    def ping(self):
        if os.environ["OUTCOME"] == "refused":
            raise AuthenticationError("WRONGPASS")
        if os.environ["OUTCOME"] == "away":
            raise RedisError("Connection refused.")
"""
SHARED = "router_settings: {redis_host: 192.0.2.1, redis_port: 6380, redis_password: os.environ/REDIS_PASSWORD}\n"


def probe(folder: Path, config: str, outcome: str) -> "subprocess.CompletedProcess[str]":
    (folder / "config.yaml").write_text(config)
    (folder / "redis.py").write_text(REDIS)
    shutil.copy(PROBE, folder)
    environment = os.environ | {"OUTCOME": outcome, "REDIS_PASSWORD": "planted", "PYTHONPATH": str(folder)}
    command = [sys.executable, str(folder / PROBE.name)]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


@pytest.mark.parametrize(
    ("config", "options"),
    [
        (
            SHARED,
            "{'host': '192.0.2.1', 'port': 6380, 'password': 'planted', 'socket_timeout': 5, "
            "'socket_connect_timeout': 5}\n",
        ),
        (
            "router_settings: {redis_host: h}\n",
            "{'host': 'h', 'port': 6379, 'password': None, 'socket_timeout': 5, 'socket_connect_timeout': 5}\n",
        ),
        (
            "router_settings:\n  redis_host: h\n"
            "  cache_kwargs: {namespace: n, socket_timeout: 1, username: u, db: 2, ssl: true}\n",
            "{'host': 'h', 'port': 6379, 'password': None, 'socket_timeout': 5, 'socket_connect_timeout': 5, "
            "'username': 'u', 'db': 2, 'ssl': True}\n",
        ),
        ("router_settings: {num_retries: 0}\n", ""),
        ("model_list: []\n", ""),
    ],
)
def test_a_redis_that_answers_is_accepted(tmp_path: Path, config: str, options: str) -> None:
    result = probe(tmp_path, config, "answers")
    assert (result.returncode, result.stdout, result.stderr) == (0, options, "")


@pytest.mark.parametrize(
    ("outcome", "sentence"),
    [
        ("refused", "Redis at 192.0.2.1:6380 refuses the password; check gateway_redis.password\n"),
        ("away", "Redis at 192.0.2.1:6380 cannot be used: Connection refused.\n"),
    ],
)
def test_a_redis_that_does_not_let_litellm_in_is_told(tmp_path: Path, outcome: str, sentence: str) -> None:
    result = probe(tmp_path, SHARED, outcome)
    assert (result.returncode, result.stderr) == (1, sentence)
