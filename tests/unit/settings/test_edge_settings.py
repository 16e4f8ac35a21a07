"""Where the edge listens, and what its settings must keep to; each refusal is asserted whole."""

from typing import Any

import pytest

from platelayer.errors import InventoryError
from platelayer.gateway.litellm_config import list_answer_timeouts
from platelayer.schema import parse
from platelayer.settings.edge_settings import CLOSED_PATHS, EdgeSettings
from platelayer.settings.listen_addresses import (
    find_addresses,
    list_certificate_names,
    make_edge_url,
    read_tls_mode,
    resolve_addresses,
)

ANY = "0.0.0.0"  # noqa: S104 - a word to be judged, nothing listens there
FACTS: dict[str, Any] = {
    "interfaces": ["lo", "eth0", "br-12ab", "tailscale0", "wg0"],
    "lo": {"ipv4": {"address": "127.0.0.1"}, "ipv6": [{"address": "::1", "scope": "host"}]},
    "eth0": {
        "ipv4": {"address": "192.0.2.10"},
        "ipv4_secondaries": [{"address": "192.0.2.11"}, {"address": "192.0.2.10"}],
        "ipv6": [{"address": "fe80::1", "scope": "link"}, {"address": "2001:db8::10", "scope": "global"}],
    },
    "br_12ab": {"ipv4": {"address": "172.17.0.1"}},
    "tailscale0": {"ipv4": {"address": "100.64.0.5"}, "ipv6": [{"address": "fd7a::5", "scope": "global"}]},
    "wg0": {"ipv6": [{"address": "fe80::9", "scope": "link"}]},
    "default_ipv4": {"address": "192.0.2.10"},
    "default_ipv6": {},
}
TARGET = {"provider": "p", "id": "x"}
TOO_OPEN = (
    "would listen on every interface; write an address or an interface of the host, "
    "or the words 'every interface' if that is meant"
)


def found(gateway_bind: Any = "127.0.0.1", **settings: Any) -> list[str]:
    instances = {"edge_litellm_base_port": 4000, "edge_litellm_instances": 1}
    return EdgeSettings.find_problems(
        {**instances, "listen_problems": find_addresses(gateway_bind, FACTS)[1], **settings}
    )


@pytest.mark.parametrize(
    ("bind", "expected"),
    [
        ("127.0.0.1", ["127.0.0.1"]),
        ("::1", ["::1"]),
        ("[::1]", ["::1"]),
        ("2001:0DB8::0010", ["2001:db8::10"]),
        ("eth0", ["192.0.2.10", "192.0.2.11", "2001:db8::10"]),
        ("br-12ab", ["172.17.0.1"]),
        ("tailscale0", ["100.64.0.5", "fd7a::5"]),
        (["127.0.0.1", "lo", "tailscale0", "127.0.0.1"], ["127.0.0.1", "::1", "100.64.0.5", "fd7a::5"]),
        ("every interface", [ANY, "::"]),
    ],
)
def test_what_is_written_becomes_addresses(bind: Any, expected: list[str]) -> None:
    assert resolve_addresses(bind, FACTS) == expected
    assert found(gateway_bind=bind) == []


def test_a_host_without_ipv6_listens_on_ipv4_alone() -> None:
    facts = {"interfaces": ["lo"], "lo": {"ipv4": {"address": "127.0.0.1"}}}
    assert resolve_addresses("every interface", facts) == [ANY]


