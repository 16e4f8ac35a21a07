"""How prices move from one catalog to the next, for prompts of any length."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from platelayer.schema.catalog import INSTEAD, PRICES, CatalogModel, PriceName


@dataclass(frozen=True, slots=True)
class PriceMove:
    """One price for prompts of `start` tokens or more, in USD: what it was and would be, None where it is unknown.

    begins: the price is new, and `before` is the price that was billed in its place. ends: the price is no longer
    listed, and `after` is the price that will be billed in its place. `substitute_price` names that other price.
    """

    name: PriceName
    start: int
    before: Decimal | None
    after: Decimal | None
    begins: bool = False
    ends: bool = False

    @property
    def substitute_price(self) -> PriceName | None:
        """The name of the price that is billed where this one is not listed."""
        return INSTEAD.get(self.name)


def find_price_moves(old: CatalogModel, new: CatalogModel) -> Iterator[PriceMove]:
    """Yield each price that moves, once for each prompt length from which it moves differently."""
    seen: dict[PriceName, tuple[Decimal | None, Decimal | None]] = {}
    for start in sorted({0, *(tier.start for tier in (*old.tiers, *new.tiers))}):
        before, after = _list_prices(old, start), _list_prices(new, start)
        for name in PRICES:
            if name not in before and name not in after:
                continue
            pair = _find_cost(before, name), _find_cost(after, name)
            if pair[0] != pair[1] and seen.get(name) != pair:
                yield PriceMove(name, start, *pair, begins=name not in before, ends=name not in after)
            seen[name] = pair


def _list_prices(model: CatalogModel, length: int) -> dict[PriceName, Decimal]:
    """Return the listed prices, in USD, of a prompt of so many tokens."""
    prices = {name: price.usd for name, price in model.prices.items()}
    for tier in model.tiers:
        if tier.start <= length:
            prices |= {name: price.usd for name, price in tier.prices.items()}
    return prices


def _find_cost(listed: Mapping[PriceName, Decimal], name: PriceName) -> Decimal | None:
    """Return what is billed under a name: its price, or the one in its place, None if that is not listed either."""
    billed: PriceName | None = name
    while billed is not None and billed not in listed:
        billed = INSTEAD.get(billed)
    return None if billed is None else listed[billed]
