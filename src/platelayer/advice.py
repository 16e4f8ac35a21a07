"""Advice for unknown words in messages."""

from collections.abc import Iterable
from difflib import get_close_matches


def suggest_word(wrong: str, known: Iterable[str], *, cutoff: float = 0.6, most: int | None = None) -> str:
    """Return `did you mean 'x'?` with the most similar known word, or `write one of: …` if none is similar.

    `cutoff`: the least similarity, 0 to 1; `most`: how many words are listed, None for all.
    """
    words = list(known)
    if near := find_nearest(wrong, words, cutoff=cutoff):
        return f"did you mean '{near}'?"
    more = len(words) - len(words[:most])
    return f"write one of: {', '.join(words[:most])}{f' and {more} more' if more else ''}"


def end_with_suggestion(wrong: str, known: Iterable[str], *, cutoff: float = 0.6) -> str:
    """Return `; did you mean 'x'?` to end a sentence with, or nothing if no known word is similar."""
    near = find_nearest(wrong, known, cutoff=cutoff)
    return f"; did you mean '{near}'?" if near else ""


def find_nearest(wrong: str, known: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """Return the most similar known word, or None if none is similar."""
    return next(iter(get_close_matches(wrong, list(known), n=1, cutoff=cutoff)), None)