@pytest.mark.parametrize(
    ("bind", "expected"),
    [
        ("", [f"gateway_bind: '' {TOO_OPEN}"]),
        (None, [f"gateway_bind: '' {TOO_OPEN}"]),
        ([], [f"gateway_bind: '' {TOO_OPEN}"]),
        ("*", [f"gateway_bind: '*' {TOO_OPEN}"]),
        (ANY, [f"gateway_bind: {ANY} {TOO_OPEN}"]),
        ("::", [f"gateway_bind: :: {TOO_OPEN}"]),
        ("[::]", [f"gateway_bind: [::] {TOO_OPEN}"]),
        (
            ["every interface", "lo"],
            ["gateway_bind: 'every interface' stands in a list; write these words alone, without a list"],
        ),
        (
            ["every interface"],
            ["gateway_bind: 'every interface' stands in a list; write these words alone, without a list"],
        ),
        (
            "tailscal0",
            [
                "gateway_bind: 'tailscal0' is neither an address nor an interface of the host; "
                "did you mean 'tailscale0'?"
            ],
        ),
        (
            "gateway.example.com",
            [
                "gateway_bind: 'gateway.example.com' is neither an address nor an interface of the host; "
                "write one of: br-12ab, eth0, lo, tailscale0, wg0"
            ],
        ),
        (
            "192.0.2.300",
            [
                "gateway_bind: '192.0.2.300' is neither an address nor an interface of the host; "
                "write one of: br-12ab, eth0, lo, tailscale0, wg0"
            ],
        ),
        ("wg0", ["gateway_bind: the interface wg0 has no address; bring it up first, or write another"]),
        ("fe80::1", ["gateway_bind: fe80::1 is valid on one link only; write another address of the host"]),
        ("fe80::1%eth0", ["gateway_bind: fe80::1%eth0 is valid on one link only; write another address of the host"]),
        ("224.0.0.1", ["gateway_bind: 224.0.0.1 is a multicast address; write an address of the host"]),
    ],
)
def test_what_stands_for_no_address_is_refused(bind: Any, expected: list[str]) -> None:
    assert found(gateway_bind=bind) == expected
    with pytest.raises(InventoryError) as error:
        resolve_addresses(bind, FACTS)
    assert list(error.value.problems) == expected


def test_every_wrong_word_is_told() -> None:
    assert len(found(gateway_bind=["eth1", ANY, "lo", "*"])) == 3


def test_a_certificate_is_for_names_this_machine_and_addresses() -> None:
    assert list_certificate_names(["gw.example.com"], ["127.0.0.1", "tailscale0"], FACTS) == [
        "gw.example.com",
        "localhost",
        "127.0.0.1",
        "::1",
        "100.64.0.5",
        "fd7a::5",
    ]


def test_a_certificate_for_every_interface_names_the_way_out_only() -> None:
    assert list_certificate_names([], "every interface", FACTS) == ["localhost", "127.0.0.1", "::1", "192.0.2.10"]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (
            {"gateway_port": "http"},
            "gateway_port: 'http' is not a whole number from 1 to 65535; write one such as 4000",
        ),
        (
            {"gateway_port": 65536},
            "gateway_port: '65536' is not a whole number from 1 to 65535; write one such as 4000",
        ),
        ({"gateway_port": True}, "gateway_port: 'True' is not a whole number from 1 to 65535; write one such as 4000"),
        (
            {"gateway_port": 4002, "edge_litellm_instances": 2},
            "gateway_port: 4002 is the port of LiteLLM's instance 2; write another than 4001 to 4002",
        ),
        (
            {"edge_metrics_port": 4001},
            "edge_metrics_port: 4001 is the port of LiteLLM's instance 1; write another than 4001",
        ),
        (
            {"gateway_port": 8405, "edge_metrics_port": "8405"},
            "edge_metrics_port: 8405 is gateway_port too; write another",
        ),
        (
            {"edge_max_body_mb": 0},
            "edge_max_body_mb: '0' is not a whole number from 1 to 2000; write one such as 50",
        ),
        (
            {"edge_request_timeout": "10s"},
            "edge_request_timeout: '10s' is not a whole number from 1 to 600; write one such as 10, in seconds",
        ),
        (
            {"edge_max_connections": 100, "edge_max_connections_per_source": 200},
            "edge_max_connections_per_source: 200 is more than edge_max_connections allows to all; write at most 100",
        ),
        (
            {"edge_memory_max": "lots"},
            "edge_memory_max: 'lots' is not an amount of memory; write one such as 512M or 2G",
        ),
        ({"edge_purge": ["dat"]}, "edge_purge: 'dat' is unknown; did you mean 'data'?"),
    ],
)
def test_a_wrong_number_or_word_is_refused(settings: dict[str, Any], expected: str) -> None:
    assert found(**settings) == [expected]


