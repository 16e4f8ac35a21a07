"""The vendor of a model, as providers write it in front of the name in an id. Pure."""

import re
from collections.abc import Collection, Sequence
from itertools import combinations

# First parts of an id that are no vendors: they name a place to run, or a route with its own price.
_NO_VENDORS = frozenset({"tee", "dev", "coding", "smart", "policy"})
_SEPARATORS = re.compile(r"[\W_]+")
# Shorter words are the beginning of too many vendors.
_SHORTEST_PREFIX = 3


def split_vendor(model_id: str) -> tuple[str, str]:
    """Return the vendor, empty if there is none, and the rest of an id."""
    *vendor, name = model_id.split("/")
    if vendor and vendor[0].casefold() in _NO_VENDORS:
        return "", model_id
    return "/".join(vendor), name


def is_same_vendor(first: str, second: str) -> bool:
    """Return whether two vendors may be the same: one begins with the other, as z-ai, zai and zai-org do.

    Case and separators do not count. Of `deepinfra/zai-org` each part is compared. THUDM and zai-org are one company,
    but nothing in the names tells that.
    """
    return any(
        a == b or (min(len(a), len(b)) >= _SHORTEST_PREFIX and (a.startswith(b) or b.startswith(a)))
        for a in _split_parts(first)
        for b in _split_parts(second)
    )


def find_most_frequent_vendor(vendors: Sequence[str]) -> Collection[str]:
    """Return all spellings of the vendor that is named most often; empty if two are named equally often."""
    votes = {vendor: sum(is_same_vendor(vendor, other) for other in vendors) for vendor in vendors}
    winners = [vendor for vendor, count in votes.items() if count == max(votes.values())]
    return winners if all(is_same_vendor(first, second) for first, second in combinations(winners, 2)) else []


def _split_parts(vendor: str) -> list[str]:
    return [_SEPARATORS.sub("", part.casefold()) for part in vendor.split("/")]
