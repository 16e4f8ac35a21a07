"""What an inventory must keep to beyond the types of its values. Every finding is one sentence for the operator."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from packaging.version import InvalidVersion, Version

from platelayer.advice import one_of
from platelayer.gateway.deployment import key_variable
from platelayer.gateway.deployments import deployment_id
from platelayer.gateway.names import is_served, served_names
from platelayer.gateway.virtual_models import layer_id
from platelayer.providers import kinds
from platelayer.schema import GatewaySpec, ModelSpec, ProviderModel, ProviderSpec
from platelayer.settings import redis_settings as redis

# 1.84.0 mends an authentication bypass (CVE-2026-49468) and a command injection (CVE-2026-42271).
OLDEST_LITELLM = Version("1.84.0")
# Releases that stole credentials; below the floor too, but worth their own words.
COMPROMISED_LITELLM = frozenset({Version("1.82.7"), Version("1.82.8")})
MASTER_KEY_LENGTH = 24
MASTER_KEY_ADVICE = (
    "write 'sk-' and what `openssl rand -hex 32` prints into the vault, as vault_litellm_master_key; "
    "in the environment local, remove .platelayer/secrets and run make up"
)
# Published in LiteLLM's own examples and in deployments that copied them.
_WELL_KNOWN_KEYS = ("1234", "master-key", "masterkey", "litellm", "changeme", "change-me", "password", "secret", "test")


def inventory_problems(gateway: GatewaySpec) -> list[str]:
    """Everything that is wrong with a parsed inventory, in the order of the variables."""
    return [
        *_provider_problems(gateway.providers),
        *_target_problems(gateway),
        *_group_problems(gateway),
        *_name_problems(gateway),
        *_reference_problems(gateway),
        *_redis_problems(gateway),
    ]


def litellm_problems(
    *,
    version: str,
    has_lock: bool,
    master_key: str,
    environment: Mapping[str, str],
    extra: Mapping[str, Any],
    base_port: str = "4000",
    instances: str = "1",
) -> list[str]:
    """Everything that is wrong with LiteLLM's own settings; never quotes a value of the environment."""
    found = [
        version_problem(version, has_lock=has_lock),
        master_key_problem(master_key),
        port_problem(base_port, instances),
        _extra_problem(extra),
    ]
    return [problem for problem in found if problem] + [
        f"litellm_environment.{name}: {reason}"
        for name, value in environment.items()
        if (reason := _variable_problem(name, value))
    ]


def port_problem(base_port: str, instances: str) -> str | None:
    """Why instances cannot listen on the ports after this one, or None."""
    if not instances.isdecimal() or int(instances) < 1:
        return f"litellm_instances: {instances} is not a number of instances; write 1 or more"
    highest = 65535 - int(instances)
    if not base_port.isdecimal() or not 1 <= int(base_port) <= highest:
        return (
            f"litellm_base_port: {base_port} leaves no port for instance {instances}; "
            f"write a number from 1 to {highest}, such as 4000"
        )
    return None


def unknown_variables(names: Iterable[str], known: Collection[str]) -> list[str]:
    """What is wrong with variables that bear a role's prefix and that no role knows."""
    return [
        f"{name} is not a variable of these roles; {_one_of(name, known)}" for name in sorted(set(names) - set(known))
    ]


def _extra_problem(extra: Mapping[str, Any]) -> str | None:
    settings = extra.get("general_settings")
    if isinstance(settings, Mapping) and settings.get("allow_requests_on_db_unavailable"):
        return (
            "litellm_config_extra.general_settings: 'allow_requests_on_db_unavailable' lets every key in, even a wrong "
            "one, as long as no database is connected; remove it"
        )
    return None


def _variable_problem(name: str, value: str) -> str | None:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        return "is not the name of an environment variable; write letters, digits and underscores"
    if not value:
        return "is empty; write its value into the vault, or remove the variable"
    if "'" in value or any(ord(character) < 32 for character in value):
        return "holds a quote or a line break, which an environment file cannot carry; write it without"
    return None


def version_problem(version: str, *, has_lock: bool = True) -> str | None:
    """Why this LiteLLM version is refused, or None."""
    where = f"litellm_version: {version}"
    try:
        parsed = Version(version)
    except InvalidVersion:
        return f"{where} is not a version; write one such as 1.106.2"
    if parsed in COMPROMISED_LITELLM:
        return f"{where} is a compromised release that steals credentials; write {OLDEST_LITELLM} or newer"
    if parsed < OLDEST_LITELLM:
        return f"{where} has known security holes; write {OLDEST_LITELLM} or newer"
    if not has_lock:
        return f"{where} has no lock at litellm_lock; make one with `make lock LITELLM={version}`"
    return None


