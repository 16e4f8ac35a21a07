"""After a reboot, a power cut, a full disk or a second operator the next run repairs, and what served goes on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from gateways import Gateway, Run, Upstreams, ansible_playbook, eventually
from watch import TOKEN_SECONDS, Watch, watching

MODELS = [
    {"name": "chat", "provider": "relay", "id": "chat-1"},
    {"name": "slow", "provider": "paid", "id": "slow-1"},
]
PROVEN = "litellm : service | The wanted release is proven and serves"
START_SECONDS = 60


@pytest.fixture(scope="module")
def gateway(gateways) -> Gateway:
    """The gateway that has accidents."""
    return gateways["gateway13"]


@pytest.fixture
def watch(hosts, address, gateway) -> Iterator[Watch]:
    """Clients that ask meanwhile."""
    Upstreams(address("upstream")).fail("paid", kind="slow_tokens", seconds=TOKEN_SECONDS, match_model="slow-1")
    with watching(hosts["client"], gateway, stream_clients=3, stream_seconds=(1, 5)) as watch:
        yield watch


def deploy(gateway: Gateway, *names: str) -> Run:
    """Run site.yml with further models of these names."""
    further = [{"name": name, "provider": "relay", "id": "chat-1"} for name in names]
    return ansible_playbook("site", "--limit", gateway.name, variables={"tested_models": [*MODELS, *further]})


@pytest.fixture
def begin(gateway) -> Iterator:
    """``begin(name…)`` starts such a deployment and returns the run that is to come."""
    with ThreadPoolExecutor() as pool:

        def started(*names: str) -> Future[Run]:
            return pool.submit(deploy, gateway, *names)

        yield started


def is_staged(gateway: Gateway) -> bool:
    """Whether a candidate is being proven at this moment."""
    return gateway.host.run("ls --directory /etc/litellm/releases/.staged-*").rc == 0


def serves(gateway: Gateway, *names: str) -> None:
    """Return when both instances are ready and these models are listed; what was deployed before is listed too."""
    eventually(lambda: gateway.instances_ready(), lambda ready: ready == 2, START_SECONDS)
    gateway.wait_until_it_answers(START_SECONDS)
    assert {"chat", "slow", *names} <= gateway.models()


def test_a_reboot(gateway, reboot) -> None:
    release = gateway.release()
    reboot(gateway.name)
    serves(gateway)
    assert gateway.release() == release
    assert deploy(gateway).changed(gateway.name) == 0


def test_the_power_is_cut_while_a_candidate_is_proven(gateway, begin, power_cut) -> None:
    release = gateway.release()
    run = begin("first")
    eventually(lambda: is_staged(gateway), bool, START_SECONDS)
    power_cut(gateway.name)
    assert run.result().code != 0
    serves(gateway)
    assert gateway.release() == release
    assert deploy(gateway, "first").changes(gateway.name) == [PROVEN]
    serves(gateway, "first")
    assert not is_staged(gateway)


def test_the_power_is_cut_while_instances_are_restarted(gateway, begin, power_cut) -> None:
    release = gateway.release()
    run = begin("first", "second")
    eventually(gateway.release, lambda now: now != release, START_SECONDS)
    power_cut(gateway.name)
    assert run.result().code != 0
    # Whether the run still took the change back, in its last moment, or not: one of the two serves.
    serves(gateway, "first")
    assert deploy(gateway, "first", "second").code == 0
    assert deploy(gateway, "first", "second").changed(gateway.name) == 0
    serves(gateway, "first", "second")


def test_the_disk_is_full(gateway, watch) -> None:
    """A small file system in the place of LiteLLM's folder, with the same files and a few KB left."""
    host, before = gateway.host, gateway.release()
    host.check_output("mount -t tmpfs -o size=1m small /mnt && cp --archive /etc/litellm/. /mnt/")
    free = int(host.check_output("df --output=avail --block-size=1K /mnt | tail -n 1"))
    host.check_output(f"head --bytes={free - 8}K /dev/zero >/mnt/filler && mount --bind /mnt /etc/litellm")
    try:
        with watch.during("the disk is full") as window:
            run = deploy(gateway, "first", "second", "third")
    finally:
        host.check_output("umount --lazy /etc/litellm && umount --lazy /mnt")
    assert run.code != 0
    assert "No space left on device; make room or put it right, and run again" in run.words
    assert "What served before still serves" in run.words
    assert window.errors == []
    assert gateway.release() == before
    assert deploy(gateway, "first", "second", "third").changes(gateway.name) == [PROVEN]
    serves(gateway, "third")


def test_two_deployments_at_once(gateway, watch, begin) -> None:
    with watch.during("two deployments at once") as window:
        first = begin("first", "second")
        eventually(lambda: is_staged(gateway), bool, START_SECONDS)
        second = deploy(gateway)
        assert second.code != 0
        assert "another rollout holds /etc/litellm/.lock; wait for it and run again" in second.words
        assert first.result().changes(gateway.name) == [PROVEN]
    assert window.errors == []
    assert gateway.models() >= {"first", "second"}


def test_everything_is_as_the_inventory_says_again(gateway) -> None:
    began = time.monotonic()
    assert deploy(gateway).changes(gateway.name) == [PROVEN]
    print(f"a change of the config took {time.monotonic() - began:.0f} s")
    assert gateway.models() == {"chat", "slow", "auto-chat"}
    assert deploy(gateway).changed(gateway.name) == 0
