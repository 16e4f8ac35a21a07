"""The ids that each provider may have of one model, and how certain each is. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from platelayer.inventory.matching.model_ids import MatchConfidence, ModelMatch, find_matches, pick_certain_match
from platelayer.inventory.matching.vendors import find_most_frequent_vendor, is_same_vendor, split_vendor
from platelayer.schema import CatalogModel, Catalogs, ModelGroupSpec

# there: in the group already; sure, accepted: new in it; elsewhere: certain, but in another group; unsure: shown, not
# written; missing: no longer in the provider's list; none: no id is like the name.
CandidateState = Literal["there", "sure", "accepted", "elsewhere", "unsure", "missing", "none"]
NEW_STATES = ("sure", "accepted")


@dataclass(frozen=True, slots=True)
class ProviderCandidates:
    """The ids of one provider that may be the model.

    id: the one for the group; model: what the catalog says of it, if it lists it; matches: all candidates, that of the
    group first; other_group: the name of the other group that has the id.
    """

    provider: str
    state: CandidateState
    id: str | None = None
    model: CatalogModel | None = None
    matches: tuple[ModelMatch, ...] = ()
    other_group: str | None = None


def find_candidates(
    name: str,
    group: ModelGroupSpec | None,
    accepted: Mapping[str, str],
    catalogs: Catalogs,
    grouped: Mapping[tuple[str, str], str],
) -> tuple[list[ProviderCandidates], str]:
    """Return the candidates of each catalog, and the mode of the group.

    group: the group of that name, None if there is none; accepted: provider → id that is taken unseen; grouped:
    (provider, id) → name of another group that has it.

    A provider's id in the group is kept. If no catalog has the name, models like those in the group are searched for.

    Ids of one name may be of different vendors. The vendor is that of the ids in the group, or else the one that most
    providers name; ids of other vendors are unsure. If two vendors are named equally often, all are unsure. An id
    without a vendor counts as one of the right vendor.
    """
    matches = {
        provider: _find_in_catalog(catalog, name, group)
        for provider, catalog in catalogs.items()
        if provider not in accepted and not (group and provider in group.ids)
    }
    matches = _doubt_other_vendors(matches, group)
    candidates = [_settle(provider, catalog, group, accepted, matches) for provider, catalog in catalogs.items()]
    mode = _find_mode(group, candidates)
    return [_check_other_groups(_doubt_other_mode(each, mode), grouped) for each in candidates], mode


def _find_in_catalog(catalog: Mapping[str, CatalogModel], name: str, group: ModelGroupSpec | None) -> list[ModelMatch]:
    members = [member.id for member in group.ids.values()] if group else []
    return find_matches([name], catalog.values()) or find_matches(members, catalog.values())


def _doubt_other_vendors(
    matches: Mapping[str, list[ModelMatch]], group: ModelGroupSpec | None
) -> dict[str, list[ModelMatch]]:
    """Return the matches by provider, with less confidence in those of other vendors than the model's."""
    in_group = _list_vendors(member.id for member in group.ids.values()) if group else []
    certain = (match for some in matches.values() if (match := pick_certain_match(some)))
    named = in_group or _list_vendors(match.model.id for match in certain)
    if not named:
        return dict(matches)
    vendors = in_group or find_most_frequent_vendor(named)
    return {
        provider: sorted((_judge_vendor(match, vendors) for match in some), key=lambda match: match.confidence)
        for provider, some in matches.items()
    }


def _list_vendors(model_ids: Iterable[str]) -> list[str]:
    return [vendor for model_id in model_ids if (vendor := split_vendor(model_id)[0])]


def _judge_vendor(match: ModelMatch, vendors: Collection[str]) -> ModelMatch:
    vendor, _ = split_vendor(match.model.id)
    fits = vendors and (not vendor or any(is_same_vendor(vendor, other) for other in vendors))
    return match if fits else replace(match, confidence=MatchConfidence.VENDOR)


def _settle(
    provider: str,
    catalog: Mapping[str, CatalogModel],
    group: ModelGroupSpec | None,
    accepted: Mapping[str, str],
    matches: Mapping[str, list[ModelMatch]],
) -> ProviderCandidates:
    """Return the candidates of one provider, with the one for the group chosen if one is certain."""
    if group and (member := group.ids.get(provider)):
        return ProviderCandidates(provider, "there", member.id, catalog.get(member.id))
    if accepted_id := accepted.get(provider):
        return ProviderCandidates(provider, "accepted", accepted_id, catalog[accepted_id])
    own = matches[provider]
    if best := pick_certain_match(own):
        others = (match for match in own if match is not best)
        return ProviderCandidates(provider, "sure", best.model.id, best.model, (best, *others))
    listed = [match for match in own if match.model.missing_since is None]
    missing = [match for match in own if match.model.missing_since is not None]
    state: CandidateState = "unsure" if listed else "missing" if missing else "none"
    return ProviderCandidates(provider, state, matches=(*listed, *missing))


def _find_mode(group: ModelGroupSpec | None, candidates: Sequence[ProviderCandidates]) -> str:
    """Return the mode of the group, or the most frequent one of its new members."""
    if group:
        return group.mode
    modes = [each.model.mode for each in candidates if each.model and each.state in NEW_STATES]
    return Counter(modes).most_common(1)[0][0] if modes else "chat"


def _doubt_other_mode(candidates: ProviderCandidates, mode: str) -> ProviderCandidates:
    """Return the candidates with an id of another mode as unsure: it may be another model."""
    is_other = candidates.state == "sure" and candidates.model is not None and candidates.model.mode != mode
    return replace(candidates, state="unsure", id=None, model=None) if is_other else candidates


def _check_other_groups(candidates: ProviderCandidates, grouped: Mapping[tuple[str, str], str]) -> ProviderCandidates:
    """Return the candidates with an id of another group as not new: it would be served under two names."""
    is_new = candidates.state in NEW_STATES
    other_group = grouped.get((candidates.provider, candidates.id or "")) if is_new else None
    return replace(candidates, state="elsewhere", other_group=other_group) if other_group else candidates
