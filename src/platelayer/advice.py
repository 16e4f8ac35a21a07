"""Advice for unknown words in messages."""

from collections.abc import Iterable
from difflib import get_close_matches


def suggest_word(wrong: str, known: Iterable[str], *, cutoff: float = 0.6, most: int | None = None) -> str:
    """Return `did you mean 'x'?` with the most similar known word, or `write one of: …` if none is similar.

    `cutoff`: the least similarity, 0 to 1; `most`: how many words are listed, None for all.
    """
    words = list(known)
    if near := get_close_matches(wrong, words, n=1, cutoff=cutoff):
        return f"did you mean '{near[0]}'?"
    more = len(words) - len(words[:most])
    return f"write one of: {', '.join(words[:most])}{f' and {more} more' if more else ''}"
