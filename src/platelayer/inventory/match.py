"""Whether two ids name the same model, and how sure that is. Pure.

An id is read as VENDOR/NAME-DATE:VARIANT. What says that it is another model is never taken away: sizes, `-instruct`,
`-it`, `-preview`, `-turbo`, four digits such as `-0905` (a new training, not a date), and variants such as `:free`
(a twin with other limits), `:thinking` or `:batch`.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from platelayer.inventory.vendors import same_vendor, split
from platelayer.schema.catalog import CatalogModel


class MatchConfidence(IntEnum):
    """From sure to unsure.

    The same text; without the vendor; in other writing; with letters and digits run together; without a suffix; of
    another vendor.
    """

    EXACT = 1
    PREFIX = 2
    NORMALISED = 3
    JOINED = 4
    SUFFIX = 5
    VENDOR = 6

    @property
    def sure(self) -> bool:
        """Whether it may be written unasked."""
        return self <= MatchConfidence.NORMALISED


@dataclass(frozen=True, slots=True)
class Match:
    """A model of a catalog that may be the one that is sought."""

    tier: MatchConfidence
    model: CatalogModel


_SEPARATORS = re.compile(r"[\s._-]+")
# Between two digits it stays: glm-45 is not glm-4-5.
_GAP = re.compile(r"(?<=[^\W\d_])-(?=\d)|(?<=\d)-(?=[^\W\d_])")
_DAY = r"(0[1-9]|1[0-2])-?(0[1-9]|[12][0-9]|3[01])"
# A release is dated; without the date providers mean the latest one, so that only two different dates differ.
_DATE = re.compile(rf"(?<=.)-(20[0-9]{{2}})-?{_DAY}$")
# They name the same weights, but one moves, another is a company's own stamp, and the others round the numbers.
_SUFFIX = re.compile(r"(?<=.)-(latest|fp16|bf16|fp8|fp4|int8|int4|awq|gptq)$")
_STAMP = re.compile(rf"(?<=.)-([0-9]{{2}}){_DAY}$")
_MOVING = "latest"


def tier(one: str, other: str) -> MatchConfidence | None:
    """How sure it is that two ids name the same model, whichever comes first; None if nothing says so."""
    if one == other:
        return MatchConfidence.EXACT
    (vendor, name), (other_vendor, other_name) = split(one), split(other)
    found = _same(name, other_name)
    if found and vendor and other_vendor and not same_vendor(vendor, other_vendor):
        return MatchConfidence.VENDOR
    return found


def matches(wanted: Iterable[str], models: Iterable[CatalogModel]) -> list[Match]:
    """The models that may be the one that these ids name, surest first, without batch variants and tilde aliases."""
    names = tuple(wanted)
    found = [
        Match(min(tiers), model)
        for model in models
        if model.variant is None and (tiers := [each for name in names if (each := tier(name, model.id))])
    ]
    return sorted(found, key=lambda match: (match.tier, match.model.id))


def sure(found: Sequence[Match]) -> Match | None:
    """The one that is surely meant; None where the best tier is unsure, or where two are as good.

    What is listed no more is never meant.
    """
    listed = [match for match in found if match.model.missing_since is None]
    best = [match for match in listed if match.tier == min(each.tier for each in listed)]
    return best[0] if len(best) == 1 and best[0].tier.sure else None


def spelling(identity: str) -> str:
    """An id without vendor and date, in one way of writing: what ids of the same model have in common."""
    return _dated(_normalised(split(identity)[1]))[0]


def _same(one: str, other: str) -> MatchConfidence | None:
    if one == other:
        return MatchConfidence.PREFIX
    (name, date), (other_name, other_date) = _dated(_normalised(one)), _dated(_normalised(other))
    if date and other_date and date != other_date:
        return None
    if name == other_name:
        return MatchConfidence.NORMALISED
    if _joined(name) == _joined(other_name):
        return MatchConfidence.JOINED
    (name, stamp), (other_name, other_stamp) = _bare(name), _bare(other_name)
    if _joined(name) != _joined(other_name) or (stamp and other_stamp and stamp != other_stamp):
        return None
    return MatchConfidence.SUFFIX


def _normalised(text: str) -> str:
    """Separators are alike, but not nothing: glm-4.5 is glm-4-5, and not glm-45."""
    return _SEPARATORS.sub("-", text.casefold())


def _joined(text: str) -> str:
    """As people type it: glm5 for glm-5."""
    return _GAP.sub("", text)


def _dated(text: str) -> tuple[str, str]:
    """The name with its variant, and the date as eight digits or nothing."""
    name, colon, variant = text.partition(":")
    found = _DATE.search(name)
    return (f"{name[: found.start()]}{colon}{variant}", "".join(found.groups())) if found else (text, "")


def _bare(text: str) -> tuple[str, str]:
    """The name without suffixes, and its six-digit stamp or nothing."""
    name, colon, variant = text.partition(":")
    name = _SUFFIX.sub("", name)
    stamp = _STAMP.search(name)
    if stamp:
        name = name[: stamp.start()]
    # Ollama's word for the tag that it takes where none is named.
    rest = "" if variant == _MOVING else f"{colon}{variant}"
    return f"{name}{rest}", "".join(stamp.groups()) if stamp else ""
