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
def gateway_problems(inventory: Mapping[str, Any]) -> list[str]:
    """Every problem of a gateway's inventory as a sentence; an empty list when it can be used."""
    from platelayer.catalog import load
    from platelayer.errors import CatalogError, InventoryError
    from platelayer.gateway import problems as rules

    try:
        return rules.inventory_problems(load.read(inventory))
    except CatalogError as error:
        return [str(error)]
    except InventoryError as error:
        return list(error.problems)


@mapping_filter
def litellm_problems(settings: Mapping[str, Any]) -> list[str]:
    """What is wrong with {version, has_lock, master_key, environment, extra}; an empty list when nothing is."""
    from platelayer.gateway import problems as rules

    names, known = (map(str, settings.get(key) or ()) for key in ("names", "known"))
    return rules.litellm_problems(
        version=str(settings.get("version") or ""),
        has_lock=bool(settings.get("has_lock", True)),
        master_key=str(settings.get("master_key") or ""),
        environment={str(name): str(value) for name, value in (settings.get("environment") or {}).items()},
        extra=settings.get("extra") or {},
        base_port=str(settings.get("base_port", 4000)),
        instances=str(settings.get("instances", 1)),
    ) + rules.unknown_variables(names, list(known))


@mapping_filter
def litellm_config(
    inventory: Mapping[str, Any], trusted_proxy_ranges: Sequence[str] = (), extra: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """LiteLLM's config of a gateway, as plain data."""
    from platelayer import schema as model
    from platelayer.catalog import load
    from platelayer.gateway import litellm_config as litellm

    return litellm.config(
        load.read(inventory),
        trusted_proxy_ranges=model.plain(list(trusted_proxy_ranges)),
        extra=model.plain(extra or {}),
    )


@mapping_filter
def litellm_environment(inventory: Mapping[str, Any]) -> dict[str, str]:
    """The environment variables that LiteLLM's config refers to; most are secret."""
    from platelayer.catalog import load
    from platelayer.gateway import litellm_config as litellm

    return litellm.environment(load.written(inventory))


@mapping_filter
def litellm_names(config: Mapping[str, Any]) -> list[str]:
    """The model names that a gateway with this config lists."""
    from platelayer.gateway import litellm_config as litellm

    return litellm.listed_names(config)


@mapping_filter
def litellm_yaml(config: Mapping[str, Any]) -> str:
    """LiteLLM's config as YAML text."""
    from platelayer import schema as model
    from platelayer.gateway import litellm_config as litellm

    return litellm.to_yaml(model.plain(config))


@mapping_filter
def verify_table(report: Mapping[str, Any]) -> str:
    """A report of a gateway as the table that people read."""
    from platelayer.schema import plain
    from platelayer.terminal.verify_report import format_report
    from platelayer.verify.report import VerifyReport

    return format_report(VerifyReport.from_dict(plain(report)))


@mapping_filter
def edge_addresses(facts: Mapping[str, Any], bind: Any) -> list[str]:
    """The addresses that gateway_bind stands for on a host with these facts."""
    from platelayer import schema as model
    from platelayer.settings import edge_settings as edge

    return edge.addresses(model.plain(bind), model.plain(facts))


@mapping_filter
def edge_certificate_names(facts: Mapping[str, Any], bind: Any, names: Sequence[Any] = ()) -> list[str]:
    """What a self-made certificate of the edge is for."""
    from platelayer import schema as model
    from platelayer.settings import edge_settings as edge

    return edge.certificate_names(model.plain(list(names)), model.plain(bind), model.plain(facts))


@mapping_filter
def edge_url(facts: Mapping[str, Any], bind: Any, port: int, tls: Mapping[str, Any]) -> str:
    """Where the edge is asked."""
    from platelayer import schema as model
    from platelayer.settings import edge_settings as edge

    return edge.url(model.plain(bind), int(port), model.plain(tls), model.plain(facts))


@mapping_filter
def edge_problems(settings: Mapping[str, Any], facts: Mapping[str, Any]) -> list[str]:
    """What is wrong with the settings of the edge; an empty list when nothing is."""
    from platelayer import schema as model
    from platelayer.gateway import problems as rules
    from platelayer.settings import edge_settings as edge

    names, known = (map(str, settings.get(key) or ()) for key in ("names", "known"))
    return edge.problems(model.plain(settings), model.plain(facts)) + rules.unknown_variables(names, list(known))


@mapping_filter
def redis_problems(settings: Mapping[str, Any]) -> list[str]:
    """What is wrong with the settings of the role redis; an empty list when nothing is."""
    from platelayer import schema as model
    from platelayer.gateway import problems as rules
    from platelayer.settings import redis_settings as redis

    names, known = (map(str, settings.get(key) or ()) for key in ("names", "known"))
    return redis.problems(model.plain(settings)) + rules.unknown_variables(names, list(known))


class FilterModule:
    """Tell Ansible their names."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Names and functions are the same words."""
        functions = (
            edge_addresses,
            edge_certificate_names,
            edge_problems,
            edge_url,
            gateway_problems,
            litellm_config,
            litellm_environment,
            litellm_names,
            litellm_problems,
            litellm_yaml,
            redis_problems,
            verify_table,
        )
        return {function.__name__: function for function in functions}
