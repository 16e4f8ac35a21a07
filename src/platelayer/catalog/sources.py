"""Which providers of an inventory have catalogs, and how each is asked."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from platelayer.advice import one_of
from platelayer.catalog.ask import Source
from platelayer.catalog.guards import GuardSettings
from platelayer.errors import CatalogError
from platelayer.gateway.catalog_choice import find_unmatched_patterns
from platelayer.gateway.price_policy import read_price_policy
from platelayer.gateway.served_models import list_served_models
from platelayer.providers import Kind, kinds
from platelayer.schema import CatalogModel, GatewaySpec, ProviderSpec

# The origins of models that a catalog has a part in.
_FROM_CATALOGS = ("grouped", "listed")


def sources(gateway: GatewaySpec, wanted: Sequence[str] = (), unknown: Mapping[str, str] | None = None) -> list[Source]:
    """Every enabled provider with a catalog, or those that are wanted by name. `unknown`: keys that cannot be read."""
    asked = wanted or [
        name for name, provider in gateway.providers.items() if provider.enabled and _is_unknown(provider)
    ]
    problems = [problem for name in asked if (problem := _problem(gateway, name))]
    if problems:
        raise CatalogError("\n".join(problems))
    return list(_sources(gateway, wanted, unknown or {}))


def _problem(gateway: GatewaySpec, name: str) -> str | None:
    provider = gateway.providers.get(name)
    if provider is None:
        return f"gateway_providers: '{name}' is not there; {one_of(name, sorted(gateway.providers))}"
    if not provider.enabled:
        return f"gateway_providers.{name}: is disabled; enable it, or leave it out"
    if _is_unknown(provider):
        return f"gateway_providers.{name}: kind '{provider.kind}' is unknown; {one_of(provider.kind, kinds())}"
    if kinds()[provider.kind].listing is None:
        with_list = ", ".join(name for name, kind in kinds().items() if kind.listing)
        return f"gateway_providers.{name}: kind '{provider.kind}' has no list; these have one: {with_list}"
    if not provider.catalog:
        return f"gateway_providers.{name}: has 'catalog: false'; remove that, or leave it out"
    return None


def _is_unknown(provider: ProviderSpec) -> bool:
    return provider.kind not in kinds()


def _sources(gateway: GatewaySpec, wanted: Sequence[str], unknown: Mapping[str, str]) -> Iterator[Source]:
    for name, provider in gateway.providers.items():
        if (wanted and name not in wanted) or _problem(gateway, name):
            continue
        kind = kinds()[provider.kind]
        key = provider.api_key.get_secret_value() if provider.api_key else ""
        yield Source(
            name=name,
            kind=kind,
            base=provider.list_base or provider.api_base or kind.list_base or kind.api_base or "",
            key=key or None,
            no_key=unknown.get(name),
            api_base=provider.api_base or kind.api_base,
            policy=read_price_policy(provider),
            settings=_settings(gateway, provider),
            models_dev=_models_dev(provider, kind),
            names=partial(_names, gateway, name),
            useless=partial(find_unmatched_patterns, provider),
        )


def _names(gateway: GatewaySpec, name: str, models: Mapping[str, CatalogModel]) -> Iterator[tuple[str, str]]:
    """(id, name) of what a catalog adds to the inventory's own words: members of groups, and what `include` brings."""
    served = list_served_models(gateway, {name: models})
    return ((model.id, model.name) for model in served if model.provider == name and model.origin in _FROM_CATALOGS)


def _settings(gateway: GatewaySpec, provider: ProviderSpec) -> GuardSettings:
    shared, own = gateway.catalog, provider.guards
    return GuardSettings(
        max_gone=shared.max_gone if own.max_gone is None else own.max_gone,
        max_price_factor=shared.max_price_factor if own.max_price_factor is None else own.max_price_factor,
        grace_days=shared.grace_days if own.grace_days is None else own.grace_days,
    )


def _models_dev(provider: ProviderSpec, kind: Kind) -> str | None:
    if provider.models_dev is not None:
        return provider.models_dev or None
    return kind.listing.models_dev if kind.listing else None
