"""The results of a refresh as text: like a good diff, with prices per million tokens."""

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from platelayer.catalog.guards import PRICE, REASON_SEPARATOR
from platelayer.catalog.result import RefreshResult
from platelayer.terminal.change_tables import (
    STYLES,
    draw_changes,
    draw_padded,
    draw_touched_names,
    make_change_table,
)
from platelayer.wording.catalog_changes import CHANGE_WORDS
from platelayer.wording.refresh_results import (
    ADVICE,
    HELD_BACK,
    NO_CHANGES,
    UNDEPLOYABLE,
    explain_rejection,
    format_count,
    group_refusals,
    summarize_provider,
)

# Of many refusals or warnings the first ones are enough to see what is wrong.
FEW = 10
# Ids are one column in all tables of a provider, up to this width.
WIDEST_ID = 60
INDENT = (0, 0, 0, 2)


def draw_results(results: Sequence[RefreshResult], *, verbose: bool) -> RenderableType:
    """Return all providers, with a blank line after each long one, and those without news in one line at the end."""
    blocks = [list(_draw_provider(result, verbose)) for result in results if not _is_quiet(result)]
    if quiet := [result.provider for result in results if _is_quiet(result)]:
        blocks.append([Text.assemble(f"{NO_CHANGES}: ", (", ".join(quiet), "bold"))])
    ends = [[Text()] if len(block) > 1 else [] for block in blocks[:-1]]
    return Group(*(part for block, end in zip(blocks, [*ends, []], strict=True) for part in (*block, *end)))


def _is_quiet(result: RefreshResult) -> bool:
    return result.state == "unchanged" and not result.warnings


def draw_problems(problems: Sequence[str]) -> RenderableType:
    """Return why the inventory cannot be deployed; nothing if it can be."""
    lines = (Padding(Text(problem, style="red"), INDENT) for problem in problems)
    return Group(Text(f"\n{UNDEPLOYABLE}:", style="red"), *lines) if problems else Group()


def _draw_provider(result: RefreshResult, verbose: bool) -> Iterator[RenderableType]:
    yield Text.assemble((result.provider, "bold"), f"  {summarize_provider(result, verbose=verbose)}")
    if result.error:
        yield Padding(Text(f"{_explain_rejection(result)}: {result.error}", style="red"), INDENT)
    # In a first catalog all models are new; they are listed only if asked for.
    kinds = result.plan.kinds if verbose or not result.is_first else []
    shown = [change for kind in kinds for change in result.plan.list_changes(kind)]
    ids = [change.id for change in shown] + [refusal.id for refusal in result.refusals]
    width = min(WIDEST_ID, max(map(len, ids), default=0))
    for kind in kinds:
        changes = result.plan.list_changes(kind)
        yield Padding(Text(f"\n{CHANGE_WORDS[kind].title} ({len(changes)})", style=STYLES[kind].colour), INDENT)
        yield Padding(draw_changes(kind, changes, width), INDENT)
    yield from _draw_refusals(result, width, verbose)
    yield from _draw_warnings(result, verbose)


def _explain_rejection(result: RefreshResult) -> str:
    # The error of a damaged catalog says by itself what to do.
    return "not refreshed" if result.is_damaged else explain_rejection(has_catalog=not result.is_first)


def _draw_refusals(result: RefreshResult, width: int, verbose: bool) -> Iterator[RenderableType]:
    for number, group in enumerate(group_refusals(result)):
        advice = ADVICE.format(option=group.option, effect=group.effect)
        if not group.refusals:
            start = "and" if number else f"{_explain_rejection(result)}:"
            yield Padding(Text(f"{start} {group.reason}; {advice}", style="red"), INDENT)
            continue
        title = f"\n{HELD_BACK}: {group.reason} ({len(group.refusals)}); {advice}"
        yield Padding(Text(title, style="red"), INDENT)
        table = make_change_table("l", "l")
        shown = group.refusals if verbose else group.refusals[:FEW]
        for refusal in shown:
            first, *more = refusal.reason.split(REASON_SEPARATOR) if group.guard == PRICE else [refusal.reason]
            table.add_row(
                Text("!", "red"), draw_padded(refusal.id, width), Text(first), draw_touched_names(refusal.touches)
            )
            for reason in more:
                table.add_row(Text(), Text(), Text(reason))
        yield Padding(table, INDENT)
        yield from _draw_hidden(len(group.refusals) - len(shown), "model", "red")


def _draw_warnings(result: RefreshResult, verbose: bool) -> Iterator[RenderableType]:
    shown = result.warnings if verbose else result.warnings[:FEW]
    if shown:
        yield Text()
    for place, sentence in shown:
        yield Padding(Text(f"warning: {place}: {sentence}", style="yellow"), INDENT)
    yield from _draw_hidden(len(result.warnings) - len(shown), "warning", "yellow")


def _draw_hidden(count: int, noun: str, style: str) -> Iterator[RenderableType]:
    if count:
        yield Padding(Text(f"and {format_count(count, f'more {noun}')}; --verbose shows them", style=style), INDENT)
