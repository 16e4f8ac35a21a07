"""A plan of a refresh as people read it: like a good diff, with prices per million tokens."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from pathlib import Path

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from switchyard.catalog.guards import ALLOWED, AND, NAMES, PRICE
from switchyard.catalog.plan import Change, Difference, Entry, movement
from switchyard.catalog.refresh import Outcome
from switchyard.model.catalog import PIECE_PRICES, TOKEN_PRICES, VARIABLE, CatalogModel
from switchyard.model.money import per_million, plainly, tokens

# The sign of a change, its colour, its word in a summary, and its title.
CHANGES: dict[Change, tuple[str, str, str, str]] = {
    "added": ("+", "green", "added", "added, USD per million tokens"),
    "missing": ("?", "yellow", "missing", "missing from the list, kept for now"),
    "returned": ("+", "green", "returned", "in the list again"),
    "gone": ("-", "red", "gone", "gone"),
    "repriced": ("~", "cyan", "re-priced", "re-priced, USD per million tokens"),
    "limits": ("~", "blue", "with other limits", "other limits, tokens"),
    "changed": ("~", "blue", "changed otherwise", "changed otherwise"),
}
FIELDS: dict[str, str] = {
    "max_input_tokens": "input",
    "max_output_tokens": "output",
    **{name: f"USD per {name}" for name in PIECE_PRICES},
}
NOTHING = "-"
# Of what is wrong the first ones tell what is the matter.
FEW = 10
# Ids are the same column in every table of a provider, as far as that leaves room.
WIDEST_ID = 60
INDENT = (0, 0, 0, 2)


def plans(outcomes: Sequence[Outcome], *, verbose: bool) -> RenderableType:
    """All providers, a blank line after each with more than one; those without news in one line at the end."""
    blocks = [list(_provider(outcome, verbose)) for outcome in outcomes if not _is_quiet(outcome)]
    if quiet := [outcome.provider for outcome in outcomes if _is_quiet(outcome)]:
        blocks.append([Text.assemble("no changes: ", (", ".join(quiet), "bold"))])
    ends = [[Text()] if len(block) > 1 else [] for block in blocks[:-1]]
    return Group(*(part for block, end in zip(blocks, [*ends, []], strict=True) for part in (*block, *end)))


def _is_quiet(outcome: Outcome) -> bool:
    return outcome.state == "unchanged" and not outcome.warnings


def faults(problems: Sequence[str]) -> RenderableType:
    """Why the whole cannot be deployed; nothing where it can be."""
    lines = (Padding(Text(problem, style="red"), INDENT) for problem in problems)
    return Group(Text("\nthis cannot be deployed as it is:", style="red"), *lines) if problems else Group()


def closing(outcomes: Sequence[Outcome], *, writes: bool, folder: Path, problems: Sequence[str]) -> Text:
    """What was done, and what was not."""
    changed = [outcome.provider for outcome in outcomes if outcome.changes]
    stay = [outcome.provider for outcome in outcomes if outcome.stays]
    held = [outcome.provider for outcome in outcomes if outcome.failed and not outcome.stays]
    if not changed:
        words = "nothing changed"
    elif writes:
        words = f"{len(changed)} written to {folder}: {', '.join(changed)}"
    else:
        words = f"{len(changed)} would change: {', '.join(changed)}; nothing was written"
    refused = f"; not refreshed: {', '.join(stay)}" if stay else ""
    refused += f"; held back in part: {', '.join(held)}" if held else ""
    if any(outcome.without_second for outcome in outcomes):
        refused += "; models.dev did not answer, what it said last stays"
    if problems:
        refused += "; this cannot be deployed as it is"
    slowest = max(outcome.seconds for outcome in outcomes)
    asked = f"{_count(len(outcomes), 'provider')} in {slowest:.1f} s"
    return Text(f"\n{asked}; {words}{refused}", style="red" if refused else "")


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _provider(outcome: Outcome, verbose: bool) -> Iterator[RenderableType]:
    yield Text.assemble((outcome.provider, "bold"), f"  {_summary(outcome, verbose)}")
    if outcome.error:
        yield Padding(Text(f"{_not_refreshed(outcome)}{outcome.error}", style="red"), INDENT)
    # Hundreds of new models are no news one by one.
    listed = outcome.plan.entries if verbose or not outcome.is_first else ()
    ids = [entry.id for entry in listed] + [refusal.id for refusal in outcome.refusals]
    width = min(WIDEST_ID, max(map(len, ids), default=0))
    for change in dict.fromkeys(entry.change for entry in listed):
        entries = outcome.plan.of(change)
        _, style, _, title = CHANGES[change]
        yield Padding(Text(f"\n{title} ({len(entries)})", style=style), INDENT)
        yield Padding(_added(entries, width) if change == "added" else _Changed(entries, width), INDENT)
    yield from _refusals(outcome, width, verbose)
    yield from _warnings(outcome, verbose)


def _not_refreshed(outcome: Outcome) -> str:
    """How the reason begins."""
    if outcome.is_damaged:
        return "not refreshed: "
    return f"not refreshed, {'there is no catalog of it yet' if outcome.is_first else 'its last good catalog stays'}: "


def _summary(outcome: Outcome, verbose: bool) -> str:
    if outcome.stays:
        return outcome.state
    models = _count(outcome.plan.count, "model")
    if outcome.is_first:
        hint = "" if verbose else " (--verbose lists them)"
        return f"{models}, its first catalog; {outcome.served:,} of them served{hint}"
    counts = [
        f"{len(outcome.plan.of(change))} {CHANGES[change][2]}"
        for change in dict.fromkeys(entry.change for entry in outcome.plan.entries)
    ]
    if outcome.refusals:
        counts.append(f"{len({refusal.id for refusal in outcome.refusals})} held back")
    if outcome.changes and not counts:
        counts = ["no changes, but it is asked in another way"]
    return f"{models}: {', '.join(counts) or 'no changes'}"


def _table(*justify: str, header: Sequence[str] = ()) -> Table:
    """Columns under each other: a sign, the id, and those that are asked for, `l` or `r`."""
    table = Table(box=None, show_header=bool(header), header_style="dim", padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(width=1)
    table.add_column(overflow="fold")
    for index, side in enumerate(justify):
        name = header[index] if index < len(header) else ""
        table.add_column(name, overflow="fold", justify="right" if side == "r" else "left")
    return table


def _added(entries: Sequence[Entry], width: int) -> Table:
    table = _table("r", "r", "r", "l", "l", header=("input", "output", "context"))
    for entry in _parted(entries, table):
        if (model := entry.model) is not None:
            limit = Text(tokens(model.max_input_tokens) if model.max_input_tokens else NOTHING)
            table.add_row(*_start(entry, width), *_sides(model), limit, _remarks(model), _touched(entry.touches))
    return table


def _start(entry: Entry, width: int) -> tuple[Text, Text]:
    """The sign and the id, which is as wide as in the other tables, where there is room."""
    sign, style, _, _ = CHANGES[entry.change]
    return Text(sign, style), _id(entry.id, width)


def _id(name: str, width: int) -> Text:
    return Text(name.ljust(width))


def _sides(model: CatalogModel) -> Iterator[Text]:
    for name in TOKEN_PRICES[:2]:
        price = model.prices.get(name)
        yield Text(NOTHING if price is None else per_million(price.usd))


def _remarks(model: CatalogModel) -> Text:
    """What the prices of tokens do not say."""
    found = [] if model.mode == "chat" else [model.mode]
    if model.variable:
        found.append("price depends on what it chooses")
    elif model.free:
        found.append("free")
    elif not model.prices:
        found.append("no price known")
    found += [f"{plainly(model.prices[name].usd)} USD per {name}" for name in PIECE_PRICES if name in model.prices]
    return Text(", ".join(found))


@dataclass
class _Changed:
    """What differs: prices that move by the same in one row where the window has room for that, else in a row each."""

    entries: Sequence[Entry]
    width: int

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        table = _changed(self.entries, self.width, _alike)
        needed = console.measure(table, options=options.update(max_width=sys.maxsize)).maximum
        yield table if needed <= options.max_width else _changed(self.entries, self.width, lambda found: zip(found))


def _changed(
    entries: Sequence[Entry], width: int, rows_of: Callable[[Sequence[Difference]], Iterable[Sequence[Difference]]]
) -> Table:
    """A row for one value that differs, or several; the id, and what it touches, stand in the first."""
    numbers = "r" if entries[0].change == "limits" else "l"
    table = _table("l", numbers, "l", numbers, "r", "l")
    for entry in _parted(entries, table):
        start = _start(entry, width)
        rows = [_difference(alike) for alike in rows_of(entry.differences)] or [(Text(_until(entry)), *[Text()] * 4)]
        for row in rows:
            table.add_row(*start, *row, _touched(entry.touches) if start[0] else Text())
            start = (Text(), Text())
    return table


def _until(entry: Entry) -> str:
    return f"until {entry.until or 'accepted'}" if entry.change == "missing" else ""


def _parted(entries: Sequence[Entry], table: Table) -> Iterator[Entry]:
    """The entries, which begin with what is served; a line where that ends."""
    for before, entry in zip((None, *entries), entries, strict=False):
        if before is not None and before.touches and not entry.touches:
            table.add_row(Text(), Text("not served:", "dim"))
        yield entry


def _alike(differences: Sequence[Difference]) -> Iterator[Sequence[Difference]]:
    """Prices of tokens that move by the same are told in one line, all else in a line each."""
    for _, alike in groupby(differences, lambda each: _moved(each) if each.field in TOKEN_PRICES else each.field):
        found = list(alike)
        yield from [found] if _moved(found[0]) else ([each] for each in found)


def _moved(difference: Difference) -> str:
    old, new = difference.old, difference.new
    return movement(old, new) if isinstance(old, Decimal) and isinstance(new, Decimal) else ""


def _difference(alike: Sequence[Difference]) -> tuple[Text, ...]:
    """The fields, their old values, an arrow, their new values, and how much that is."""
    fields = " / ".join(FIELDS.get(each.field, each.field.replace("_", " ")) for each in alike)
    old, new = (
        " / ".join(_words(getattr(each, side), each.field in PIECE_PRICES) for each in alike) for side in ("old", "new")
    )
    moved = _moved(alike[0])
    return Text(fields), Text(old), Text("→"), Text(new), Text(moved, "green" if moved.startswith("-") else "red")


def _touched(names: Sequence[str]) -> Text:
    return Text(f"→ {', '.join(names)}" if names else "", "magenta")


def _words(value: object, piece: bool) -> str:
    """One side of a difference."""
    if value is None or value == ():
        return NOTHING
    if isinstance(value, Decimal):
        return plainly(value) if piece else per_million(value)
    if isinstance(value, bool):
        return VARIABLE if value else "fixed"
    if isinstance(value, int):
        return f"{value:,}"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _refusals(outcome: Outcome, width: int, verbose: bool) -> Iterator[RenderableType]:
    for guard in dict.fromkeys(refusal.guard for refusal in outcome.refusals):
        found = [refusal for refusal in outcome.refusals if refusal.guard == guard]
        hint = f"if that is right, --accept {outcome.provider}:{guard} {ALLOWED[guard]}"
        if not found[0].id:
            start = _not_refreshed(outcome) if found[0] is outcome.refusals[0] else "and "
            yield Padding(Text(f"{start}{found[0].reason}; {hint}", style="red"), INDENT)
            continue
        yield Padding(Text(f"\nheld back: {NAMES[guard]} ({len(found)}); {hint}", style="red"), INDENT)
        table = _table("l", "l")
        few = found if verbose else found[:FEW]
        for refusal in few:
            first, *more = refusal.reason.split(AND) if guard == PRICE else [refusal.reason]
            table.add_row(Text("!", "red"), _id(refusal.id, width), Text(first), _touched(refusal.touches))
            for reason in more:
                table.add_row(Text(), Text(), Text(reason))
        yield Padding(table, INDENT)
        yield from _more(len(found) - len(few), "model", "red")


def _warnings(outcome: Outcome, verbose: bool) -> Iterator[RenderableType]:
    few = outcome.warnings if verbose else outcome.warnings[:FEW]
    if few:
        yield Text()
    for place, words in few:
        yield Padding(Text(f"warning: {place}: {words}", style="yellow"), INDENT)
    yield from _more(len(outcome.warnings) - len(few), "warning", "yellow")


def _more(count: int, what: str, style: str) -> Iterator[RenderableType]:
    if count:
        yield Padding(Text(f"and {_count(count, f'more {what}')}; --verbose shows them", style=style), INDENT)
