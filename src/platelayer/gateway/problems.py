"""What an inventory must keep to beyond the types of its values. Every problem is one sentence for the operator."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from platelayer.gateway.deployments import name_key_variable
from platelayer.gateway.name_index import NameIndex
from platelayer.gateway.name_problems import (
    advise_name,
    find_name_conflicts,
    find_shared_names,
    find_unanswered_names,
    find_unusable_names,
)
from platelayer.gateway.served_models import ServedModel
from platelayer.providers import load_kinds
from platelayer.schema import GatewaySpec, ProviderSpec
from platelayer.settings.base import fits_environment_file
from platelayer.settings.redis_settings import find_password_problem


def find_problems(spec: GatewaySpec, models: Sequence[ServedModel], names: NameIndex) -> Iterator[str]:
    """Yield every problem of an inventory and its catalogs, in the order of the variables."""
    conflicts = list(find_unusable_names(models)) or list(dict.fromkeys(find_name_conflicts(spec, models)))
    yield from conflicts
    yield from _find_provider_problems(spec.providers)
    yield from _find_model_problems(spec, models)
    yield from _find_group_problems(spec)
    for index, virtual in enumerate(spec.virtual_models):
        if not virtual.layers:
            yield f"gateway_virtual_models[{index}] ({virtual.name}): 'layers' is empty; write at least one"
    # A name that is told above would be told again, in other words.
    unambiguous = [model for model in models if not conflicts or model.origin in ("written", "layer")]
    yield from find_shared_names(spec, unambiguous)
    yield from find_unanswered_names(spec, names)
    yield from _find_redis_problems(spec)


def _find_provider_problems(providers: Mapping[str, ProviderSpec]) -> Iterator[str]:
    variables: dict[str, str] = {}
    for name, provider in providers.items():
        where = f"gateway_providers.{name}"
        kind = load_kinds().get(provider.kind)
        if kind is None:
            yield f"{where}: kind '{provider.kind}' is unknown; {advise_name(provider.kind, load_kinds())}"
            continue
        variable = name_key_variable(name)
        if (other := variables.setdefault(variable, name)) != name:
            yield f"{where}: its key would share {variable} with provider '{other}'; rename one of them"
        if provider.enabled:
            key = None if provider.api_key is None else provider.api_key.get_secret_value()
            yield from _find_key_problems(where, key, kind.name if kind.needs_key else None)
            yield from _find_address_problems(where, provider.api_base, is_needed=kind.needs_api_base)
            yield from _find_extra_problems(where, provider.extra)


def _find_key_problems(where: str, key: str | None, needed_by: str | None) -> Iterator[str]:
    if key is None:
        if needed_by:
            yield f"{where}: 'api_key' is missing, and {needed_by} answers nobody without; write it into the vault"
    elif not key.strip():
        yield f"{where}: 'api_key' is empty; write the key into the vault, or drop the option if none is needed"
    elif not fits_environment_file(key):
        yield f"{where}: 'api_key' holds a quote or a line break; write the bare key"


def _find_address_problems(where: str, api_base: str | None, *, is_needed: bool) -> Iterator[str]:
    if api_base is None:
        if is_needed:
            yield f"{where}: 'api_base' is missing; write the server's address such as http://192.0.2.10:8080/v1"
    elif not api_base.startswith(("http://", "https://")):
        yield f"{where}: 'api_base' is not a URL; write http://HOST:PORT/v1 or https://…"


def _find_extra_problems(where: str, extra: Mapping[str, Any]) -> Iterator[str]:
    key = extra.get("api_key")
    if key is not None and not str(key).startswith("os.environ/"):
        yield f"{where}: 'extra.api_key' would put a secret into the config; write the key as 'api_key' of the provider"


def _find_model_problems(spec: GatewaySpec, models: Iterable[ServedModel]) -> Iterator[str]:
    for model in models:
        if model.written is None:
            continue
        where = model.place if model.origin == "layer" else f"{model.place} ({model.name})"
        if model.provider not in spec.providers:
            yield _describe_unknown_provider(where, model.provider, spec)
        elif not model.is_enabled and model.origin == "layer":
            yield f"{where}: provider '{model.provider}' is disabled; enable it or remove the layer"
        yield from _find_extra_problems(where, model.written.extra)


def _find_group_problems(spec: GatewaySpec) -> Iterator[str]:
    for index, group in enumerate(spec.model_groups):
        where = f"gateway_model_groups[{index}] ({group.name})"
        if not group.ids:
            yield f"{where}: 'ids' is empty; write PROVIDER: ID for at least one"
        for provider in group.ids:
            if provider not in spec.providers:
                yield _describe_unknown_provider(where, provider, spec)


def _describe_unknown_provider(where: str, provider: str, spec: GatewaySpec) -> str:
    advice = advise_name(provider, spec.providers) if spec.providers else "define it there"
    return f"{where}: provider '{provider}' is not in gateway_providers; {advice}"


def _find_redis_problems(spec: GatewaySpec) -> Iterator[str]:
    password = spec.redis.password.get_secret_value()
    # The server may be somebody else's; the role that installs one asks more of a password.
    if spec.redis.enabled and not (password and fits_environment_file(password)):
        yield str(find_password_problem(password))
    if spec.cache.enabled and spec.cache.type == "redis" and not spec.redis.enabled:
        yield "gateway_cache.type: 'redis' needs gateway_redis, which is off; turn it on, or write type: local"
