"""The choice of models from a provider's catalog, and the names they are served under."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from decimal import Decimal
from fnmatch import translate
from typing import get_args

from platelayer.schema.catalog import CatalogModel
from platelayer.schema.inventory import CatalogSelection, Mode, ProviderSpec

_MODES = frozenset(get_args(Mode))
FREE_SUFFIX = ":free"
# The order of a free twin and of the paid model: it costs nothing to try the free one first.
FREE_FIRST, PAID_NEXT = 1, 2


def choose_models(provider: ProviderSpec, models: Iterable[CatalogModel]) -> Iterator[CatalogModel]:
    """Yield the models that `include` matches, `exclude` does not, and `select` allows. Nothing without `include`."""
    is_chosen = make_choice(provider)
    return (model for model in models if is_chosen(model))


def make_choice(provider: ProviderSpec) -> Callable[[CatalogModel], bool]:
    """Return the predicate that says whether a model of the provider's catalog is served."""
    include, exclude = _compile_patterns(provider.include), _compile_patterns(provider.exclude)

    def is_chosen(model: CatalogModel) -> bool:
        listed = include.match(model.id) and not exclude.match(model.id)
        return bool(listed) and _is_allowed(model, provider.select)

    return is_chosen


def find_unmatched_patterns(provider: ProviderSpec, models: Collection[CatalogModel]) -> Iterator[str]:
    """Yield the patterns of `include` that match no id of the catalog: misspelt, or of another time."""
    for pattern in provider.include:
        matches = _compile_patterns((pattern,))
        if not any(matches.match(model.id) for model in models):
            yield pattern


def name_model(provider: ProviderSpec, identity: str) -> str:
    """Return the name that clients ask for.

    It stands in `names`, or is the id as the first matching rule of `rename` changes it, behind `prefix`.
    """
    if identity in provider.names:
        return provider.names[identity]
    for rule in provider.rename:
        renamed, count = re.subn(rule.pattern, rule.name, identity, count=1)
        if count:
            identity = renamed
            break
    return provider.prefix + identity


def is_free_twin(model: CatalogModel | None) -> bool:
    """Return whether a `:free` model may be asked before the paid one: not if it is known to cost something."""
    return model is not None and (model.free or not model.prices)


def _compile_patterns(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """Return one expression for many shell patterns; without patterns it matches nothing."""
    return re.compile("|".join(map(translate, patterns)) or r"(?!)")


def _is_allowed(model: CatalogModel, select: CatalogSelection) -> bool:
    if model.mode not in _MODES or (model.variant is not None and model.variant not in select.variants):
        return False
    if select.modes and model.mode not in select.modes:
        return False
    if not set(select.abilities) <= set(model.abilities) or (select.free and not model.free):
        return False
    return _is_within(model, "input", select.max_input_cost_per_token) and _is_within(
        model, "output", select.max_output_cost_per_token
    )


def _is_within(model: CatalogModel, name: str, ceiling: float | None) -> bool:
    """Return whether a price is at most `ceiling` (USD per token); an unknown price is not."""
    # Embeddings have no output, and no price of it.
    if ceiling is None or (name == "output" and model.mode == "embedding"):
        return True
    price = model.prices.get(name)  # type: ignore[call-overload]
    return price is not None and price.usd <= Decimal(repr(ceiling))
