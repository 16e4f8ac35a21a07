"""Models in all catalogs of an environment that a text may mean."""

from dataclasses import dataclass, replace
from decimal import Decimal

from rapidfuzz import fuzz, utils

from switchyard.catalog.match import spelling
from switchyard.model import CatalogModel, Catalogs
from switchyard.model.catalog import PriceName

# Two typing errors in ten letters are found, words that share some letters are not.
_LEAST = 75
_COMPARED: tuple[PriceName, ...] = ("input", "output")


@dataclass(frozen=True, slots=True)
class Offer:
    """A model as one provider has it."""

    provider: str
    model: CatalogModel

    @property
    def price(self) -> Decimal:
        """USD for a token in and a token out, to compare by; what has no such price comes last."""
        usd = [self.model.prices[name].usd for name in _COMPARED if name in self.model.prices]
        return sum(usd, start=Decimal(0)) if usd else Decimal("Infinity")


@dataclass(frozen=True, slots=True)
class Found:
    """One model: what its ids have in common, how much it is like the text (0 to 100), cheapest offer first."""

    name: str
    likeness: float
    offers: tuple[Offer, ...]


def find(text: str, catalogs: Catalogs) -> list[Found]:
    """Models that are like a text, best first."""
    wanted = utils.default_process(text)
    found: dict[str, Found] = {}
    for provider, catalog in catalogs.items():
        for model in catalog.values():
            name = spelling(model.id)
            if (score := _likeness(wanted, model.id, name)) is not None:
                known = found.setdefault(name, Found(name, score, ()))
                offers = (*known.offers, Offer(provider, model))
                found[name] = replace(known, likeness=max(score, known.likeness), offers=offers)
    ordered = (replace(each, offers=tuple(sorted(each.offers, key=_place))) for each in found.values())
    return sorted(ordered, key=lambda each: (-each.likeness, each.name))


def _place(offer: Offer) -> tuple[Decimal, str, str]:
    return offer.price, offer.provider, offer.model.id


def _likeness(wanted: str, identity: str, name: str) -> float | None:
    """Whether the text is in the id, whether its words are, and how much more there is."""
    whole, short = utils.default_process(identity), utils.default_process(name)
    letters, of = wanted.replace(" ", ""), whole.replace(" ", "")
    part = fuzz.partial_ratio(letters, of) if len(letters) <= len(of) else 0.0
    words = fuzz.token_set_ratio(wanted, whole)
    if max(part, words) < _LEAST:
        return None
    return (part + words + max(fuzz.token_sort_ratio(wanted, short), fuzz.token_sort_ratio(wanted, whole))) / 3
