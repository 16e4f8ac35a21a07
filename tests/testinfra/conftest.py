"""Fixtures for tests that ask real hosts: the hosts of the molecule scenario that runs the tests.

They begin with ``molecule verify`` or ``molecule test``, which give the inventory in the environment. ``hosts`` asks
from inside over SSH, ``address`` is for asking from outside, ``docker`` breaks a host as a power cut would.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator

import docker as docker_sdk
import pytest
import testinfra
from docker.errors import APIError
from docker.models.containers import Container
from testinfra.host import Host
from testinfra.utils.ansible_runner import AnsibleRunner


@pytest.fixture(scope="session")
def hosts() -> dict[str, Host]:
    """Every host of the scenario's inventory, by name."""
    return {name: testinfra.get_host(f"ansible://{name}") for name in AnsibleRunner.get_runner(None).get_hosts()}


@pytest.fixture(scope="session")
def address(hosts: dict[str, Host]) -> Callable[[str], str]:
    """``address(name)`` is the IPv4 address at which this machine reaches the host."""
    return lambda name: hosts[name].ansible.get_variables()["ansible_host"]


@pytest.fixture
def docker() -> Iterator[Callable[[str], Container]]:
    """``docker(name)`` is the container behind a host: pause, kill, start, restart it. Afterwards it runs again."""
    client = docker_sdk.from_env()
    touched: dict[str, Container] = {}

    def container(name: str) -> Container:
        found = client.containers.get(f"switchyard-{os.environ['MOLECULE_SCENARIO_NAME']}-{name}")
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
        docker(name).restart(timeout=60)
        wait_for_boot(docker(name))

    return restart


def wait_for_boot(container: Container, patience: float = 60) -> None:
    """Return when systemd in the container has started everything, failed units included."""
    deadline = time.monotonic() + patience
    state = "not asked yet"
    while time.monotonic() < deadline:
        try:
            state = container.exec_run(["systemctl", "is-system-running", "--wait"]).output.decode().strip()
        except APIError as error:
            state = str(error)
        if state in {"running", "degraded"}:
            return
        time.sleep(0.2)
    raise TimeoutError(f"{container.name} did not boot within {patience} s: {state}")
