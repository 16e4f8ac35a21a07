"""Prices by the length of the prompt: what the shapes of all sources have in common."""

from collections.abc import Callable, Iterable, Mapping

from platelayer.providers.reading import Entry
from platelayer.schema.catalog import Price, PriceName, PriceTier

Prices = Mapping[PriceName, Price]
Tiers = tuple[PriceTier, ...]


class Unreadable(ValueError):
    """Why prices by the length of the prompt, which a source tells, cannot be read."""


def by_length(entry: Entry, one: Callable[[Entry], tuple[Prices, Tiers]]) -> tuple[Prices, Tiers]:
    """Prices and tiers; neither, and a note, where tiers are Unreadable: the price alone would be too low."""
    try:
        prices, tiers = one(entry)
    except Unreadable as reason:
        entry.note(f"{reason}; its prices are left out")
        return {}, ()
    return prices, tiers if prices else ()


def rows(entry: Entry, path: str) -> list[Entry]:
    """The objects of a list; anything else is Unreadable."""
    found = entry.each(path)
    if found is None:
        raise Unreadable(f"{path} is not a list of objects")
    return found


def tiers(found: Iterable[tuple[int, Prices]]) -> Tiers:
    """Tiers by their start, from (start, prices) in any order."""
    by_start: dict[int, dict[PriceName, Price]] = {}
    for start, prices in found:
        tier = by_start.setdefault(start, {})
        if tier.keys() & prices.keys():
            raise Unreadable(f"there are two prices for prompts of {start} tokens")
        tier |= prices
    return tuple(PriceTier(start, prices) for start, prices in sorted(by_start.items()) if prices)
