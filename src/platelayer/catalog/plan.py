"""What a refresh would change, model by model."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from platelayer.schema.catalog import LIMITS, PRICES, CatalogModel, Price, PriceName
from platelayer.schema.money import plainly

# A price of so many times what it was is told as that, a lesser one in percent.
MANY_TIMES = 3

# added: new in the list. missing: no longer in it, served until the grace period ends. returned: in it again.
# gone: leaves the catalog. repriced, limits, changed: in the list as before, with other words.
Change = Literal["added", "missing", "returned", "gone", "repriced", "limits", "changed"]
CHANGES: tuple[Change, ...] = ("added", "missing", "returned", "gone", "repriced", "limits", "changed")
OTHER = (
    "model",
    "mode",
    "abilities",
    "input_modalities",
    "output_modalities",
    "deprecation_date",
    "variable",
    "variant",
)
# (provider, id) → what serves it: names of models and virtual models.
Uses = Mapping[tuple[str, str], tuple[str, ...]]
# A model → the names under which clients ask for it.
Touches = Callable[[CatalogModel], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that differs; `percent` of a price that has both."""

    field: str
    old: Any
    new: Any

    @property
    def percent(self) -> Decimal | None:
        """How much a price moves; None where it begins or ends, or begins at nothing."""
        if isinstance(self.old, Decimal) and isinstance(self.new, Decimal) and self.old:
            return (self.new / self.old - 1) * 100
        return None

    def as_dict(self) -> dict[str, Any]:
        """Plain data; prices as text in USD per token."""
        percent = self.percent
        return {
            "field": self.field,
            "old": _plain(self.old),
            "new": _plain(self.new),
            **({} if percent is None else {"percent": round(float(percent), 2)}),
        }


@dataclass(frozen=True, slots=True)
class Entry:
    """One change of one model, and what it touches: names that clients ask for. until: the day to which a missing one
    is kept, None where it stays until accepted."""

    change: Change
    id: str
    differences: tuple[Difference, ...] = ()
    touches: tuple[str, ...] = ()
    model: CatalogModel | None = None
    until: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "change": self.change,
            "id": self.id,
            "differences": [difference.as_dict() for difference in self.differences],
            "touches": list(self.touches),
            **({} if self.until is None else {"until": self.until}),
        }


@dataclass(frozen=True, slots=True)
class Plan:
    """All changes of one provider, sorted by kind and id."""

    provider: str
    entries: tuple[Entry, ...] = ()
    count: int = 0

    def of(self, change: Change) -> list[Entry]:
        """The changes of one kind."""
        return [entry for entry in self.entries if entry.change == change]


def plan(
    provider: str,
    last: Mapping[str, CatalogModel],
    new: Mapping[str, CatalogModel],
    touches: Touches = lambda model: (),
    until: Mapping[str, str] | None = None,
) -> Plan:
    """Compare two catalogs of one provider. Of each kind, what is served comes first. until: the last day of what is
    missing, by id."""
    found = [
        Entry(
            change,
            name,
            differences,
            touches(new.get(name) or last[name]),
            new.get(name),
            (until or {}).get(name) if change == "missing" else None,
        )
        for name in sorted(last.keys() | new.keys())
        for change, differences in _changes(last.get(name), new.get(name))
    ]
    found.sort(key=lambda entry: (CHANGES.index(entry.change), not entry.touches))
    return Plan(provider, tuple(found), len(new))


def _changes(old: CatalogModel | None, new: CatalogModel | None) -> Iterator[tuple[Change, tuple[Difference, ...]]]:
    if old is None and new is not None:
        yield "added", tuple(prices(None, new))
        return
    if new is None or old is None:
        yield "gone", ()
        return
    if old.missing_since is None and new.missing_since is not None:
        yield "missing", ()
    if old.missing_since is not None and new.missing_since is None:
        yield "returned", ()
    if repriced := tuple(prices(old, new)):
        yield "repriced", repriced
    if limits := tuple(_differences(LIMITS, old, new)):
        yield "limits", limits
    if others := (*_differences(OTHER, old, new), *_origins(old, new)):
        yield "changed", others


def prices(old: CatalogModel | None, new: CatalogModel) -> Iterator[Difference]:
    """The prices that differ, tiers included; all of them for a new model."""
    before = {name: price.usd for name, price in _prices(old)} if old is not None else {}
    after = {name: price.usd for name, price in _prices(new)}
    order = (*PRICES, *sorted((before.keys() | after.keys()) - set(PRICES)))
    for name in order:
        if before.get(name) != after.get(name):
            yield Difference(name, before.get(name), after.get(name))


def _prices(model: CatalogModel) -> Iterator[tuple[str, Price]]:
    for name, price in model.prices.items():
        yield name, price
    for tier in model.tiers:
        for name, price in tier.prices.items():
            yield tier_name(name, tier.start), price


def movement(before: Decimal, after: Decimal) -> str:
    """How far a price moves, in words: `+25.0 %`, `times 30`; nothing where it begins at 0."""
    if not before:
        return ""
    factor = after / before
    if factor >= MANY_TIMES:
        return f"times {Decimal(f'{factor:.3g}').normalize():,f}"
    return f"{(factor - 1) * 100:+.1f} %"


def tier_name(name: PriceName, start: int) -> str:
    """`input from 200000 tokens`."""
    return f"{name} from {start} tokens"


def _differences(fields: tuple[str, ...], old: CatalogModel, new: CatalogModel) -> Iterator[Difference]:
    for name in fields:
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield Difference(name, before, after)


def _origins(old: CatalogModel, new: CatalogModel) -> Iterator[Difference]:
    """Where prices and limits come from that are what they were."""
    then = dict(_prices(old))
    for name, price in _prices(new):
        before = then.get(name, price)
        if before.usd == price.usd and before.source != price.source:
            yield Difference(f"source of {name}", before.source, price.source)
    for limit in LIMITS:
        if getattr(old, limit) == getattr(new, limit) and old.sources.get(limit) != new.sources.get(limit):
            yield Difference(f"source of {limit}", old.sources.get(limit), new.sources.get(limit))


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return plainly(value)
    return list(value) if isinstance(value, tuple) else value
