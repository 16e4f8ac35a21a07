"""Whatever becomes of Redis, clients get their answers: a bounded time later at first."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest
from gateways import PATIENCE, Gateway, Upstreams, read_secret, wait_until
from watch import TrafficWatch, watch_traffic

UNIT = "gateway-redis.service"
# A request asks Redis at most twice in its way, and each time waits gateway_redis.timeout (0.5 s) at most. The rest is
# what a slow machine may take for itself: without a bound a request would take as long as the trouble lasts.
BOUND = 2 * 0.5 + 10


@pytest.fixture(scope="module", params=["gateway13"])
def gateway(request, gateways) -> Gateway:
    """The gateway whose Redis fails."""
    return gateways[request.param]


@pytest.fixture(scope="module")
def watch(hosts, gateway, upstreams_of) -> Iterator[TrafficWatch]:
    """Clients that ask as long as this module runs."""
    clients = {"stream_clients": 4, "stream_seconds": (1, 6)}
    with watch_traffic(hosts["client"], gateway, upstreams_of(gateway), **clients) as watch:
        yield watch


def redis(gateway: Gateway, *words: str) -> str:
    """Ask Redis, with the password on stdin."""
    command = f"read -r REDISCLI_AUTH && export REDISCLI_AUTH && redis-cli {' '.join(words)}"
    container = ["docker", "exec", "--interactive", f"platelayer-host-{gateway.name}", "sh", "-c", command]
    return subprocess.run(
        container, input=read_secret("redis") + "\n", capture_output=True, text=True, check=True, timeout=PATIENCE
    ).stdout


def is_shared_again(gateway: Gateway, upstreams: Upstreams) -> None:
    """Both instances know of a failing deployment although only one of them met it: Redis told the other."""

    def shared() -> bool:
        redis(gateway, "--scan", "--pattern", "'*cooldown*'", "|", "xargs", "--no-run-if-empty", "redis-cli", "del")
        upstreams.fail("relay", kind="status", status=500, match_model="auto-1")
        gateway.chat("auto-chat")
        upstreams.mend("relay")
        return "auto-chat/1-relay:cooldown" in redis(gateway, "--scan")

    # LiteLLM leaves Redis alone for 10 s after failures (REDIS_CIRCUIT_BREAKER_RECOVERY_TIMEOUT).
    wait_until(shared, bool)


@pytest.fixture(
    params=[
        pytest.param(("kill -STOP $({pid})", "kill -CONT $({pid})"), id="paused"),
        pytest.param(("iptables -I INPUT {rule} -j DROP", "iptables -D INPUT {rule} -j DROP"), id="packets dropped"),
        pytest.param(
            (
                "iptables -I INPUT {rule} -j REJECT --reject-with tcp-reset",
                "iptables -D INPUT {rule} -j REJECT --reject-with tcp-reset",
            ),
            id="packets rejected",
        ),
        pytest.param((f"systemctl stop {UNIT}", f"systemctl start {UNIT}"), id="stopped"),
    ]
)
def trouble(request, gateway) -> Iterator[tuple[str, str, str]]:
    """A name, and the commands that begin and end a trouble; it is over afterwards, whatever the test did."""
    words = {"pid": f"systemctl show --property MainPID --value {UNIT}", "rule": "-i lo -p tcp --dport 6379"}
    begin, end = (command.format(**words) for command in request.param)
    yield request.node.callspec.id, begin, end
    gateway.host.run(end)


def test_clients_get_their_answers_without_redis(gateway, watch, trouble, upstreams_of) -> None:
    name, begin, end = trouble
    with watch.during(f"Redis {name}", at_least=100) as window:
        gateway.host.check_output(begin)
        watch.traffic.wait_for(250)
        gateway.host.check_output(end)
    assert window.errors == []
    assert window.worst < BOUND
    is_shared_again(gateway, upstreams_of(gateway))


def test_other_data_than_before_does_no_harm(gateway, watch, upstreams_of) -> None:
    keys = redis(gateway, "--scan").split()
    with watch.during("Redis has other data", at_least=200) as window:
        gateway.host.check_output(f"systemctl restart {UNIT}")
        assert redis(gateway, "dbsize").strip() in {"0", "1", "2", "3", "4"}
        # What LiteLLM takes for numbers and JSON is something else now.
        for key in keys[:50]:
            redis(gateway, "lpush", f"'{key}'", "other")
    assert window.errors == []
    redis(gateway, "--scan", "|", "xargs", "--no-run-if-empty", "redis-cli", "del")
    is_shared_again(gateway, upstreams_of(gateway))


def test_nobody_comes_in_without_the_password_and_nobody_may_do_harm(gateway) -> None:
    assert "NOAUTH" in gateway.host.run("redis-cli ping").stdout
    for words in (["flushall"], ["config", "get", "'*'"], ["keys", "'*'"], ["shutdown"], ["slaveof", "192.0.2.1", "1"]):
        assert "NOPERM" in redis(gateway, *words), words
    assert redis(gateway, "ping") == "PONG\n"
