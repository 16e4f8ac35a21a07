"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

# The key of a command's context under which its `--json` is stored, for errors.
AS_JSON = "platelayer.as_json"


def _store_json_flag(context: typer.Context, as_json: bool) -> bool:
    context.meta[AS_JSON] = as_json
    return as_json


def _check_env_name(env: str) -> str:
    if env in ("", "..") or Path(env).name != env:
        raise typer.BadParameter(
            f"'{env}' is not the name of an environment; write the name of a folder under inventories/"
        )
    return env


EnvOption = Annotated[
    str,
    typer.Option(
        "--env",
        "-e",
        metavar="ENV",
        callback=_check_env_name,
        help="The environment: the name of a folder under inventories/.",
    ),
]
JsonOption = Annotated[
    bool,
    typer.Option(
        "--json",
        callback=_store_json_flag,
        help='Print one JSON object instead of text; for an error {"error": "a sentence"}.',
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
        "ANSIBLE_VAULT_PASSWORD_FILE names, then .vault/ENV.",
        dir_okay=False,
    ),
]
