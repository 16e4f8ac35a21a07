"""Guards: what a refresh does not change without being asked; `--accept NAME` overrules one for one run."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from platelayer.advice import suggest_word
from platelayer.catalog.plan import describe_move, find_price_differences, name_tier_price
from platelayer.catalog.price_moves import PriceMove, find_price_moves
from platelayer.schema.catalog import PIECE_PRICES, CatalogModel, PriceName
from platelayer.schema.money import format_decimal, format_per_million

# About the list as a whole:
EMPTY, SHRUNKEN, UNREADABLE, UNLIKELY = "empty", "shrunken", "unreadable", "unlikely"
# About single models:
PRICE, PAID, FREE, USED, NARROWED, GONE = "price", "paid", "free", "used", "narrowed", "gone"
# When each guard refuses.
GUARDS = {
    EMPTY: "the list is empty",
    SHRUNKEN: "more models are gone than max_gone allows",
    UNREADABLE: "more entries are wrong than max_gone allows",
    UNLIKELY: "more models are held back than max_gone allows",
    PRICE: "a price moves by more than max_price_factor, or is no longer listed",
    PAID: "a free model would cost something",
    FREE: "a paid model would cost nothing",
    USED: "a model that the inventory uses is no longer listed",
    NARROWED: "a model is still listed without a key, but no longer with it",
    GONE: "a model is missing, and its grace_days are not over",
}
# What `--accept` then does.
EFFECTS = {
    EMPTY: "marks the missing models, which leave after grace_days",
    SHRUNKEN: "marks the missing models, which leave after grace_days",
    UNREADABLE: "takes the other entries; wrong ones stay as in the last catalog",
    UNLIKELY: "takes the list except for those prices",
    PRICE: "takes the new prices",
    PAID: "takes the new prices",
    FREE: "takes the new prices",
    USED: "removes it when its grace_days are over",
    NARROWED: "removes it at once; if it is used, accept used as well",
    GONE: "removes it at once",
}
# Between the reasons of several prices of one model.
REASON_SEPARATOR = "; "


@dataclass(frozen=True)
class GuardSettings:
    """How far a list may differ from the last one.

    max_gone: share of the list, 0 to 1. max_price_factor: of a price, up or down. grace_days: how long a missing model
    stays.
    """

    max_gone: float = 0.2
    max_price_factor: float = 3
    grace_days: float = 7

    def find_end(self, model: CatalogModel) -> datetime:
        """Return when the grace period of a missing model is over."""
        return datetime.fromisoformat(model.missing_since or "") + timedelta(days=self.grace_days)


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a guard holds back, of one model or of the whole list (`id` is empty), and why.

    reason: for several prices of a model (PRICE) one after the other, with REASON_SEPARATOR between them.
    touches: the names of the model that clients ask for.
    """

    guard: str
    id: str
    reason: str
    touches: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {"guard": self.guard, "id": self.id, "reason": self.reason, "touches": list(self.touches)}


def check_list(
    gone: int, before: int | None, listed: int, unusable: Mapping[str, str], settings: GuardSettings
) -> Iterator[Refusal]:
    """Yield why a list as a whole is not believed.

    gone: how many models left, of `before` that there were; before is None without a last list. unusable: id → reason
    of entries that cannot be read.
    """
    entries = listed + len(unusable)
    if not entries:
        # Once an empty list was accepted, nothing more can go missing.
        if before != 0:
            yield Refusal(EMPTY, "", "the list is empty")
        return
    if before and _too_many(gone, before, settings):
        yield Refusal(SHRUNKEN, "", f"{gone} of {before} models are gone, more than {settings.max_gone:.0%}")
    if _too_many(len(unusable), entries, settings):
        first = describe_first(unusable)
        yield Refusal(UNREADABLE, "", f"{len(unusable)} of {entries} entries are wrong, the first is {first}")


def check_share_held_back(held_back: int, listed: int, settings: GuardSettings) -> Iterator[Refusal]:
    """Yield why a list as a whole is not believed if so many of its models have prices that are not."""
    if _too_many(held_back, listed, settings):
        yield Refusal(UNLIKELY, "", f"{held_back} of {listed} models would have unlikely prices")


