"""Clients notice nothing of a change, an upgrade or a crash. They ask all the time, over TLS.

The tests build on each other in the order written, since each real change takes a minute; the last makes the sum.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path, PurePath

import pytest
from gateways import ROOT, VERSION, Gateway, PlaybookRun, ansible_playbook, wait_until
from watch import TrafficWatch, watch_traffic

OTHER_VERSION = "1.105.0"
OTHER_LOCK = ROOT / "tests/fixtures/litellm-1.105.0.txt"
INSTANCES = ("litellm@1.service", "litellm@2.service")
EDGE = "gateway-edge.service"
CERTIFICATE = "gateway-certificate.service"
MODELS = [
    {"name": "chat", "provider": "relay", "id": "chat-1"},
    {"name": "slow", "provider": "paid", "id": "slow-1"},
]
NEW = {"name": "new", "provider": "relay", "id": "chat-1"}
# What the tests from the second to the rollback deploy, or would.
ADDED = {"tested_models": [*MODELS, NEW]}
UPGRADED = {**ADDED, "litellm_version": OTHER_VERSION, "litellm_lock": str(OTHER_LOCK)}
UPGRADE = f"from {VERSION} to {OTHER_VERSION}, a model is added (and the edge's config changes back)"


@pytest.fixture(scope="module", params=["gateway12"])
def gateway(request, gateways) -> Gateway:
    """The gateway that changes."""
    return gateways[request.param]


@pytest.fixture(scope="module")
def watch(hosts, gateway, upstreams_of) -> Iterator[TrafficWatch]:
    """Clients that ask as long as this module runs."""
    with watch_traffic(hosts["client"], gateway, upstreams_of(gateway)) as watch:
        yield watch


def deploy(gateway: Gateway, **variables: object) -> PlaybookRun:
    """Run site.yml for it."""
    return ansible_playbook("site", "--limit", gateway.name, "--diff", variables=variables)


def processes(gateway: Gateway) -> dict[str, str]:
    """The main process of each unit that serves."""
    return {unit: gateway.show("MainPID", unit) for unit in (*INSTANCES, EDGE, "gateway-redis.service")}


def restarted(before: dict[str, str], after: dict[str, str]) -> set[str]:
    """The units with another process than before."""
    return {unit for unit in before if before[unit] != after[unit]}


def version(gateway: Gateway) -> str:
    """LiteLLM's version, by the folder of what serves."""
    return Path(gateway.host.check_output("readlink /etc/litellm/current/runtime")).name.partition("-")[0]


def test_a_change_of_the_edge_alone_is_a_reload(gateway, watch) -> None:
    before = processes(gateway)
    with watch.during("the edge's config changes") as window:
        run = deploy(gateway, edge_max_body_mb=7)
        assert run.changes(gateway.name) == ["edge : service | Start the edge with its configuration"]
        assert restarted(before, processes(gateway)) == set()
        oversized = {"model": "chat", "messages": [{"role": "user", "content": "x" * 7_500_000}]}
        wait_until(lambda: gateway.ask("POST", "/v1/chat/completions", oversized).status, lambda now: now == 413)
    assert window.errors == []


def broken_lock(folder: Path) -> Path:
    """A lock that lacks a package without which LiteLLM does not start."""
    path = folder / f"litellm-{OTHER_VERSION}.txt"
    blocks = re.split(r"(?m)^(?=[a-z0-9])", OTHER_LOCK.read_text())
    path.write_text("".join(block for block in blocks if not block.startswith("fastapi==")))
    return path


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        pytest.param(
            {"litellm_config_extra": {"general_settings": {"allowed_ips": ["192.0.2.1"]}}},
            "the candidate stopped with exit code 3; what served before still serves",
            id="a bad config",
        ),
        pytest.param(
            {"litellm_environment": {"REDIS_PASSWORD": "0123456789abcdef0123"}},
            "Redis at 127.0.0.1:6379 refuses the password; check gateway_redis.password; what served before still",
            id="a wrong password of Redis",
        ),
        pytest.param(
            {"litellm_version": OTHER_VERSION, "litellm_lock": broken_lock},
            "the candidate stopped with exit code 1; what served before still serves",
            id="a version that cannot start",
        ),
    ],
)
def test_what_cannot_serve_is_refused(gateway, watch, tmp_path, request, variables, sentence) -> None:
    before = processes(gateway), gateway.release()
    wanted = {name: str(value(tmp_path)) if callable(value) else value for name, value in variables.items()}
    with watch.during(f"refused: {request.node.callspec.id}") as window:
        run = deploy(gateway, **ADDED, **wanted)
    assert run.code != 0
    assert sentence in run.words
    assert (processes(gateway), gateway.release()) == before
    assert window.errors == []


