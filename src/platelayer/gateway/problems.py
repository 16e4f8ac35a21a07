"""What an inventory must keep to beyond the types of its values. Every problem is one sentence for the operator."""

from collections.abc import Iterable, Iterator, Sequence

from platelayer.gateway.name_index import NameIndex
from platelayer.gateway.name_problems import (
    advise_name,
    find_name_conflicts,
    find_shared_names,
    find_unanswered_names,
    find_unusable_names,
)
from platelayer.gateway.provider_problems import find_extra_problems, find_id_problems, find_provider_problems
from platelayer.gateway.served_models import ServedModel
from platelayer.schema import GatewaySpec
from platelayer.settings.base import fits_environment_file
from platelayer.settings.redis_settings import find_password_problem


def find_problems(spec: GatewaySpec, models: Sequence[ServedModel], names: NameIndex) -> Iterator[str]:
    """Yield every problem of an inventory and its catalogs, in the order of the variables."""
    conflicts = list(find_unusable_names(spec, models)) or list(dict.fromkeys(find_name_conflicts(spec, models)))
    yield from conflicts
    yield from find_provider_problems(spec.providers)
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


def _find_model_problems(spec: GatewaySpec, models: Iterable[ServedModel]) -> Iterator[str]:
    for model in models:
        if model.written is None:
            continue
        where = model.place if model.origin == "layer" else f"{model.place} ({model.name})"
        if model.provider not in spec.providers:
            yield _describe_unknown_provider(where, model.provider, spec)
        elif not model.is_enabled and model.origin == "layer":
            yield f"{where}: provider '{model.provider}' is disabled; enable it or remove the layer"
        else:
            yield from find_id_problems(where, spec.providers[model.provider], model.id)
        yield from find_extra_problems(where, model.written.extra)


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
    if spec.redis.without_password:
        if password:
            yield "gateway_redis.without_password: there is a password; remove one of the two"
        if spec.redis.username:
            yield "gateway_redis.username: a user has a password; write it, or remove the user"
    elif spec.redis.enabled and not (password and fits_environment_file(password)):
        yield str(find_password_problem(password))
    if spec.cache.enabled and spec.cache.type == "redis" and not spec.redis.enabled:
        yield "gateway_cache.type: 'redis' needs gateway_redis, which is off; turn it on, or write type: local"
