"""A gateway is found where the inventory says and by whom it says, and nothing else of it from anywhere.

Every host has sshd on all its addresses; of the stack, only the edge may be open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from gateways import Gateway, PlaybookRun, ansible_playbook, wait_until
from outside import check_unharmed, run_probe, scan_ports, send_requests
from testinfra.host import Host

SSH, EDGE = 22, 4000
# Another network of the host, with the host's address and that of a machine in it.
OTHER_NETWORK, HERE, THERE = "198.51.100.0/24", "198.51.100.1", "198.51.100.2"
STRANGER = ("ip", "netns", "exec", "stranger")
TAILNET = "100.64.0.10"
CONFIGURED = ["edge : service | Start the edge with its configuration"]
NOT_YOURS = (403, "permission_error", "this gateway does not serve your network")


@pytest.fixture(scope="module", params=["gateway13"])
def gateway(request, gateways) -> Iterator[Gateway]:
    """The gateway without TLS."""
    with check_unharmed(gateways[request.param]) as gateway:
        yield gateway


@pytest.fixture(scope="module")
def client(hosts) -> Host:
    """A host in the network that the inventory names for clients."""
    return hosts["client"]


@pytest.fixture(scope="module")
def deploy(gateway) -> Iterator[Callable[..., PlaybookRun]]:
    """Run site.yml for it with variables; afterwards they are gone from the host, whatever happened."""
    deployed: list[dict[str, object]] = [{}]

    def run(*options: str, **variables: object) -> PlaybookRun:
        if "--check" not in options:
            deployed.append(variables)
        return ansible_playbook("site", "--limit", gateway.name, "--diff", *options, variables=variables)

    yield run
    if deployed[-1]:
        assert run().code == 0


@pytest.fixture(scope="module")
def stranger(gateway) -> Iterator[Host]:
    """The gateway's host, in which words that begin with STRANGER run on a machine in its other network."""
    remove = "ip netns del stranger; ip link del to-stranger"
    gateway.host.run(remove)
    try:
        for command in (
            "ip netns add stranger",
            "ip link add to-stranger type veth peer name uplink netns stranger",
            f"ip address add {HERE}/24 dev to-stranger",
            "ip link set to-stranger up",
            f"ip -n stranger address add {THERE}/24 dev uplink",
            "ip -n stranger link set uplink up",
            f"ip -n stranger route add default via {HERE}",
        ):
            gateway.host.check_output(command)
        yield gateway.host
    finally:
        gateway.host.run(remove)


@pytest.fixture(scope="module")
def tailnet(gateway, client) -> Iterator[str]:
    """The gateway's address in a tailnet that the client reaches; the interface only has the name of Tailscale's."""
    route = f"{TAILNET}/32 via {gateway.address}"
    gateway.host.run("ip link del tailscale0")
    client.run(f"ip route del {route}")
    try:
        for command in (
            "ip link add tailscale0 type veth peer name tailnet",
            f"ip address add {TAILNET}/32 dev tailscale0",
            "ip link set tailnet up",
            "ip link set tailscale0 up",
        ):
            gateway.host.check_output(command)
        client.check_output(f"ip route add {route}")
        yield TAILNET
    finally:
        client.run(f"ip route del {route}")
        gateway.host.run("ip link del tailscale0")


def status_for_stranger(host: Host, address: str) -> str:
    """What a machine in the other network is answered at an address of the gateway; 000 without any answer."""
    url = f"http://{address}:{EDGE}/health/readiness"
    words = " ".join(STRANGER)
    return host.run(f"{words} curl --silent --max-time 60 --output /dev/null --write-out '%{{http_code}}' {url}").stdout


def test_of_all_ports_only_ssh_and_the_edge_are_open(client, gateway) -> None:
    assert scan_ports(client, gateway.address) == [SSH, EDGE]


def test_another_network_of_the_host_finds_nothing_of_the_stack(stranger) -> None:
    assert scan_ports(stranger, HERE, within=STRANGER) == [SSH]


def test_also_there_the_other_addresses_show_no_more_than_the_edge(stranger, gateway) -> None:
    """A Linux host answers at each of its addresses, by whichever way a packet comes."""
    assert scan_ports(stranger, gateway.address, within=STRANGER) == [SSH, EDGE]


@pytest.mark.parametrize(
    ("bind", "sentence"),
    [
        pytest.param(
            "0.0.0.0",  # noqa: S104 - it is refused
            "gateway_bind: 0.0.0.0 would listen on every interface; write an address or an interface of the host, "
            "or the words 'every interface' if that is meant",
            id="all addresses, in numbers",
        ),
        pytest.param(
            ["127.0.0.1", "tailscale1"],
            "gateway_bind: 'tailscale1' is neither an address nor an interface of the host; did you mean 'tailscale0'?",
            id="an interface that is not there",
        ),
    ],
)
def test_what_would_open_too_much_or_nothing_is_refused(deploy, gateway, tailnet, bind, sentence) -> None:
    run = deploy(gateway_bind=bind)
    assert run.code != 0
    assert sentence in run.words
    assert run.count(gateway.name, "changed") == 0


def test_every_interface_must_be_said_in_words(deploy, gateway) -> None:
    run = deploy("--check", gateway_bind="every interface")
    assert run.changes(gateway.name) == CONFIGURED
    assert "+ bind 0.0.0.0:4000 " in run.words


def test_a_tailnet_can_be_the_only_network(deploy, gateway, client, tailnet) -> None:
    run = deploy(gateway_bind=["127.0.0.1", "tailscale0"])
    assert run.changes(gateway.name) == CONFIGURED
    wait_until(lambda: scan_ports(client, gateway.address), lambda found: found == [SSH])
    assert scan_ports(client, tailnet) == [SSH, EDGE]
    asked = ["/health/readiness", "/v1/models", "/routes"]
    assert [heard.status for heard in send_requests(client, f"http://{tailnet}:{EDGE}", asked)] == [200, 401, 404]


def test_only_the_networks_named_may_come_in(deploy, gateway, client, stranger) -> None:
    run = deploy(edge_source_networks=[OTHER_NETWORK])
    assert run.changes(gateway.name) == CONFIGURED
    paths = ["/health/readiness", "/v1/models", "/routes"]
    wait_until(
        lambda: [heard.error for heard in send_requests(client, gateway.url, paths, key=gateway.key)],
        lambda errors: errors == [NOT_YOURS] * len(paths),
    )
    assert gateway.ask("GET", "/health/readiness").status == 403
    pretended = run_probe(client, gateway.url, "forwarded", "--path", "/health/readiness")
    assert {name: said["status"] for name, said in pretended.items()} == dict.fromkeys(pretended, 403)

    assert status_for_stranger(stranger, gateway.address) == "200"
    local = "curl --silent --output /dev/null --write-out '%{http_code}' http://127.0.0.1:4000/health/readiness"
    assert gateway.host.check_output(local) == "200"


def test_and_the_way_back(deploy, gateway, client) -> None:
    assert deploy().changes(gateway.name) == CONFIGURED
    wait_until(
        lambda: send_requests(client, gateway.url, ["/v1/models"], key=gateway.key)[0].status, lambda now: now == 200
    )
    assert scan_ports(client, gateway.address) == [SSH, EDGE]
