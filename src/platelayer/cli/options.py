"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

# Where a command's context says whether its errors are wanted as JSON too.
AS_JSON = "platelayer.as_json"


def _remember(context: typer.Context, wanted: bool) -> bool:
    context.meta[AS_JSON] = wanted
    return wanted


def _name(env: str) -> str:
    if env in ("", "..") or Path(env).name != env:
        raise typer.BadParameter(f"'{env}' is no name of an environment; write that of a folder under inventories/")
    return env


EnvOption = Annotated[
    str,
    typer.Option(
        "--env",
        "-e",
        metavar="ENV",
        callback=_name,
        help="The environment: the name of a folder under inventories/.",
    ),
]
JsonOption = Annotated[
    bool,
    typer.Option(
        "--json", callback=_remember, help='Print one JSON object instead of text; of an error {"error": "what it is"}.'
    ),
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Show what would be written, and write nothing.")]
RootOption = Annotated[
    Path,
    typer.Option(
        metavar="FOLDER", help="The checkout: the folder that holds inventories/ and catalogs/.", file_okay=False
    ),
]
VaultOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="The file with the password of the environment's vault. Without it the one that "
        "ANSIBLE_VAULT_PASSWORD_FILE names, else .vault/ENV.",
        dir_okay=False,
    ),
]
