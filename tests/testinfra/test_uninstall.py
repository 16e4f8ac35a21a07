"""What ``litellm_enabled: false`` leaves of a gateway: what nobody can make again, until its removal is asked for."""

from __future__ import annotations

import os

import docker as docker_sdk
import pytest
from gateways import Gateway, PlaybookRun, ansible_playbook, read_secret

KEPT_SECRETS = "/etc/litellm.env.kept"
DATA = "/var/lib/litellm"
# Of the host, not of LiteLLM: playbooks/uninstall.yml takes it away.
OF_THE_HOST = {
    "/etc/needrestart",
    "/etc/needrestart/conf.d",
    "/etc/needrestart/conf.d/50-gateway.conf",
    "/etc/systemd/journald.conf.d",
    "/etc/systemd/journald.conf.d/50-gateway.conf",
    "/var/lib/gateway",
    "/var/lib/gateway/packages",
}
MADE = ("/etc/litellm", "/etc/systemd/system/litellm@.service", "/opt/litellm", DATA)
# Where the role has something; what systemd and the package manager keep there of any host is not the role's.
OURS = ("/etc/", "/opt/", "/usr/", "/var/lib/")
OF_THE_SYSTEM = ("/etc/.updated", "/var/lib/apt/", "/var/lib/dpkg/", "/var/lib/systemd/")


@pytest.fixture(scope="module")
def gateway(gateways) -> Gateway:
    """The gateway that goes."""
    return gateways["gateway13"]


def uninstall(gateway: Gateway, *options: str, **variables: object) -> PlaybookRun:
    """Run site.yml with LiteLLM disabled."""
    wanted = {"litellm_enabled": False} | variables
    return ansible_playbook("site", "--limit", gateway.name, *options, variables=wanted)


def added(name: str) -> set[str]:
    """The files of a host, in the role's places, that its image does not have."""
    client = docker_sdk.from_env()
    changes = client.containers.get(f"platelayer-{os.environ['MOLECULE_SCENARIO_NAME']}-{name}").diff()
    client.close()
    paths = {change["Path"] for change in changes if change["Kind"] == 1}
    return {path for path in paths if path.startswith(OURS) and not path.startswith(OF_THE_SYSTEM)}


@pytest.fixture(scope="module")
def of_a_clean_host() -> set[str]:
    """What a host has there that was started and never deployed to."""
    return added("client")


def test_a_dry_run_announces_it_and_removes_nothing(gateway) -> None:
    before = added(gateway.name)
    assert set(MADE) <= before
    pid = gateway.show("MainPID")
    assert uninstall(gateway, "--check", "--diff").changed(gateway.name) > 0
    assert added(gateway.name) == before
    assert gateway.show("MainPID") == pid
    assert gateway.chat("chat").status == 200


def test_it_leaves_only_data_and_the_last_secrets(gateway, of_a_clean_host) -> None:
    environment = gateway.host.file("/etc/litellm/current/env").content_string
    assert uninstall(gateway).changed(gateway.name) > 0
    assert added(gateway.name) - of_a_clean_host == {KEPT_SECRETS, DATA} | OF_THE_HOST
    kept = gateway.host.file(KEPT_SECRETS)
    assert (kept.user, kept.group, kept.mode) == ("root", "root", 0o600)
    assert kept.content_string == environment
    assert read_secret("master") in environment


def test_nothing_of_it_runs_or_would_start(gateway) -> None:
    host = gateway.host
    assert host.run("pgrep --full '[l]itellm'").stdout == ""
    assert gateway.chat("chat").status == 0
    assert host.run("systemctl list-units --all --no-legend 'litellm*'").stdout == ""
    assert host.run("systemctl list-unit-files --no-legend 'litellm*'").stdout == ""
    assert host.run("grep --count '^litellm:' /etc/passwd /etc/group /etc/shadow /etc/gshadow").rc == 1


def test_a_second_run_changes_nothing_and_needs_no_key(gateway) -> None:
    assert uninstall(gateway, litellm_master_key="").changed(gateway.name) == 0


def test_data_and_secrets_go_when_their_removal_is_asked_for(gateway, of_a_clean_host) -> None:
    assert uninstall(gateway, litellm_purge=["data", "secrets"]).changed(gateway.name) > 0
    assert added(gateway.name) - of_a_clean_host == OF_THE_HOST
