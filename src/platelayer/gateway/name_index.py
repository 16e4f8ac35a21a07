"""One index of the names of a gateway: who has each, what it serves, and who refers to it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from platelayer.gateway.served_models import ServedModel
from platelayer.schema import GatewaySpec
from platelayer.schema.inventory import GroupSettings


@dataclass(frozen=True, slots=True)
class NameReference:
    """A place that refers to a name, such as `gateway_models (glm-5).fallbacks`."""

    place: str
    name: str


@dataclass(frozen=True)
class NameIndex:
    """The names that clients may ask for, those of disabled providers included.

    models: name → what serves it, in order; places: name or alias → where it is given, in words; served: names and
    aliases that an enabled provider serves; uses: (provider, id) → names; references: fallbacks and defaults, in order.
    """

    models: Mapping[str, tuple[ServedModel, ...]]
    places: Mapping[str, str]
    served: frozenset[str]
    uses: Mapping[tuple[str, str], tuple[str, ...]]
    references: tuple[NameReference, ...]

    def is_defined(self, name: str) -> bool:
        """Return whether a model or alias has this name, or a wildcard catches it."""
        return is_caught(name, self.places)

    def is_served(self, name: str) -> bool:
        """Return whether an enabled provider serves this name, or a wildcard of one catches it."""
        return is_caught(name, self.served)


def is_caught(name: str, names: Iterable[str]) -> bool:
    """Return whether a name is one of `names`, or caught by one of their wildcards (`*`, `openai/*`)."""
    return name in names or any(known.endswith("*") and name.startswith(known.removesuffix("*")) for known in names)


def index_names(spec: GatewaySpec, served_models: Iterable[ServedModel]) -> NameIndex:
    """Return the index of a gateway's names."""
    models: dict[str, list[ServedModel]] = {virtual.name: [] for virtual in spec.virtual_models}
    places: dict[str, str] = {}
    uses: dict[tuple[str, str], dict[str, None]] = {}
    # The layers of virtual models with one provider disabled stay a problem, not a name that is gone.
    served = {virtual.name for virtual in spec.virtual_models}
    for model in served_models:
        models.setdefault(model.name, []).append(model)
        uses.setdefault((model.provider, model.id), {})[model.name] = None
        if model.is_enabled:
            served.add(model.name)
    places |= _find_places(spec, models)
    served |= {alias.name for part in list_groups(spec) if part.name in served for alias in part.aliases}
    return NameIndex(
        models={name: tuple(members) for name, members in models.items()},
        places=places,
        served=frozenset(served),
        uses={model: tuple(names) for model, names in uses.items()},
        references=tuple(dict.fromkeys(_list_references(spec))),
    )


def list_groups(spec: GatewaySpec) -> tuple[GroupSettings, ...]:
    """Return every entry of the inventory that gives a name, with its aliases and fallbacks, in the order served."""
    return (*spec.models, *spec.model_groups, *spec.virtual_models)


def find_replaceable_names(spec: GatewaySpec, models: Iterable[ServedModel], names: NameIndex) -> frozenset[str]:
    """Return the names for which something else answers when a deployment cannot: another one, or a fallback."""
    counts = Counter(model.name for model in models)
    fallbacks = {group.name: group.fallbacks for group in list_groups(spec)}
    own_names: dict[str, set[str]] = {}
    for group in list_groups(spec):
        own_names.setdefault(group.name, set()).update(group.own_names)

    def is_answered_by(targets: Iterable[str], name: str) -> bool:
        return any(names.is_served(target) for target in targets if target not in own_names.get(name, {name}))

    def has_fallback(name: str) -> bool:
        own = fallbacks.get(name)
        # An empty list keeps default_fallbacks away, one that nothing answers does not.
        return own != () and (is_answered_by(own or (), name) or is_answered_by(spec.router.default_fallbacks, name))

    return frozenset(name for name, count in counts.items() if count > 1 or has_fallback(name))


def _find_places(spec: GatewaySpec, models: Mapping[str, list[ServedModel]]) -> dict[str, str]:
    places: dict[str, str] = {}
    for variable, entries in _variables(spec):
        for index, entry in enumerate(entries):
            places.setdefault(entry.name, f"{variable}[{index}]")
    for name, (first, *_) in ((name, members) for name, members in models.items() if members):
        places.setdefault(name, f"the catalog of {first.provider} ({first.id})")
    for entry in list_groups(spec):
        for alias in entry.aliases:
            places.setdefault(alias.name, f"an alias of '{entry.name}'")
    return places


def _list_references(spec: GatewaySpec) -> Iterator[NameReference]:
    for variable, entries in _variables(spec):
        for entry in entries:
            for name in entry.fallbacks or ():
                yield NameReference(f"{variable} ({entry.name}).fallbacks", name)
    if spec.router.default_model is not None:
        yield NameReference("gateway_router.default_model", spec.router.default_model)
    for name in spec.router.default_fallbacks:
        yield NameReference("gateway_router.default_fallbacks", name)


def _variables(spec: GatewaySpec) -> tuple[tuple[str, tuple[GroupSettings, ...]], ...]:
    return (
        ("gateway_models", spec.models),
        ("gateway_model_groups", spec.model_groups),
        ("gateway_virtual_models", spec.virtual_models),
    )
