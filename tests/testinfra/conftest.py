"""Fixtures for tests that ask real hosts: the hosts of the molecule scenario that runs the tests.

They begin with ``molecule verify`` or ``molecule test``, which give the inventory in the environment. ``hosts`` asks
from inside over SSH, ``address`` is for asking from outside, ``docker`` breaks a host as a power cut would.
``gateways`` are the hosts of the group ``gateway`` as something to ask, ``upstreams`` the faked providers behind them.
"""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator

import docker as docker_sdk
import pytest
import testinfra
from docker.errors import APIError
from docker.models.containers import Container
from gateways import PATIENCE, Gateway, Upstreams, ephemeral_folder, read_secret
from testinfra.host import Host
from testinfra.utils.ansible_runner import AnsibleRunner
from xdist.scheduler import LoadScopeScheduling


class LaneScheduling(LoadScopeScheduling):
    """Tests of one gateway follow each other as they are written; beside them, another process tests another gateway.

    A test is of the gateway that its parameters name, as those of the fixture ``gateway`` do.
    """

    def _split_scope(self, nodeid: str) -> str:
        named = re.search(r"\[.*?(gateway\d+)", nodeid)
        return named[1] if named else "gateway12"


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadScopeScheduling:
    """Return the order of a scenario whose molecule.yml asks for several processes."""
    return LaneScheduling(config, log)


@pytest.fixture(scope="session")
def hosts() -> dict[str, Host]:
    """Every host of the scenario's inventory, by name."""
    return {name: testinfra.get_host(f"ansible://{name}") for name in AnsibleRunner.get_runner(None).get_hosts()}


@pytest.fixture(scope="session")
def address(hosts: dict[str, Host]) -> Callable[[str], str]:
    """``address(name)`` is the IPv4 address at which this machine reaches the host."""
    return lambda name: hosts[name].ansible.get_variables()["ansible_host"]


@pytest.fixture(scope="session")
def gateways(hosts: dict[str, Host], address: Callable[[str], str]) -> dict[str, Gateway]:
    """Every gateway of the scenario, by name."""

    def gateway(name: str) -> Gateway:
        # Without an edge, clients ask the first instance.
        variables = hosts[name].ansible.get_variables()
        port = 4000 if variables.get("edge_enabled", True) else 4001
        tls = variables.get("edge_tls", {}).get("mode", "off") != "off"
        return Gateway(name, address(name), hosts[name], f"sk-{read_secret('master')}", port, tls)

    return {name: gateway(name) for name in AnsibleRunner.get_runner(None).get_hosts("gateway")}


@pytest.fixture
def upstreams(address: Callable[[str], str]) -> Iterator[Upstreams]:
    """The faked providers, without faults and with their counts at zero, before a test and after it."""
    faked = Upstreams(address("upstream"))
    faked.reset()
    yield faked
    faked.reset()


@pytest.fixture(scope="session")
def upstreams_of(hosts: dict[str, Host]) -> Callable[[Gateway], Upstreams]:
    """``upstreams_of(gateway)`` are the faked providers that only this gateway asks, with their faults."""
    return lambda gateway: Upstreams(hosts[gateway.name].ansible.get_variables()["tested_upstream"])


@pytest.fixture
def docker() -> Iterator[Callable[[str], Container]]:
    """``docker(name)`` is the container behind a host: pause, kill, start, restart it. Afterwards it runs again."""
    client = docker_sdk.from_env()
    touched: dict[str, Container] = {}

    def container(name: str) -> Container:
        found = client.containers.get(f"platelayer-{os.environ['MOLECULE_SCENARIO_NAME']}-{name}")
        return touched.setdefault(name, found)

    yield container
    for broken in touched.values():
        broken.reload()
        if broken.status == "paused":
            broken.unpause()
        broken.start()
        wait_for_boot(broken)
    client.close()


@pytest.fixture
def reboot(docker: Callable[[str], Container]) -> Callable[[str], None]:
    """``reboot(name)`` shuts the host down in order, starts it, and returns when systemd has started everything."""

    def restart(name: str) -> None:
        docker(name).restart(timeout=PATIENCE)
        wait_for_boot(docker(name))

    return restart


@pytest.fixture
def power_cut(docker: Callable[[str], Container], address: Callable[[str], str]) -> Callable[[str], None]:
    """``power_cut(name)`` stops the host without a word to its programs, starts it, and returns when it has booted."""

    def cut(name: str) -> None:
        docker(name).kill()
        # The shared SSH connection would wait half a minute for a host that no longer knows it.
        control = f"ControlPath={ephemeral_folder()}/%r@%h"
        subprocess.run(["ssh", "-o", control, "-O", "exit", f"root@{address(name)}"], capture_output=True, check=False)
        docker(name).start()
        wait_for_boot(docker(name))

    return cut


def wait_for_boot(container: Container) -> None:
    """Return when systemd in the container has started everything, failed units included."""
    deadline = time.monotonic() + PATIENCE
    state = "not asked yet"
    while time.monotonic() < deadline:
        try:
            state = container.exec_run(["systemctl", "is-system-running", "--wait"]).output.decode().strip()
        except APIError as error:
            state = str(error)
        if state in {"running", "degraded"}:
            return
        time.sleep(0.2)
    raise TimeoutError(f"{container.name} did not boot within {PATIENCE} s: {state}")