def test_another_version_serves_and_a_model_is_added(gateway, watch) -> None:
    before = processes(gateway)
    with watch.during(UPGRADE) as window:
        run = deploy(gateway, **UPGRADED)
        assert "litellm : service | Prove and serve the wanted release" in run.changes(gateway.name)
        assert "+- model_name: new" in run.output
    assert window.errors == []
    assert len(window.requests) > 500
    assert version(gateway) == OTHER_VERSION
    assert restarted(before, processes(gateway)) == set(INSTANCES)
    assert gateway.chat("new").status == 200


def test_an_instance_that_does_not_come_back_gets_the_old_release_again(gateway, watch) -> None:
    """The unit does not bind the candidate, so what only it forbids shows when the first instance is restarted."""
    before, release = processes(gateway), gateway.release()
    # Three starts were only a part of the upgrade, so the candidate starts in this time on any machine.
    patience = max(20, round(watch.seconds_of(UPGRADE) / 3))
    with watch.during("an instance does not come back") as window:
        run = deploy(gateway, **UPGRADED, litellm_memory_max="90M", litellm_start_timeout=patience)
    assert run.code != 0
    assert "instance 1 ended 3 times before it was ready; the release before it serves again" in run.words
    assert window.errors == []
    assert gateway.release() == release
    # The second was never touched, and the first has the old unit again.
    assert restarted(before, processes(gateway)) == {INSTANCES[0]}
    assert gateway.show("MemoryMax", INSTANCES[0]) == str(4 * 1024**3)
    wait_until(gateway.instances_ready, lambda ready: ready == 2)


def test_a_run_without_changes_changes_nothing(gateway, watch) -> None:
    """After the failed one: nothing of that is left."""
    before = processes(gateway)
    with watch.during("a run without changes") as window:
        run = deploy(gateway, **UPGRADED)
    assert run.changes(gateway.name) == []
    # What the first play has checked is not checked again by the roles.
    assert run.output.count("TASK [edge : validate | Check the addresses and port of the edge]") == 1
    assert window.errors == []
    assert processes(gateway) == before


def test_one_step_back_is_one_playbook(gateway, watch) -> None:
    with watch.during(f"back to {VERSION}") as window:
        left, reached = (gateway.host.check_output(f"readlink /etc/litellm/{link}") for link in ("current", "previous"))
        run = ansible_playbook("rollback", "--limit", gateway.name, "--diff")
        assert run.changes(gateway.name) == ["litellm : rollback | Activate the previous release"]
    assert f"Release {PurePath(reached).name} serves, as before {PurePath(left).name}" in run.words
    assert f"-{PurePath(left).name}" in run.output
    assert f"+/opt/litellm/{VERSION}-" in run.output
    assert window.errors == []
    assert version(gateway) == VERSION
    assert gateway.models() == {"chat", "slow", "auto-chat"}
    # The inventory says the same as before the upgrade, so nothing is left to do.
    assert deploy(gateway).changes(gateway.name) == []


def test_redis_is_restarted(gateway, watch) -> None:
    with watch.during("Redis is restarted", at_least=200) as window:
        gateway.host.check_output("systemctl restart gateway-redis.service")
    assert window.errors == []


def test_an_instance_is_stopped(gateway, watch) -> None:
    with watch.during("an instance is stopped and started", at_least=200) as window:
        gateway.host.check_output("systemctl stop litellm@1.service")
        watch.traffic.wait_for(100)
        gateway.host.check_output("systemctl start litellm@1.service")
    assert window.errors == []


