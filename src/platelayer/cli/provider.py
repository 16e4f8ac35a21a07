"""`platelayer provider`: providers of the inventory."""

from pathlib import Path
from typing import Annotated

import typer

from platelayer.cli.options import DryRunOption, EnvOption, JsonOption, RootOption, VaultOption

POSITION = 30

app = typer.Typer(
    name="provider",
    no_args_is_help=True,
    short_help="Remove providers from an inventory; comments and layout are kept.",
    help="Remove providers from an inventory; comments and layout are kept. A new one is written by hand into "
    "gateway_providers, in inventories/ENV/group_vars/all/gateway.yml; `platelayer env create` makes that file, with "
    "examples.",
)


@app.callback()
def provider() -> None:
    """Keep typer from making its only command the whole program."""


@app.command()
def remove(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A provider of the inventory.")],
    env: EnvOption,
    purge_catalog: Annotated[
        bool, typer.Option("--purge-catalog", help="Also delete its catalog, catalogs/ENV/NAME.json.")
    ] = False,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
    root: RootOption = Path(),
    vault_password_file: VaultOption = None,
) -> None:
    """Remove a provider with its models in gateway_models and its ids in gateway_model_groups.

    Refused if a virtual model uses it, or if a fallback or the router's default needs a name that would be removed.
    """
    from platelayer.inventory.editable_inventory import open_inventory
    from platelayer.inventory.provider_removal import remove_provider
    from platelayer.terminal.console import make_console
    from platelayer.terminal.model_json import describe_removal, print_edit
    from platelayer.terminal.model_tables import draw_edit, draw_removal

    removal = remove_provider(open_inventory(root, env, vault_password_file), name)
    if not dry_run:
        removal.write(purge_catalog=purge_catalog)
    if as_json:
        is_catalog_purged = purge_catalog and not dry_run
        facts = describe_removal(name, removal, is_catalog_purged=is_catalog_purged)
        print_edit(env, removal.edit, written=not dry_run, **facts)
        return
    screen = make_console()
    screen.print(draw_edit(removal.edit, written=not dry_run))
    screen.print(draw_removal(removal, purge_catalog=purge_catalog, written=not dry_run))
