"""`platelayer env`: create environments, the folders under inventories/, and their secrets."""

import json
from pathlib import Path
from typing import Annotated

import typer

from platelayer.cli.options import JsonOption, RootOption
from platelayer.inventory.new_secrets import generate_key, write_once

POSITION = 10

app = typer.Typer(
    name="env", no_args_is_help=True, help="Create environments (folders under inventories/) and their secrets."
)


@app.command()
def create(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="The name of the environment, and of its folder under inventories/.")
    ],
    root: RootOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Copy the example environment and generate its secrets. Existing files are kept, and no secret is printed."""
    # Importing Ansible's vault takes half a second, and no other command here needs it.
    from platelayer.inventory.new_environment import create_environment

    created = create_environment(name, root)
    if as_json:
        facts = {
            "folder": str(created.folder),
            "vault": str(created.vault),
            "password_file": str(created.password),
            "new_folder": created.is_new_folder,
            "new_vault": created.is_new_vault,
            "to_fill": list(created.to_fill),
        }
        typer.echo(json.dumps(facts, indent=2))
        return
    typer.echo(
        f"{created.folder}: {'copied from inventories/example' if created.is_new_folder else 'exists, unchanged'}"
    )
    if created.is_new_vault:
        typer.echo(f"{created.vault}: new secrets, encrypted; the password is in {created.password}, keep a copy of it")
    else:
        typer.echo(f"{created.vault}: exists, unchanged")
    steps = [f"name your host and models in {created.folder}", "source .venv/bin/activate"]
    if created.to_fill:
        edit = f"ansible-vault edit {created.vault} --vault-password-file {created.password}"
        steps.append(f"write {', '.join(created.to_fill)}:\n     {edit}")
    play = f"ansible-playbook playbooks/site.yml -i {created.folder} --vault-password-file {created.password}"
    steps.append(f"{play} --check --diff, then without --check")
    typer.echo("\nNext:")
    for number, step in enumerate(steps, start=1):
        typer.echo(f"  {number}. {step}")


@app.command()
def key(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write.", dir_okay=False)],
) -> None:
    """Write a new random key into a file that only you can read, unless the file exists."""
    if write_once(file, generate_key() + "\n"):
        typer.echo(f"{file}: a new key")
