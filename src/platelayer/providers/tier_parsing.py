"""Prices by the length of the prompt: what their forms in all sources have in common."""

from collections.abc import Callable, Iterable, Mapping

from platelayer.providers.list_entries import ListEntry
from platelayer.schema.catalog import Price, PriceName, PriceTier

Prices = Mapping[PriceName, Price]
Tiers = tuple[PriceTier, ...]


class UnreadableTiers(ValueError):
    """Prices by the length of the prompt cannot be read; the text is the reason."""


def parse_by_length(entry: ListEntry, parse: Callable[[ListEntry], tuple[Prices, Tiers]]) -> tuple[Prices, Tiers]:
    """Return prices and tiers of an entry, or neither if `parse` raises UnreadableTiers.

    Without its tiers the price would be too low for long prompts, so it is left out too, with a note.
    """
    try:
        prices, tiers = parse(entry)
    except UnreadableTiers as reason:
        entry.add_note(f"{reason}; its prices are left out")
        return {}, ()
    return prices, tiers if prices else ()


def get_rows(entry: ListEntry, path: str) -> list[ListEntry]:
    """Return the objects of a list; raise UnreadableTiers for anything else."""
    rows = entry.get_objects(path)
    if rows is None:
        raise UnreadableTiers(f"{path} is not a list of objects")
    return rows


def make_tiers(parsed: Iterable[tuple[int, Prices]]) -> Tiers:
    """Return tiers in order, from (start, prices) in any order. start: the shortest prompt, in tokens."""
    by_start: dict[int, dict[PriceName, Price]] = {}
    for start, prices in parsed:
        tier = by_start.setdefault(start, {})
        if tier.keys() & prices.keys():
            raise UnreadableTiers(f"there are two prices for prompts of {start} tokens")
        tier |= prices
    return tuple(PriceTier(start, prices) for start, prices in sorted(by_start.items()) if prices)
