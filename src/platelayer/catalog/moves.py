"""How what a prompt costs moves from one catalog to the next, for prompts of any length."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from platelayer.schema.catalog import INSTEAD, PRICES, CatalogModel, PriceName


@dataclass(frozen=True, slots=True)
class Move:
    """One price, for prompts of `start` tokens or more: what it was and would be, None where nobody knows.

    begins, ends: whether only one of the two is told; the other is then the price that it replaces, or that replaces
    it, whose name is `like`. USD, as in the catalog.
    """

    name: PriceName
    start: int
    before: Decimal | None
    after: Decimal | None
    begins: bool = False
    ends: bool = False

    @property
    def like(self) -> PriceName | None:
        """The price in its place."""
        return INSTEAD.get(self.name)


def moves(old: CatalogModel, new: CatalogModel) -> Iterator[Move]:
    """All prices that move, each once per length from which on it does."""
    seen: dict[PriceName, tuple[Decimal | None, Decimal | None]] = {}
    for start in sorted({0, *(tier.start for tier in (*old.tiers, *new.tiers))}):
        before, after = _told(old, start), _told(new, start)
        for name in PRICES:
            if name not in before and name not in after:
                continue
            pair = _cost(before, name), _cost(after, name)
            if pair[0] != pair[1] and seen.get(name) != pair:
                yield Move(name, start, *pair, begins=name not in before, ends=name not in after)
            seen[name] = pair


def _told(model: CatalogModel, length: int) -> dict[PriceName, Decimal]:
    """The prices of a prompt of so many tokens."""
    found = {name: price.usd for name, price in model.prices.items()}
    for tier in model.tiers:
        if tier.start <= length:
            found |= {name: price.usd for name, price in tier.prices.items()}
    return found


def _cost(told: Mapping[PriceName, Decimal], name: PriceName) -> Decimal | None:
    return told.get(name, told.get(INSTEAD[name]) if name in INSTEAD else None)
