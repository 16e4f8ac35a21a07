"""The report of `platelayer verify` on a terminal, while it runs and at its end."""

from collections.abc import Iterable
from io import StringIO
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from platelayer.verify.model_selection import ProbePlan
from platelayer.verify.report import CheckResult, ModelResult, VerifyReport
from platelayer.wording.verification import describe_gateway, describe_reasons, summarize

_STYLES = {"passed": "green", "failed": "bold red", "skipped": "dim"}
_NARROW = 76
"""A terminal with fewer columns shows neither modes nor deployments."""
WIDTH_WITHOUT_TERMINAL = 240
"""Columns of an output that is not a terminal: wide enough for one line per model."""


def format_report(report: VerifyReport) -> str:
    """Return the summary as text without colours, one line per model."""
    output = StringIO()
    print_report(report, Console(file=output, width=WIDTH_WITHOUT_TERMINAL, color_system=None))
    return "\n".join(line.rstrip() for line in output.getvalue().splitlines())


def print_report(report: VerifyReport, console: Console, key_file: Path | None = None) -> None:
    """Print the summary: checks, models, reasons, and one line of totals."""
    console.print(Text(describe_gateway(report), style="bold"), soft_wrap=True)
    if key_file is not None:
        console.print(Text(f"key in {key_file}"), soft_wrap=True)
    console.print(_make_checks_table(report.checks))
    if report.models:
        console.print()
        console.print(_make_models_table(report.models, console.width))
    console.print()
    for names, result in describe_reasons(report.models):
        line = Text.assemble((names, _STYLES[result.outcome]), f": {result.detail}")
        console.print(line, soft_wrap=True)
    console.print(Text(summarize(report), style="green" if report.passed else "bold red"), soft_wrap=True)


class VerifyProgress:
    """What the terminal shows during a verification: the checks, then the latest models, as many as fit."""

    def __init__(self, url: str, console: Console) -> None:
        self._url = url
        self._console = console
        self._checks: list[CheckResult] = []
        self._models: list[ModelResult] = []
        self._total: int | None = None

    def add(self, result: CheckResult | ProbePlan | ModelResult) -> None:
        """Show a result, or how many models follow."""
        match result:
            case CheckResult():
                self._checks.append(result)
            case ModelResult():
                self._models.append(result)
            case ProbePlan():
                self._total = len(result.models) + len(result.wildcards)

    def __rich__(self) -> RenderableType:
        parts: list[RenderableType] = [Text(f"Asking {self._url}"), _make_checks_table(self._checks)]
        lines_left = self._console.height - len(self._checks) - 6
        if self._models and lines_left > 0:
            parts.append(_make_models_table(self._models[-lines_left:], self._console.width))
        if self._total is not None:
            parts.append(Text(f"{len(self._models)} of {self._total} models", style="dim"))
        return Group(*parts)


def _make_checks_table(results: Iterable[CheckResult]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for result in results:
        table.add_row(Text(result.outcome, style=_STYLES[result.outcome]), result.name, Text(result.detail))
    return table


def _make_models_table(results: Iterable[ModelResult], width: int) -> Table:
    is_wide = width >= _NARROW
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column("Model", overflow="fold", min_width=16 if is_wide else 10)
    if is_wide:
        table.add_column("Mode", no_wrap=True, max_width=max(10, width // 8))
        table.add_column("Deployment", no_wrap=True, max_width=max(12, min(width - 66, width // 3)))
    table.add_column("First token", justify="right", min_width=7)
    table.add_column("Total", justify="right", no_wrap=True)
    table.add_column("Result", no_wrap=True)
    for result in results:
        details = (Text(result.mode), Text(result.deployment or "-")) if is_wide else ()
        table.add_row(
            Text(result.name),
            *details,
            _format_seconds(result.ttft_seconds),
            _format_seconds(result.total_seconds),
            Text(result.outcome, style=_STYLES[result.outcome]),
        )
    return table


def _format_seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f} s"
