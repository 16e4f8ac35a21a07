"""The filters, documented in one NAME.yml each beside this file.

Ansible loads them in the process of every task, so what is heavy is imported where it is needed.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any

from ansible.errors import AnsibleFilterError

try:
    from platelayer.shim import mapping_filter
except ImportError:

    def mapping_filter(function: Callable[..., Any]) -> Callable[..., Any]:
        """Say what to do, where Ansible would only say that there is no such filter."""

        @wraps(function)
        def refuse(*_: Any, **__: Any) -> Any:
            raise AnsibleFilterError(
                f"{function.__name__}: the Python that runs Ansible lacks the package 'platelayer'; run `make venv` "
                "and `source .venv/bin/activate`, or install it there with `pip install -r requirements.txt` and "
                "`pip install --no-deps --editable .`"
            )

        return refuse


@mapping_filter
def litellm_config(
    inventory: Mapping[str, Any], trusted_proxy_ranges: Sequence[str] = (), extra: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return LiteLLM's config of a gateway, as plain data."""
    from platelayer.catalog.load import read_catalogs
    from platelayer.gateway.build import build
    from platelayer.gateway.litellm_config import make_config
    from platelayer.schema import parse, plain

    spec = parse({key: value for key, value in inventory.items() if key != "catalogs"})
    built = build(spec, read_catalogs(spec, str(inventory.get("catalogs") or ""))).raise_problems()
    return make_config(built, trusted_proxy_ranges=plain(list(trusted_proxy_ranges)), extra=plain(extra or {}))


@mapping_filter
def verify_table(report: Mapping[str, Any]) -> str:
    """Return a report of a gateway as the table that people read."""
    from platelayer.schema import plain
    from platelayer.terminal.verify_report import format_report
    from platelayer.verify.report import VerifyReport

    return format_report(VerifyReport.from_dict(plain(report)))


@mapping_filter
def edge_addresses(facts: Mapping[str, Any], bind: Any) -> list[str]:
    """Return the addresses that gateway_bind stands for on a host with these facts."""
    from platelayer.schema import plain
    from platelayer.settings.listen_addresses import resolve_addresses

    return resolve_addresses(plain(bind), plain(facts))


@mapping_filter
def edge_certificate_names(facts: Mapping[str, Any], bind: Any, names: Sequence[Any] = ()) -> list[str]:
    """Return what a self-made certificate of the edge is for."""
    from platelayer.schema import plain
    from platelayer.settings.listen_addresses import list_certificate_names

    return list_certificate_names(plain(list(names)), plain(bind), plain(facts))


@mapping_filter
def edge_url(facts: Mapping[str, Any], bind: Any, port: int, tls: Mapping[str, Any]) -> str:
    """Return the URL of the edge."""
    from platelayer.schema import plain
    from platelayer.settings.listen_addresses import make_edge_url

    return make_edge_url(plain(bind), int(port), plain(tls), plain(facts))


class FilterModule:
    """Tell Ansible their names."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters; names and functions are the same words."""
        functions = (edge_addresses, edge_certificate_names, edge_url, litellm_config, verify_table)
        return {function.__name__: function for function in functions}
