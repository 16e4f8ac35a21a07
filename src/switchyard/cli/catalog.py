"""`switchyard catalog`: what providers list and charge."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from switchyard.catalog import guards
from switchyard.cli.catalog_report import report
from switchyard.cli.options import EnvOption, JsonOption, RootOption, VaultOption
from switchyard.errors import CatalogError

# In a file or a pipe no line is folded: nobody knows how wide the reader's window is.
WIDTH = 1000

app = typer.Typer(no_args_is_help=True, help="What providers list and charge: catalogs, their changes, their guards.")


def _accept_help() -> str:
    names = ", ".join(guards.NAMES)
    return f"Allow what a guard refuses, for this run: {names}; or PROVIDER:NAME. May be given several times."


@app.command()
def refresh(
    env: EnvOption,
    providers: Annotated[list[str] | None, typer.Argument(help="Only these; all enabled ones without.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan, write nothing.")] = False,
    check_only: Annotated[
        bool, typer.Option("--check-only", help="Like --dry-run; exit code 3 when something would change.")
    ] = False,
    accept: Annotated[list[str] | None, typer.Option(metavar="NAME", help=_accept_help())] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show every warning, and every model of a first catalog.")
    ] = False,
    as_json: JsonOption = False,
    root: RootOption = Path(),
    vault_password_file: VaultOption = None,
) -> None:
    """Ask all providers for their lists, show what changed, and write catalogs/ENV/PROVIDER.json.

    Exit codes: 0 done or nothing to do, 1 something was refused or failed (the rest is done), 2 wrong usage,
    3 with --check-only when something would change.
    """
    from switchyard.cli.catalog_table import closing, plans
    from switchyard.inventory.catalogs import prepared

    asked = prepared(root, env, providers or (), vault_password_file)
    if not asked.sources:
        raise CatalogError(f"{asked.environment}: no enabled provider has a catalog; see docs/catalogs.md")
    for problem in guards.unknown(accept or (), [source.name for source in asked.sources]):
        raise typer.BadParameter(problem)
    writes = not (dry_run or check_only)
    with _progress(len(asked.sources)) as done:
        outcomes = asked.run(accept=accept or (), write=writes, done=done)
    changes = any(outcome.changes for outcome in outcomes)
    incomplete = any(outcome.incomplete for outcome in outcomes)
    if as_json:
        typer.echo(json.dumps({"environment": env, "providers": [outcome.as_dict() for outcome in outcomes]}, indent=2))
    else:
        console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH)
        with console.capture() as text:
            console.print(plans(outcomes, verbose=verbose), closing(outcomes, writes=writes, folder=asked.folder))
        # Columns end in blanks, which a pull request would show.
        typer.echo("\n".join(line.rstrip() for line in text.get().splitlines()))
    raise typer.Exit(1 if incomplete else 3 if check_only and changes else 0)


app.command()(report)


@contextmanager
def _progress(total: int) -> Iterator[Callable[[str], None]]:
    """On standard error, and only where a person looks."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), MofNCompleteColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("providers", total=total)

        def done(name: str) -> None:
            progress.update(task, advance=1, description=f"providers, last {name}")

        yield done