@pytest.mark.parametrize(
    ("networks", "expected"),
    [
        (["192.0.2.0/24", "2001:db8::/32", "192.0.2.7"], []),
        ("192.0.2.0/24", ["edge_source_networks: it is a text, not a list; write ['192.0.2.0/24']"]),
        (
            ["office"],
            ["edge_source_networks[0]: 'office' is not a network; write one such as 192.0.2.0/24 or 2001:db8::/32"],
        ),
        (
            ["192.0.2.0/24", "10.1.2.3/8"],
            ["edge_source_networks[1]: '10.1.2.3/8' is an address within a network; write 10.0.0.0/8 or 10.1.2.3"],
        ),
        (["0.0.0.0/0"], ["edge_source_networks[0]: '0.0.0.0/0' is everybody; leave the list empty if that is meant"]),
        (["::/0"], ["edge_source_networks[0]: '::/0' is everybody; leave the list empty if that is meant"]),
    ],
)
def test_source_networks(networks: Any, expected: list[str]) -> None:
    assert found(edge_source_networks=networks) == expected


@pytest.mark.parametrize("path", ["/v1/model/info", "/mcp", "/gemini/v1beta", "/.well-known/x"])
def test_a_plain_path_can_be_added(path: str) -> None:
    assert found(edge_extra_paths=[path]) == []


@pytest.mark.parametrize(
    "path", ["", "/", "v1", "/v1/", "/v1//x", "/v1/../x", "/v1/x y", "/v1/'x", "/v1/%2e", "/v1?x", "/v1/$HOME"]
)
def test_a_path_with_more_than_names_is_refused(path: str) -> None:
    assert found(edge_extra_paths=[path]) == [
        f"edge_extra_paths[0]: '{path}' is not a plain path; "
        "write one such as /v1/model/info, without a slash at its end"
    ]


@pytest.mark.parametrize("never", CLOSED_PATHS)
@pytest.mark.parametrize("beneath", ["", "/x"])
def test_what_never_comes_through_cannot_be_added(never: str, beneath: str) -> None:
    assert found(edge_extra_paths=[never + beneath]) == [
        f"edge_extra_paths[0]: '{never}{beneath}' would open {never}, "
        "which tells strangers how the gateway is built; remove it"
    ]


def test_a_text_is_no_list_of_paths() -> None:
    assert found(edge_extra_paths="/mcp") == ["edge_extra_paths: it is a text, not a list; write ['/mcp']"]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"edge_idle_timeout": 301}, []),
        (
            {"edge_idle_timeout": 300},
            ["edge_idle_timeout: 300 seconds would cut answers for which gateway_router.timeout allows 300; write 360"],
        ),
        (
            {"edge_idle_timeout": 600, "router": {"timeout": 700.5}},
            [
                "edge_idle_timeout: 600 seconds would cut answers for which gateway_router.timeout allows 700.5; "
                "write 760"
            ],
        ),
        (
            {"edge_idle_timeout": 600, "models": [TARGET | {"name": "a"}, TARGET | {"name": "b", "timeout": 900}]},
            [
                "edge_idle_timeout: 600 seconds would cut answers for which gateway_models[1].timeout allows 900; "
                "write 960"
            ],
        ),
        (
            {
                "edge_idle_timeout": 600,
                "virtual_models": [{"name": "v", "layers": [TARGET, TARGET | {"timeout": 1000}]}],
            },
            [
                "edge_idle_timeout: 600 seconds would cut answers for which "
                "gateway_virtual_models[0].layers[1].timeout allows 1000; write 1060"
            ],
        ),
        ({"edge_idle_timeout": 600, "models": [TARGET | {"name": "a", "timeout": None}]}, []),
    ],
)
def test_a_silent_answer_may_take_as_long_as_litellm_lets_it(settings: dict[str, Any], expected: list[str]) -> None:
    written = {name: value for name, value in settings.items() if name != "edge_idle_timeout"}
    timeouts = list_answer_timeouts(parse(written))
    assert found(edge_idle_timeout=settings["edge_idle_timeout"], answer_timeouts=timeouts) == expected