def master_key_problem(key: str) -> str | None:
    """Why this master key is refused, or None. Never quotes the key."""
    where = "litellm_master_key"
    if not key:
        return f"{where} is missing; {MASTER_KEY_ADVICE}"
    if not key.startswith("sk-"):
        return f"{where} must begin with 'sk-', as LiteLLM demands of its keys; {MASTER_KEY_ADVICE}"
    if not re.fullmatch(r"[A-Za-z0-9_-]+", key):
        return f"{where} holds more than letters, digits, '-' and '_', as if it were no key yet; {MASTER_KEY_ADVICE}"
    secret = key.removeprefix("sk-").lower()
    if secret in _WELL_KNOWN_KEYS or secret.strip("1234567890") == "" or len(set(secret)) < 8:
        return f"{where} is well known or easily guessed; {MASTER_KEY_ADVICE}"
    if len(key) < MASTER_KEY_LENGTH:
        return f"{where} has {len(key)} characters, which can be guessed; {MASTER_KEY_ADVICE}"
    return None


def _provider_problems(providers: Mapping[str, ProviderSpec]) -> Iterator[str]:
    variables: dict[str, str] = {}
    for name, provider in providers.items():
        where = f"gateway_providers.{name}"
        kind = kinds().get(provider.kind)
        if kind is None:
            yield f"{where}: kind '{provider.kind}' is unknown; {_one_of(provider.kind, kinds())}"
            continue
        if (other := variables.setdefault(key_variable(name), name)) != name:
            yield f"{where}: its key would share {key_variable(name)} with provider '{other}'; rename one of them"
        if not provider.enabled:
            continue
        key = None if provider.api_key is None else provider.api_key.get_secret_value()
        if key is not None and not key.strip():
            yield f"{where}: 'api_key' is empty; write the key into the vault, or drop the option if none is needed"
        elif key is None and kind.needs_key:
            yield f"{where}: 'api_key' is missing, and {kind.name} answers nobody without; write it into the vault"
        elif key is not None and ("'" in key or any(ord(character) < 32 for character in key)):
            yield f"{where}: 'api_key' holds a quote or a line break; write the bare key"
        if provider.api_base is None and kind.needs_api_base:
            yield f"{where}: 'api_base' is missing; write the server's address such as http://192.0.2.10:8080/v1"
        elif provider.api_base is not None and not provider.api_base.startswith(("http://", "https://")):
            yield f"{where}: 'api_base' is not a URL; write http://HOST:PORT/v1 or https://…"
        yield from _extra_problems(where, provider.extra)


def _redis_problems(gateway: GatewaySpec) -> Iterator[str]:
    password = gateway.redis.password.get_secret_value()
    unfit = not password or "'" in password or any(ord(character) < 32 for character in password)
    if gateway.redis.enabled and unfit:
        yield str(redis.password_problem(password))
    if gateway.cache.enabled and gateway.cache.type == "redis" and not gateway.redis.enabled:
        yield "gateway_cache.type: 'redis' needs gateway_redis, which is off; turn it on, or write type: local"


def _targets(gateway: GatewaySpec) -> Iterator[tuple[str, ProviderModel]]:
    for index, model in enumerate(gateway.models[: gateway.written]):
        yield f"gateway_models[{index}] ({model.name})", model
    for index, virtual in enumerate(gateway.virtual_models):
        for number, layer in enumerate(virtual.layers):
            yield f"gateway_virtual_models[{index}] ({virtual.name}).layers[{number}]", layer


def _group_problems(gateway: GatewaySpec) -> Iterator[str]:
    for index, group in enumerate(gateway.model_groups):
        where = f"gateway_model_groups[{index}] ({group.name})"
        if not group.ids:
            yield f"{where}: 'ids' is empty; write PROVIDER: ID for at least one"
        for provider in group.ids:
            if provider not in gateway.providers:
                known = _one_of(provider, gateway.providers) if gateway.providers else "define it there"
                yield f"{where}: provider '{provider}' is not in gateway_providers; {known}"


def _target_problems(gateway: GatewaySpec) -> Iterator[str]:
    for where, target in _targets(gateway):
        if target.provider not in gateway.providers:
            known = _one_of(target.provider, gateway.providers) if gateway.providers else "define it there"
            yield f"{where}: provider '{target.provider}' is not in gateway_providers; {known}"
        elif not gateway.serves(target) and ".layers[" in where:
            yield f"{where}: provider '{target.provider}' is disabled; enable it or remove the layer"
        yield from _extra_problems(where, target.extra)