def test_an_instance_is_killed(gateway, watch) -> None:
    """Nothing can save the answers that it was giving; no other request may notice."""
    wait_until(gateway.instances_ready, lambda ready: ready == 2)
    pid = gateway.show("MainPID", INSTANCES[1])
    with watch.during("an instance is killed", at_least=200) as window:
        gateway.host.check_output(f"date +%s.%N >/run/killed; kill -KILL {pid}")
        killed = float(gateway.host.check_output("cat /run/killed"))
    lost = watch.excuse(window, lambda request: request.start <= killed + 0.1 and request.end <= killed + 30)
    print(f"lost with the instance: {len(lost)}, of which streams: {sum(one.kind == 'stream' for one in lost)}")
    assert window.errors == []
    assert len([one for one in lost if one.kind == "unary"]) <= 4
    wait_until(gateway.instances_ready, lambda ready: ready == 2)


def test_a_changed_key_is_a_rolling_restart(gateway, watch) -> None:
    before = processes(gateway), gateway.config()
    with watch.during("a key changes") as window:
        # The edge's setting is for the test after this one.
        run = deploy(gateway, litellm_environment={"SPARE_API_KEY": "0123456789"}, edge_retry_lost_requests=True)
        assert run.changes(gateway.name) == [
            "litellm : service | Prove and serve the wanted release",
            "edge : service | Start the edge with its configuration",
        ]
        assert "+SPARE_API_KEY=set" in run.output
    assert window.errors == []
    assert restarted(before[0], processes(gateway)) == set(INSTANCES)
    assert gateway.config() == before[1]


def test_no_whole_answer_is_lost_where_the_operator_accepts_to_pay_twice(gateway, watch) -> None:
    wait_until(gateway.instances_ready, lambda ready: ready == 2)
    pid = gateway.show("MainPID", INSTANCES[0])
    with watch.during("an instance is killed, lost requests are repeated", at_least=200) as window:
        gateway.host.check_output(f"date +%s.%N >/run/killed; kill -KILL {pid}")
        killed = float(gateway.host.check_output("cat /run/killed"))
    lost = watch.excuse(window, lambda one: one.kind == "stream" and one.start <= killed + 0.1)
    print(f"streams lost with the instance: {len(lost)}")
    assert window.errors == []


def test_the_certificate_is_renewed(gateway, watch) -> None:
    def serial() -> str:
        command = "openssl s_client -connect 127.0.0.1:4000 </dev/null 2>/dev/null | openssl x509 -noout -serial"
        return gateway.host.check_output(command)

    before, pid = serial(), gateway.show("MainPID", EDGE)
    path = "/etc/gateway-edge/certificate.json"
    kept = gateway.host.file(path).content_string
    # As if its time had come: with more days than it lasts, it is due now.
    due = json.dumps(json.loads(kept) | {"renew_days": 398})
    with watch.during("the certificate is renewed", at_least=200) as window:
        gateway.host.check_output("printf %%s %s >%s", due, path)
        gateway.host.check_output(f"systemctl start {CERTIFICATE}")
        gateway.host.check_output("printf %%s %s >%s", kept, path)
        wait_until(serial, lambda now: now != before)
    assert window.errors == []
    assert gateway.show("MainPID", EDGE) == pid


def test_more_than_a_thousand_requests_saw_no_error(watch) -> None:
    """The fixture's end holds that there was none at all beside those counted above."""
    counted = sum(len(window.requests) for window in watch.windows)
    with watch.during("nothing", at_least=max(60, 5001 - counted)):
        pass
    print(watch.table())
    requests = [request for window in watch.windows for request in window.requests]
    assert [request for request in requests if request.error] == []
    # What the provider's pauses make of them, whatever the machine adds.
    streams = sorted(request.duration - request.added for request in requests if request.kind == "stream")
    assert len(requests) > 5000
    assert streams[0] < 2
    assert streams[-1] > 18
