"""Names that are no names, that two models have, or that nothing answers to. Every problem is one sentence."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from platelayer.advice import suggest_word
from platelayer.gateway.catalog_choice import FREE_FIRST, FREE_SUFFIX
from platelayer.gateway.name_index import NameIndex, list_groups
from platelayer.gateway.served_models import ServedModel
from platelayer.schema import GatewaySpec
from platelayer.schema.inventory_part import is_name
from platelayer.schema.money import quote_value


def find_unusable_names(spec: GatewaySpec, models: Sequence[ServedModel]) -> Iterator[str]:
    """Yield a problem for each name that clients could not ask for, or that LiteLLM could not answer to."""
    yield from _find_malformed_names(models)
    yield from _find_names_outside_latin_1(spec, models)
    for entry in list_groups(spec):
        for name in entry.own_names:
            if "*" in name and name != entry.name:
                yield f"'{entry.name}': its alias '{name}' is a wildcard, which LiteLLM never matches; write a name"
            elif "*" in name.removesuffix("*"):
                yield f"'{name}': a wildcard must end the name; write one such as '{name.partition('*')[0]}*'"
        if "*" in entry.name and entry.fallbacks:
            yield (
                f"'{entry.name}': LiteLLM never uses the fallbacks of a wildcard; write them into "
                "gateway_router.default_fallbacks, or give the model that needs them a name of its own"
            )


def _find_malformed_names(models: Iterable[ServedModel]) -> Iterator[str]:
    """Yield a problem for each provider whose rules make something of an id that cannot be a name."""
    for provider, [first, *more] in _group_by_provider(models, lambda model: not is_name(model.name)):
        yield (
            f"gateway_providers.{provider}: its catalog's {quote_value(first.id)} would be named "
            f"{quote_value(first.name)}{_count_more(more)}; change 'rename' or 'prefix', or write 'names', so "
            "that no name is empty, or begins or ends with a blank"
        )


def _find_names_outside_latin_1(spec: GatewaySpec, models: Sequence[ServedModel]) -> Iterator[str]:
    """Yield a problem for each name and id that LiteLLM would fail to write into a header of its answers."""
    reason = "has characters outside Latin-1, with which LiteLLM answers 500 to every request"
    for model in models:
        if model.origin != "listed":
            identity = getattr(model.written, "deployment_id", None) or ""
            for what, text in (("name", model.name), ("id", model.id), ("deployment_id", identity)):
                if not _fits_header(text):
                    yield f"{model.place}: {what} {quote_value(text)} {reason}; write another"
    for entry in list_groups(spec):
        for alias in entry.aliases:
            if not _fits_header(alias.name):
                yield f"'{entry.name}': alias {quote_value(alias.name)} {reason}; write another"
    for provider, [first, *more] in _group_by_provider(models, lambda model: not _fits_header(model.name + model.id)):
        yield (
            f"gateway_providers.{provider}: its catalog's {quote_value(first.id)} {reason}{_count_more(more)}; "
            "write 'exclude' so that none of them is served"
        )


def _group_by_provider(
    models: Iterable[ServedModel], is_wrong: Callable[[ServedModel], bool]
) -> Iterable[tuple[str, list[ServedModel]]]:
    """Return the listed models that are wrong, by their provider."""
    groups: dict[str, list[ServedModel]] = {}
    for model in models:
        if model.origin == "listed" and is_wrong(model):
            groups.setdefault(model.provider, []).append(model)
    return groups.items()


def _count_more(models: Sequence[ServedModel]) -> str:
    return f", and {len(models)} more like that" if models else ""


def _fits_header(text: str) -> bool:
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True


def find_name_conflicts(spec: GatewaySpec, models: Iterable[ServedModel]) -> Iterator[str]:
    """Yield a problem for each name that a group or a catalog would give a second time."""
    owners = _describe_owners(spec)
    groups: set[str] = set()
    for group in spec.model_groups:
        if owner := owners.get(group.name) or ("another group" if group.name in groups else None):
            yield f"gateway_model_groups ({group.name}): {owner} has that name too; rename one of them"
        groups.add(group.name)
        owners |= {alias.name: f"an alias of '{group.name}' in gateway_model_groups" for alias in group.aliases}
    owners |= dict.fromkeys(groups, "gateway_model_groups")
    for model in models:
        if model.origin != "listed":
            continue
        # A free twin has the name of the paid model on purpose.
        identity = model.id.removesuffix(FREE_SUFFIX) if model.order == FREE_FIRST else model.id
        owner = f"the catalog of {model.provider}: {identity}"
        if (other := owners.setdefault(model.name, owner)) != owner:
            yield (
                f"'{model.name}' would be the name of two: {other}, and {owner}; give gateway_providers"
                f".{model.provider} a 'prefix' or another of 'names', or join them in gateway_model_groups"
            )


def _describe_owners(spec: GatewaySpec) -> dict[str, str]:
    owners = {virtual.name: "gateway_virtual_models" for virtual in spec.virtual_models}
    for model in spec.models:
        owners.setdefault(model.name, f"gateway_models ({model.provider}: {model.id})")
    for variable, entries in (("gateway_models", spec.models), ("gateway_virtual_models", spec.virtual_models)):
        for entry in entries:
            for alias in entry.aliases:
                owners.setdefault(alias.name, f"an alias of '{entry.name}' in {variable}")
    return owners


def find_shared_names(spec: GatewaySpec, models: Sequence[ServedModel]) -> Iterator[str]:
    """Yield a problem for each name or deployment id that two models have without sharing its load."""
    virtual = Counter(entry.name for entry in spec.virtual_models)
    for name, count in virtual.items():
        if count > 1:
            yield f"gateway_virtual_models: {count} are named '{name}'; give each its own name"
    members: dict[str, list[ServedModel]] = defaultdict(list)
    layers = {model.deployment_id: model for model in models if model.origin == "layer"}
    owners: dict[str, ServedModel] = {}
    for model in models:
        if model.origin == "layer":
            continue
        members[model.name].append(model)
        if model.name in virtual:
            yield f"{model.place} ({model.name}) shadows the virtual model of that name; rename one of them"
        yield from _find_shared_id(model, layers, owners)
    for name, group in members.items():
        if len(group) > 1 and not spec.router.is_by_cost and not _share_load(group):
            places = ", ".join(model.place for model in group)
            yield (
                f"{places} are all named '{name}'; give each a 'weight' if they shall share the load, or an 'order' if "
                "one comes after the other, else rename"
            )
    yield from _find_shared_aliases(spec, {*members, *virtual})


def _find_shared_id(
    model: ServedModel, layers: dict[str, ServedModel], owners: dict[str, ServedModel]
) -> Iterator[str]:
    where = f"{model.place} ({model.name}): its deployment id '{model.deployment_id}' is that of"
    if (layer := layers.get(model.deployment_id)) is not None:
        yield f"{where} a layer of '{layer.name}'; write another as 'deployment_id'"
    owner = owners.setdefault(model.deployment_id, model)
    if owner is not model:
        # Only for what is written by hand another id can be written.
        there = "" if model.origin == "written" else f" of {owner.place}"
        yield f"{where} {owner.place} too; write another as 'deployment_id'{there}"


def _share_load(group: Iterable[ServedModel]) -> bool:
    members = list(group)
    return all(model.weight is not None for model in members) or all(model.order is not None for model in members)


def _find_shared_aliases(spec: GatewaySpec, names: set[str]) -> Iterator[str]:
    owners: dict[str, str] = {}
    for entry in list_groups(spec):
        for alias in entry.aliases:
            if alias.name in names:
                yield f"alias '{alias.name}' of '{entry.name}' is the name of a model; write another"
            elif owners.setdefault(alias.name, entry.name) != entry.name:
                yield f"alias '{alias.name}' stands for both '{owners[alias.name]}' and '{entry.name}'; keep one"


def find_unanswered_names(spec: GatewaySpec, names: NameIndex) -> Iterator[str]:
    """Yield a problem for each fallback or default that no model answers to."""
    for entry in list_groups(spec):
        for name in entry.fallbacks or ():
            if name in entry.own_names:
                yield f"'{entry.name}' falls back to itself; name another model in 'fallbacks'"
            elif not names.is_defined(name):
                advice = advise_name(name, names.places)
                yield f"'{entry.name}' falls back to '{name}', which no model is named; {advice}"
    for name in spec.router.default_fallbacks:
        if not names.is_defined(name):
            advice = advise_name(name, names.places)
            yield f"gateway_router.default_fallbacks: no model is named '{name}'; {advice}"
    for reference in names.references:
        if "*" in reference.name:
            yield f"{reference.place}: '{reference.name}' is a wildcard; write a name that it catches"
    default = spec.router.default_model
    if default is not None and not names.is_served(default):
        reason = "its provider is disabled" if names.is_defined(default) else "no model is named so"
        yield f"gateway_router.default_model: '{default}' cannot answer, {reason}; {advise_name(default, names.served)}"


def advise_name(wrong: str, known: Iterable[str]) -> str:
    """Return what to write instead of a name: the nearest one, or a few of them."""
    words = sorted(known)
    return suggest_word(wrong, words, most=8) if words else "no model is served at all"
