"""`platelayer catalog`: what providers list and charge."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from platelayer.catalog import guards
from platelayer.cli.catalog_report import report
from platelayer.cli.options import EnvOption, JsonOption, RootOption, VaultOption
from platelayer.errors import CatalogError
from platelayer.terminal.console import console

POSITION = 50

app = typer.Typer(
    name="catalog",
    no_args_is_help=True,
    help="Ask providers what they list and charge, keep that in catalogs/ENV, show what changes.",
)


def _guards_help() -> str:
    """Two lines per guard: when it says no, and what `--accept` then does."""
    rows = (f"{name:<11}{guards.NAMES[name]}\n{'':<11}→ {allowed}" for name, allowed in guards.ALLOWED.items())
    return "\n".join(["Guards, and → what --accept NAME does:\n", *rows])


@app.command(epilog=_guards_help())
def refresh(
    env: EnvOption,
    providers: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PROVIDER",
            help="Who is asked: names in gateway_providers. Without one, all enabled providers that have a list.",
            show_default=False,
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Ask and show the plan, but write nothing.")] = False,
    check_only: Annotated[
        bool, typer.Option("--check-only", help="Like --dry-run, with exit code 3 when something would change.")
    ] = False,
    accept: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Allow what this guard holds back; the names are below. Write PROVIDER:NAME to allow it at one "
            "provider alone. May be given several times.",
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

    A guard holds back what is unlikely to be right: that stays as it was, and --accept allows it for one run.

    Exit codes: 0 done, or nothing to do; 1 refused or failed, the rest is done;
    2 wrong usage; 3 something would change, and --check-only was asked for.
    """
    from platelayer.inventory.catalogs import prepared
    from platelayer.terminal.catalog_plan import closing, faults, plans

    asked = prepared(root, env, providers or (), vault_password_file)
    if not asked.sources:
        raise CatalogError(f"{asked.environment}: no enabled provider has a catalog; see docs/catalogs.md")
    for problem in guards.unknown(accept or (), [source.name for source in asked.sources]):
        raise typer.BadParameter(problem)
    writes = not (dry_run or check_only)
    with _progress(len(asked.sources)) as done:
        outcomes = asked.run(accept=accept or (), write=writes, done=done)
    problems = asked.problems(outcomes)
    changes = any(outcome.changes for outcome in outcomes)
    incomplete = bool(problems) or any(outcome.incomplete for outcome in outcomes)
    if as_json:
        found = {"environment": env, "providers": [one.as_dict() for one in outcomes], "problems": problems}
        typer.echo(json.dumps(found, indent=2))
    else:
        screen = console()
        with screen.capture() as text:
            screen.print(
                plans(outcomes, verbose=verbose),
                faults(problems),
                closing(outcomes, writes=writes, folder=asked.folder, problems=problems),
            )
        # Columns end in blanks, which a pull request would show.
        typer.echo("\n".join(line.rstrip() for line in text.get().splitlines()))
    raise typer.Exit(1 if incomplete else 3 if check_only and changes else 0)


app.command()(report)


@contextmanager
def _progress(total: int) -> Iterator[Callable[[str], None]]:
    """On standard error, and only where a person looks."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), MofNCompleteColumn(), TimeElapsedColumn())
    screen = Console(stderr=True)
    with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as progress:
        task = progress.add_task("providers", total=total)

        def done(name: str) -> None:
            progress.update(task, advance=1, description=f"providers, last {name}")

        yield done
