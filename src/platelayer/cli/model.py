"""`platelayer model`: models of the inventory, added, removed, found and joined."""

import json
from pathlib import Path
from typing import Annotated

import typer

from platelayer.cli.options import DryRunOption, EnvOption, JsonOption, RootOption, VaultOption
from platelayer.errors import CatalogError

ROWS = 20

app = typer.Typer(no_args_is_help=True, help="Edit which models an inventory serves; comments and layout stay.")


@app.command()
def add(
    provider: Annotated[
        str, typer.Argument(metavar="PROVIDER", help="A provider of the inventory whose catalog was refreshed.")
    ],
    ids: Annotated[list[str], typer.Argument(metavar="ID", help="Ids of models in that catalog.")],
    env: EnvOption,
    name: Annotated[str | None, typer.Option(help="What clients ask for; without it the provider's rules say.")] = None,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
    root: RootOption = Path(),
    vault_password_file: VaultOption = None,
) -> None:
    """Add models of a catalog to gateway_models. Prices and limits stay in the catalog, which the merge reads.

    Refused where an id is not in the catalog, or a name or model is in the inventory already.
    """
    from platelayer.inventory import add_models
    from platelayer.inventory.edit import opened
    from platelayer.terminal import console as fitting
    from platelayer.terminal import model_tables as model_table

    if name is not None and len(set(ids)) > 1:
        raise typer.BadParameter("one name is for one model; leave --name out, or add them one by one")
    edit, added = add_models.add(opened(root, env, vault_password_file), provider, ids, name)
    if not dry_run:
        edit.write()
    if as_json:
        models = [{**each.entry, "catalog": model_table.facts(each.model), "free_twin": each.twin} for each in added]
        model_table.say_json(env, edit, written=not dry_run, models=models)
        return
    console = fitting.console()
    console.print(model_table.differences(edit, written=not dry_run))
    console.print(model_table.added(added, console.width))


@app.command()
def remove(
    names: Annotated[list[str], typer.Argument(metavar="NAME", help="Names in gateway_models or groups.")],
    env: EnvOption,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
    root: RootOption = Path(),
    vault_password_file: VaultOption = None,
) -> None:
    """Remove models from gateway_models and gateway_model_groups by name.

    Refused where a fallback or the router's default needs a name that nothing would have then.
    """
    from platelayer.inventory import remove_models
    from platelayer.inventory.edit import opened
    from platelayer.terminal import console as fitting
    from platelayer.terminal import model_tables as model_table

    edit, notes = remove_models.remove(opened(root, env, vault_password_file), names)
    if not dry_run:
        edit.write()
    if as_json:
        model_table.say_json(env, edit, written=not dry_run, removed=list(dict.fromkeys(names)), notes=notes)
        return
    console = fitting.console()
    console.print(model_table.differences(edit, written=not dry_run))
    for note in notes:
        console.print(note, style="yellow", markup=False)


@app.command()
def find(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="A name, or a part of one; typing errors are forgiven.")],
    env: EnvOption,
    everything: Annotated[bool, typer.Option("--all", help=f"Show all rows, and not {ROWS} at most.")] = False,
    as_json: JsonOption = False,
    root: RootOption = Path(),
    vault_password_file: VaultOption = None,
) -> None:
    """Find a model in all catalogs: its ids, prices and limits at each provider.

    Of a model the cheapest comes first: by the price of one input token and one output token together.
    Exit code 1 where nothing is like the text.
    """
    from platelayer.inventory.catalogs import prepared
    from platelayer.inventory.find_models import find as find_in
    from platelayer.inventory.find_models import nothing_like
    from platelayer.inventory.ownerless import ownerless
    from platelayer.terminal import console as fitting
    from platelayer.terminal import model_tables as model_table

    asked = prepared(root, env, vault_password_file=vault_password_file)
    catalogs = asked.catalogs()
    if not catalogs:
        raise CatalogError(f"{asked.folder}: holds no catalog; run `platelayer catalog refresh --env {env}`")
    notes = ownerless(asked.folder, asked.gateway)
    found = find_in(text, catalogs)
    failure = None if found else nothing_like(text, catalogs)
    if as_json:
        models = [
            {
                "name": each.name,
                "likeness": round(each.likeness),
                "offers": [{"provider": offer.provider, **model_table.facts(offer.model)} for offer in each.offers],
            }
            for each in found
        ]
        typer.echo(json.dumps({"environment": env, "models": models, "notes": notes, **_error(failure)}, indent=2))
        _stop(failure)
    elif failure:
        raise CatalogError(failure)
    else:
        console = fitting.console()
        console.print(model_table.found(found, None if everything else ROWS, console.width))
        for note in notes:
            console.print(note, style="yellow", markup=False)


@app.command("map")
def map_(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The model's name; also that of the group.")],
    env: EnvOption,
    providers: Annotated[
        list[str] | None, typer.Option("--provider", metavar="NAME", help="Only this; may be given several times.")
    ] = None,
    accept: Annotated[
        list[str] | None,
        typer.Option(metavar="PROVIDER=ID", help="Write this id, sure or not; may be given several times."),
    ] = None,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
    root: RootOption = Path(),
    vault_password_file: VaultOption = None,
) -> None:
    """Find a model's id at every provider and join them in a group.

    Written into gateway_model_groups are ids that are the same text, the same
    without the vendor, or the same but for capitals, dots, dashes and a date.
    A group that is there only grows. Shown as unsure are ids that lack a dash
    between letters and digits, have a suffix such as -fp8, or name another
    vendor than most providers do. An id that another group joins is not written.

    The cheapest comes first: by the price of one input token and one output
    token together. Exit code 1 where there is no group then.
    """
    from platelayer.inventory.edit import opened
    from platelayer.inventory.map_model import map_model
    from platelayer.terminal import console as fitting
    from platelayer.terminal import model_tables as model_table

    pairs = [each.partition("=") for each in accept or ()]
    if wrong := next((each for each, pair in zip(accept or (), pairs, strict=True) if not all(pair)), None):
        raise typer.BadParameter(f"'{wrong}' is no PROVIDER=ID")
    accepted = {provider: identity for provider, _, identity in pairs}
    mapped = map_model(opened(root, env, vault_password_file), name, providers or (), accepted)
    if not dry_run:
        mapped.edit.write()
    if as_json:
        rows = [
            {
                "provider": row.provider,
                "state": row.state,
                "id": row.id,
                "group": row.group,
                "candidates": [{"tier": each.tier.name.lower(), **model_table.facts(each.model)} for each in row.found],
            }
            for row in mapped.rows
        ]
        facts = {"name": name, "providers": rows, "lost": list(mapped.lost), "new": list(mapped.new)}
        model_table.say_json(env, mapped.edit, written=not dry_run, **facts, **_error(mapped.failure))
        _stop(mapped.failure)
        return
    console = fitting.console()
    if table := model_table.mapped(mapped, console.width):
        console.print(table)
    if mapped.failure:
        raise CatalogError(mapped.failure)
    console.print(model_table.differences(mapped.edit, written=not dry_run))


def _error(failure: str | None) -> dict[str, str]:
    """What the JSON of a failure also holds, so that it stays one object."""
    return {"error": failure} if failure else {}


def _stop(failure: str | None) -> None:
    """End with exit code 1 where something failed that the JSON tells already."""
    if failure:
        typer.echo(failure, err=True)
        raise typer.Exit(1)
