"""`platelayer catalog`: refresh the catalogs of an environment, and report on them."""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from platelayer.catalog import guards
from platelayer.cli.catalog_report import report
from platelayer.cli.options import EnvOption, JsonOption, RootOption, VaultOption
from platelayer.errors import CatalogError
from platelayer.terminal.console import make_console

if TYPE_CHECKING:
    from platelayer.catalog.refresh import RefreshResult

POSITION = 50

app = typer.Typer(
    name="catalog",
    no_args_is_help=True,
    help="Fetch the model lists and prices of providers, keep them in catalogs/ENV, and show what changes.",
)


def _guards_help() -> str:
    """Return two lines per guard: when it refuses, and what `--accept` then does."""
    rows = (f"{name:<11}{guards.GUARDS[name]}\n{'':<11}→ {effect}" for name, effect in guards.EFFECTS.items())
    return "\n".join(["Guards, and → what --accept NAME does:\n", *rows])


@app.command(epilog=_guards_help())
def refresh(
    env: EnvOption,
    providers: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PROVIDER",
            help="Providers to ask: names in gateway_providers. Without one, all enabled providers that have a list.",
            show_default=False,
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Ask and show the plan, but write nothing.")] = False,
    check_only: Annotated[
        bool, typer.Option("--check-only", help="Like --dry-run, with exit code 3 if something would change.")
    ] = False,
    accept: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Take what this guard holds back; the names are below. Write PROVIDER:NAME to take it from one "
            "provider only. May be given several times.",
        ),
    ] = None,
    verbose: Annotated[
        bool,
        typer.Option(
            "--verbose",
            "-v",
            help="Show all warnings, all that is held back, and all models of a provider's first catalog.",
        ),
    ] = False,
    as_json: JsonOption = False,
    root: RootOption = Path(),
    vault_password_file: VaultOption = None,
) -> None:
    """Ask providers for their model lists, show what changed, and write catalogs/ENV/PROVIDER.json.

    A guard holds back what is probably wrong: that stays as it was, and --accept takes it for one run.

    Exit codes: 0 done, or nothing to do; 1 refused or failed, the rest is done;
    2 wrong usage; 3 something would change, and --check-only was asked for.
    """
    from platelayer.inventory.catalogs import find_environment_catalogs
    from platelayer.terminal.catalog_plan import draw_problems, draw_results
    from platelayer.wording.refresh_results import summarize_refresh

    catalogs = find_environment_catalogs(root, env, providers or (), vault_password_file)
    if not catalogs.sources:
        raise CatalogError(f"{catalogs.environment}: no enabled provider has a catalog; see docs/catalogs.md")
    for problem in guards.find_unknown_guards(accept or (), [source.name for source in catalogs.sources]):
        raise typer.BadParameter(problem)
    write = not (dry_run or check_only)
    with _show_progress(len(catalogs.sources)) as on_result:
        results = asyncio.run(catalogs.refresh(accept=accept or (), write=write, on_result=on_result))
    problems = catalogs.find_problems(results)
    is_incomplete = bool(problems) or any(result.is_incomplete for result in results)
    if as_json:
        document = {"environment": env, "providers": [result.as_dict() for result in results], "problems": problems}
        typer.echo(json.dumps(document, indent=2))
    else:
        summary = summarize_refresh(results, is_written=write, folder=catalogs.folder, problems=problems)
        console = make_console()
        with console.capture() as capture:
            console.print(
                draw_results(results, verbose=verbose),
                draw_problems(problems),
                Text(f"\n{summary}", style="red" if is_incomplete else ""),
            )
        # Columns end in blanks, which a pull request would show.
        typer.echo("\n".join(line.rstrip() for line in capture.get().splitlines()))
    is_changed = any(result.is_changed for result in results)
    raise typer.Exit(1 if is_incomplete else 3 if check_only and is_changed else 0)


app.command()(report)


@contextmanager
def _show_progress(total: int) -> Iterator[Callable[["RefreshResult"], None]]:
    """Show progress on standard error if that is a terminal; yield what to call with each result."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), MofNCompleteColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("providers", total=total)

        def advance(result: "RefreshResult") -> None:
            progress.update(task, advance=1, description=f"providers, last {result.provider}")

        yield advance
