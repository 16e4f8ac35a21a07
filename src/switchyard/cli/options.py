"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

EnvOption = Annotated[str, typer.Option("--env", "-e", help="The environment: a folder under inventories/.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Say it as JSON.")]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Show what would be written, write nothing.")]
RootOption = Annotated[Path, typer.Option(help="The checkout.", file_okay=False)]
VaultOption = Annotated[
    Path | None,
    typer.Option(help="The vault's password; without it ANSIBLE_VAULT_PASSWORD_FILE, or .vault/ENV.", dir_okay=False),
]
