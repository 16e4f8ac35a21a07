"""Where the edge listens, and what its settings must keep to. Every finding is one sentence for the operator."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from platelayer.advice import one_of
from platelayer.errors import InventoryError

EVERY_INTERFACE = "every interface"
TLS_MODES = ("off", "files", "self_made", "tailscale")
# What the edge never lets through, whatever an inventory adds.
NEVER = ("/config", "/docs", "/health", "/metrics", "/openapi.json", "/redoc", "/routes", "/swagger")
PURGE = ("data",)

_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_NAME = re.compile(rf"(\*\.)?{_LABEL}(\.{_LABEL})*")
_PATH = re.compile(r"(/[A-Za-z0-9._~:@+,=-]+)+")
# Each number with the least and the most it may be, and what to write.
_NUMBERS: dict[str, tuple[int, int, str]] = {
    "gateway_port": (1, 65535, "such as 4000"),
    "edge_metrics_port": (1, 65535, "such as 8405"),
    "edge_max_body_mb": (1, 2000, "such as 50"),
    "edge_max_connections": (10, 100_000, "such as 2000"),
    "edge_max_connections_per_source": (1, 100_000, "such as 200"),
    "edge_request_timeout": (1, 600, "such as 10, in seconds"),
    "edge_idle_timeout": (1, 86_400, "such as 600, in seconds"),
    "edge_drain_timeout": (1, 86_400, "such as 3600, in seconds"),
    "edge_stop_timeout": (1, 3600, "such as 30, in seconds"),
    "edge_tasks_max": (16, 100_000, "such as 512"),
}


def addresses(bind: Any, facts: Mapping[str, Any]) -> list[str]:
    """The addresses that `gateway_bind` stands for, each once; raises InventoryError with every reason against it.

    `facts` are Ansible's, of the subset network.
    """
    found, wrong = _resolved(bind, facts)
    if wrong:
        raise InventoryError(wrong)
    return found


def certificate_names(names: Sequence[Any], bind: Any, facts: Mapping[str, Any]) -> list[str]:
    """What a self-made certificate is for: the names, this machine itself, and where clients reach it by address."""
    reached = addresses(bind, facts)
    if _words(bind) == [EVERY_INTERFACE]:
        # Not those of every interface: containers come and go, and each would ask for another certificate.
        reached = [str(facts[key]["address"]) for key in ("default_ipv4", "default_ipv6") if facts.get(key)]
    wanted = [*map(str, names), "localhost", "127.0.0.1", "::1", *reached]
    return list(dict.fromkeys(wanted))


def url(bind: Any, port: int, tls: Mapping[str, Any], facts: Mapping[str, Any]) -> str:
    """Where the edge is asked, such as `https://192.0.2.10:4000`: at its first address, or its name.

    A certificate that others made is for a name only; a self-made one is for the addresses too.
    """
    mode, names = tls_mode(tls), [str(name) for name in tls.get("names") or ()]
    host = addresses(bind, facts)[0]
    if mode in ("files", "tailscale") and names:
        host = names[0]
    return f"{'http' if mode == 'off' else 'https'}://{f'[{host}]' if ':' in host else host}:{port}"


def tls_mode(tls: Mapping[str, Any]) -> str:
    """The mode of `edge_tls`; YAML reads a bare off as false."""
    mode = tls.get("mode", "off")
    return "off" if mode is False or str(mode) == "False" else str(mode)


def problems(settings: Mapping[str, Any], facts: Mapping[str, Any]) -> list[str]:
    """Everything that is wrong with {variable: value} of the edge; empty when it can be built."""
    return [
        *_resolved(settings.get("gateway_bind", "127.0.0.1"), facts)[1],
        *_number_problems(settings),
        *_port_problems(settings),
        *_network_problems(settings.get("edge_source_networks") or ()),
        *_path_problems(settings.get("edge_extra_paths") or ()),
        *_timeout_problems(settings),
        *_tls_problems(settings.get("edge_tls") or {}),
        *_memory_problems(settings),
        *_purge_problems(settings.get("edge_purge") or ()),
    ]


def _words(bind: Any) -> list[str]:
    return [str(word) for word in bind] if isinstance(bind, Sequence) and not isinstance(bind, str) else [str(bind)]


def _resolved(bind: Any, facts: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Addresses, and what is wrong."""
    words = _words("" if bind is None else bind)
    if words == [EVERY_INTERFACE] and isinstance(bind, str):
        has_ipv6 = any(_interface(facts, name).get("ipv6") for name in _interfaces(facts))
        return ["0.0.0.0", "::"] if has_ipv6 else ["0.0.0.0"], []  # noqa: S104 - these words ask for it
    found: list[str] = []
    wrong: list[str] = []
    for word in words or [""]:
        try:
            found += _addresses_of(word, facts)
        except ValueError as error:
            wrong.append(f"gateway_bind: {error}")
    return list(dict.fromkeys(found)), wrong


