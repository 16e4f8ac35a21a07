"""Names that catalogs would bring, and that are no names or another's."""

from collections.abc import Iterable

from platelayer.errors import InventoryError
from platelayer.gateway.choose import FREE_FIRST, FREE_SUFFIX
from platelayer.schema import GatewaySpec, ModelSpec
from platelayer.schema.inventory import is_name
from platelayer.schema.money import shown


def refuse_what_is_no_name(listed: Iterable[ModelSpec]) -> None:
    """What rules make of an id is a name like those written by hand."""
    wrong: dict[str, list[ModelSpec]] = {}
    for model in listed:
        if not is_name(model.name):
            wrong.setdefault(model.provider, []).append(model)
    if wrong:
        raise InventoryError(
            f"gateway_providers.{provider}: its catalog's {shown(first.id)} would be named {shown(first.name)}"
            f"{f', and {len(more)} more like that' if more else ''}; change 'rename' or 'prefix', or write 'names', so "
            "that no name is empty, or begins or ends with a blank"
            for provider, (first, *more) in wrong.items()
        )


def refuse_shared_names(gateway: GatewaySpec, listed: Iterable[ModelSpec]) -> None:
    """A name that a catalog brings must not be another's, or requests would go to either."""
    origins = _origins(gateway)
    problems = []
    groups: dict[str, str] = {}
    for group in gateway.model_groups:
        if other := origins.get(group.name) or groups.get(group.name):
            problems.append(f"gateway_model_groups ({group.name}): {other} has that name too; rename one of them")
        groups[group.name] = "another group"
        origins |= {alias.name: f"an alias of '{group.name}' in gateway_model_groups" for alias in group.aliases}
    origins |= dict.fromkeys(groups, "gateway_model_groups")
    for model in listed:
        origin = f"the catalog of {model.provider}: {_paid(model)}"
        if (other := origins.setdefault(model.name, origin)) != origin:
            problems.append(
                f"'{model.name}' would be the name of two: {other}, and {origin}; give gateway_providers"
                f".{model.provider} a 'prefix' or another of 'names', or join them in gateway_model_groups"
            )
    if problems:
        raise InventoryError(dict.fromkeys(problems))


def _origins(gateway: GatewaySpec) -> dict[str, str]:
    """The names that are written by hand, but for groups, and where."""
    origins = {virtual.name: "gateway_virtual_models" for virtual in gateway.virtual_models}
    for model in gateway.models:
        origins.setdefault(model.name, f"gateway_models ({model.provider}: {model.id})")
    for place, written in (("gateway_models", gateway.models), ("gateway_virtual_models", gateway.virtual_models)):
        for one in written:
            for alias in one.aliases:
                origins.setdefault(alias.name, f"an alias of '{one.name}' in {place}")
    return origins


def _paid(model: ModelSpec) -> str:
    """The id that a model has its name from: of a free twin, that of the paid one."""
    return model.id.removesuffix(FREE_SUFFIX) if model.order == FREE_FIRST else model.id
