"""A plan of a refresh as people read it: like a good diff, with prices per million tokens."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from switchyard.catalog.guards import NAMES
from switchyard.catalog.plan import Difference, Entry
from switchyard.catalog.refresh import Outcome
from switchyard.model.catalog import PIECE_PRICES, VARIABLE, CatalogModel
from switchyard.model.money import per_million, plainly

SIGNS = {
    "added": ("+", "green"),
    "missing": ("?", "yellow"),
    "returned": ("+", "green"),
    "gone": ("-", "red"),
    "repriced": ("~", "cyan"),
    "limits": ("~", "blue"),
    "changed": ("~", "blue"),
}
TITLES = {
    "added": "added",
    "missing": "missing from the list, served until the grace period ends",
    "returned": "in the list again",
    "gone": "gone",
    "repriced": "re-priced, USD per million tokens",
    "limits": "limits changed, tokens",
    "changed": "changed otherwise",
}
NOTHING = "-"
WARNINGS = 5


def plans(outcomes: Sequence[Outcome], *, verbose: bool) -> RenderableType:
    """All providers, those without news in one line each."""
    return Group(*(part for outcome in outcomes for part in _provider(outcome, verbose)))


def closing(outcomes: Sequence[Outcome], *, writes: bool, folder: Path) -> Text:
    """What was done, and what was not."""
    changed = [outcome.provider for outcome in outcomes if outcome.changes]
    bad = [outcome.provider for outcome in outcomes if outcome.failed]
    if not changed:
        words = "nothing changed"
    elif writes:
        words = f"{len(changed)} written to {folder}: {', '.join(changed)}"
    else:
        words = f"{len(changed)} would change: {', '.join(changed)}; nothing was written"
    refused = f"; refused or failed: {', '.join(bad)}" if bad else ""
    slowest = max(outcome.seconds for outcome in outcomes)
    return Text(f"\n{len(outcomes)} providers asked in {slowest:.1f} s; {words}{refused}", style="red" if bad else "")


def _provider(outcome: Outcome, verbose: bool) -> Iterator[RenderableType]:
    yield Text.assemble((outcome.provider, "bold"), f"  {_summary(outcome)}")
    if outcome.error:
        yield Padding(Text(f"not refreshed, its last good catalog stays: {outcome.error}", style="red"), (0, 0, 0, 2))
    # Hundreds of new models are no news one by one.
    listed = outcome.plan.entries if verbose or not outcome.is_first else ()
    for change in dict.fromkeys(entry.change for entry in listed):
        entries = outcome.plan.of(change)
        yield Padding(Text(f"{TITLES[change]} ({len(entries)})", style=SIGNS[change][1]), (0, 0, 0, 2))
        yield Padding(_table(entries), (0, 0, 0, 2))
    yield from _refusals(outcome)
    yield from _warnings(outcome, verbose)


def _summary(outcome: Outcome) -> str:
    if outcome.error:
        return "failed"
    counts = [
        f"{len(entries)} {change}"
        for change in dict.fromkeys(entry.change for entry in outcome.plan.entries)
        if (entries := outcome.plan.of(change))
    ]
    if any(not refusal.id for refusal in outcome.refusals):
        return "refused"
    if outcome.is_first:
        return f"{outcome.plan.count} models, its first catalog (--verbose lists them)"
    return f"{outcome.plan.count} models: {', '.join(counts) or 'no changes'}"


def _table(entries: Sequence[Entry]) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(width=1)
    table.add_column(overflow="fold")
    table.add_column(overflow="fold")
    table.add_column(overflow="fold", style="magenta")
    for entry in entries:
        sign, style = SIGNS[entry.change]
        words = _words(entry)
        touches = f"→ {', '.join(entry.touches)}" if entry.touches else ""
        table.add_row(Text(sign, style), Text(entry.id), words, touches)
    return table


def _words(entry: Entry) -> Text:
    if entry.change == "added" and entry.model is not None:
        return Text(described(entry.model))
    return Text("\n").join(_difference(difference) for difference in entry.differences)


def described(model: CatalogModel) -> str:
    """Prices and limits of a model in one line."""
    if model.variable:
        return "price depends on what it chooses"
    if model.free:
        words = "free"
    elif "request" in model.prices and "input" not in model.prices:
        words = f"{plainly(model.prices['request'].usd)} USD per request"
    elif not model.prices:
        words = "no price known"
    else:
        words = " / ".join(
            per_million(model.prices[name].usd) if name in model.prices else NOTHING for name in ("input", "output")
        )
    limit = f", {tokens(model.max_input_tokens)} context" if model.max_input_tokens else ""
    return f"{words}{limit}"


def tokens(count: int | None) -> str:
    """131072 as 131k, 1000000 as 1M."""
    if count is None:
        return NOTHING
    if count >= 1_000_000:
        return f"{count / 1_000_000:.3g}M"
    return f"{count // 1000}k" if count >= 10_000 else str(count)


def _difference(difference: Difference) -> Text:
    piece = difference.field in PIECE_PRICES
    text = Text(f"{difference.field} {shown(difference.old, piece)} → {shown(difference.new, piece)}")
    if (percent := difference.percent) is not None:
        text.append(f"  {percent:+.1f} %", "red" if percent > 0 else "green")
    return text


def shown(value: object, piece: bool = False) -> str:
    """One side of a difference."""
    if value is None or value == ():
        return NOTHING
    if isinstance(value, Decimal):
        return plainly(value) if piece else per_million(value)
    if isinstance(value, bool):
        return VARIABLE if value else "fixed"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _refusals(outcome: Outcome) -> Iterator[RenderableType]:
    guards = dict.fromkeys(refusal.guard for refusal in outcome.refusals)
    for guard in guards:
        found = [refusal for refusal in outcome.refusals if refusal.guard == guard]
        whole = any(not refusal.id for refusal in found)
        kept = "the last good catalog stays" if whole else "held back, these models stay as they were"
        yield Padding(Text(f"{kept}: {NAMES[guard]}; if that is right, --accept {guard}", style="red"), (0, 0, 0, 2))
        table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
        for refusal in found:
            table.add_row(Text("!", "red"), Text(refusal.id or "the list"), Text(refusal.reason))
        yield Padding(table, (0, 0, 0, 2))


def _warnings(outcome: Outcome, verbose: bool) -> Iterator[RenderableType]:
    shown_now = outcome.warnings if verbose else outcome.warnings[:WARNINGS]
    for place, words in shown_now:
        yield Padding(Text(f"warning: {place}: {words}", style="yellow"), (0, 0, 0, 2))
    if more := len(outcome.warnings) - len(shown_now):
        yield Padding(Text(f"and {more} more warnings; --verbose shows them", style="yellow"), (0, 0, 0, 2))