def _addresses_of(word: str, facts: Mapping[str, Any]) -> list[str]:
    """The addresses of one word; raises ValueError that says what is wrong with it."""
    if word in ("", "*"):
        raise ValueError(_too_open(f"'{word}'"))
    if word == EVERY_INTERFACE:
        raise ValueError(f"'{EVERY_INTERFACE}' stands in a list; write these words alone, without a list")
    try:
        address = ip_address(word.removeprefix("[").removesuffix("]"))
    except ValueError:
        return _addresses_of_interface(word, facts)
    if address.is_unspecified:
        raise ValueError(_too_open(word))
    if address.is_multicast:
        raise ValueError(f"{word} is a multicast address; write an address of the host")
    if isinstance(address, IPv6Address) and (address.is_link_local or address.scope_id):
        raise ValueError(f"{word} is valid on one link only; write another address of the host")
    return [str(address)]


def _too_open(what: str) -> str:
    return (
        f"{what} would listen on every interface; write an address or an interface of the host, "
        f"or the words '{EVERY_INTERFACE}' if that is meant"
    )


def _addresses_of_interface(name: str, facts: Mapping[str, Any]) -> list[str]:
    known = _interfaces(facts)
    if name not in known:
        advice = one_of(name, known) if known else "write an address"
        raise ValueError(f"'{name}' is neither an address nor an interface of the host; {advice}")
    interface = _interface(facts, name)
    first = interface.get("ipv4") or []
    entries = [
        *(first if isinstance(first, Sequence) else [first]),
        *(interface.get("ipv4_secondaries") or ()),
        *(entry for entry in interface.get("ipv6") or () if str(entry.get("scope")) != "link"),
    ]
    # A kernel may tell one address several times, for instance of Tailscale's.
    found = [str(entry["address"]).partition("%")[0] for entry in entries if entry.get("address")]
    if not found:
        raise ValueError(f"the interface {name} has no address; bring it up first, or write another")
    return found


def _interfaces(facts: Mapping[str, Any]) -> list[str]:
    return sorted(str(name) for name in facts.get("interfaces") or ())


