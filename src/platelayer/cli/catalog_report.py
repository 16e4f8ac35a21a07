"""`platelayer catalog report`."""

import json
from pathlib import Path
from typing import Annotated

import typer

from platelayer.cli.options import EnvOption, JsonOption, RootOption, VaultOption


def report(
    env: EnvOption,
    providers: Annotated[
        list[str] | None,
        typer.Argument(metavar="PROVIDER", help="Whose catalogs it shows. Without one, all enabled providers'."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Write the page to this file. Without it, .cache/catalog-ENV.html below the checkout.",
            dir_okay=False,
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            metavar="REVISION|FOLDER",
            help="Also show what changed since a git revision, or since the catalogs in a folder.",
        ),
    ] = None,
    plan: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Also show the plan in this file, which `catalog refresh --json` wrote.",
            dir_okay=False,
        ),
    ] = None,
    as_json: JsonOption = False,
    root: RootOption = Path(),
    vault_password_file: VaultOption = None,
) -> None:
    """Write the catalogs as one HTML page: a table to search and sort, and what changed.

    The page needs nothing from outside and may be sent by mail. Exit codes: 0 written, 1 with a reason, 2 wrong usage.
    """
    from platelayer.gateway.build import build
    from platelayer.inventory.catalogs import prepared
    from platelayer.inventory.orphaned_catalogs import find_orphaned_catalogs
    from platelayer.page import before, files, news, page, planned

    if since and plan:
        raise typer.BadParameter("--since and --plan are two pages; write one of them")
    asked = prepared(root, env, providers or (), vault_password_file)
    catalogs = files.latest(asked.folder, {source.name: source.policy for source in asked.sources})
    changes = None
    if since:
        changes = news.of_time(
            before.read(since, asked.folder, catalogs), catalogs, build(asked.gateway, {}).names.uses
        )
    elif plan:
        changes = news.of_plan(planned.read(plan, env), catalogs)
    names = build(asked.gateway, asked.catalogs()).names.uses
    path = output or root / ".cache" / f"catalog-{env}.html"
    files.write(path, page.render(env, catalogs, names, changes))
    notes = find_orphaned_catalogs(asked.folder, asked.gateway)
    if as_json:
        counts = {name: len(catalog.models) if catalog else None for name, catalog in catalogs.items()}
        facts = {"file": str(path), "models": counts, "changes": changes and changes.count, "notes": notes}
        typer.echo(json.dumps(facts, indent=2))
    else:
        typer.echo(path)
        for note in notes:
            typer.echo(note, err=True)
