"""After a reboot, a power cut, a full disk or a second operator the next run repairs, and what served goes on.

The tests build on each other in the order written, since each real change takes a minute: the change after the last
accident is also the one that a dry run announces before.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from gateways import Gateway, PlaybookRun, ansible_playbook, read_state, wait_until
from watch import TrafficWatch, watch_traffic

MODELS = [
    {"name": "chat", "provider": "relay", "id": "chat-1"},
    {"name": "slow", "provider": "paid", "id": "slow-1"},
]
PROVEN = "litellm : service | Prove and serve the wanted release"
# One setting of each role, and a new model.
CHANGE = {
    "tested_models": [*MODELS, {"name": "checked", "provider": "relay", "id": "chat-1"}],
    "edge_max_body_mb": 9,
    "redis_maxmemory": "128mb",
    "gateway_journal_max_use": "900M",
}
TOLD = [
    "host : journal | Limit the size of the journal",
    "redis : service | Start Redis with its configuration",
    PROVEN,
    "edge : service | Start the edge with its configuration",
]


@pytest.fixture(scope="module", params=["gateway13"])
def gateway(request, gateways) -> Gateway:
    """The gateway that has accidents."""
    return gateways[request.param]


@pytest.fixture
def watch(hosts, gateway, upstreams_of) -> Iterator[TrafficWatch]:
    """Clients that ask meanwhile."""
    clients = {"stream_clients": 3, "stream_seconds": (1, 5)}
    with watch_traffic(hosts["client"], gateway, upstreams_of(gateway), **clients) as watch:
        yield watch


def deploy(gateway: Gateway, *names: str) -> PlaybookRun:
    """Run site.yml with further models of these names."""
    further = [{"name": name, "provider": "relay", "id": "chat-1"} for name in names]
    return ansible_playbook("site", "--limit", gateway.name, variables={"tested_models": [*MODELS, *further]})


@pytest.fixture
def begin(gateway) -> Iterator:
    """``begin(name…)`` starts such a deployment and returns the run that is to come."""
    with ThreadPoolExecutor() as pool:

        def started(*names: str) -> Future[PlaybookRun]:
            return pool.submit(deploy, gateway, *names)

        yield started


def staged(gateway: Gateway) -> set[str]:
    """The releases that wait to be proven, or were left when a run was cut short."""
    return set(gateway.host.run("ls --directory /etc/litellm/releases/.staged-*").stdout.split())


def wait_for_staged(gateway: Gateway, left: set[str]) -> None:
    """Return when a candidate is being proven that is not one of those left."""
    wait_until(lambda: staged(gateway), lambda now: bool(now - left))


def serves(gateway: Gateway, *names: str) -> None:
    """Return when both instances are ready and these models are listed; what was deployed before is listed too."""
    wait_until(gateway.instances_ready, lambda ready: ready == 2)
    gateway.wait_until_it_answers()
    assert {"chat", "slow", *names} <= gateway.models()


def test_a_reboot(gateway, reboot) -> None:
    release = gateway.release()
    reboot(gateway.name)
    serves(gateway)
    assert gateway.release() == release
    assert deploy(gateway).changed(gateway.name) == 0


def test_the_power_is_cut_while_instances_are_restarted(gateway, begin, power_cut) -> None:
    release = gateway.release()
    run = begin("first")
    wait_until(gateway.release, lambda now: now != release)
    power_cut(gateway.name)
    assert run.result().code != 0
    # Whether the run still took the change back, in its last moment, or not: one of the two serves.
    serves(gateway)
    assert deploy(gateway, "first").code == 0
    assert deploy(gateway, "first").changed(gateway.name) == 0
    serves(gateway, "first")


def test_the_power_is_cut_while_a_candidate_is_proven(gateway, begin, power_cut) -> None:
    release = gateway.release()
    run = begin("first", "second")
    wait_for_staged(gateway, set())
    power_cut(gateway.name)
    assert run.result().code != 0
    serves(gateway, "first")
    assert gateway.release() == release


def test_two_deployments_at_once(gateway, watch, begin) -> None:
    """The first of them is the run after that power cut: it finds what the other left."""
    left = staged(gateway)
    assert left
    with watch.during("two deployments at once") as window:
        first = begin("first", "third")
        wait_for_staged(gateway, left)
        second = deploy(gateway)
        assert second.code != 0
        assert "another rollout holds /etc/litellm/.lock; wait for it and run again" in second.words
        assert first.result().changes(gateway.name) == [PROVEN]
    assert window.errors == []
    serves(gateway, "first", "third")
    assert not staged(gateway)


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


def test_before_a_change_a_dry_run_tells_the_change(gateway) -> None:
    """The change is also what the full disk prevented."""
    before = read_state(gateway)
    told = ansible_playbook("site", "--check", "--diff", "--limit", gateway.name, variables=CHANGE)
    assert told.changes(gateway.name) == TOLD
    for line in ("+- model_name: checked", "+maxmemory 128mb", "+SystemMaxUse=900M"):
        assert line in told.output
    assert read_state(gateway) == before

    done = ansible_playbook("site", "--diff", "--limit", gateway.name, variables=CHANGE)
    assert done.changes(gateway.name) == TOLD
    serves(gateway, "checked")
    assert ansible_playbook("site", "--limit", gateway.name, variables=CHANGE).changes(gateway.name) == []


def test_everything_is_as_the_inventory_says_again(gateway) -> None:
    told = ansible_playbook("site", "--check", "--limit", gateway.name)
    done = deploy(gateway)
    assert told.changes(gateway.name) == done.changes(gateway.name) == TOLD
    assert gateway.models() == {"chat", "slow", "auto-chat"}
    assert deploy(gateway).changed(gateway.name) == 0
