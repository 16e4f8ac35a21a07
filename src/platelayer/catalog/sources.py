"""The providers of an inventory that have catalogs, and how each is asked."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from platelayer.advice import suggest_word
from platelayer.catalog.guards import GuardSettings
from platelayer.catalog.request import CatalogSource
from platelayer.errors import CatalogError
from platelayer.gateway.catalog_choice import find_unmatched_patterns
from platelayer.gateway.price_policy import read_price_policy
from platelayer.gateway.served_models import list_served_models
from platelayer.providers import ProviderKind, load_kinds
from platelayer.schema import CatalogModel, GatewaySpec, ProviderSpec

# The origins of models that a catalog has a part in.
_FROM_CATALOGS = ("grouped", "listed")


def list_sources(
    gateway: GatewaySpec, names: Sequence[str] = (), key_problems: Mapping[str, str] | None = None
) -> list[CatalogSource]:
    """Return every enabled provider with a catalog, or those of these names; raise CatalogError if one has none.

    key_problems: provider → why its key could not be read.
    """
    checked = names or [
        name for name, provider in gateway.providers.items() if provider.enabled and provider.kind not in load_kinds()
    ]
    problems = [problem for name in checked if (problem := _find_problem(gateway, name))]
    if problems:
        raise CatalogError("\n".join(problems))
    return [
        _make_source(gateway, name, provider, (key_problems or {}).get(name))
        for name, provider in gateway.providers.items()
        if (not names or name in names) and not _find_problem(gateway, name)
    ]


def _find_problem(gateway: GatewaySpec, name: str) -> str | None:
    provider = gateway.providers.get(name)
    if provider is None:
        return f"gateway_providers: '{name}' is not there; {suggest_word(name, sorted(gateway.providers))}"
    if not provider.enabled:
        return f"gateway_providers.{name}: is disabled; enable it, or do not name it"
    kinds = load_kinds()
    if provider.kind not in kinds:
        return f"gateway_providers.{name}: kind '{provider.kind}' is unknown; {suggest_word(provider.kind, kinds)}"
    if kinds[provider.kind].listing is None:
        with_list = ", ".join(name for name, kind in kinds.items() if kind.listing)
        return f"gateway_providers.{name}: kind '{provider.kind}' has no list; these have one: {with_list}"
    if not provider.catalog:
        return f"gateway_providers.{name}: has 'catalog: false'; remove that, or do not name it"
    return None


def _make_source(gateway: GatewaySpec, name: str, provider: ProviderSpec, key_problem: str | None) -> CatalogSource:
    kind = load_kinds()[provider.kind]
    key = provider.api_key.get_secret_value() if provider.api_key else ""
    return CatalogSource(
        name=name,
        kind=kind,
        base=provider.list_base or provider.api_base or kind.list_base or kind.api_base or "",
        key=key or None,
        key_problem=key_problem,
        api_base=provider.api_base or kind.api_base,
        policy=read_price_policy(provider),
        guards=_merge_guards(gateway, provider),
        models_dev=_choose_models_dev(provider, kind),
        list_catalog_names=partial(_list_catalog_names, gateway, name),
        find_unmatched_patterns=partial(find_unmatched_patterns, provider),
    )


def _list_catalog_names(
    gateway: GatewaySpec, name: str, models: Mapping[str, CatalogModel]
) -> Iterator[tuple[str, str]]:
    """Return (id, name) of what a catalog adds to the inventory: members of groups, and what `include` chooses."""
    served = list_served_models(gateway, {name: models})
    return ((model.id, model.name) for model in served if model.provider == name and model.origin in _FROM_CATALOGS)


def _merge_guards(gateway: GatewaySpec, provider: ProviderSpec) -> GuardSettings:
    """Return the settings of `gateway_catalog`, with the provider's own in their place."""
    shared, own = gateway.catalog, provider.guards
    return GuardSettings(
        max_gone=shared.max_gone if own.max_gone is None else own.max_gone,
        max_price_factor=shared.max_price_factor if own.max_price_factor is None else own.max_price_factor,
        grace_days=shared.grace_days if own.grace_days is None else own.grace_days,
    )


def _choose_models_dev(provider: ProviderSpec, kind: ProviderKind) -> str | None:
    """Return the provider's name at models.dev, or None if it is not looked up there."""
    if provider.models_dev is not None:
        return provider.models_dev or None
    return kind.listing.models_dev if kind.listing else None
