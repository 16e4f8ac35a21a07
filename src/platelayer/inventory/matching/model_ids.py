"""Comparing ids of models: whether two name the same model, and how certain that is. Pure.

An id is read as VENDOR/NAME-DATE:VARIANT. Parts that tell two models apart are never dropped: sizes, `-instruct`,
`-it`, `-preview`, `-turbo`, four digits such as `-0905` (a new training, not a date), and variants such as `:free` (the
same model with other limits), `:thinking` or `:batch`.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from platelayer.inventory.matching.vendors import is_same_vendor, split_vendor
from platelayer.schema.catalog import CatalogModel


class MatchConfidence(IntEnum):
    """How two ids agree, the most certain first.

    EXACT: same text; PREFIX: same but for the vendor; NORMALISED: same but for case, separators and date; JOINED: same
    without the dashes between letters and digits; SUFFIX: same without suffixes such as -fp8; VENDOR: other vendors.
    """

    EXACT = 1
    PREFIX = 2
    NORMALISED = 3
    JOINED = 4
    SUFFIX = 5
    VENDOR = 6

    @property
    def is_certain(self) -> bool:
        """True if the model may be written without asking."""
        return self <= MatchConfidence.NORMALISED


@dataclass(frozen=True, slots=True)
class ModelMatch:
    """A model of a catalog that may be the one that is searched for."""

    confidence: MatchConfidence
    model: CatalogModel


_SEPARATORS = re.compile(r"[\s._-]+")
# A dash between two digits stays: glm-45 is not glm-4-5.
_DASH_TO_DIGIT = re.compile(r"(?<=[^\W\d_])-(?=\d)|(?<=\d)-(?=[^\W\d_])")
_DAY = r"(0[1-9]|1[0-2])-?(0[1-9]|[12][0-9]|3[01])"
# Without a date providers mean the latest release, so only two different dates tell two models apart.
_DATE = re.compile(rf"(?<=.)-(20[0-9]{{2}})-?{_DAY}$")
# These name the same weights, but `latest` moves on, and the others round the numbers.
_SUFFIX = re.compile(r"(?<=.)-(latest|fp16|bf16|fp8|fp4|int8|int4|awq|gptq)$")
# A date of six digits, which some vendors append to a release.
_STAMP = re.compile(rf"(?<=.)-([0-9]{{2}}){_DAY}$")
_LATEST = "latest"


def compare_ids(first: str, second: str) -> MatchConfidence | None:
    """Return how certainly two ids name the same model, in either order; None if they do not."""
    if first == second:
        return MatchConfidence.EXACT
    (vendor, name), (other_vendor, other_name) = split_vendor(first), split_vendor(second)
    confidence = _compare_names(name, other_name)
    if confidence and vendor and other_vendor and not is_same_vendor(vendor, other_vendor):
        return MatchConfidence.VENDOR
    return confidence


def find_matches(wanted: Iterable[str], models: Iterable[CatalogModel]) -> list[ModelMatch]:
    """Return the models that any of these ids may name, the most certain first, without batch variants and aliases."""
    ids = tuple(wanted)
    matches = [
        ModelMatch(min(confidences), model)
        for model in models
        if model.variant is None
        and (confidences := [confidence for wanted_id in ids if (confidence := compare_ids(wanted_id, model.id))])
    ]
    return sorted(matches, key=lambda match: (match.confidence, match.model.id))


def pick_certain_match(matches: Sequence[ModelMatch]) -> ModelMatch | None:
    """Return the only match that is certain and better than all others; None if there is none.

    A model that is missing from its provider's list is never picked.
    """
    listed = [match for match in matches if match.model.missing_since is None]
    best = [match for match in listed if match.confidence == min(other.confidence for other in listed)]
    return best[0] if len(best) == 1 and best[0].confidence.is_certain else None


def normalise_id(model_id: str) -> str:
    """Return an id without vendor and date, in one spelling: what all ids of one model have in common."""
    return _split_date(_normalise_separators(split_vendor(model_id)[1]))[0]


def _compare_names(first: str, second: str) -> MatchConfidence | None:
    if first == second:
        return MatchConfidence.PREFIX
    name, date = _split_date(_normalise_separators(first))
    other_name, other_date = _split_date(_normalise_separators(second))
    if date and other_date and date != other_date:
        return None
    if name == other_name:
        return MatchConfidence.NORMALISED
    if _join_digits(name) == _join_digits(other_name):
        return MatchConfidence.JOINED
    (name, stamp), (other_name, other_stamp) = _split_suffix(name), _split_suffix(other_name)
    if _join_digits(name) != _join_digits(other_name) or (stamp and other_stamp and stamp != other_stamp):
        return None
    return MatchConfidence.SUFFIX


def _normalise_separators(name: str) -> str:
    """Return a name in small letters, with dashes as separators: glm-4.5 is glm-4-5, and not glm-45."""
    return _SEPARATORS.sub("-", name.casefold())


def _join_digits(name: str) -> str:
    """Return a name as people type it: glm5 for glm-5."""
    return _DASH_TO_DIGIT.sub("", name)


def _split_date(text: str) -> tuple[str, str]:
    """Return a name with its variant, and its date as eight digits, empty if it has none."""
    name, colon, variant = text.partition(":")
    date = _DATE.search(name)
    return (f"{name[: date.start()]}{colon}{variant}", "".join(date.groups())) if date else (text, "")


def _split_suffix(text: str) -> tuple[str, str]:
    """Return a name without suffixes, and its six-digit stamp, empty if it has none."""
    name, colon, variant = text.partition(":")
    name = _SUFFIX.sub("", name)
    stamp = _STAMP.search(name)
    if stamp:
        name = name[: stamp.start()]
    # `:latest` is the tag that Ollama takes if none is named.
    tag = "" if variant == _LATEST else f"{colon}{variant}"
    return f"{name}{tag}", "".join(stamp.groups()) if stamp else ""
