"""Choosing the id of a model at each provider, and telling how certain the choice is. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from platelayer.inventory.matching.model_ids import MatchConfidence, ModelMatch, find_matches, pick_certain_match
from platelayer.inventory.matching.vendors import find_most_frequent_vendor, is_same_vendor, split_vendor
from platelayer.schema import CatalogModel, Catalogs, ModelGroupSpec

# there: in the group already; sure, accepted: new in it; elsewhere: certain, but in another group; unsure: shown, not
# written; missing: no longer in the provider's list; none: no id is like the name.
ChoiceState = Literal["there", "sure", "accepted", "elsewhere", "unsure", "missing", "none"]
NEW_STATES = ("sure", "accepted")


@dataclass(frozen=True, slots=True)
class ProviderChoice:
    """The id of a model at one provider, or the ids that it may have there.

    id: the chosen one; model: what the catalog says of it, if it lists it; matches: all ids that may be meant, the
    chosen one first; other_group: the name of the other group that has the id.
    """

    provider: str
    state: ChoiceState
    id: str | None = None
    model: CatalogModel | None = None
    matches: tuple[ModelMatch, ...] = ()
    other_group: str | None = None


def choose_ids(
    name: str,
    group: ModelGroupSpec | None,
    accepted: Mapping[str, str],
    catalogs: Catalogs,
    grouped: Mapping[tuple[str, str], str],
) -> tuple[list[ProviderChoice], str]:
    """Return the choice at each provider that has a catalog, and the mode of the group.

    group: the group of that name, None if there is none; accepted: provider → id that the operator chose; grouped:
    (provider, id) → name of another group that has it.

    A provider's id in the group is kept. A catalog without the name is searched for ids like those in the group.

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
    choices = [_choose(provider, catalog, group, accepted, matches) for provider, catalog in catalogs.items()]
    mode = _find_mode(group, choices)
    return [_check_other_groups(_doubt_other_mode(choice, mode), grouped) for choice in choices], mode


def _find_in_catalog(catalog: Mapping[str, CatalogModel], name: str, group: ModelGroupSpec | None) -> list[ModelMatch]:
    members = [member.id for member in group.ids.values()] if group else []
    return find_matches([name], catalog.values()) or find_matches(members, catalog.values())


def _doubt_other_vendors(
    matches: Mapping[str, list[ModelMatch]], group: ModelGroupSpec | None
) -> dict[str, list[ModelMatch]]:
    """Return the matches by provider, with less confidence in those of other vendors than the model's."""
    in_group = _list_vendors(member.id for member in group.ids.values()) if group else []
    certain = (match for in_catalog in matches.values() if (match := pick_certain_match(in_catalog)))
    named = in_group or _list_vendors(match.model.id for match in certain)
    if not named:
        return dict(matches)
    vendors = in_group or find_most_frequent_vendor(named)
    return {
        provider: sorted((_judge_vendor(match, vendors) for match in in_catalog), key=lambda match: match.confidence)
        for provider, in_catalog in matches.items()
    }


def _list_vendors(model_ids: Iterable[str]) -> list[str]:
    return [vendor for model_id in model_ids if (vendor := split_vendor(model_id)[0])]


def _judge_vendor(match: ModelMatch, vendors: Collection[str]) -> ModelMatch:
    vendor, _ = split_vendor(match.model.id)
    fits = vendors and (not vendor or any(is_same_vendor(vendor, other) for other in vendors))
    return match if fits else replace(match, confidence=MatchConfidence.VENDOR)


def _choose(
    provider: str,
    catalog: Mapping[str, CatalogModel],
    group: ModelGroupSpec | None,
    accepted: Mapping[str, str],
    matches: Mapping[str, list[ModelMatch]],
) -> ProviderChoice:
    """Return the choice at one provider: the id in the group, the accepted one, or a certain match."""
    if group and (member := group.ids.get(provider)):
        return ProviderChoice(provider, "there", member.id, catalog.get(member.id))
    if accepted_id := accepted.get(provider):
        return ProviderChoice(provider, "accepted", accepted_id, catalog[accepted_id])
    own = matches[provider]
    if best := pick_certain_match(own):
        others = (match for match in own if match is not best)
        return ProviderChoice(provider, "sure", best.model.id, best.model, (best, *others))
    listed = [match for match in own if match.model.missing_since is None]
    missing = [match for match in own if match.model.missing_since is not None]
    state: ChoiceState = "unsure" if listed else "missing" if missing else "none"
    return ProviderChoice(provider, state, matches=(*listed, *missing))


def _find_mode(group: ModelGroupSpec | None, choices: Sequence[ProviderChoice]) -> str:
    """Return the mode of the group, or the most frequent one of its new members."""
    if group:
        return group.mode
    modes = [choice.model.mode for choice in choices if choice.model and choice.state in NEW_STATES]
    return Counter(modes).most_common(1)[0][0] if modes else "chat"


def _doubt_other_mode(choice: ProviderChoice, mode: str) -> ProviderChoice:
    """Return a choice as unsure if it is of another mode: then it may be another model."""
    is_other = choice.state == "sure" and choice.model is not None and choice.model.mode != mode
    return replace(choice, state="unsure", id=None, model=None) if is_other else choice


def _check_other_groups(choice: ProviderChoice, grouped: Mapping[tuple[str, str], str]) -> ProviderChoice:
    """Return a choice as `elsewhere` if another group has it: else two names would serve it."""
    is_new = choice.state in NEW_STATES
    other_group = grouped.get((choice.provider, choice.id or "")) if is_new else None
    return replace(choice, state="elsewhere", other_group=other_group) if other_group else choice
