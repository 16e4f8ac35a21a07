"""The plan of a refresh: what differs between two catalogs of a provider, model by model."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from platelayer.schema.catalog import LIMITS, PRICES, CatalogModel, Price, PriceName
from platelayer.schema.money import format_decimal

# From this factor on a price is said to have moved by a factor, below it by a percentage.
MIN_FACTOR = 3

# added: new in the list. missing: no longer in it, served until the grace period ends. returned: in it again.
# gone: leaves the catalog. repriced, limits, changed: still in the list, with other prices, limits or other values.
ChangeKind = Literal["added", "missing", "returned", "gone", "repriced", "limits", "changed"]
CHANGE_KINDS: tuple[ChangeKind, ...] = ("added", "missing", "returned", "gone", "repriced", "limits", "changed")
OTHER_FIELDS = (
    "mode",
    "abilities",
    "input_modalities",
    "output_modalities",
    "deprecation_date",
    "variable",
    "variant",
)
# (provider, id) → the names of models and virtual models that it serves.
Uses = Mapping[tuple[str, str], tuple[str, ...]]
# A model → the names under which clients ask for it.
NameLookup = Callable[[CatalogModel], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """One field of a model that differs. Prices are Decimals in USD, per token or per piece; None is no value."""

    field: str
    old: Any
    new: Any

    @property
    def percent(self) -> Decimal | None:
        """How far a price moves, in percent; None if it begins, ends, or was zero."""
        if isinstance(self.old, Decimal) and isinstance(self.new, Decimal) and self.old:
            return (self.new / self.old - 1) * 100
        return None

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for JSON; prices are text, in the same unit."""
        percent = self.percent
        return {
            "field": self.field,
            "old": _dump_value(self.old),
            "new": _dump_value(self.new),
            **({} if percent is None else {"percent": round(float(percent), 2)}),
        }


@dataclass(frozen=True, slots=True)
class ModelChange:
    """One change of one model.

    touches: the names of the model that clients ask for. model: how it is in the new catalog, None if it left.
    until: the last day of a missing model, None if it stays until its removal is accepted.
    """

    kind: ChangeKind
    id: str
    differences: tuple[FieldDifference, ...] = ()
    touches: tuple[str, ...] = ()
    model: CatalogModel | None = None
    until: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {
            "change": self.kind,
            "id": self.id,
            "differences": [difference.as_dict() for difference in self.differences],
            "touches": list(self.touches),
            **({} if self.until is None else {"until": self.until}),
        }


@dataclass(frozen=True, slots=True)
class CatalogPlan:
    """All changes of one catalog, sorted by kind and id. count: how many models it has then."""

    changes: tuple[ModelChange, ...] = ()
    count: int = 0

    @property
    def kinds(self) -> list[ChangeKind]:
        """The kinds of its changes, in the order of the changes."""
        return list(dict.fromkeys(change.kind for change in self.changes))

    def list_changes(self, kind: ChangeKind) -> list[ModelChange]:
        """Return the changes of one kind."""
        return [change for change in self.changes if change.kind == kind]


def compare_catalogs(
    last: Mapping[str, CatalogModel],
    new: Mapping[str, CatalogModel],
    find_names: NameLookup = lambda model: (),
    last_days: Mapping[str, str] | None = None,
) -> CatalogPlan:
    """Return what differs between two catalogs of one provider. Of each kind, served models come first.

    last_days: id → the last day of a missing model.
    """
    changes = [
        ModelChange(
            kind,
            model_id,
            differences,
            find_names(new.get(model_id) or last[model_id]),
            new.get(model_id),
            (last_days or {}).get(model_id) if kind == "missing" else None,
        )
        for model_id in sorted(last.keys() | new.keys())
        for kind, differences in _find_changes(last.get(model_id), new.get(model_id))
    ]
    changes.sort(key=lambda change: (CHANGE_KINDS.index(change.kind), not change.touches))
    return CatalogPlan(tuple(changes), len(new))


def _find_changes(
    old: CatalogModel | None, new: CatalogModel | None
) -> Iterator[tuple[ChangeKind, tuple[FieldDifference, ...]]]:
    if old is None and new is not None:
        yield "added", tuple(find_price_differences(None, new))
        return
    if new is None or old is None:
        yield "gone", ()
        return
    if old.missing_since is None and new.missing_since is not None:
        yield "missing", ()
    if old.missing_since is not None and new.missing_since is None:
        yield "returned", ()
    if repriced := tuple(find_price_differences(old, new)):
        yield "repriced", repriced
    if limits := tuple(_find_differences(LIMITS, old, new)):
        yield "limits", limits
    if others := (*_find_differences(OTHER_FIELDS, old, new), *_find_source_differences(old, new)):
        yield "changed", others


def find_price_differences(old: CatalogModel | None, new: CatalogModel) -> Iterator[FieldDifference]:
    """Yield the prices that differ, those of tiers included; for a new model (`old` is None) all of them."""
    before = {name: price.usd for name, price in _list_prices(old)} if old is not None else {}
    after = {name: price.usd for name, price in _list_prices(new)}
    order = (*PRICES, *sorted((before.keys() | after.keys()) - set(PRICES)))
    for name in order:
        if before.get(name) != after.get(name):
            yield FieldDifference(name, before.get(name), after.get(name))


def _list_prices(model: CatalogModel) -> Iterator[tuple[str, Price]]:
    for name, price in model.prices.items():
        yield name, price
    for tier in model.tiers:
        for name, price in tier.prices.items():
            yield name_tier_price(name, tier.start), price


def describe_move(before: Decimal, after: Decimal) -> str:
    """Return how far a price moves: `+25.0 %`, `times 30`; empty if it was zero."""
    if not before:
        return ""
    factor = after / before
    if factor >= MIN_FACTOR:
        return f"times {Decimal(f'{factor:.3g}').normalize():,f}"
    return f"{(factor - 1) * 100:+.1f} %"


def name_tier_price(name: PriceName, start: int) -> str:
    """Return the name of a price for prompts of `start` tokens or more: `input from 200000 tokens`."""
    return f"{name} from {start} tokens"


def _find_differences(fields: tuple[str, ...], old: CatalogModel, new: CatalogModel) -> Iterator[FieldDifference]:
    for name in fields:
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield FieldDifference(name, before, after)


def _find_source_differences(old: CatalogModel, new: CatalogModel) -> Iterator[FieldDifference]:
    """Yield what other source a price or limit has whose value is the same."""
    old_prices = dict(_list_prices(old))
    for name, price in _list_prices(new):
        before = old_prices.get(name, price)
        if before.usd == price.usd and before.source != price.source:
            yield FieldDifference(f"source of {name}", before.source, price.source)
    for limit in LIMITS:
        if getattr(old, limit) == getattr(new, limit) and old.sources.get(limit) != new.sources.get(limit):
            yield FieldDifference(f"source of {limit}", old.sources.get(limit), new.sources.get(limit))


def _dump_value(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format_decimal(value)
    return list(value) if isinstance(value, tuple) else value
