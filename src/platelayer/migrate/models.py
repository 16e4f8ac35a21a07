"""The whole `model_list` becomes the inventory's providers, models and virtual models."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from platelayer.migrate import groups
from platelayer.migrate.address import Place, Unusable
from platelayer.migrate.entries import Deployment, deployment
from platelayer.migrate.findings import Findings
from platelayer.migrate.groups import Turn
from platelayer.migrate.naming import Named, named
from platelayer.migrate.remarks import remarks
from platelayer.migrate.shelter import Shelter
from platelayer.migrate.values import mapping


@dataclass(frozen=True, slots=True)
class ModelList:
    """What was carried over of a `model_list`.

    entries: how many there were; used: deployments per provider; lost: names of which nothing came over.
    """

    providers: dict[Place, Named]
    models: list[dict[str, Any]]
    virtual_models: list[dict[str, Any]]
    entries: int
    used: Mapping[str, int]
    lost: frozenset[str]

    @property
    def names(self) -> dict[str, dict[str, Any]]:
        """Model group → its first entry, which has what concerns the group: aliases and fallbacks."""
        found: dict[str, dict[str, Any]] = {}
        for entry in (*self.models, *self.virtual_models):
            found.setdefault(entry["name"], entry)
        return found


def model_list(raw: Any, strategy: str, findings: Findings, shelter: Shelter) -> ModelList:
    """Read `model_list`; what cannot come over is a finding. strategy: the router's."""
    entries = raw if isinstance(raw, list) else []
    if raw is not None and not isinstance(raw, list):
        findings.add("never_worked", "model_list", "is not a list; LiteLLM does not start with it")
    found = list(_deployments(entries, findings, shelter))
    providers = named((member.address, member.provider_by_id) for member in found)
    remarks(found, findings)
    models: list[dict[str, Any]] = []
    virtual_models: list[dict[str, Any]] = []
    by_name: dict[str, list[Deployment]] = {}
    for member in found:
        by_name.setdefault(member.name, []).append(member)
    wanted: dict[int, Turn] = {}
    for name, group in by_name.items():
        if groups.is_vain(group, strategy):
            what = f"weight: LiteLLM shares by weight under {groups.BY_WEIGHT} only, and its strategy is {strategy}"
            findings.add("never_worked", name, what)
        group, given = _order_of(group, strategy)
        if layers := _layers(group, given, providers):
            virtual_models.append({"name": name, **_mode(group[0]), "layers": layers})
        else:
            wanted |= {id(member): turn for member, turn in zip(group, given, strict=True)}
    ids = _Ids(findings, {member.deployment_id for member in found})
    for member in found:
        if turn := wanted.get(id(member)):
            models.append(_model(member, turn, providers[member.address.place].name, ids))
    used = Counter(providers[member.address.place].name for member in found)
    said = {str(mapping(entry).get("model_name")) for entry in entries}
    return ModelList(providers, models, virtual_models, len(entries), used, frozenset(said - by_name.keys()))


def _deployments(entries: Sequence[Any], findings: Findings, shelter: Shelter) -> Iterator[Deployment]:
    for index, entry in enumerate(entries):
        name = mapping(entry).get("model_name")
        if not isinstance(name, str) or not name:
            findings.add("never_worked", f"model_list[{index}]", _nameless(name))
            continue
        try:
            yield deployment(entry, f"model_list[{index}]", findings, shelter)
        except Unusable as why:
            findings.add(why.category, name, why.reason)


def _nameless(name: Any) -> str:
    what = "has no name as text; LiteLLM does not start with it"
    if isinstance(name, (bool, int, float)):
        what += f"; YAML reads its model_name as {str(name).lower()}, so write it in quotes"
    return what


def _order_of(group: list[Deployment], strategy: str) -> tuple[list[Deployment], list[Turn]]:
    if not groups.hoped_for(group):
        return group, groups.turns(group, strategy)
    group = sorted(group, key=lambda member: member.fallback_order or 0)
    return group, [Turn(order=order) for order in range(1, len(group) + 1)]


def _layers(
    group: list[Deployment], given: list[Turn], providers: Mapping[Place, Named]
) -> list[dict[str, Any]] | None:
    names = [providers[member.address.place].name for member in group]
    expected = [f"{group[0].name}/{order}-{name}" for order, name in enumerate(names, start=1)]
    fits = groups.fit_layers(group) if groups.hoped_for(group) else groups.are_layers(group, given)
    if not fits or any(member.deployment_id not in (None, id_) for member, id_ in zip(group, expected, strict=True)):
        return None
    return [groups.layer(member, name) for member, name in zip(group, names, strict=True)]


def _mode(member: Deployment) -> dict[str, str]:
    return {} if member.mode == "chat" else {"mode": member.mode}


class _Ids:
    """Deployment ids: LiteLLM tells deployments apart by them."""

    def __init__(self, findings: Findings, written: Collection[str | None]) -> None:
        self._taken: set[str] = set()
        self._written = written
        self._findings = findings

    def of(self, member: Deployment, provider: str) -> str | None:
        """The id to write, or None where the usual one is right."""
        usual, wanted = f"{member.name}/{provider}", member.deployment_id
        if wanted in self._taken:
            self._findings.add("never_worked", member.name, "shares its model_info.id with another deployment")
            wanted = None
        number, chosen = 1, wanted or usual
        while chosen in self._taken or (not wanted and chosen in self._written):
            number += 1
            chosen = f"{usual}-{number}"
        self._taken.add(chosen)
        return None if chosen == usual else chosen


def _model(member: Deployment, turn: Turn, provider: str, ids: _Ids) -> dict[str, Any]:
    made: dict[str, Any] = {"name": member.name, "provider": provider, "id": member.address.id, **_mode(member)}
    if identity := ids.of(member, provider):
        made["deployment_id"] = identity
    made |= {key: value for key, value in (("weight", turn.weight), ("order", turn.order)) if value is not None}
    made |= member.options
    return made | ({"extra": member.extra} if member.extra else {})
