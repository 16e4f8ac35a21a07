"""`switchyard verify`."""

import asyncio
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from switchyard.errors import GatewayError, SwitchyardError
from switchyard.verify.address import base_url
from switchyard.verify.errors import UsageError
from switchyard.verify.key import read_key, readable_by_others
from switchyard.verify.models import WILDCARD, Plan
from switchyard.verify.report import CheckResult, ModelResult, Report
from switchyard.verify.run import Question
from switchyard.verify.run import verify as run

_STYLES = {"passed": "green", "failed": "bold red", "skipped": "dim"}
_NARROW = 76
"""Below this many columns a terminal shows neither modes nor deployments."""
_TOGETHER = 3
"""Up to so many models that were skipped for one reason are named; more are counted."""
_PIPE = 240
"""Columns of an output that is no terminal: wide enough for one line per model."""


def verify(
    url: Annotated[
        str,
        typer.Option(envvar="SWITCHYARD_URL", help="The gateway's address, for example http://127.0.0.1:4000."),
    ],
    key_file: Annotated[
        Path,
        typer.Option(envvar="SWITCHYARD_KEY_FILE", help="A file whose first line is a key of the gateway."),
    ],
    json_file: Annotated[
        Path | None,
        typer.Option(
            "--json",
            metavar="FILE",
            help="Write the report there as JSON; - writes it, and only it, to standard output.",
        ),
    ] = None,
    model: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Try only this model; may be given several times.")
    ] = None,
    concurrency: Annotated[int, typer.Option(min=1, help="How many models are asked at once.")] = 4,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds that one answer may take in all.")] = 60.0,
    skip_completions: Annotated[
        bool, typer.Option("--skip-completions", help="Call no model: only health, keys and the model list.")
    ] = False,
) -> None:
    """Ask a running gateway whether it is up, refuses strangers, and answers for every model (16 tokens each).

    Exit codes: 0 everything passed, 1 something failed, 2 the question was wrong.
    """
    at_terminal = sys.stdout.isatty()
    stdout, stderr = Console(width=None if at_terminal else _PIPE), Console(stderr=True, soft_wrap=True)
    to_stdout = json_file == Path("-")
    try:
        if json_file and not json_file.parent.is_dir():
            raise UsageError(f"--json {json_file}: no such folder; make it, or write elsewhere")
        question = Question(
            url=base_url(url),
            key=read_key(key_file),
            models=tuple(model or ()),
            concurrency=concurrency,
            timeout_seconds=timeout,
            completions=not skip_completions,
        )
        if warning := readable_by_others(key_file):
            stderr.print(f"warning: {warning}", style="yellow", markup=False, highlight=False)
        report = _watched(question, stdout) if at_terminal and not to_stdout else asyncio.run(run(question))
    except UsageError as error:
        stderr.print(str(error), style="red", markup=False, highlight=False)
        raise typer.Exit(2) from None
    if json_file:
        _write(report, json_file)
    if not report.reached:
        raise GatewayError(report.checks[0].detail)
    if not to_stdout:
        _print(report, stdout)
    if not report.passed:
        raise typer.Exit(1)


def _write(report: Report, path: Path) -> None:
    text = json.dumps(report.as_dict(), indent=2, ensure_ascii=False) + "\n"
    if path == Path("-"):
        typer.echo(text, nl=False)
        return
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise SwitchyardError(
            f"--json {path}: cannot be written ({(error.strerror or 'unknown reason').lower()})"
        ) from None


def _watched(question: Question, console: Console) -> Report:
    """Run and show each result as it comes, on a part of the screen that is cleared at the end."""
    board = _Board(question.url, console)
    with Live(board, console=console, transient=True, refresh_per_second=8):
        return asyncio.run(run(question, board.take))


class _Board:
    """What is seen while it runs: the checks, then the models that answered last, as many as fit."""

    def __init__(self, url: str, console: Console) -> None:
        self._url = url
        self._console = console
        self._checks: list[CheckResult] = []
        self._models: list[ModelResult] = []
        self._planned: int | None = None

    def take(self, result: CheckResult | Plan | ModelResult) -> None:
        match result:
            case CheckResult():
                self._checks.append(result)
            case ModelResult():
                self._models.append(result)
            case Plan():
                self._planned = len(result.models) + len(result.wildcards)

    def __rich__(self) -> RenderableType:
        parts: list[RenderableType] = [Text(f"Asking {self._url}"), _checks(self._checks)]
        room = self._console.height - len(self._checks) - 6
        if self._models and room > 0:
            parts.append(_models(self._models[-room:], self._console.width))
        if self._planned is not None:
            parts.append(Text(f"{len(self._models)} of {self._planned} models", style="dim"))
        return Group(*parts)


def _print(report: Report, console: Console) -> None:
    version = f" (LiteLLM {report.version})" if report.version else ""
    console.print(Text(f"{report.url}{version}", style="bold"), soft_wrap=True)
    console.print(_checks(report.checks))
    if report.models:
        console.print()
        console.print(_models(report.models, console.width))
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
    if skipped:
        parts.append(f"{skipped} skipped")
    passed = sum(result.outcome == "passed" for result in report.checks)
    of = "" if passed == len(report.checks) else f" of {len(report.checks)}"
    return f"{', '.join(parts)}, {passed}{of} checks passed in {report.seconds:.1f} s"


def _checks(results: Iterable[CheckResult]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for result in results:
        table.add_row(Text(result.outcome, style=_STYLES[result.outcome]), result.name, Text(result.detail))
    return table


def _models(results: Iterable[ModelResult], width: int) -> Table:
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
