"""The settings of the role edge."""

import re
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_address, ip_network
from typing import Annotated, Any, ClassVar

from platelayer.advice import suggest_word
from platelayer.settings.base import RoleSettings, SettingError, parse_number, parse_purge, parsed_by
from platelayer.settings.listen_addresses import read_tls_mode

TLS_MODES = ("off", "files", "self_made", "tailscale")
# What the edge never lets through, whatever an inventory adds.
CLOSED_PATHS = ("/config", "/docs", "/health", "/metrics", "/openapi.json", "/redoc", "/routes", "/swagger")

_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST_NAME = re.compile(rf"(\*\.)?{_LABEL}(\.{_LABEL})*")
_PATH = re.compile(r"(/[A-Za-z0-9._~:@+,=-]+)+")
_TAILNET_ADVICE = "write the one that `tailscale status` shows for the host, such as ['gateway.example.ts.net']"


def _refuse_text(variable: str, value: Any) -> None:
    if isinstance(value, str):
        raise SettingError(f"{variable}: it is a text, not a list; write ['{value}']")


def _parse_networks(variable: str, value: Any) -> tuple[str, ...]:
    _refuse_text(variable, value)
    networks = tuple(map(str, value or ()))
    problems = [
        f"{variable}[{index}]: '{network}' {problem}"
        for index, network in enumerate(networks)
        if (problem := _find_network_problem(network))
    ]
    if problems:
        raise SettingError(*problems)
    return networks


def _find_network_problem(network: str) -> str | None:
    try:
        parsed = ip_network(network, strict=False)
    except ValueError:
        return "is not a network; write one such as 192.0.2.0/24 or 2001:db8::/32"
    if parsed.prefixlen == 0:
        return "is everybody; leave the list empty if that is meant"
    address = network.partition("/")[0]
    if "/" in network and str(parsed.network_address) != str(ip_address(address)):
        return f"is an address within a network; write {parsed} or {address}"
    return None


def _parse_paths(variable: str, value: Any) -> tuple[str, ...]:
    _refuse_text(variable, value)
    paths = tuple(map(str, value or ()))
    problems = [
        f"{variable}[{index}]: '{path}' {problem}"
        for index, path in enumerate(paths)
        if (problem := _find_path_problem(path))
    ]
    if problems:
        raise SettingError(*problems)
    return paths


def _find_path_problem(path: str) -> str | None:
    if not _PATH.fullmatch(path) or ".." in path:
        return "is not a plain path; write one such as /v1/model/info, without a slash at its end"
    if closed := next((one for one in CLOSED_PATHS if path == one or path.startswith(f"{one}/")), None):
        return f"would open {closed}, which tells strangers how the gateway is built; remove it"
    return None


def _parse_memory(variable: str, value: Any) -> str:
    if not re.fullmatch("[1-9][0-9]*[MG]", str(value)):
        raise SettingError(f"{variable}: '{value}' is not an amount of memory; write one such as 512M or 2G")
    return str(value)


def _parse_tls(variable: str, value: Any) -> dict[str, Any]:
    tls = dict(value or {})
    if problems := list(_find_tls_problems(variable, tls)):
        raise SettingError(*problems)
    return tls


def _find_tls_problems(variable: str, tls: Mapping[str, Any]) -> Iterator[str]:
    mode = read_tls_mode(tls)
    if mode not in TLS_MODES:
        yield f"{variable}.mode: '{mode}' is unknown; {suggest_word(mode, TLS_MODES)}"
        return
    if mode == "off":
        return
    names = tls.get("names") or []
    if isinstance(names, str):
        yield f"{variable}.names: it is a text, not a list; write ['{names}']"
        return
    for index, name in enumerate(map(str, names)):
        if not (_is_address(name) or (_HOST_NAME.fullmatch(name) and len(name) <= 253)):
            yield (
                f"{variable}.names[{index}]: '{name}' is not a host's name or address; "
                "write one such as gateway.example.com"
            )
    if mode == "files":
        yield from _find_file_problems(variable, tls)
    elif mode == "tailscale" and len(names) != 1:
        yield f"{variable}.names: mode tailscale asks for one name, not {len(names)}; {_TAILNET_ADVICE}"
    elif mode == "tailscale" and (_is_address(str(names[0])) or "." not in str(names[0])):
        yield f"{variable}.names: '{names[0]}' is not a name in a tailnet; {_TAILNET_ADVICE}"
    days = str(tls.get("renew_days", ""))
    if "renew_days" in tls and not (re.fullmatch("[0-9]{1,3}", days) and 1 <= int(days) <= 365):
        yield f"{variable}.renew_days: '{days}' is not a whole number from 1 to 365; write one such as 30"


