"""Every unit of the stack is confined, bounded and comes back; secrets are where they must be and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from gateways import Gateway, ansible_playbook, ephemeral_folder, read_secret
from leaks import count_secret_lines, find_secret_files, list_secret_files, place_patterns

SERVING = ("litellm@1.service", "litellm@2.service", "gateway-redis.service", "gateway-edge.service")
CERTIFICATE = "gateway-certificate.service"
USERS = {
    "litellm@1.service": "litellm",
    "litellm@2.service": "litellm",
    "gateway-redis.service": "gateway-redis",
    "gateway-edge.service": "gateway-edge",
}
# What listens on loopback for the stack itself.
INSIDE = {"127.0.0.1:4001", "127.0.0.1:4002", "127.0.0.1:6379", "127.0.0.1:8405"}
PLANTED = ("master", "relay", "redis")


@pytest.fixture(params=["gateway12", "gateway13"], scope="module")
def gateway(request, gateways) -> Gateway:
    """Each gateway in turn."""
    return gateways[request.param]


def units(gateway: Gateway) -> tuple[str, ...]:
    """The units of the stack; only a gateway with TLS has one for the certificate."""
    return (*SERVING, CERTIFICATE) if gateway.tls else SERVING


def test_every_unit_is_confined(gateway) -> None:
    """A threshold of 19 stands for an exposure of 1.9."""
    for unit in units(gateway):
        judged = gateway.host.run(f"systemd-analyze security --no-pager --threshold=19 {unit}")
        assert judged.rc == 0, f"{unit}: {judged.stdout[-200:]}{judged.stderr}"


def test_every_service_has_a_user_of_its_own_and_no_rights(gateway) -> None:
    for unit, user in USERS.items():
        pid = gateway.show("MainPID", unit)
        assert gateway.host.check_output(f"ps -o user:32= -p {pid}") == user
        status = gateway.host.check_output(f"cat /proc/{pid}/status").splitlines()
        assert {f"CapEff:\t{'0' * 16}", "NoNewPrivs:\t1", "Seccomp:\t2"} <= set(status), unit


def test_every_unit_has_limits_and_comes_back(gateway) -> None:
    newer = int(gateway.host.check_output("systemctl --version").split()[1]) >= 254
    for unit in SERVING:
        for limit in ("MemoryMax", "TasksMax"):
            assert gateway.show(limit, unit).isdecimal(), (unit, limit)
        assert gateway.show("Restart", unit) == "always"
        assert gateway.show("UnitFileState", unit) == "enabled"
        # Ever slower, where systemd knows how.
        assert not newer or int(gateway.show("RestartSteps", unit)) > 1


def test_the_journal_has_a_limit(gateway) -> None:
    said = gateway.host.check_output("systemd-analyze cat-config systemd/journald.conf")
    assert "SystemMaxUse=1G" in said.splitlines()


def test_units_are_without_fault(gateway) -> None:
    paths = "/etc/systemd/system/gateway-*.service /etc/systemd/system/litellm@1.service"
    gateway.host.check_output("ln -sf litellm@.service /run/litellm@1.service")
    said = gateway.host.run(f"systemd-analyze verify {paths.replace('litellm@1', 'litellm@')} 2>&1").stdout
    assert [line for line in said.splitlines() if "gateway-" in line or "litellm" in line] == []


def test_nothing_listens_but_where_the_inventory_says(gateway) -> None:
    sockets = gateway.host.check_output("ss --no-header --listening --tcp --udp --numeric").splitlines()
    listening = {line.split()[4] for line in sockets}
    # Every host has sshd, and Docker's name server in its network.
    own = {socket for socket in listening if not socket.endswith(":22") and not socket.startswith("127.0.0.11:")}
    assert own == {*INSIDE, "127.0.0.1:4000", f"{gateway.address}:4000"}


def test_modes_and_owners(gateway) -> None:
    wanted = {
        "/etc/litellm/current/env": "-rw------- litellm litellm",
        "/etc/gateway-redis/redis.conf": "-rw-r----- root gateway-redis",
        "/etc/gateway-edge/haproxy.cfg": "-rw-r----- root gateway-edge",
        "/run/litellm-1/drain": "-rw------- litellm litellm",
    }
    if gateway.tls:
        wanted |= {
            "/var/lib/gateway-certificate/ca.key": "-rw------- gateway-certificate gateway-certificate",
            "/var/lib/gateway-certificate/ca.pem": "-rw-r--r-- gateway-certificate gateway-certificate",
            "/etc/gateway-edge/tls/edge.pem": "-rw-r----- gateway-certificate gateway-edge",
        }
    found = gateway.host.check_output(f"stat --format '%n %A %U %G' {' '.join(wanted)}")
    assert dict(line.split(" ", 1) for line in found.splitlines()) == wanted


@pytest.fixture(scope="module")
def searched(gateway) -> Iterator[Gateway]:
    """A gateway whose host can be searched for the planted secrets."""
    with place_patterns(gateway, map(read_secret, PLANTED)) as searched:
        yield searched


def test_no_file_but_the_secret_files_holds_a_secret(searched) -> None:
    assert find_secret_files(searched) == list_secret_files(searched)


@pytest.mark.parametrize(
    "command",
    [
        pytest.param("journalctl --no-pager --output export", id="the-journal"),
        pytest.param("cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n'", id="command-lines"),
        pytest.param("systemctl cat --no-pager 'litellm@*' 'gateway-*'", id="the-units"),
        pytest.param("systemctl show --no-pager 'litellm@*' 'gateway-*'", id="their-properties"),
    ],
)
def test_no_secret_is_told_by(searched, command) -> None:
    assert count_secret_lines(searched, command) == 0


def test_no_secret_is_in_the_log_of_the_run() -> None:
    log = (ephemeral_folder() / "ansible.log").read_text()
    assert "PLAY [Deploy the gateway]" in log
    assert [name for name in PLANTED if read_secret(name) in log] == []


def test_playbook_verify_asks_where_clients_ask(gateway) -> None:
    run = ansible_playbook("verify", "--limit", gateway.name)
    assert run.changes(gateway.name) == []
    assert f"{'https' if gateway.tls else 'http'}://127.0.0.1:4000 (LiteLLM " in run.output
    # LiteLLM alone says 400 to a wrong key.
    assert run.words.count("a request with a wrong key was refused with 401") == 1
    assert run.words.count("models answered, 5 checks passed") == 1


# Its packages stay on the host; the other gateway is the one that is uninstalled.
@pytest.mark.parametrize("gateway", ["gateway13"], indirect=True)
def test_needrestart_leaves_restarts_to_the_deployments(gateway) -> None:
    """The real one, after an upgrade of a library that each unit has loaded."""
    install = "DEBIAN_FRONTEND=noninteractive apt-get install --quiet --yes --no-install-recommends needrestart"
    gateway.host.check_output(f"apt-get --quiet update && {install}")
    library = gateway.host.check_output("readlink --canonicalize /usr/lib/*-linux-gnu/libssl.so.3")
    gateway.host.check_output(f"cp --archive {library} {library}.new && mv {library}.new {library}")
    before = {unit: gateway.show("MainPID", unit) for unit in SERVING}
    told = gateway.host.check_output("DEBIAN_FRONTEND=noninteractive needrestart -r a")
    deferred = told.partition("Service restarts being deferred:")[2].split()
    assert set(SERVING) <= set(deferred), told
    assert {unit: gateway.show("MainPID", unit) for unit in SERVING} == before
