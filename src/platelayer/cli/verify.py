"""`platelayer verify`."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text

from platelayer.errors import GatewayError, PlatelayerError
from platelayer.terminal.verify_report import PIPE, checks_table, models_table, show
from platelayer.verify.address import authority, base_url
from platelayer.verify.errors import UsageError
from platelayer.verify.key import read_key, readable_by_others
from platelayer.verify.models import Plan
from platelayer.verify.report import CheckResult, ModelResult, Report
from platelayer.verify.run import Question
from platelayer.verify.run import verify as run


def verify(
    url: Annotated[
        str,
        typer.Option(
            metavar="URL", envvar="PLATELAYER_URL", help="The gateway's address, for example http://127.0.0.1:4001."
        ),
    ],
    key_file: Annotated[
        Path,
        typer.Option(
            metavar="FILE", envvar="PLATELAYER_KEY_FILE", help="A file whose first line is a key of the gateway."
        ),
    ],
    ca_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The certificate of the private authority that signed the gateway's own."),
    ] = None,
    json_file: Annotated[
        Path | None,
        typer.Option(
            "--json",
            metavar="FILE",
            help="Write the report to this file as JSON. With - it goes to standard output, and nothing else does.",
        ),
    ] = None,
    model: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Call only this model. May be given several times.")
    ] = None,
    concurrency: Annotated[int, typer.Option(metavar="NUMBER", min=1, help="How many models are called at once.")] = 4,
    timeout: Annotated[
        float, typer.Option(metavar="SECONDS", min=0.1, help="How long one answer may take in all.")
    ] = 60.0,
    skip_completions: Annotated[
        bool, typer.Option("--skip-completions", help="Call no model: check only health, keys and the model list.")
    ] = False,
) -> None:
    """Check a running gateway: whether it is up, refuses strangers, and answers for every model (16 tokens each).

    Exit codes: 0 everything passed; 1 something failed; 2 wrong usage.
    """
    at_terminal = sys.stdout.isatty()
    stdout, stderr = Console(width=None if at_terminal else PIPE), Console(stderr=True, soft_wrap=True)
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
            authority=authority(ca_file),
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
        show(report, stdout, key_file)
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
        raise PlatelayerError(
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
        parts: list[RenderableType] = [Text(f"Asking {self._url}"), checks_table(self._checks)]
        room = self._console.height - len(self._checks) - 6
        if self._models and room > 0:
            parts.append(models_table(self._models[-room:], self._console.width))
        if self._planned is not None:
            parts.append(Text(f"{len(self._models)} of {self._planned} models", style="dim"))
        return Group(*parts)
