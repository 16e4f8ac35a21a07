"""Who has a name, and who refers to it."""

from collections.abc import Collection, Iterable, Iterator

from rapidfuzz import fuzz, process

from platelayer.inventory.vendors import split
from platelayer.schema import GatewaySpec
from platelayer.schema.inventory import GroupSettings

NEAR = 3
# What shares less with a word was not meant by it.
_LEAST = 65


def defined(gateway: GatewaySpec) -> set[str]:
    """All names of models and virtual models and their aliases, of disabled providers too."""
    groups: tuple[GroupSettings, ...] = (*gateway.models, *gateway.virtual_models)
    return {group.name for group in groups} | {alias.name for group in groups for alias in group.aliases}


def origins(gateway: GatewaySpec) -> dict[str, str]:
    """Name → where it comes from, in words."""
    found: dict[str, str] = {}
    for index, model in enumerate(gateway.models[: gateway.written]):
        found.setdefault(model.name, f"gateway_models[{index}]")
    for index, group in enumerate(gateway.model_groups):
        found.setdefault(group.name, f"gateway_model_groups[{index}]")
    for index, virtual in enumerate(gateway.virtual_models):
        found.setdefault(virtual.name, f"gateway_virtual_models[{index}]")
    for model in gateway.models[gateway.written :]:
        found.setdefault(model.name, f"the catalog of {model.provider} ({model.id})")
    for part in (*gateway.models, *gateway.virtual_models):
        for alias in part.aliases:
            found.setdefault(alias.name, f"an alias of '{part.name}'")
    return found


def references(gateway: GatewaySpec, names: Collection[str]) -> list[tuple[str, str]]:
    """The places that refer to one of these names, and which: fallbacks, the default model, default fallbacks."""
    return [(place, name) for place, name in dict.fromkeys(_references(gateway)) if name in names]


def _references(gateway: GatewaySpec) -> Iterator[tuple[str, str]]:
    parts: tuple[tuple[str, tuple[GroupSettings, ...]], ...] = (
        ("gateway_models", gateway.models[: gateway.written]),
        ("gateway_model_groups", gateway.model_groups),
        ("gateway_virtual_models", gateway.virtual_models),
    )
    for variable, groups in parts:
        for group in groups:
            for name in group.fallbacks:
                yield f"{variable} ({group.name}).fallbacks", name
    if gateway.router.default_model is not None:
        yield "gateway_router.default_model", gateway.router.default_model
    for name in gateway.router.default_fallbacks:
        yield "gateway_router.default_fallbacks", name


def near(wrong: str, known: Iterable[str]) -> str:
    """The nearest known words, as advice."""
    words = sorted(known)
    if found := nearest(wrong, words):
        return meant(found)
    if not words:
        return "there is none"
    return f"write one of: {', '.join(words[:8])}{f' and {len(words) - 8} more' if len(words) > 8 else ''}"


def nearest(wrong: str, known: Iterable[str]) -> list[str]:
    """The words that are most like one, best first; nothing where none is."""
    found = process.extract(
        wrong, list(known), scorer=_likeness, processor=str.casefold, limit=NEAR, score_cutoff=_LEAST
    )
    return [word for word, _, _ in found]


def meant(words: Iterable[str]) -> str:
    """Words as a question."""
    return "did you mean " + " or ".join(f"'{word}'" for word in words) + "?"


def _likeness(one: str, other: str, **_: object) -> float:
    """Whether one is in the other, and how much more there is; people leave a vendor out."""
    return max((fuzz.WRatio(one, word) + fuzz.ratio(one, word)) / 2 for word in {other, split(other)[1]})
