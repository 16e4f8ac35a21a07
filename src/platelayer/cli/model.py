"""`platelayer model`: add, remove, find and map the models of an inventory."""

import json
from pathlib import Path
from typing import Annotated

import typer

from platelayer.cli.options import DryRunOption, EnvOption, JsonOption, RootOption, VaultOption
from platelayer.errors import CatalogError

MOST_ROWS = 20

POSITION = 40

app = typer.Typer(
    name="model", no_args_is_help=True, help="Edit the models of an inventory; comments and layout are kept."
)


@app.command()
def add(
    provider: Annotated[
        str, typer.Argument(metavar="PROVIDER", help="A provider of the inventory whose catalog was refreshed.")
    ],
    ids: Annotated[list[str], typer.Argument(metavar="ID", help="Ids of models in that catalog.")],
    env: EnvOption,
    name: Annotated[
        str | None, typer.Option(help="The name that clients use. Without it the provider's rules make one.")
    ] = None,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
    root: RootOption = Path(),
    vault_password_file: VaultOption = None,
) -> None:
    """Add models of a catalog to gateway_models. Prices and limits are not copied, but read from the catalog.

    Refused if an id is not in the catalog, or if the inventory already has a name or model.
    """
    from platelayer.inventory.editable_inventory import open_inventory
    from platelayer.inventory.model_additions import add_models
    from platelayer.terminal.console import make_console
    from platelayer.terminal.model_json import describe_added_models, print_edit
    from platelayer.terminal.model_tables import draw_added_models, draw_edit

    if name is not None and len(set(ids)) > 1:
        raise typer.BadParameter("--name is for one model; leave it out, or add the models one by one")
    edit, added_models = add_models(open_inventory(root, env, vault_password_file), provider, ids, name)
    if not dry_run:
        edit.write()
    if as_json:
        print_edit(env, edit, written=not dry_run, models=describe_added_models(added_models))
        return
    screen = make_console()
    screen.print(draw_edit(edit, written=not dry_run))
    screen.print(draw_added_models(added_models, screen.width))


@app.command()
def remove(
    names: Annotated[
        list[str], typer.Argument(metavar="NAME", help="Names in gateway_models or gateway_model_groups.")
    ],
    env: EnvOption,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
    root: RootOption = Path(),
    vault_password_file: VaultOption = None,
) -> None:
    """Remove models from gateway_models and gateway_model_groups by name.

    Refused if a fallback or the router's default needs a name that no model would have afterwards.
    """
    from platelayer.inventory.editable_inventory import open_inventory
    from platelayer.inventory.model_removals import remove_models
    from platelayer.terminal.console import make_console
    from platelayer.terminal.model_json import print_edit
    from platelayer.terminal.model_tables import draw_edit

    edit, notes = remove_models(open_inventory(root, env, vault_password_file), names)
    if not dry_run:
        edit.write()
    if as_json:
        print_edit(env, edit, written=not dry_run, removed=list(dict.fromkeys(names)), notes=notes)
        return
    screen = make_console()
    screen.print(draw_edit(edit, written=not dry_run))
    for note in notes:
        screen.print(note, style="yellow", markup=False)


@app.command()
def find(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="A name, or a part of one; typing errors are tolerated.")],
    env: EnvOption,
    show_all: Annotated[bool, typer.Option("--all", help=f"Show all rows, not only the first {MOST_ROWS}.")] = False,
    as_json: JsonOption = False,
    root: RootOption = Path(),
    vault_password_file: VaultOption = None,
) -> None:
    """Find a model in all catalogs: its ids, prices and limits at each provider.

    The cheapest offer of a model comes first, by the price of one input token and one output token together.
    Exit code 1 if no model is like the text.
    """
    from platelayer.inventory.catalogs import find_environment_catalogs
    from platelayer.inventory.model_search import explain_no_match, find_models
    from platelayer.inventory.orphaned_catalogs import find_orphaned_catalogs
    from platelayer.terminal.console import make_console
    from platelayer.terminal.model_json import describe_failure, describe_found_models
    from platelayer.terminal.model_tables import draw_found_models

    asked = find_environment_catalogs(root, env, vault_password_file=vault_password_file)
    catalogs = asked.load()
    if not catalogs:
        raise CatalogError(f"{asked.folder}: has no catalog; run `platelayer catalog refresh --env {env}`")
    notes = find_orphaned_catalogs(asked.folder, asked.gateway)
    models = find_models(text, catalogs)
    failure = None if models else explain_no_match(text, catalogs)
    if as_json:
        facts = {"environment": env, "models": describe_found_models(models), "notes": notes}
        typer.echo(json.dumps({**facts, **describe_failure(failure)}, indent=2))
        _exit_on(failure)
    elif failure:
        raise CatalogError(failure)
    else:
        screen = make_console()
        screen.print(draw_found_models(models, None if show_all else MOST_ROWS, screen.width))
        for note in notes:
            screen.print(note, style="yellow", markup=False)


@app.command("map")
def map_(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name of the model, and of its group.")],
    env: EnvOption,
    providers: Annotated[
        list[str] | None,
        typer.Option("--provider", metavar="NAME", help="Search only this provider; may be given several times."),
    ] = None,
    accept: Annotated[
        list[str] | None,
        typer.Option(metavar="PROVIDER=ID", help="Write this id, even if unsure; may be given several times."),
    ] = None,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
    root: RootOption = Path(),
    vault_password_file: VaultOption = None,
) -> None:
    """Find the ids of a model at all providers, and put them into one entry of gateway_model_groups.

    An id is written if it is the same as the name but for the vendor,
    capitals, dots, dashes and a date. Members of an existing group are kept.
    An id is unsure, and only shown, if it lacks a dash between letters and
    digits, has a suffix such as -fp8, or names another vendor than most
    providers do. An id that another group has is not written.

    The cheapest comes first: by the price of one input token and one output
    token together. Exit code 1 if there is no group afterwards.
    """
    from platelayer.inventory.editable_inventory import open_inventory
    from platelayer.inventory.model_mapping import map_model
    from platelayer.terminal.console import make_console
    from platelayer.terminal.model_json import describe_mapping, print_edit
    from platelayer.terminal.model_tables import draw_edit, draw_mapping

    accepted = {}
    for argument in accept or ():
        provider, _, model_id = argument.partition("=")
        if not provider or not model_id:
            raise typer.BadParameter(f"'{argument}' is not PROVIDER=ID")
        accepted[provider] = model_id
    mapping = map_model(open_inventory(root, env, vault_password_file), name, providers or (), accepted)
    if not dry_run:
        mapping.edit.write()
    if as_json:
        print_edit(env, mapping.edit, written=not dry_run, **describe_mapping(name, mapping))
        _exit_on(mapping.failure)
        return
    screen = make_console()
    if table := draw_mapping(mapping, screen.width):
        screen.print(table)
    if mapping.failure:
        raise CatalogError(mapping.failure)
    screen.print(draw_edit(mapping.edit, written=not dry_run))


def _exit_on(failure: str | None) -> None:
    """Exit with code 1 after a failure that the JSON tells already."""
    if failure:
        typer.echo(failure, err=True)
        raise typer.Exit(1)
