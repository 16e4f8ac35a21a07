"""From a provider's list to its next catalog: completed, guarded, compared. Pure."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from switchyard.catalog import guards
from switchyard.catalog.complete import Policy, dated, own_words, second_of, with_policy, with_prices_of, with_second
from switchyard.catalog.guards import Refusal, Settings
from switchyard.catalog.plan import Plan, Uses, plan
from switchyard.catalog.snapshot import Snapshot
from switchyard.model.catalog import CatalogModel, Parsed
from switchyard.providers import Kind


@dataclass(frozen=True, kw_only=True)
class Situation:
    """All that a decision depends on.

    parsed: what the list says now, None where it is what it was; second: id → what models.dev says, None where it did
    not answer, empty where it is not asked; public: ids that the list has without a key, for lists that a key narrows;
    now: ISO 8601, UTC; uses: what the inventory writes by hand; is_chosen: the name under which `include` serves a
    model, or None.
    """

    provider: str
    kind: Kind
    last: Snapshot | None
    parsed: Parsed | None
    now: str
    api_base: str | None = None
    second: Mapping[str, CatalogModel] | None = field(default_factory=dict)
    public: Collection[str] = ()
    policy: Policy = field(default_factory=dict)
    settings: Settings = field(default_factory=Settings)
    accept: Collection[str] = ()
    uses: Uses = field(default_factory=dict)
    is_chosen: Callable[[CatalogModel], str | None] = lambda model: None

    def touches(self, model: CatalogModel) -> tuple[str, ...]:
        """The names under which clients ask for a model: those that the inventory writes, or what `include` brings."""
        chosen = self.is_chosen(model)
        return self.uses.get((self.provider, model.id), ()) or ((chosen,) if chosen else ())


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
    parsed = situation.parsed or Parsed(tuple(own_words(model) for model in present.values()))
    listed = {model.id: _completed(model, situation) for model in parsed.models}
    refused = dict(parsed.refused)
    allowed = guards.accepted(situation.accept, provider)

    gone = present.keys() - listed.keys() - refused.keys() - set(situation.public)
    whole = [
        found
        for found in guards.whole_list(len(gone), len(present), len(listed), refused, settings)
        if not allowed(found)
    ]
    if whole:
        return Decision(None, Plan(provider, count=len(last)), tuple(whole))

    models: dict[str, CatalogModel] = {}
    single: list[Refusal] = []
    for name, model in listed.items():
        found = [each for each in _doubts(last.get(name), model, settings) if not allowed(each)]
        models[name] = with_prices_of(model, last[name]) if found else model
        single += [replace(each, touches=situation.touches(model)) for each in found]
    unlikely = [found for found in guards.held(listed, {each.id for each in single}, settings) if not allowed(found)]
    if unlikely:
        return Decision(None, Plan(provider, count=len(last)), (*unlikely, *single))

    for name, model in last.items():
        if name in listed:
            continue
        if name in refused:
            models[name] = model
        else:
            kept, found = _missing(model, situation)
            single += found
            if kept is not None:
                models[name] = kept
    return Decision(models, plan(provider, last, models, situation.touches), tuple(single))


def _completed(model: CatalogModel, situation: Situation) -> CatalogModel:
    last = situation.last.models.get(model.id) if situation.last else None
    # What models.dev does not list any more is still what it was; people forget entries there.
    said = (situation.second or {}).get(model.id) or second_of(last)
    second = None if situation.second == {} else said
    model = replace(model, model=situation.kind.model(model.id, model.mode), api_base=situation.api_base)
    return dated(with_policy(with_second(model, second), situation.policy), last, situation.now)


def _doubts(old: CatalogModel | None, new: CatalogModel, settings: Settings) -> Iterator[Refusal]:
    if old is not None:
        yield from guards.one_model(old, new, settings)


def _missing(model: CatalogModel, situation: Situation) -> tuple[CatalogModel | None, list[Refusal]]:
    """A model that is not listed any more: marked, kept, or gone."""
    allowed = guards.accepted(situation.accept, situation.provider)
    if model.id in situation.public:
        narrowed = Refusal(guards.NARROWED, model.id, "is listed, but not for this key; it may need approval")
        return (None, []) if allowed(narrowed) else (model, [narrowed])
    marked = replace(model, missing_since=model.missing_since or situation.now)
    if users := situation.uses.get((situation.provider, model.id)):
        used = Refusal(guards.USED, model.id, f"is listed no more, and {', '.join(users)} would lose it")
        if not allowed(used):
            return marked, [used]
    over = datetime.fromisoformat(marked.missing_since or "") + timedelta(days=situation.settings.grace_days)
    leaves = over <= datetime.fromisoformat(situation.now) or allowed(Refusal(guards.GONE, model.id, ""))
    return (None if leaves else marked), []