def check_model(old: CatalogModel, new: CatalogModel, settings: GuardSettings) -> Iterator[Refusal]:
    """Yield why a model's new prices are not believed. old: what is kept if they are not, see `hold_back_prices`."""
    if not old.prices:
        return
    if not new.prices:
        yield Refusal(PRICE, new.id, f"{_describe_old(old)}, and would have no price")
    elif old.free and not new.free:
        yield Refusal(PAID, new.id, f"{_describe_old(old)} and would cost {_list_prices(new)}")
    elif new.free and not old.free:
        yield Refusal(FREE, new.id, f"{_describe_old(old)}, and would be free")
    elif reasons := [_describe(move) for move in find_price_moves(old, new) if _is_doubtful(move, settings)]:
        yield Refusal(PRICE, new.id, REASON_SEPARATOR.join(reasons))


def find_unknown_guards(names: Collection[str], providers: Collection[str]) -> Iterator[str]:
    """Yield what is wrong with names for `--accept`. providers: those of this refresh."""
    for name in names:
        provider, _, guard = name.rpartition(":")
        if guard not in GUARDS:
            yield f"'{name}' is not a guard; write one of: {', '.join(GUARDS)}"
        elif provider and provider not in providers:
            yield f"'{name}' names no provider of this refresh; {suggest_word(provider, providers)}"


def accept_refusals(names: Collection[str], provider: str) -> Callable[[Refusal], bool]:
    """Return whether a refusal at a provider is accepted, as a function. names: `GUARD` or `PROVIDER:GUARD`."""
    return lambda refusal: refusal.guard in names or f"{provider}:{refusal.guard}" in names


def _too_many(count: int, total: int, settings: GuardSettings) -> bool:
    # One of two models is half of the list, and nothing unusual.
    return count > max(1, total * settings.max_gone)


def _is_doubtful(move: PriceMove, settings: GuardSettings) -> bool:
    before, after = move.before or 0, move.after or 0
    factor = Decimal(repr(settings.max_price_factor))
    # A price that begins below the one that it replaces is a discount, as those of cached tokens are.
    return after > before * factor or (after * factor < before and not move.begins)


def _describe(move: PriceMove) -> str:
    """Return what a price was and would be, with its unit."""
    field = name_tier_price(move.name, move.start) if move.start else move.name
    words, before, after = field.replace("_", " "), move.before, move.after
    if before is None or after is None:
        if after is not None:
            return f"{words} had no price and would cost {_format_usd(move.name, after)}"
        return f"{words} cost {_format_usd(move.name, before or Decimal(0))}, and would have no price"
    text = f"{words} {_format_number(move.name, before)} → {_format_usd(move.name, after)}"
    if difference := describe_move(before, after):
        text += f", {difference}"
    if move.begins or move.ends:
        text += f", billed as {move.substitute_price} {'until now' if move.begins else 'from now on'}"
    return text


def _describe_old(model: CatalogModel) -> str:
    return f"cost {costs}" if (costs := _list_prices(model)) else "was free"


def _list_prices(model: CatalogModel) -> str:
    """Return the prices that are not zero, with their units."""
    prices = [(price.field, price.new) for price in find_price_differences(None, model) if price.new]
    pieces = [f"{format_decimal(usd)} USD per {name}" for name, usd in prices if name in PIECE_PRICES]
    tokens = [f"{name.replace('_', ' ')} {format_per_million(usd)}" for name, usd in prices if name not in PIECE_PRICES]
    return ", ".join([*([f"{', '.join(tokens)} USD per million tokens"] if tokens else []), *pieces])


def _format_usd(name: PriceName, usd: Decimal) -> str:
    return f"{_format_number(name, usd)} USD{'' if name in PIECE_PRICES else ' per million tokens'}"


def _format_number(name: PriceName, usd: Decimal) -> str:
    return format_decimal(usd) if name in PIECE_PRICES else format_per_million(usd)


def describe_first(unusable: Mapping[str, str]) -> str:
    """Return one entry that cannot be read (id → reason), as an example for all of them."""
    name, reason = next(iter(unusable.items()))
    return f"{name}: {reason}"
