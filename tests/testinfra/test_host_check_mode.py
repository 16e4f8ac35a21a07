"""A dry run tells what the run then does: on a finished host nothing, before a change just that change."""

from __future__ import annotations

from gateways import Gateway, ansible_playbook

MODELS = [
    {"name": "chat", "provider": "relay", "id": "chat-1"},
    {"name": "slow", "provider": "paid", "id": "slow-1"},
    {"name": "checked", "provider": "relay", "id": "chat-1"},
]
# One setting of each role, and a new model.
CHANGE = {
    "tested_models": MODELS,
    "edge_max_body_mb": 9,
    "redis_maxmemory": "128mb",
    "gateway_journal_max_use": "900M",
}
TOLD = [
    "host : journal | It takes no more of the disk than it may",
    "redis : service | Redis runs with this configuration",
    "litellm : service | The wanted release is proven and serves",
    "edge : configure | The edge runs with this configuration",
]


def state(gateway: Gateway) -> tuple[str, ...]:
    """What a run without right would change: files, and the processes that serve."""
    files = "/etc/litellm /etc/gateway-redis /etc/gateway-edge /etc/systemd /opt/litellm -xdev -type f"
    sums = gateway.host.check_output(f"find {files} -not -name '*.pyc' -printf '%p %s %T@ %m\\n' | sort | sha256sum")
    units = ("litellm@1.service", "litellm@2.service", "gateway-redis.service", "gateway-edge.service")
    return sums, *(gateway.show("MainPID", unit) for unit in units)


def test_on_a_finished_host_there_is_nothing_to_tell(gateways) -> None:
    """Of the host with TLS, check-again.yml of the scenario asks the same."""
    gateway = gateways["gateway13"]
    before = state(gateway)
    assert ansible_playbook("site", "--check", "--diff", "--limit", "gateway13").changes("gateway13") == []
    assert state(gateway) == before


def test_before_a_change_it_tells_the_change(gateways) -> None:
    gateway = gateways["gateway13"]
    before = state(gateway)
    told = ansible_playbook("site", "--check", "--diff", "--limit", "gateway13", variables=CHANGE)
    assert told.changes("gateway13") == TOLD
    for line in ("+- model_name: checked", "+maxmemory 128mb", "+SystemMaxUse=900M"):
        assert line in told.output
    assert state(gateway) == before

    done = ansible_playbook("site", "--diff", "--limit", "gateway13", variables=CHANGE)
    assert done.changes("gateway13") == TOLD
    assert ansible_playbook("site", "--limit", "gateway13", variables=CHANGE).changes("gateway13") == []


def test_and_the_way_back(gateways) -> None:
    told = ansible_playbook("site", "--check", "--limit", "gateway13")
    done = ansible_playbook("site", "--limit", "gateway13")
    assert told.changes("gateway13") == done.changes("gateway13") == TOLD
