"""Known words that somebody may have meant by an unknown one. Vendors may be left out of ids."""

from collections.abc import Iterable

from rapidfuzz import fuzz, process

from platelayer.inventory.matching.vendors import split_vendor

MOST_SUGGESTIONS = 3
_MOST_LISTED = 8
# From 0 to 100; a word below that was not meant.
_LEAST_LIKENESS = 65


def suggest(unknown: str, known: Iterable[str]) -> str:
    """Return advice that ends an error message: the nearest known words, or else the first of them."""
    words = sorted(known)
    if nearest := find_nearest(unknown, words):
        return ask_if_meant(nearest)
    if not words:
        return "there is none"
    more = f" and {len(words) - _MOST_LISTED} more" if len(words) > _MOST_LISTED else ""
    return f"write one of: {', '.join(words[:_MOST_LISTED])}{more}"


def find_nearest(unknown: str, known: Iterable[str]) -> list[str]:
    """Return the known words that are most like an unknown one, the nearest first; empty if none is near."""
    nearest = process.extract(
        unknown,
        list(known),
        scorer=_rate_likeness,
        processor=str.casefold,
        limit=MOST_SUGGESTIONS,
        score_cutoff=_LEAST_LIKENESS,
    )
    return [word for word, _, _ in nearest]


def ask_if_meant(words: Iterable[str]) -> str:
    """Return words as a question."""
    return "did you mean " + " or ".join(f"'{word}'" for word in words) + "?"


def _rate_likeness(unknown: str, known: str, **_: object) -> float:
    """Return how alike two words are, from 0 to 100, with the vendor of the known one or without it.

    WRatio is high where one word is a part of the other, ratio where they have the same length.
    """
    return max((fuzz.WRatio(unknown, word) + fuzz.ratio(unknown, word)) / 2 for word in {known, split_vendor(known)[1]})
