"""From a provider's list to its next catalog: completed, guarded, compared. Pure."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache

from platelayer.catalog import guards
from platelayer.catalog.complete import dated, own_words, second_of, with_second
from platelayer.catalog.guards import GuardSettings, Refusal
from platelayer.catalog.held import held_back
from platelayer.catalog.plan import Plan, Touches, Uses, plan
from platelayer.catalog.snapshot import Snapshot
from platelayer.gateway.price_policy import PricePolicy, apply_price_policy
from platelayer.providers import Kind
from platelayer.schema.catalog import CatalogModel, ParsedList


@dataclass(frozen=True, kw_only=True)
class Situation:
    """All that a decision depends on.

    parsed: what the list says now, None where it is what it was; second: id → what models.dev says, None where it did
    not answer, empty where it is not asked; public: ids that the list has without a key, for lists that a key narrows;
    now: ISO 8601, UTC; uses: what the inventory writes by hand; names: (id, name) of what a catalog adds to that.
    """

    provider: str
    kind: Kind
    last: Snapshot | None
    parsed: ParsedList | None
    now: str
    api_base: str | None = None
    second: Mapping[str, CatalogModel] | None = field(default_factory=dict)
    public: Collection[str] = ()
    policy: PricePolicy = field(default_factory=dict)
    settings: GuardSettings = field(default_factory=GuardSettings)
    accept: Collection[str] = ()
    uses: Uses = field(default_factory=dict)
    names: Callable[[Mapping[str, CatalogModel]], Iterable[tuple[str, str]]] = lambda models: ()

    def touches(self, *catalogs: Mapping[str, CatalogModel]) -> Touches:
        """The names under which clients ask for a model: those that the inventory writes, and those that these
        catalogs bring."""

        # Only where there is something to tell: most lists bring no news.
        @cache
        def brought() -> dict[str, list[str]]:
            found: dict[str, list[str]] = {}
            for catalog in catalogs:
                for identity, name in self.names(catalog):
                    found.setdefault(identity, []).append(name)
            return found

        return lambda model: tuple(
            dict.fromkeys((*self.uses.get((self.provider, model.id), ()), *brought().get(model.id, ())))
        )


@dataclass(frozen=True)
class Decision:
    """models: the next catalog, None where the list is refused as a whole; refusals: what a guard held back."""

    models: dict[str, CatalogModel] | None
    plan: Plan
    refusals: tuple[Refusal, ...] = ()


def decide(situation: Situation) -> Decision:
    """What the next catalog is. Refusals that were accepted are none."""
    provider, settings = situation.provider, situation.settings
    last = situation.last.models if situation.last else {}
    present = situation.last.present() if situation.last else {}
    parsed = situation.parsed or ParsedList(tuple(own_words(model) for model in present.values()))
    listed = {model.id: _completed(model, situation) for model in parsed.models}
    refused = dict(parsed.refused)
    allowed = guards.accepted(situation.accept, provider)
    touches = situation.touches(last, listed)

    def stays(*found: Refusal) -> Decision:
        return Decision(None, Plan(provider, count=len(last)), found)

    gone = present.keys() - listed.keys() - refused.keys() - set(situation.public)
    before = len(present) if situation.last else None
    about_all = guards.whole_list(len(gone), before, len(listed), refused, settings)
    if whole := [found for found in about_all if not allowed(found)]:
        return stays(*whole)

    models: dict[str, CatalogModel] = {}
    single: list[Refusal] = []
    for model in listed.values():
        models[model.id], found = _listed(model, last.get(model.id), situation)
        single += [replace(each, touches=touches(model)) for each in found]
    about_held = guards.held(listed, {each.id for each in single}, settings)
    if unlikely := [found for found in about_held if not allowed(found)]:
        return stays(*unlikely, *single)

    for name, model in last.items():
        if name in listed:
            continue
        kept, found = (model, []) if name in refused else _missing(model, situation, touches)
        single += found
        if kept is not None:
            models[name] = kept
    stay = {found.id for found in single if found.guard == guards.USED}
    until = {
        name: _day(settings.end(model)) for name, model in models.items() if model.missing_since and name not in stay
    }
    changes = plan(provider, last, models, situation.touches(last, models), until)
    return Decision(models, changes, tuple(single))


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"


def _completed(model: CatalogModel, situation: Situation) -> CatalogModel:
    last = situation.last.models.get(model.id) if situation.last else None
    # What models.dev does not list any more is still what it was; people forget entries there.
    said = (situation.second or {}).get(model.id) or second_of(last)
    second = None if situation.second == {} else said
    model = replace(model, model=situation.kind.model(model.id, model.mode), api_base=situation.api_base)
    return dated(apply_price_policy(with_second(model, second), situation.policy), last, situation.now)


def _listed(model: CatalogModel, last: CatalogModel | None, situation: Situation) -> tuple[CatalogModel, list[Refusal]]:
    """A model of the list: as it is told, or at the prices that it had."""
    if last is None:
        return model, []
    allowed = guards.accepted(situation.accept, situation.provider)
    kept = held_back(model, last)
    found = [each for each in guards.one_model(kept, model, situation.settings) if not allowed(each)]
    return (kept if found else model), found


def _missing(model: CatalogModel, situation: Situation, touches: Touches) -> tuple[CatalogModel | None, list[Refusal]]:
    """A model that is not listed any more: marked, kept, or gone."""
    allowed = guards.accepted(situation.accept, situation.provider)
    users = ", ".join(situation.uses.get((situation.provider, model.id), ()))
    if model.id in situation.public:
        words = "is listed, but not for this key; it may need approval"
        found = [Refusal(guards.NARROWED, model.id, words, touches(model))]
        if users:
            found.append(Refusal(guards.USED, model.id, f"is not listed for this key, and needed by {users}"))
        found = [each for each in found if not allowed(each)]
        return (model if found else None), found
    marked = replace(model, missing_since=model.missing_since or situation.now)
    end = situation.settings.end(marked)
    is_over = end <= datetime.fromisoformat(situation.now)
    if users:
        served = "served on" if is_over else f"served beyond {_day(end)}"
        words = f"is listed no more, and needed by {users}: it is {served} until its leaving is accepted"
        used = Refusal(guards.USED, model.id, words)
        if not allowed(used):
            return marked, [used]
    leaves = is_over or allowed(Refusal(guards.GONE, model.id, ""))
    return (None if leaves else marked), []
