"""What each provider has of one model, and whether that is sure. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from platelayer.inventory.match import Match, MatchConfidence, matches, sure
from platelayer.inventory.vendors import agreed, same_vendor, split
from platelayer.schema import CatalogModel, Catalogs, ModelGroupSpec

# there: in the group before; sure, accepted: new in it; elsewhere: surely meant, but another group joins it;
# unsure: shown, not written; missing: listed no more; none: nothing is like it.
State = Literal["there", "sure", "accepted", "elsewhere", "unsure", "missing", "none"]
NEW = ("sure", "accepted")


@dataclass(frozen=True, slots=True)
class Row:
    """What one provider has.

    model: what is in the group, where the catalog knows it; found: what may be meant, that of the group first;
    group: the other group that joins it.
    """

    provider: str
    state: State
    id: str | None = None
    model: CatalogModel | None = None
    found: tuple[Match, ...] = ()
    group: str | None = None


def rows_of(
    name: str,
    group: ModelGroupSpec | None,
    accept: Mapping[str, str],
    catalogs: Catalogs,
    joined: Mapping[tuple[str, str], str],
) -> tuple[list[Row], str]:
    """A row for each catalog, and the mode of the group. What is in the group, or accepted (provider → id), is settled;
    so is what another group joins: (provider, id) → its name.

    Where nothing has that name, ids of the group are looked for.

    Ids of one name may be of different vendors. The ids in the group say whose model it is, or else most providers do;
    an id of another vendor is unsure. Where two vendors are named as often, everything is. An id without a vendor
    passes for one of the right vendor.
    """
    found = {
        provider: _found(catalog, name, group)
        for provider, catalog in catalogs.items()
        if provider not in accept and not (group and provider in group.ids)
    }
    found = _of_vendor(found, group)
    rows = [_row(provider, catalog, group, accept, found) for provider, catalog in catalogs.items()]
    mode = _mode(group, rows)
    return [_elsewhere(_of_mode(row, mode), joined) for row in rows], mode


def _found(catalog: Mapping[str, CatalogModel], name: str, group: ModelGroupSpec | None) -> list[Match]:
    """What may be the model of that name, or else what is in the group."""
    others = [member.id for member in group.ids.values()] if group else []
    return matches([name], catalog.values()) or matches(others, catalog.values())


def _of_vendor(found: Mapping[str, list[Match]], group: ModelGroupSpec | None) -> dict[str, list[Match]]:
    """The same, where those of another vendor than the model's are unsure."""
    there = _vendors(member.id for member in group.ids.values()) if group else []
    named = there or _vendors(best.model.id for some in found.values() if (best := sure(some)))
    if not named:
        return dict(found)
    owners = there or agreed(named)
    return {
        provider: sorted((_judged(match, owners) for match in some), key=lambda match: match.tier)
        for provider, some in found.items()
    }


def _vendors(identities: Iterable[str]) -> list[str]:
    return [vendor for identity in identities if (vendor := split(identity)[0])]


def _judged(match: Match, owners: Collection[str]) -> Match:
    vendor, _ = split(match.model.id)
    fits = owners and (not vendor or any(same_vendor(vendor, owner) for owner in owners))
    return match if fits else replace(match, tier=MatchConfidence.VENDOR)


def _row(
    provider: str,
    catalog: Mapping[str, CatalogModel],
    group: ModelGroupSpec | None,
    accept: Mapping[str, str],
    found: Mapping[str, list[Match]],
) -> Row:
    if group and (member := group.ids.get(provider)):
        return Row(provider, "there", member.id, catalog.get(member.id))
    if accepted := accept.get(provider):
        return Row(provider, "accepted", accepted, catalog[accepted])
    some = found[provider]
    if best := sure(some):
        return Row(provider, "sure", best.model.id, best.model, (best, *(each for each in some if each is not best)))
    listed = [match for match in some if match.model.missing_since is None]
    gone = [match for match in some if match.model.missing_since is not None]
    return Row(provider, "unsure" if listed else "missing" if gone else "none", found=(*listed, *gone))


def _mode(group: ModelGroupSpec | None, rows: Sequence[Row]) -> str:
    """What the group is for, or most of what would be in it."""
    modes = [row.model.mode for row in rows if row.model and row.state in NEW]
    return group.mode if group else Counter(modes).most_common(1)[0][0] if modes else "chat"


def _of_mode(row: Row, mode: str) -> Row:
    """What a provider says is for something else is not surely the same model."""
    other = row.state == "sure" and row.model is not None and row.model.mode != mode
    return replace(row, state="unsure", id=None, model=None) if other else row


def _elsewhere(row: Row, joined: Mapping[tuple[str, str], str]) -> Row:
    """What another group joins would be served under two names."""
    other = joined.get((row.provider, row.id or "")) if row.state in NEW else None
    return replace(row, state="elsewhere", group=other) if other else row
