"""What a refresh may not change unasked. Each guard has a name, which `--accept NAME` allows for one run."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from switchyard.catalog.plan import prices
from switchyard.model.catalog import PIECE_PRICES, TOKEN_PRICES, CatalogModel
from switchyard.model.money import per_million, plainly

# For the list as a whole:
EMPTY, SHRUNKEN, UNREADABLE, UNLIKELY = "empty", "shrunken", "unreadable", "unlikely"
# For single models:
PRICE, PAID, FREE, USED, NARROWED, GONE = "price", "paid", "free", "used", "narrowed", "gone"
NAMES = {
    EMPTY: "the list is empty",
    SHRUNKEN: "more models are gone than max_gone allows",
    UNREADABLE: "more entries are wrong than max_gone allows",
    UNLIKELY: "more models are held back than max_gone allows",
    PRICE: "a price moves by more than max_price_factor, or is told no more",
    PAID: "a free model costs something",
    FREE: "a paid model costs nothing",
    USED: "a model is gone that a model or virtual model of the inventory uses",
    NARROWED: "a model is listed without a key, and no longer with it",
    GONE: "a model is missing, and its grace_days are not over",
}
# What `--accept` does about each.
ALLOWED = {
    EMPTY: "marks what is gone as missing, so that it leaves after grace_days",
    SHRUNKEN: "marks what is gone as missing, so that it leaves after grace_days",
    UNREADABLE: "takes the others, and keeps what was known of the wrong ones",
    UNLIKELY: "takes all but those prices",
    PRICE: "takes what the provider says now",
    PAID: "takes what the provider says now",
    FREE: "takes what the provider says now",
    USED: "lets it leave, if its grace_days are over",
    NARROWED: "lets it leave at once",
    GONE: "lets it leave at once",
}


@dataclass(frozen=True)
class Settings:
    """max_gone: share of the list; max_price_factor: up or down; grace_days: for which a missing model stays."""

    max_gone: float = 0.2
    max_price_factor: float = 3
    grace_days: float = 7


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a guard said: of one model, or of the whole list (`id` empty). touches: names that clients ask for."""

    guard: str
    id: str
    reason: str
    touches: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {"guard": self.guard, "id": self.id, "reason": self.reason, "touches": list(self.touches)}


def whole_list(
    gone: int, before: int, listed: int, refused: Mapping[str, str], settings: Settings
) -> Iterator[Refusal]:
    """Why a list as a whole is not believed. gone: of so many `before`; refused: wrong entries, id → reason."""
    entries = listed + len(refused)
    if not entries:
        yield Refusal(EMPTY, "", "the list is empty")
        return
    if _too_many(gone, before, settings):
        yield Refusal(SHRUNKEN, "", f"{gone} of {before} models are gone, more than {settings.max_gone:.0%}")
    if _too_many(len(refused), entries, settings):
        yield Refusal(UNREADABLE, "", f"{len(refused)} of {entries} entries are wrong, the first is {first(refused)}")


def held(models: Mapping[str, CatalogModel], held_back: Collection[str], settings: Settings) -> Iterator[Refusal]:
    """Where so many models are held back, the list is not believed at all."""
    if _too_many(len(held_back), len(models), settings):
        yield Refusal(UNLIKELY, "", f"{len(held_back)} of {len(models)} models would have unlikely prices")


def one_model(old: CatalogModel, new: CatalogModel, settings: Settings) -> Iterator[Refusal]:
    """Why a model's new prices are not believed."""
    if old.prices and new.prices and old.free != new.free:
        if old.free:
            yield Refusal(PAID, new.id, f"was free and would cost {_costs(new)}")
        else:
            yield Refusal(FREE, new.id, f"cost {_costs(old)}, and would be free")
        return
    if old.prices and not new.prices:
        yield Refusal(PRICE, new.id, "had a price and would have none")
        return
    for difference in prices(old, new):
        before, after = difference.old, difference.new
        if not isinstance(before, Decimal) or not isinstance(after, Decimal):
            continue
        factor = Decimal(repr(settings.max_price_factor))
        if after > before * factor or after * factor < before:
            yield Refusal(PRICE, new.id, _move(difference.field, before, after))


def unknown(names: Collection[str], providers: Collection[str]) -> Iterator[str]:
    """What is wrong with the names that shall be accepted."""
    for name in names:
        provider, _, guard = name.rpartition(":")
        if guard not in NAMES:
            yield f"'{name}' is not a guard; write one of: {', '.join(NAMES)}"
        elif provider and provider not in providers:
            yield f"'{name}' is of no provider that is asked; write one of: {', '.join(providers)}"


def accepted(names: Collection[str], provider: str) -> Callable[[Refusal], bool]:
    """Which refusals `--accept` allows: a guard's name, or PROVIDER:NAME for one provider alone."""
    return lambda refusal: refusal.guard in names or f"{provider}:{refusal.guard}" in names


def _too_many(some: int, of: int, settings: Settings) -> bool:
    # One of two models is half of the list, and nothing unusual.
    return some > max(1, of * settings.max_gone)


def _move(field: str, before: Decimal, after: Decimal) -> str:
    """How far a price moves, in words."""
    far = f", times {plainly(Decimal(f'{after / before:.3g}'))}" if before else ""
    if field in PIECE_PRICES:
        return f"{field} {plainly(before)} → {plainly(after)} USD{far}"
    return f"{field.replace('_', ' ')} {per_million(before)} → {per_million(after)} USD per million tokens{far}"


def _costs(model: CatalogModel) -> str:
    """The prices that are not zero, in words."""
    prices = {name: price.usd for name, price in model.prices.items() if price.usd}
    tokens = [f"{name.replace('_', ' ')} {per_million(prices[name])}" for name in TOKEN_PRICES if name in prices]
    words = [f"{', '.join(tokens)} USD per million tokens"] if tokens else []
    return ", ".join([*words, *(f"{plainly(prices[name])} USD per {name}" for name in PIECE_PRICES if name in prices)])


def first(refused: Mapping[str, str]) -> str:
    """One wrong entry, which stands for all."""
    name, reason = next(iter(refused.items()))
    return f"{name}: {reason}"