def _extra_problems(where: str, extra: Mapping[str, Any]) -> Iterator[str]:
    key = extra.get("api_key")
    if key is not None and not str(key).startswith("os.environ/"):
        yield f"{where}: 'extra.api_key' would put a secret into the config; write the key as 'api_key' of the provider"


def _name_problems(gateway: GatewaySpec) -> Iterator[str]:
    for index, virtual_model in enumerate(gateway.virtual_models):
        if not virtual_model.layers:
            yield f"gateway_virtual_models[{index}] ({virtual_model.name}): 'layers' is empty; write at least one"
    virtual = [group.name for group in gateway.virtual_models]
    for name, count in Counter(virtual).items():
        if count > 1:
            yield f"gateway_virtual_models: {count} are named '{name}'; give each its own name"
    by_cost = gateway.router.routing_strategy == "cost-based-routing"
    groups = defaultdict(list)
    ids: dict[str, int] = {}
    layers = {layer_id(one, order): one for one in gateway.virtual_models for order in range(1, len(one.layers) + 1)}
    for index, model in enumerate(gateway.models):
        where = f"{_place(gateway, index)} ({model.name})"
        if model.name in virtual:
            yield f"{where} shadows the virtual model of that name; rename one of them"
        groups[model.name].append((index, model))
        if (layered := layers.get(deployment_id(model))) is not None:
            yield (
                f"{where}: its deployment id '{deployment_id(model)}' is that of a layer of '{layered.name}'; "
                "write another as 'deployment_id'"
            )
        first = ids.setdefault(deployment_id(model), index)
        if first != index:
            # What is written by hand comes first, and of the others no id can be written.
            change = "" if index < gateway.written else f" of {_place(gateway, first)}"
            yield (
                f"{where}: its deployment id '{deployment_id(model)}' is that of {_place(gateway, first)} too; "
                f"write another as 'deployment_id'{change}"
            )
    for name, members in groups.items():
        if len(members) > 1 and not by_cost and not any(_all_have(key, members) for key in ("weight", "order")):
            places = ", ".join(_place(gateway, index) for index, _ in members)
            yield (
                f"{places} are all named '{name}'; give each a 'weight' if they shall share the load, or an 'order' if "
                "one comes after the other, else rename"
            )
    yield from _alias_problems(gateway, {*groups, *virtual})


def _all_have(key: str, members: Iterable[tuple[int, ModelSpec]]) -> bool:
    return all(getattr(model, key) is not None for _, model in members)


def _place(gateway: GatewaySpec, index: int) -> str:
    """Where a model was written: by hand, or by a catalog that was joined."""
    if index < gateway.written:
        return f"gateway_models[{index}]"
    model = gateway.models[index]
    return f"{model.provider}: {model.id}"


def _alias_problems(gateway: GatewaySpec, names: set[str]) -> Iterator[str]:
    seen: dict[str, str] = {}
    for group in (*gateway.models, *gateway.virtual_models):
        for alias in group.aliases:
            if alias.name in names:
                yield f"alias '{alias.name}' of '{group.name}' is the name of a model; write another"
            elif seen.setdefault(alias.name, group.name) != group.name:
                yield f"alias '{alias.name}' stands for both '{seen[alias.name]}' and '{group.name}'; keep one"


def _reference_problems(gateway: GatewaySpec) -> Iterator[str]:
    everything = gateway.model_copy(
        update={
            "providers": {
                name: provider.model_copy(update={"enabled": True}) for name, provider in gateway.providers.items()
            }
        }
    )
    defined, served = served_names(everything), served_names(gateway)
    for group in (*gateway.models, *gateway.virtual_models):
        for name in group.fallbacks:
            if name == group.name:
                yield f"'{name}' falls back to itself; name another model in 'fallbacks'"
            elif not is_served(name, defined):
                yield f"'{group.name}' falls back to '{name}', which no model is named; {_one_of(name, defined)}"
    for name in gateway.router.default_fallbacks:
        if not is_served(name, defined):
            yield f"gateway_router.default_fallbacks: no model is named '{name}'; {_one_of(name, defined)}"
    default = gateway.router.default_model
    if default is not None and not is_served(default, served):
        reason = "its provider is disabled" if is_served(default, defined) else "no model is named so"
        yield f"gateway_router.default_model: '{default}' cannot answer, {reason}; {_one_of(default, served)}"


def _one_of(wrong: str, known: Iterable[str]) -> str:
    """The nearest known word, or a few of them."""
    words = sorted(known)
    if not words:
        return "no model is served at all"
    return one_of(wrong, words, most=8)
