"""Who made a model, as providers name them in ids. Pure."""

import re
from collections.abc import Collection, Sequence
from itertools import combinations

# First parts of an id that are no vendors: what follows runs elsewhere, or is a route with a price of its own.
_NO_VENDORS = frozenset({"tee", "dev", "coding", "smart", "policy"})
_NO_LETTER = re.compile(r"[\W_]+")
# Of fewer letters every other vendor begins with some.
_SHORTEST = 3


def split(identity: str) -> tuple[str, str]:
    """The vendor, empty if there is none, and the rest."""
    *vendor, name = identity.split("/")
    if vendor and vendor[0].casefold() in _NO_VENDORS:
        return "", identity
    return "/".join(vendor), name


def same_vendor(one: str, other: str) -> bool:
    """Whether two vendors may be one: no separators, and one begins with the other: z-ai, zai and zai-org.

    Of `deepinfra/zai-org` each part counts. THUDM and zai-org are one company, but nothing in the names says so.
    """
    return any(
        a == b or (min(len(a), len(b)) >= _SHORTEST and (a.startswith(b) or b.startswith(a)))
        for a in _parts(one)
        for b in _parts(other)
    )


def agreed(vendors: Sequence[str]) -> Collection[str]:
    """The vendor that most of them name, in all its spellings; nothing where two are named as often."""
    votes = {vendor: sum(same_vendor(vendor, other) for other in vendors) for vendor in vendors}
    most = [vendor for vendor, count in votes.items() if count == max(votes.values())]
    return most if all(same_vendor(one, other) for one, other in combinations(most, 2)) else []


def _parts(vendor: str) -> list[str]:
    return [_NO_LETTER.sub("", part.casefold()) for part in vendor.split("/")]
