"""Models in all catalogs of an environment that a text may mean."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from rapidfuzz import fuzz, utils

from platelayer.inventory.match import spelling
from platelayer.inventory.references import NEAR, meant, nearest
from platelayer.inventory.vendors import split
from platelayer.schema import CatalogModel, Catalogs
from platelayer.schema.catalog import PriceName

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
    """One model, by the name that most of its ids have behind the vendor; how much it is like the text (0 to 100);
    cheapest offer first."""

    name: str
    likeness: float
    offers: tuple[Offer, ...]


def find(text: str, catalogs: Catalogs) -> list[Found]:
    """Models that are like a text, best first."""
    wanted = utils.default_process(text)
    offers: dict[str, list[Offer]] = {}
    scores: dict[str, float] = {}
    for provider, catalog in catalogs.items():
        for model in catalog.values():
            what = spelling(model.id)
            if (score := _likeness(wanted, model.id, what)) is not None:
                offers.setdefault(what, []).append(Offer(provider, model))
                scores[what] = max(score, scores.get(what, 0))
    found = [_found(scores[what], tuple(sorted(some, key=_place))) for what, some in offers.items()]
    return sorted(found, key=lambda each: (-each.likeness, each.name))


def meant_by(text: str, catalogs: Catalogs) -> list[str]:
    """Names of models that somebody may mean: what `find` puts first, else what shares most letters."""
    known = {_name(identity) for catalog in catalogs.values() for identity in catalog}
    return [each.name for each in find(text, catalogs)[:NEAR]] or nearest(text, sorted(known))


def nothing_like(text: str, catalogs: Catalogs) -> str:
    """What to say where nothing is found."""
    names = meant_by(text, catalogs)
    advice = meant(names) if names else "write a part of its name, or `platelayer catalog refresh` for newer lists"
    return f"'{text}': no model of {len(catalogs)} catalogs has such a name; {advice}"


def _found(likeness: float, offers: tuple[Offer, ...]) -> Found:
    (name, _), *_ = Counter(_name(offer.model.id) for offer in offers).most_common(1)
    return Found(name, likeness, offers)


def _name(identity: str) -> str:
    return split(identity)[1]


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
