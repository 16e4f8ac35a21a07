"""Which models of a provider's catalog are served, and under which names."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from decimal import Decimal
from fnmatch import translate
from typing import get_args

from platelayer.schema.catalog import CatalogModel
from platelayer.schema.inventory import CatalogSelection, Mode, ProviderSpec

_MODES = frozenset(get_args(Mode))
FREE_SUFFIX = ":free"
# A free twin is asked first; what it costs nothing to try comes before what does.
FREE_FIRST, PAID_THEN = 1, 2


def chosen(provider: ProviderSpec, models: Iterable[CatalogModel]) -> Iterator[CatalogModel]:
    """The models that `include` matches, `exclude` does not, and `select` allows. Nothing without `include`."""
    is_chosen = chooser(provider)
    return (model for model in models if is_chosen(model))


def chooser(provider: ProviderSpec) -> Callable[[CatalogModel], bool]:
    """Whether a model of its catalog is served."""
    include, exclude = _matcher(provider.include), _matcher(provider.exclude)

    def is_chosen(model: CatalogModel) -> bool:
        listed = include.match(model.id) and not exclude.match(model.id)
        return bool(listed) and _allowed(model, provider.select)

    return is_chosen


def useless(provider: ProviderSpec, models: Collection[CatalogModel]) -> Iterator[str]:
    """The patterns of `include` that match no id of the catalog: misspelt, or of another time."""
    for pattern in provider.include:
        matches = _matcher((pattern,))
        if not any(matches.match(model.id) for model in models):
            yield pattern


def name_of(provider: ProviderSpec, identity: str) -> str:
    """The name that clients ask for: written down, or made of the id by the first rule that fits, and the prefix."""
    if identity in provider.names:
        return provider.names[identity]
    for rule in provider.rename:
        renamed, count = re.subn(rule.pattern, rule.name, identity, count=1)
        if count:
            identity = renamed
            break
    return provider.prefix + identity


def twin_of(identity: str) -> str | None:
    """The paid model of a `:free` one."""
    return identity.removesuffix(FREE_SUFFIX) if identity.endswith(FREE_SUFFIX) else None


def is_twin(model: CatalogModel | None) -> bool:
    """Whether it may be asked first under the name of the paid one: not if it is known to cost something itself."""
    return model is not None and (model.free or not model.prices)


def _matcher(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """One expression for many shell patterns; none matches nothing."""
    return re.compile("|".join(map(translate, patterns)) or r"(?!)")


def _allowed(model: CatalogModel, select: CatalogSelection) -> bool:
    if model.mode not in _MODES or (model.variant is not None and model.variant not in select.variants):
        return False
    if select.modes and model.mode not in select.modes:
        return False
    if not set(select.abilities) <= set(model.abilities) or (select.free and not model.free):
        return False
    return _within(model, "input", select.max_input_cost_per_token) and _within(
        model, "output", select.max_output_cost_per_token
    )


def _within(model: CatalogModel, name: str, ceiling: float | None) -> bool:
    """A model whose price is unknown is not below any ceiling; embeddings have no output."""
    if ceiling is None or (name == "output" and model.mode == "embedding"):
        return True
    price = model.prices.get(name)  # type: ignore[call-overload]
    return price is not None and price.usd <= Decimal(repr(ceiling))
