"""Searching all catalogs of an environment for the models that a text may mean."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from rapidfuzz import fuzz, utils

from platelayer.inventory.matching.model_ids import normalise_id
from platelayer.inventory.matching.suggestions import MOST_SUGGESTIONS, ask_if_meant, find_nearest
from platelayer.inventory.matching.vendors import split_vendor
from platelayer.schema import CatalogModel, Catalogs
from platelayer.schema.catalog import PriceName

# From 0 to 100: two typing errors in ten letters are above it, words that share some letters are below.
_LEAST_LIKENESS = 75
_COMPARED_PRICES: tuple[PriceName, ...] = ("input", "output")


@dataclass(frozen=True, slots=True)
class ModelOffer:
    """A model at one provider."""

    provider: str
    model: CatalogModel

    @property
    def price(self) -> Decimal:
        """USD for one input and one output token together, to sort by; infinite if neither price is known."""
        usd = [self.model.prices[name].usd for name in _COMPARED_PRICES if name in self.model.prices]
        return sum(usd, start=Decimal(0)) if usd else Decimal("Infinity")


@dataclass(frozen=True, slots=True)
class FoundModel:
    """A model that is like the text.

    name: the most frequent one of its ids, without the vendor; likeness: 0 to 100; offers: the cheapest first.
    """

    name: str
    likeness: float
    offers: tuple[ModelOffer, ...]


def find_models(text: str, catalogs: Catalogs) -> list[FoundModel]:
    """Return the models that are like a text, the most alike first."""
    wanted = utils.default_process(text)
    offers: dict[str, list[ModelOffer]] = {}
    likeness: dict[str, float] = {}
    for provider, catalog in catalogs.items():
        for model in catalog.values():
            key = normalise_id(model.id)
            if (rating := _rate_likeness(wanted, model.id, key)) is not None:
                offers.setdefault(key, []).append(ModelOffer(provider, model))
                likeness[key] = max(rating, likeness.get(key, 0))
    models = [_describe(likeness[key], tuple(sorted(same, key=_sort_by_price))) for key, same in offers.items()]
    return sorted(models, key=lambda model: (-model.likeness, model.name))


def explain_no_match(text: str, catalogs: Catalogs) -> str:
    """Return the error for a text that no model is like, with the nearest names as advice."""
    names = _suggest_names(text, catalogs)
    advice = (
        ask_if_meant(names)
        if names
        else "write a part of its name, or run `platelayer catalog refresh` for newer lists"
    )
    return f"'{text}': no model in {len(catalogs)} catalogs has a name like that; {advice}"


def _suggest_names(text: str, catalogs: Catalogs) -> list[str]:
    """Return names of the first models that are found, or else those that share most letters with the text."""
    known = {_remove_vendor(model_id) for catalog in catalogs.values() for model_id in catalog}
    names = [model.name for model in find_models(text, catalogs)[:MOST_SUGGESTIONS]]
    return names or find_nearest(text, sorted(known))


def _describe(likeness: float, offers: tuple[ModelOffer, ...]) -> FoundModel:
    (name, _), *_ = Counter(_remove_vendor(offer.model.id) for offer in offers).most_common(1)
    return FoundModel(name, likeness, offers)


def _remove_vendor(model_id: str) -> str:
    return split_vendor(model_id)[1]


def _sort_by_price(offer: ModelOffer) -> tuple[Decimal, str, str]:
    return offer.price, offer.provider, offer.model.id


def _rate_likeness(wanted: str, model_id: str, name: str) -> float | None:
    """Return how alike a text and an id are, from 0 to 100; None if the id is unlike it.

    It is the mean of three ratings: the text as a part of the id, its words in the id, and the lengths compared.
    """
    whole, short = utils.default_process(model_id), utils.default_process(name)
    wanted_letters, letters = wanted.replace(" ", ""), whole.replace(" ", "")
    part = fuzz.partial_ratio(wanted_letters, letters) if len(wanted_letters) <= len(letters) else 0.0
    words = fuzz.token_set_ratio(wanted, whole)
    if max(part, words) < _LEAST_LIKENESS:
        return None
    return (part + words + max(fuzz.token_sort_ratio(wanted, short), fuzz.token_sort_ratio(wanted, whole))) / 3
