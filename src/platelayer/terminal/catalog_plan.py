"""A plan of a refresh as people read it: like a good diff, with prices per million tokens."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from platelayer.catalog.guards import ALLOWED, AND, NAMES, PRICE
from platelayer.catalog.refresh import Outcome
from platelayer.terminal import change_tables

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
        _, style, _, title = change_tables.CHANGES[change]
        yield Padding(Text(f"\n{title} ({len(entries)})", style=style), INDENT)
        yield Padding(change_tables.of(change, entries, width), INDENT)
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
        f"{len(outcome.plan.of(change))} {change_tables.CHANGES[change][2]}"
        for change in dict.fromkeys(entry.change for entry in outcome.plan.entries)
    ]
    if outcome.refusals:
        counts.append(f"{len({refusal.id for refusal in outcome.refusals})} held back")
    if outcome.changes and not counts:
        counts = ["no changes, but it is asked in another way"]
    return f"{models}: {', '.join(counts) or 'no changes'}"


def _refusals(outcome: Outcome, width: int, verbose: bool) -> Iterator[RenderableType]:
    for guard in dict.fromkeys(refusal.guard for refusal in outcome.refusals):
        found = [refusal for refusal in outcome.refusals if refusal.guard == guard]
        hint = f"if that is right, --accept {outcome.provider}:{guard} {ALLOWED[guard]}"
        if not found[0].id:
            words = _not_refreshed(outcome) if found[0] is outcome.refusals[0] else "and "
            yield Padding(Text(f"{words}{found[0].reason}; {hint}", style="red"), INDENT)
            continue
        yield Padding(Text(f"\nheld back: {NAMES[guard]} ({len(found)}); {hint}", style="red"), INDENT)
        table = change_tables.columns("l", "l")
        few = found if verbose else found[:FEW]
        for refusal in few:
            first, *more = refusal.reason.split(AND) if guard == PRICE else [refusal.reason]
            start = Text("!", "red"), change_tables.padded(refusal.id, width)
            table.add_row(*start, Text(first), change_tables.touched(refusal.touches))
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
