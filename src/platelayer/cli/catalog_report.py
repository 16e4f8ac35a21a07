"""`platelayer catalog report`: the catalogs of an environment as one HTML page."""

import json
from pathlib import Path
from typing import Annotated

import typer

from platelayer.cli.options import EnvOption, JsonOption, RootOption, VaultOption


def report(
    env: EnvOption,
    providers: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PROVIDER",
            help="Providers to show: names in gateway_providers. Without one, all enabled providers that have a list.",
        ),
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

    The page loads nothing from elsewhere and can be sent by mail.

    Exit codes: 0 written; 1 refused or failed; 2 wrong usage.
    """
    from platelayer.gateway.build import build
    from platelayer.inventory.catalogs import find_environment_catalogs
    from platelayer.inventory.orphaned_catalogs import find_orphaned_catalogs
    from platelayer.page.news import make_news_of_plan, make_news_since
    from platelayer.page.plan_file import read_plan
    from platelayer.page.report_page import render_page, write_page
    from platelayer.page.snapshots import read_current, read_past

    if since and plan:
        raise typer.BadParameter("write --since or --plan, not both")
    environment = find_environment_catalogs(root, env, providers or (), vault_password_file)
    gateway, folder = environment.gateway, environment.folder
    catalogs = read_current(folder, {source.name: source.policy for source in environment.sources})
    news = None
    if since:
        news = make_news_since(read_past(since, folder, catalogs), catalogs, build(gateway, {}).names.uses)
    elif plan:
        news = make_news_of_plan(read_plan(plan, env), catalogs)
    names = build(gateway, environment.load()).names.uses
    path = output or root / ".cache" / f"catalog-{env}.html"
    write_page(path, render_page(env, catalogs, names, news))
    notes = find_orphaned_catalogs(folder, gateway)
    if as_json:
        counts = {name: len(catalog.models) if catalog else None for name, catalog in catalogs.items()}
        document = {"file": str(path), "models": counts, "changes": news and news.count, "notes": notes}
        typer.echo(json.dumps(document, indent=2))
    else:
        typer.echo(path)
        for note in notes:
            typer.echo(note, err=True)
