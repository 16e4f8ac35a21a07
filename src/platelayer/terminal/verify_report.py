"""What `platelayer verify` shows of a report."""

from collections.abc import Iterable, Iterator
from io import StringIO
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from platelayer.verify.models import WILDCARD
from platelayer.verify.report import CheckResult, ModelResult, Report

_STYLES = {"passed": "green", "failed": "bold red", "skipped": "dim"}
_NARROW = 76
"""Below this many columns a terminal shows neither modes nor deployments."""
_TOGETHER = 3
"""Up to so many models that were skipped for one reason are named; more are counted."""
PIPE = 240
"""Columns of an output that is no terminal: wide enough for one line per model."""


def as_text(report: Report) -> str:
    """The summary as text without colours, one line per model."""
    console = Console(file=StringIO(), width=PIPE, color_system=None)
    show(report, console)
    written: str = console.file.getvalue()  # type: ignore[attr-defined]
    return "\n".join(line.rstrip() for line in written.splitlines())


def show(report: Report, console: Console, key_file: Path | None = None) -> None:
    """Print the summary: checks, models, reasons, and one line in total."""
    version = f" (LiteLLM {report.version})" if report.version else ""
    console.print(Text(f"{report.url}{version}", style="bold"), soft_wrap=True)
    if key_file is not None:
        console.print(Text(f"key in {key_file}"), soft_wrap=True)
    console.print(checks_table(report.checks))
    if report.models:
        console.print()
        console.print(models_table(report.models, console.width))
    console.print()
    for who, result in _reasons(report.models):
        line = Text.assemble((who, _STYLES[result.outcome]), f": {result.detail}")
        console.print(line, soft_wrap=True)
    console.print(Text(_total(report), style="green" if report.passed else "bold red"), soft_wrap=True)


def _reasons(results: Iterable[ModelResult]) -> Iterator[tuple[str, ModelResult]]:
    """Yield whom a reason concerns and a result that holds it, failures last; models skipped alike share one."""
    told = [result for result in results if result.detail]
    alike: dict[str, list[ModelResult]] = {}
    for result in told:
        if result.outcome == "skipped":
            alike.setdefault(f"{result.detail} {result.name if result.mode == WILDCARD else ''}", []).append(result)
    for group in alike.values():
        names = ", ".join(result.name for result in group)
        yield names if len(group) <= _TOGETHER else f"{len(group)} models", group[0]
    yield from ((result.name, result) for result in told if result.outcome != "skipped")


def _total(report: Report) -> str:
    tried = [result for result in report.models if result.outcome != "skipped"]
    answered = sum(result.outcome == "passed" for result in tried)
    skipped = len(report.models) - len(tried)
    plural = "s" if len(tried) != 1 else ""
    parts = [f"{answered} of {len(tried)} model{plural} answered" if tried else "no model was asked"]
    if stand_ins := sum(result.stand_in for result in tried):
        parts.append(f"{stand_ins} of them by a fallback or a later layer")
    if skipped:
        parts.append(f"{skipped} skipped")
    passed = sum(result.outcome == "passed" for result in report.checks)
    of = "" if passed == len(report.checks) else f" of {len(report.checks)}"
    return f"{', '.join(parts)}, {passed}{of} checks passed in {report.seconds:.1f} s"


def checks_table(results: Iterable[CheckResult]) -> Table:
    """One line per check."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for result in results:
        table.add_row(Text(result.outcome, style=_STYLES[result.outcome]), result.name, Text(result.detail))
    return table


def models_table(results: Iterable[ModelResult], width: int) -> Table:
    """One line per model, fit for so many columns."""
    wide = width >= _NARROW
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column("Model", overflow="fold", min_width=16 if wide else 10)
    if wide:
        table.add_column("Mode", no_wrap=True, max_width=max(10, width // 8))
        table.add_column("Deployment", no_wrap=True, max_width=max(12, min(width - 66, width // 3)))
    table.add_column("First token", justify="right", min_width=7)
    table.add_column("Total", justify="right", no_wrap=True)
    table.add_column("Result", no_wrap=True)
    for result in results:
        middle = (Text(result.mode), Text(result.deployment or "-")) if wide else ()
        table.add_row(
            Text(result.name),
            *middle,
            _seconds(result.ttft_seconds),
            _seconds(result.total_seconds),
            Text(result.outcome, style=_STYLES[result.outcome]),
        )
    return table


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f} s"