@pytest.mark.parametrize("mode", ["off", False, "False"])
def test_yaml_reads_off_as_false(mode: Any) -> None:
    assert read_tls_mode({"mode": mode}) == "off"
    assert found(edge_tls={"mode": mode}) == []


@pytest.mark.parametrize(
    ("tls", "expected"),
    [
        ({"mode": "self_made"}, []),
        ({"mode": "self_made", "names": ["gw.example.com", "192.0.2.10", "*.example.com", "box"]}, []),
        ({"mode": "files", "certificate": "/etc/ssl/gw.pem", "key": "/etc/ssl/gw.key"}, []),
        ({"mode": "tailscale", "names": ["box.example.ts.net"]}, []),
        ({"mode": "selfmade"}, ["edge_tls.mode: 'selfmade' is unknown; did you mean 'self_made'?"]),
        (
            {"mode": "self_made", "names": "gw.example.com"},
            ["edge_tls.names: it is a text, not a list; write ['gw.example.com']"],
        ),
        (
            {"mode": "self_made", "names": ["https://gw.example.com"]},
            [
                "edge_tls.names[0]: 'https://gw.example.com' is not a host's name or address; "
                "write one such as gateway.example.com"
            ],
        ),
        (
            {"mode": "files"},
            [
                "edge_tls.certificate: mode files needs it; write the path of a PEM file on the host",
                "edge_tls.key: mode files needs it; write the path of a PEM file on the host",
            ],
        ),
        (
            {"mode": "files", "certificate": "gw.pem", "key": "/etc/ssl/my key"},
            [
                "edge_tls.certificate: 'gw.pem' is not a plain absolute path; "
                "write one such as /etc/ssl/gateway.pem, of letters, digits and ._@+-",
                "edge_tls.key: '/etc/ssl/my key' is not a plain absolute path; "
                "write one such as /etc/ssl/gateway.pem, of letters, digits and ._@+-",
            ],
        ),
        (
            {"mode": "tailscale"},
            [
                "edge_tls.names: mode tailscale asks for one name, not 0; write the one that `tailscale status` shows "
                "for the host, such as ['gateway.example.ts.net']"
            ],
        ),
        (
            {"mode": "tailscale", "names": ["box"]},
            [
                "edge_tls.names: 'box' is not a name in a tailnet; write the one that `tailscale status` shows "
                "for the host, such as ['gateway.example.ts.net']"
            ],
        ),
        (
            {"mode": "self_made", "renew_days": 400},
            ["edge_tls.renew_days: '400' is not a whole number from 1 to 365; write one such as 30"],
        ),
    ],
)
def test_tls_needs_what_its_mode_needs(tls: dict[str, Any], expected: list[str]) -> None:
    assert found(edge_tls=tls) == expected


@pytest.mark.parametrize(
    ("bind", "tls", "wanted"),
    [
        (["192.0.2.10", "127.0.0.1"], {}, "http://192.0.2.10:4000"),
        ("192.0.2.10", {"mode": False}, "http://192.0.2.10:4000"),
        ("192.0.2.10", {"mode": "self_made", "names": ["llm.example.com"]}, "https://192.0.2.10:4000"),
        ("192.0.2.10", {"mode": "files", "names": ["llm.example.com"]}, "https://llm.example.com:4000"),
        ("192.0.2.10", {"mode": "files"}, "https://192.0.2.10:4000"),
        ("::1", {}, "http://[::1]:4000"),
    ],
)
def test_where_it_is_asked(bind, tls, wanted) -> None:
    assert make_edge_url(bind, 4000, tls, {"interfaces": ["lo"]}) == wanted
