"""What a refresh may not change unasked. Each guard has a name, which `--accept NAME` allows for one run."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from platelayer.catalog.moves import Move, moves
from platelayer.catalog.plan import movement, prices, tier_name
from platelayer.schema.catalog import PIECE_PRICES, CatalogModel, PriceName
from platelayer.schema.money import per_million, plainly

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
    USED: "a model is listed no more that the inventory uses",
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
    USED: "lets it leave when its grace_days are over",
    NARROWED: "lets it leave at once, if nothing uses it or used is accepted too",
    GONE: "lets it leave at once",
}


AND = "; "


@dataclass(frozen=True)
class GuardSettings:
    """max_gone: share of the list; max_price_factor: up or down; grace_days: for which a missing model stays."""

    max_gone: float = 0.2
    max_price_factor: float = 3
    grace_days: float = 7

    def end(self, model: CatalogModel) -> datetime:
        """When a missing model's grace is over."""
        return datetime.fromisoformat(model.missing_since or "") + timedelta(days=self.grace_days)


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a guard said: of one model, or of the whole list (`id` empty). touches: names that clients ask for; reason:
    of several prices (PRICE) one after the other, with AND between them."""

    guard: str
    id: str
    reason: str
    touches: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {"guard": self.guard, "id": self.id, "reason": self.reason, "touches": list(self.touches)}


def whole_list(
    gone: int, before: int | None, listed: int, refused: Mapping[str, str], settings: GuardSettings
) -> Iterator[Refusal]:
    """Why a list as a whole is not believed. gone: of so many that it had before, None where there was no list;
    refused: wrong entries, id → reason."""
    entries = listed + len(refused)
    if not entries:
        # Once that was accepted, nothing more can go missing.
        if before != 0:
            yield Refusal(EMPTY, "", "the list is empty")
        return
    if before and _too_many(gone, before, settings):
        yield Refusal(SHRUNKEN, "", f"{gone} of {before} models are gone, more than {settings.max_gone:.0%}")
    if _too_many(len(refused), entries, settings):
        yield Refusal(UNREADABLE, "", f"{len(refused)} of {entries} entries are wrong, the first is {first(refused)}")


def held(models: Mapping[str, CatalogModel], held_back: Collection[str], settings: GuardSettings) -> Iterator[Refusal]:
    """Where so many models are held back, the list is not believed at all."""
    if _too_many(len(held_back), len(models), settings):
        yield Refusal(UNLIKELY, "", f"{len(held_back)} of {len(models)} models would have unlikely prices")


def one_model(old: CatalogModel, new: CatalogModel, settings: GuardSettings) -> Iterator[Refusal]:
    """Why a model's new prices are not believed. old: what stays of it if they are not, see `held_back`."""
    if not old.prices:
        return
    if not new.prices:
        yield Refusal(PRICE, new.id, f"{_was(old)}, and would have no price")
    elif old.free and not new.free:
        yield Refusal(PAID, new.id, f"{_was(old)} and would cost {_costs(new)}")
    elif new.free and not old.free:
        yield Refusal(FREE, new.id, f"{_was(old)}, and would be free")
    elif doubts := [_words(move) for move in moves(old, new) if _is_doubtful(move, settings)]:
        yield Refusal(PRICE, new.id, AND.join(doubts))


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


def _too_many(some: int, of: int, settings: GuardSettings) -> bool:
    # One of two models is half of the list, and nothing unusual.
    return some > max(1, of * settings.max_gone)


def _is_doubtful(move: Move, settings: GuardSettings) -> bool:
    before, after = move.before or 0, move.after or 0
    factor = Decimal(repr(settings.max_price_factor))
    # A price that begins below the one that it replaces is a discount, as those of cached tokens are.
    return after > before * factor or (after * factor < before and not move.begins)


def _words(move: Move) -> str:
    """What it cost and would cost."""
    field = tier_name(move.name, move.start) if move.start else move.name
    words, before, after = field.replace("_", " "), move.before, move.after
    if before is None or after is None:
        if after is not None:
            return f"{words} had no price and would cost {_usd(move.name, after)}"
        return f"{words} cost {_usd(move.name, before or Decimal(0))}, and would have no price"
    text = f"{words} {_number(move.name, before)} → {_usd(move.name, after)}"
    if moved := movement(before, after):
        text += f", {moved}"
    if move.begins or move.ends:
        text += f", {'until now' if move.begins else 'from now on'} as {move.like}"
    return text


def _was(model: CatalogModel) -> str:
    return f"cost {costs}" if (costs := _costs(model)) else "was free"


def _costs(model: CatalogModel) -> str:
    """The prices that are not zero, in words."""
    found = [each for each in prices(None, model) if each.new]
    pieces = [f"{plainly(each.new)} USD per {each.field}" for each in found if each.field in PIECE_PRICES]
    tokens = [
        f"{each.field.replace('_', ' ')} {per_million(each.new)}" for each in found if each.field not in PIECE_PRICES
    ]
    return ", ".join([*([f"{', '.join(tokens)} USD per million tokens"] if tokens else []), *pieces])


def _usd(name: PriceName, usd: Decimal) -> str:
    return f"{_number(name, usd)} USD{'' if name in PIECE_PRICES else ' per million tokens'}"


def _number(name: PriceName, usd: Decimal) -> str:
    return plainly(usd) if name in PIECE_PRICES else per_million(usd)


def first(refused: Mapping[str, str]) -> str:
    """One wrong entry, which stands for all."""
    name, reason = next(iter(refused.items()))
    return f"{name}: {reason}"
