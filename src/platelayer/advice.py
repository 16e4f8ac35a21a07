"""What to write instead of a word that nobody knows."""

from collections.abc import Iterable
from difflib import get_close_matches


def one_of(wrong: str, known: Iterable[str], *, cutoff: float = 0.6, most: int | None = None) -> str:
    """The nearest known word; if none is near, all of them, or so many. cutoff: how near, from 0 to 1."""
    words = list(known)
    if near := get_close_matches(wrong, words, n=1, cutoff=cutoff):
        return f"did you mean '{near[0]}'?"
    more = len(words) - len(words[:most])
    return f"write one of: {', '.join(words[:most])}{f' and {more} more' if more else ''}"
