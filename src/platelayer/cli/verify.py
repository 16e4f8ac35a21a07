"""`platelayer verify`: checks of a running gateway."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.live import Live

from platelayer.cli.options import JsonOption
from platelayer.errors import PlatelayerError

POSITION = 60

app = typer.Typer()


@app.command()
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
        typer.Option(
            metavar="FILE", help="The certificate (PEM) of the private CA that signed the gateway's certificate."
        ),
    ] = None,
    as_json: JsonOption = False,
    json_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Also write the report to this file as JSON."),
    ] = None,
    model: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Call only this model. May be given several times.")
    ] = None,
    concurrency: Annotated[int, typer.Option(metavar="NUMBER", min=1, help="How many models are called at once.")] = 4,
    timeout: Annotated[
        float, typer.Option(metavar="SECONDS", min=0.1, help="The time limit of one complete answer.")
    ] = 60.0,
    skip_completions: Annotated[
        bool, typer.Option("--skip-completions", help="Call no model: check only health, keys and the model list.")
    ] = False,
) -> None:
    """Check a running gateway: its health, that it refuses wrong keys, and an answer of each model (16 tokens).

    Exit codes: 0 everything passed; 1 something failed; 2 wrong usage.
    """
    # httpx takes a third of a second to import, and only this command needs it.
    from platelayer.terminal.verify_report import WIDTH_WITHOUT_TERMINAL, VerifyProgress, print_report
    from platelayer.verify.arguments import find_key_file_warning, load_ca_file, parse_base_url, read_key
    from platelayer.verify.errors import UsageError
    from platelayer.verify.run import VerifyOptions, verify_gateway

    at_terminal = sys.stdout.isatty()
    stdout, stderr = (
        Console(width=None if at_terminal else WIDTH_WITHOUT_TERMINAL),
        Console(stderr=True, soft_wrap=True),
    )
    try:
        if json_file and not json_file.parent.is_dir():
            raise UsageError(f"--json-file {json_file}: there is no such folder; make it, or write another path")
        options = VerifyOptions(
            url=parse_base_url(url),
            key=read_key(key_file),
            models=tuple(model or ()),
            concurrency=concurrency,
            timeout_seconds=timeout,
            completions=not skip_completions,
            ca=load_ca_file(ca_file),
        )
        if warning := find_key_file_warning(key_file):
            stderr.print(f"warning: {warning}", style="yellow", markup=False, highlight=False)
        if at_terminal and not as_json:
            progress = VerifyProgress(options.url, stdout)
            with Live(progress, console=stdout, transient=True, refresh_per_second=8):
                report = asyncio.run(verify_gateway(options, progress.add))
        else:
            report = asyncio.run(verify_gateway(options))
    except UsageError as error:
        if as_json:
            typer.echo(json.dumps({"error": str(error)}, indent=2))
        stderr.print(str(error), style="red", markup=False, highlight=False)
        raise typer.Exit(2) from None
    text = json.dumps(report.as_dict(), indent=2, ensure_ascii=False)
    if json_file:
        _write_file(json_file, text + "\n")
    if as_json:
        typer.echo(text)
    elif report.reached:
        print_report(report, stdout, key_file)
    if not report.reached:
        stderr.print(report.checks[0].detail, style="red", markup=False, highlight=False)
    if not report.passed:
        raise typer.Exit(1)


def _write_file(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise PlatelayerError(f"--json-file {path}: cannot be written ({reason}); write another path") from None