def _find_file_problems(variable: str, tls: Mapping[str, Any]) -> Iterator[str]:
    for key in ("certificate", "key"):
        path = str(tls.get(key) or "")
        if not path:
            yield f"{variable}.{key}: mode files needs it; write the path of a PEM file on the host"
        elif not re.fullmatch(r"/[A-Za-z0-9._/@+-]+", path):
            yield (
                f"{variable}.{key}: '{path}' is not a plain absolute path; "
                "write one such as /etc/ssl/gateway.pem, of letters, digits and ._@+-"
            )


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


class EdgeSettings(RoleSettings):
    """The variables of the role edge, and what it must go with. Timeouts are seconds.

    answer_timeouts: (where it is written, seconds) of every timeout of an answer, the longest first; listen_problems:
    what is wrong with gateway_bind on this host.
    """

    prefixes: ClassVar = ("edge_",)

    listen_problems: tuple[str, ...] = ()
    answer_timeouts: tuple[tuple[str, float], ...] = ()
    gateway_port: Annotated[int | None, parse_number(1, 65535, "such as 4000")] = None
    edge_metrics_port: Annotated[int | None, parse_number(1, 65535, "such as 8405")] = None
    edge_max_body_mb: Annotated[int | None, parse_number(1, 2000, "such as 50")] = None
    edge_max_connections: Annotated[int | None, parse_number(10, 100_000, "such as 2000")] = None
    edge_max_connections_per_source: Annotated[int | None, parse_number(1, 100_000, "such as 200")] = None
    edge_request_timeout: Annotated[int | None, parse_number(1, 600, "such as 10, in seconds")] = None
    edge_idle_timeout: Annotated[int | None, parse_number(1, 86_400, "such as 600, in seconds")] = None
    edge_drain_timeout: Annotated[int | None, parse_number(1, 86_400, "such as 3600, in seconds")] = None
    edge_stop_timeout: Annotated[int | None, parse_number(1, 3600, "such as 30, in seconds")] = None
    edge_tasks_max: Annotated[int | None, parse_number(16, 100_000, "such as 512")] = None
    edge_memory_max: Annotated[str | None, parsed_by(_parse_memory)] = None
    edge_source_networks: Annotated[tuple[str, ...] | None, parsed_by(_parse_networks)] = None
    edge_extra_paths: Annotated[tuple[str, ...] | None, parsed_by(_parse_paths)] = None
    edge_tls: Annotated[dict[str, Any] | None, parsed_by(_parse_tls)] = None
    edge_purge: Annotated[tuple[str, ...] | None, parse_purge("data")] = None
    edge_litellm_base_port: str | int | None = None
    edge_litellm_instances: str | int | None = None

    def find_conflicts(self) -> Iterator[str]:
        """Yield a problem for limits, ports and timeouts that do not go together, and for gateway_bind."""
        yield from self.listen_problems
        total, per_source = self.edge_max_connections, self.edge_max_connections_per_source
        if total is not None and per_source is not None and per_source > total:
            yield (
                f"edge_max_connections_per_source: {per_source} is more than edge_max_connections allows to all; "
                f"write at most {total}"
            )
        yield from self._find_port_conflicts()
        if self.edge_idle_timeout is not None and self.answer_timeouts:
            where, seconds = self.answer_timeouts[0]
            if seconds >= self.edge_idle_timeout:
                yield (
                    f"edge_idle_timeout: {self.edge_idle_timeout} seconds would cut answers for which {where} allows "
                    f"{seconds:g}; write {int(seconds) + 60}"
                )

    def _find_port_conflicts(self) -> Iterator[str]:
        base, instances = str(self.edge_litellm_base_port), str(self.edge_litellm_instances)
        # What else they may hold, the settings of LiteLLM refuse.
        if base.isdecimal() and instances.isdecimal():
            taken = {int(base) + number: number for number in range(1, int(instances) + 1)}
            for variable in ("gateway_port", "edge_metrics_port"):
                if (port := getattr(self, variable)) in taken:
                    yield (
                        f"{variable}: {port} is the port of LiteLLM's instance {taken[port]}; "
                        f"write another than {_describe_span(taken)}"
                    )
        if self.gateway_port is not None and self.gateway_port == self.edge_metrics_port:
            yield f"edge_metrics_port: {self.edge_metrics_port} is gateway_port too; write another"


def _describe_span(ports: Iterable[int]) -> str:
    first, *_, last = [*(ordered := sorted(ports)), *ordered[-1:]]
    return str(first) if first == last else f"{first} to {last}"
