"""Where the edge listens and is reached: `gateway_bind` on a host with these facts."""

from collections.abc import Mapping, Sequence
from ipaddress import IPv6Address, ip_address
from typing import Any

from platelayer.advice import suggest_word
from platelayer.errors import InventoryError

EVERY_INTERFACE = "every interface"


def resolve_addresses(bind: Any, facts: Mapping[str, Any]) -> list[str]:
    """Return the addresses that `gateway_bind` stands for, each once; raise InventoryError with every problem.

    `facts` are Ansible's, of the subset network.
    """
    addresses, problems = find_addresses(bind, facts)
    if problems:
        raise InventoryError(problems)
    return addresses


def list_certificate_names(names: Sequence[Any], bind: Any, facts: Mapping[str, Any]) -> list[str]:
    """Return what a self-made certificate is for: the names, this machine itself, and the addresses of the edge."""
    addresses = resolve_addresses(bind, facts)
    if _list_words(bind) == [EVERY_INTERFACE]:
        # Not those of every interface: containers come and go, and each would ask for another certificate.
        addresses = [str(facts[key]["address"]) for key in ("default_ipv4", "default_ipv6") if facts.get(key)]
    return list(dict.fromkeys([*map(str, names), "localhost", "127.0.0.1", "::1", *addresses]))


def make_edge_url(bind: Any, port: int, tls: Mapping[str, Any], facts: Mapping[str, Any]) -> str:
    """Return the URL of the edge, such as `https://192.0.2.10:4000`: its first address, or its name.

    A certificate that others made is for a name only; a self-made one is for the addresses too.
    """
    mode, names = read_tls_mode(tls), [str(name) for name in tls.get("names") or ()]
    host = resolve_addresses(bind, facts)[0]
    if mode in ("files", "tailscale") and names:
        host = names[0]
    return f"{'http' if mode == 'off' else 'https'}://{f'[{host}]' if ':' in host else host}:{port}"


def read_tls_mode(tls: Mapping[str, Any]) -> str:
    """Return the mode of `edge_tls`; YAML reads a bare off as false."""
    mode = tls.get("mode", "off")
    return "off" if mode is False or str(mode) == "False" else str(mode)


def find_addresses(bind: Any, facts: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Return the addresses of `gateway_bind`, and a problem for each of its words that stands for none."""
    words = _list_words("" if bind is None else bind)
    if words == [EVERY_INTERFACE] and isinstance(bind, str):
        has_ipv6 = any(_read_interface(facts, name).get("ipv6") for name in _list_interfaces(facts))
        return ["0.0.0.0", "::"] if has_ipv6 else ["0.0.0.0"], []  # noqa: S104 - these words ask for it
    addresses: list[str] = []
    problems: list[str] = []
    for word in words or [""]:
        try:
            addresses += _resolve_word(word, facts)
        except ValueError as error:
            problems.append(f"gateway_bind: {error}")
    return list(dict.fromkeys(addresses)), problems


def _list_words(bind: Any) -> list[str]:
    return [str(word) for word in bind] if isinstance(bind, Sequence) and not isinstance(bind, str) else [str(bind)]


def _resolve_word(word: str, facts: Mapping[str, Any]) -> list[str]:
    """Return the addresses of one word; raise ValueError with what is wrong with it."""
    if word in ("", "*"):
        raise ValueError(_describe_too_open(f"'{word}'"))
    if word == EVERY_INTERFACE:
        raise ValueError(f"'{EVERY_INTERFACE}' stands in a list; write these words alone, without a list")
    try:
        address = ip_address(word.removeprefix("[").removesuffix("]"))
    except ValueError:
        return _resolve_interface(word, facts)
    if address.is_unspecified:
        raise ValueError(_describe_too_open(word))
    if address.is_multicast:
        raise ValueError(f"{word} is a multicast address; write an address of the host")
    if isinstance(address, IPv6Address) and (address.is_link_local or address.scope_id):
        raise ValueError(f"{word} is valid on one link only; write another address of the host")
    return [str(address)]


def _describe_too_open(what: str) -> str:
    return (
        f"{what} would listen on every interface; write an address or an interface of the host, "
        f"or the words '{EVERY_INTERFACE}' if that is meant"
    )


def _resolve_interface(name: str, facts: Mapping[str, Any]) -> list[str]:
    interfaces = _list_interfaces(facts)
    if name not in interfaces:
        advice = suggest_word(name, interfaces) if interfaces else "write an address"
        raise ValueError(f"'{name}' is neither an address nor an interface of the host; {advice}")
    interface = _read_interface(facts, name)
    ipv4 = interface.get("ipv4") or []
    entries = [
        *(ipv4 if isinstance(ipv4, Sequence) else [ipv4]),
        *(interface.get("ipv4_secondaries") or ()),
        *(entry for entry in interface.get("ipv6") or () if str(entry.get("scope")) != "link"),
    ]
    # A kernel may tell one address several times, for instance of Tailscale's.
    addresses = [str(entry["address"]).partition("%")[0] for entry in entries if entry.get("address")]
    if not addresses:
        raise ValueError(f"the interface {name} has no address; bring it up first, or write another")
    return addresses


def _list_interfaces(facts: Mapping[str, Any]) -> list[str]:
    return sorted(str(name) for name in facts.get("interfaces") or ())


def _read_interface(facts: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    entry = facts.get(name.replace("-", "_")) or {}
    return entry if isinstance(entry, Mapping) else {}
