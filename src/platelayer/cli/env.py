"""`platelayer env`: environments, that is folders under inventories/."""

import json
from pathlib import Path
from typing import Annotated

import typer

from platelayer.cli.options import JsonOption, RootOption
from platelayer.inventory.new_secrets import new_key, write_once

app = typer.Typer(no_args_is_help=True, help="Make environments (folders under inventories/) and their secrets.")


@app.command()
def create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its name, and that of its folder under inventories/.")],
    root: RootOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Copy the example environment and make its secrets. What exists is never overwritten, no secret is shown."""
    # Ansible's vault takes half a second to import, and only this command needs it.
    from platelayer.inventory.environment import create as create_environment

    made = create_environment(name, root)
    play = f"ansible-playbook playbooks/site.yml -i {made.folder} --vault-password-file {made.password}"
    edit = f"ansible-vault edit {made.vault} --vault-password-file {made.password}"
    if as_json:
        facts = {
            "folder": str(made.folder),
            "vault": str(made.vault),
            "password_file": str(made.password),
            "new_folder": made.is_new_folder,
            "new_vault": made.is_new_vault,
            "to_fill": list(made.to_fill),
        }
        typer.echo(json.dumps(facts, indent=2))
        return
    origin = "copied from inventories/example" if made.is_new_folder else "was there, left as it is"
    typer.echo(f"{made.folder}: {origin}")
    if made.is_new_vault:
        typer.echo(f"{made.vault}: new secrets, encrypted; the password is in {made.password}, keep a copy of it")
    else:
        typer.echo(f"{made.vault}: was there, left as it is")
    typer.echo("\nNext:")
    steps = [f"name your host and models in {made.folder}", "source .venv/bin/activate"]
    if made.to_fill:
        steps.append(f"write {', '.join(made.to_fill)}:\n     {edit}")
    for number, step in enumerate([*steps, f"{play} --check --diff, then without --check"], start=1):
        typer.echo(f"  {number}. {step}")


@app.command()
def key(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write.", dir_okay=False)],
) -> None:
    """Write a new random key into a file that only you can read, unless the file is there."""
    if write_once(file, new_key() + "\n"):
        typer.echo(f"{file}: a new key")
