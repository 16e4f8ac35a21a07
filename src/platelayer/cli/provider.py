"""`platelayer provider`: providers of the inventory."""

from pathlib import Path
from typing import Annotated

import typer

from platelayer.cli.options import DryRunOption, EnvOption, JsonOption, RootOption, VaultOption

app = typer.Typer(no_args_is_help=True, help="Edit which providers an inventory has; comments and layout stay.")


@app.callback()
def provider() -> None:
    """Without this, typer would take the only command for the whole program."""


@app.command()
def remove(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A provider of the inventory.")],
    env: EnvOption,
    purge_catalog: Annotated[
        bool, typer.Option("--purge-catalog", help="Also remove catalogs/ENV/NAME.json, its last good catalog.")
    ] = False,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
    root: RootOption = Path(),
    vault_password_file: VaultOption = None,
) -> None:
    """Remove a provider with its models in gateway_models and its ids in gateway_model_groups.

    Refused where a virtual model asks it, or where a fallback or the router's default needs a name that would be gone.
    """
    from platelayer.inventory.edit import opened
    from platelayer.inventory.remove_provider import remove_provider
    from platelayer.terminal import console as fitting
    from platelayer.terminal import model_tables as model_table

    removed = remove_provider(opened(root, env, vault_password_file), name)
    if not dry_run:
        removed.write(purge_catalog=purge_catalog)
    if as_json:
        model_table.say_json(
            env,
            removed.edit,
            written=not dry_run,
            provider=name,
            models=list(removed.models),
            groups=list(removed.groups),
            listed=removed.listed,
            unused_secrets=list(removed.secrets),
            catalog=str(removed.catalog) if removed.catalog else None,
            catalog_purged=purge_catalog and not dry_run and removed.catalog is not None,
        )
        return
    console = fitting.console()
    console.print(model_table.differences(removed.edit, written=not dry_run))
    console.print(model_table.removed(removed, purge_catalog=purge_catalog, written=not dry_run))
