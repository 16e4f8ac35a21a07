"""The checks of a role's variables, and the build of the gateway that a play does once per host."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from platelayer.catalog.load import read_catalogs
from platelayer.errors import CatalogError, InventoryError
from platelayer.gateway import litellm_config
from platelayer.gateway.build import BuiltGateway, build
from platelayer.schema import GatewaySpec, parse_as_meant, plain
from platelayer.settings.base import RoleSettings, find_unknown_variables, has_misspelt_prefix
from platelayer.settings.edge_settings import EdgeSettings
from platelayer.settings.listen_addresses import find_addresses
from platelayer.settings.litellm_settings import LitellmSettings
from platelayer.settings.redis_settings import RedisSettings
from platelayer.settings.verify_settings import VerifySettings

SETTINGS: Mapping[str, type[RoleSettings]] = {
    "edge": EdgeSettings,
    "litellm": LitellmSettings,
    "redis": RedisSettings,
    "verify": VerifySettings,
}
_PREFIX = "gateway_"
# The variables that a gateway is built from.
INVENTORY = (
    *(f"{_PREFIX}{part}" for part in GatewaySpec.model_fields),
    "gateway_catalogs",
    "litellm_config_extra",
    "litellm_trusted_proxy_ranges",
)
# They stand alone in the folder of a release, and are imported by nobody here.
_HOOKS = Path(__file__).parent / "hooks"
_LISTEN, _LOCK, _PACKAGES = "gateway_bind", "litellm_lock", "litellm_packages"


def is_built(role: str, built: Mapping[str, Any]) -> bool:
    """Return whether what an earlier check built has all that a role needs; the role verify needs nothing built."""
    return role == "verify" or ("litellm" if role == "litellm" else "redis") in built


def build_for_role(role: str, variables: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return what a role needs of the gateway that the variables in INVENTORY describe, and what is wrong with them.

    The first is what `dump_gateway` returns and, for the role litellm, what `dump_litellm` returns as `litellm`. It
    holds secrets, and is empty where the inventory cannot be read at all.
    """
    try:
        gateway = build_gateway(variables)
    except (InventoryError, CatalogError) as error:
        return {}, str(error).splitlines()
    built = dump_gateway(gateway.spec)
    if role == "litellm" and not gateway.problems:
        built["litellm"] = dump_litellm(gateway, variables)
    return built, list(gateway.problems)


def list_settings(role: str) -> list[str]:
    """Return the names of the variables that `find_setting_problems` reads."""
    return list(dict.fromkeys([*SETTINGS[role].model_fields, _LISTEN, _LOCK]))


def find_setting_problems(
    role: str, variables: Mapping[str, Any], built: Mapping[str, Any], facts: Mapping[str, Any]
) -> list[str]:
    """Return a sentence for everything that is wrong with the variables of a role.

    built: what `build_for_role` returned; facts: Ansible's, of the subset network.
    """
    # Ansible would look for a relative path in other folders.
    further = Path(str(variables.get(_PACKAGES, "")))
    shared = {"gateway_redis": built["redis"], "answer_timeouts": built["answer_timeouts"]} if built else {}
    return SETTINGS[role].find_problems(
        {
            **variables,
            **shared,
            "listen_problems": find_addresses(variables.get(_LISTEN), facts)[1],
            "lock": _read_text(Path(str(variables.get(_LOCK, "")))),
            "further_lock": _read_text(further) if further.is_absolute() else None,
        }
    )


def find_misspelt_variables(role: str, names: Iterable[str], known: Collection[str]) -> list[str]:
    """Return a sentence for each variable that has a role's prefix, or nearly, and that no argument spec names."""
    prefixes = SETTINGS[role].prefixes
    ours = (name for name in names if name.startswith(prefixes) or has_misspelt_prefix(name, prefixes, known))
    return find_unknown_variables(ours, known)


def build_gateway(variables: Mapping[str, Any]) -> BuiltGateway:
    """Build the gateway that the `gateway_*` variables describe, with the catalogs of their folder."""
    parts = {part: variables[_PREFIX + part] for part in GatewaySpec.model_fields if _PREFIX + part in variables}
    spec, problems = parse_as_meant(parts)
    try:
        gateway = build(spec, read_catalogs(spec, str(plain(variables.get("gateway_catalogs")) or "")))
    except (InventoryError, CatalogError) as error:
        raise InventoryError([*problems, *str(error).splitlines()]) from None
    return replace(gateway, problems=(*problems, *gateway.problems))


def dump_gateway(spec: GatewaySpec) -> dict[str, Any]:
    """Return what every role needs of a gateway: where Redis is, and how long answers may take (seconds)."""
    redis = {**spec.redis.model_dump(), "password": spec.redis.password.get_secret_value()}
    timeouts = litellm_config.list_answer_timeouts(spec)
    return {"redis": redis, "answer_timeouts": [list(timeout) for timeout in timeouts[:1]]}


def dump_litellm(gateway: BuiltGateway, variables: Mapping[str, Any]) -> dict[str, Any]:
    """Return LiteLLM's config as text, what it refers to, the names that it must list, and its hooks.

    environment, credentials: secret variables by name, and secret files by name.
    """
    config = litellm_config.make_config(
        gateway,
        trusted_proxy_ranges=plain(variables.get("litellm_trusted_proxy_ranges") or []),
        extra=plain(variables.get("litellm_config_extra") or {}),
    )
    return {
        "config": litellm_config.to_yaml(config),
        "environment": litellm_config.make_environment(gateway.spec),
        "credentials": litellm_config.make_credential_files(gateway.spec),
        "names": litellm_config.list_names(config),
        "hooks": {file.name: file.read_text(encoding="utf-8") for file in sorted(_HOOKS.glob("platelayer_*.py"))},
    }


def _read_text(file: Path) -> str | None:
    """Return the text of a file; None if there is none."""
    return file.read_text(encoding="utf-8") if file.is_file() else None
