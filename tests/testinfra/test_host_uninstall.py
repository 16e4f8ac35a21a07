"""After `playbooks/uninstall.yml` the host is as before, but for what nobody can make again."""

from __future__ import annotations

import os

import docker as docker_sdk
import pytest
from docker.models.containers import Container
from gateways import Gateway, PlaybookRun, ansible_playbook

KEPT_SECRETS = "/etc/litellm.env.kept"
# What Ansible, systemd and the package manager keep of any host, whatever was done to it.
OF_THE_SYSTEM = (
    "/etc/.updated",
    "/root/",
    "/var/cache/",
    "/var/lib/apt/",
    "/var/lib/dpkg/",
    "/var/lib/systemd/",
    "/var/log/",
    "/var/tmp/",
)
# Files that programs of the system write anew; what they say must be as before.
ACCOUNTS = {"/etc/passwd", "/etc/group", "/etc/shadow", "/etc/gshadow"}
REWRITTEN = ACCOUNTS | {f"{path}-" for path in ACCOUNTS} | {"/etc/ld.so.cache"}
PRESENT = {"/etc/litellm", "/etc/gateway-redis", "/etc/gateway-edge", "/opt/litellm", "/usr/sbin/haproxy"}


@pytest.fixture(scope="module", params=["gateway12"])
def gateway(request, gateways) -> Gateway:
    """The gateway that goes: the one with TLS, so that there is most to remove."""
    return gateways[request.param]


@pytest.fixture(scope="module")
def containers() -> dict[str, Container]:
    """The containers behind the gateway and behind a host of the same image that was never deployed to."""
    client = docker_sdk.from_env()
    scenario = os.environ["MOLECULE_SCENARIO_NAME"]
    return {name: client.containers.get(f"platelayer-{scenario}-{name}") for name in ("gateway12", "client")}


def differing(container: Container) -> set[str]:
    """Paths that a host has beside those of its image, or lacks, or whose content is another; without the system's."""
    changes = [change for change in container.diff() if not f"{change['Path']}/".startswith(OF_THE_SYSTEM)]
    changed = [change["Path"] for change in changes if change["Kind"] == 0]
    # Of a folder it only says that something in it changed.
    files = container.exec_run(["find", *changed, "-maxdepth", "0", "-type", "f"]).output.decode().split()
    return {change["Path"] for change in changes if change["Kind"] != 0} | set(files)


def content(container: Container, path: str) -> list[str]:
    """The lines of a file, in any order: removed users may have changed it."""
    return sorted(container.exec_run(["cat", path]).output.decode().splitlines())


def uninstall(gateway: Gateway, *options: str, **variables: object) -> PlaybookRun:
    """Run the playbook."""
    return ansible_playbook("uninstall", "--limit", gateway.name, *options, variables=variables)


def test_a_dry_run_announces_it_and_removes_nothing(gateway, containers) -> None:
    before, pid = differing(containers["gateway12"]), gateway.show("MainPID")
    assert before >= PRESENT
    assert uninstall(gateway, "--check", "--diff").changed(gateway.name) > 0
    assert differing(containers["gateway12"]) == before
    assert gateway.show("MainPID") == pid


def test_an_unknown_word_is_refused(gateway) -> None:
    run = uninstall(gateway, purge="everything")
    assert run.code != 0
    assert "purge: everything is not known; write data, secrets, or data,secrets" in run.words
    assert gateway.chat("chat").status == 200


def test_it_leaves_only_data_and_the_last_secrets(gateway, containers) -> None:
    authority = gateway.host.file("/var/lib/gateway-certificate/ca.pem").content_string
    assert uninstall(gateway).changed(gateway.name) > 0
    left = differing(containers["gateway12"]) - differing(containers["client"])
    kept = {path for path in left if not path.startswith(("/var/lib/litellm", "/var/lib/gateway-certificate"))}
    assert kept - REWRITTEN == {KEPT_SECRETS}
    assert gateway.host.file("/var/lib/gateway-certificate/ca.pem").content_string == authority
    file = gateway.host.file(KEPT_SECRETS)
    assert (file.user, file.group, file.mode) == ("root", "root", 0o600)


def test_nothing_of_it_runs_or_is_known(gateway, containers) -> None:
    host = gateway.host
    assert host.run("pgrep --full '[l]itellm|[h]aproxy|[r]edis-server'").stdout == ""
    listed = "--all --no-legend 'litellm*' 'gateway-*' 'haproxy*' 'redis*'"
    assert host.run(f"systemctl list-units {listed}; systemctl list-unit-files {listed}").stdout == ""
    assert host.run("systemctl is-system-running").stdout == "running\n"
    for path in ACCOUNTS:
        assert content(containers["gateway12"], path) == content(containers["client"], path), path
    packages = "dpkg-query --show --showformat '${Package} ${Status}\\n'"
    installed = [set(one.exec_run(["sh", "-c", packages]).output.splitlines()) for one in containers.values()]
    assert installed[0] == installed[1]


def test_a_second_run_changes_nothing(gateway) -> None:
    assert uninstall(gateway).changed(gateway.name) == 0


def test_data_and_secrets_go_when_their_removal_is_asked_for(gateway, containers) -> None:
    assert uninstall(gateway, purge="data,secrets").changed(gateway.name) > 0
    left = differing(containers["gateway12"]) - differing(containers["client"])
    assert left - REWRITTEN == set()