def _interface(facts: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    entry = facts.get(name.replace("-", "_")) or {}
    return entry if isinstance(entry, Mapping) else {}


def _number(settings: Mapping[str, Any], name: str) -> int | None:
    """The value of a setting when it is a whole number within its limits."""
    least, most, _ = _NUMBERS[name]
    text = str(settings.get(name, ""))
    return int(text) if re.fullmatch("[0-9]{1,9}", text) and least <= int(text) <= most else None


def _number_problems(settings: Mapping[str, Any]) -> Iterator[str]:
    for name, (least, most, example) in _NUMBERS.items():
        if name in settings and _number(settings, name) is None:
            value = str(settings[name])
            yield f"{name}: '{value}' is not a whole number from {least} to {most}; write one {example}"
    total = _number(settings, "edge_max_connections")
    each = _number(settings, "edge_max_connections_per_source")
    if total is not None and each is not None and each > total:
        yield (
            f"edge_max_connections_per_source: {each} is more than edge_max_connections allows to all; "
            f"write at most {total}"
        )


def _port_problems(settings: Mapping[str, Any]) -> Iterator[str]:
    base, instances = (str(settings.get(key, default)) for key, default in (("base_port", 4000), ("instances", 1)))
    if not (base.isdecimal() and instances.isdecimal()):
        return  # The rules of LiteLLM's own settings say so.
    taken = {int(base) + number: number for number in range(1, int(instances) + 1)}
    for name in ("gateway_port", "edge_metrics_port"):
        port = _number(settings, name)
        if port in taken:
            yield f"{name}: {port} is the port of LiteLLM's instance {taken[port]}; write another than {_span(taken)}"
    port = _number(settings, "gateway_port")
    if port is not None and port == _number(settings, "edge_metrics_port"):
        yield f"edge_metrics_port: {port} is gateway_port too; write another"


def _span(ports: Iterable[int]) -> str:
    first, *_, last = [*(ordered := sorted(ports)), *ordered[-1:]]
    return str(first) if first == last else f"{first} to {last}"


def _network_problems(networks: Sequence[Any]) -> Iterator[str]:
    if isinstance(networks, str):
        yield f"edge_source_networks: it is a text, not a list; write ['{networks}']"
        return
    for index, network in enumerate(map(str, networks)):
        where = f"edge_source_networks[{index}]: '{network}'"
        try:
            parsed = ip_network(network, strict=False)
        except ValueError:
            yield f"{where} is not a network; write one such as 192.0.2.0/24 or 2001:db8::/32"
            continue
        if parsed.prefixlen == 0:
            yield f"{where} is everybody; leave the list empty if that is meant"
        elif "/" in network and str(parsed.network_address) != str(ip_address(network.partition("/")[0])):
            yield f"{where} is an address within a network; write {parsed} or {network.partition('/')[0]}"


def _path_problems(paths: Sequence[Any]) -> Iterator[str]:
    if isinstance(paths, str):
        yield f"edge_extra_paths: it is a text, not a list; write ['{paths}']"
        return
    for index, path in enumerate(map(str, paths)):
        where = f"edge_extra_paths[{index}]: '{path}'"
        if not _PATH.fullmatch(path) or ".." in path:
            yield f"{where} is not a plain path; write one such as /v1/model/info, without a slash at its end"
        elif never := next((one for one in NEVER if path == one or path.startswith(f"{one}/")), None):
            yield f"{where} would open {never}, which tells strangers how the gateway is built; remove it"


def _timeout_problems(settings: Mapping[str, Any]) -> Iterator[str]:
    idle = _number(settings, "edge_idle_timeout")
    if idle is None:
        return
    for where, seconds in _answer_timeouts(settings):
        if seconds >= idle:
            yield (
                f"edge_idle_timeout: {idle} seconds would cut answers for which {where} allows {seconds:g}; "
                f"write {int(seconds) + 60}"
            )
            return


def _answer_timeouts(settings: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """How long an answer may take, and where that is written, the longest first."""
    router = settings.get("router") or {}
    written = [("gateway_router.timeout", router.get("timeout", 300))]
    for index, model in enumerate(settings.get("models") or ()):
        written.append((f"gateway_models[{index}].timeout", model.get("timeout")))
    for index, model in enumerate(settings.get("virtual_models") or ()):
        for number, layer in enumerate(model.get("layers") or ()):
            written.append((f"gateway_virtual_models[{index}].layers[{number}].timeout", layer.get("timeout")))
    found = [(where, float(seconds)) for where, seconds in written if _is_number(seconds)]
    yield from sorted(found, key=lambda one: -one[1])


def _is_number(value: Any) -> bool:
    return re.fullmatch(r"[0-9]+([.][0-9]+)?", str(value)) is not None


def _tls_problems(tls: Mapping[str, Any]) -> Iterator[str]:
    mode = tls_mode(tls)
    if mode not in TLS_MODES:
        yield f"edge_tls.mode: '{mode}' is unknown; {one_of(mode, TLS_MODES)}"
        return
    if mode == "off":
        return
    names = tls.get("names") or []
    if isinstance(names, str):
        yield f"edge_tls.names: it is a text, not a list; write ['{names}']"
        return
    for index, name in enumerate(map(str, names)):
        if not (_is_address(name) or (_NAME.fullmatch(name) and len(name) <= 253)):
            yield (
                f"edge_tls.names[{index}]: '{name}' is not a host's name or address; "
                "write one such as gateway.example.com"
            )
    if mode == "files":
        yield from _file_problems(tls)
    elif mode == "tailscale" and (len(names) != 1 or _is_address(str(names[0])) or "." not in str(names[0])):
        yield (
            f"edge_tls.names: mode tailscale asks for one name, not {len(names)}; "
            "write the one that `tailscale status` shows for the host, such as ['gateway.example.ts.net']"
            if len(names) != 1
            else f"edge_tls.names: '{names[0]}' is not a name in a tailnet; "
            "write the one that `tailscale status` shows for the host, such as ['gateway.example.ts.net']"
        )
    days = str(tls.get("renew_days", 30))
    if not re.fullmatch("[0-9]{1,3}", days) or not 1 <= int(days) <= 365:
        yield f"edge_tls.renew_days: '{days}' is not a whole number from 1 to 365; write one such as 30"


def _file_problems(tls: Mapping[str, Any]) -> Iterator[str]:
    for key in ("certificate", "key"):
        path = str(tls.get(key) or "")
        if not path:
            yield f"edge_tls.{key}: mode files needs it; write the path of a PEM file on the host"
        elif not re.fullmatch(r"/[A-Za-z0-9._/@+-]+", path):
            yield (
                f"edge_tls.{key}: '{path}' is not a plain absolute path; "
                "write one such as /etc/ssl/gateway.pem, of letters, digits and ._@+-"
            )


def _memory_problems(settings: Mapping[str, Any]) -> Iterator[str]:
    for name in ("edge_memory_max",):
        if name in settings and not re.fullmatch("[1-9][0-9]*[MG]", str(settings[name])):
            yield f"{name}: '{settings[name]}' is not an amount of memory; write one such as 512M or 2G"


def _purge_problems(purge: Sequence[Any]) -> Iterator[str]:
    for word in [purge] if isinstance(purge, str) else map(str, purge):
        if word not in PURGE:
            yield f"edge_purge: '{word}' is unknown; {one_of(word, PURGE)}"


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
