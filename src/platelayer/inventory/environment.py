"""New environments: the example's files, and a vault with secrets of their own."""

import re
import secrets
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from ansible.parsing.vault import VaultLib, VaultSecret

from platelayer.errors import PlatelayerError
from platelayer.inventory.new_secrets import new_key, write_once

VAULT = Path("group_vars/all/vault.yml")
_TAKEN = {"example": "what new environments are copied from", "local": "the environment of `make up`"}
_NAME = re.compile(r"[a-z][a-z0-9_-]*")
_REFERENCE = re.compile(r"^(?!\s*#).*\{\{\s*(vault_\w+)", re.MULTILINE)


@dataclass(frozen=True)
class Environment:
    """What was made or found. `to_fill`: variables whose values only the operator has."""

    folder: Path
    vault: Path
    password: Path
    is_new_folder: bool
    is_new_vault: bool
    to_fill: tuple[str, ...]


def create(name: str, root: Path) -> Environment:
    """Copy `inventories/example` to `inventories/NAME` and write its vault. What exists is left as it is.

    An environment that has no vault yet, such as `standalone`, gets one. The vault's password lies in `.vault/NAME`.
    """
    is_new_folder = copy_example(name, root)
    return add_vault(name, root, is_new_folder=is_new_folder)


def refuse_bad_name(name: str) -> None:
    """Raise PlatelayerError where an environment cannot be called so."""
    if not _NAME.fullmatch(name):
        raise PlatelayerError(
            f"'{name}' cannot name an environment; write small letters, digits, '-' and '_', a letter first"
        )
    if name in _TAKEN:
        raise PlatelayerError(f"'{name}' is {_TAKEN[name]}; choose another name")


def copy_example(name: str, root: Path) -> bool:
    """Make `inventories/NAME` of the example, without a vault; False if it was there and is as it was."""
    refuse_bad_name(name)
    folder = root / "inventories" / name
    if folder.exists():
        return False
    shutil.copytree(root / "inventories" / "example", folder, ignore=shutil.ignore_patterns(VAULT.name))
    return True


def add_vault(name: str, root: Path, *, is_new_folder: bool, theirs: Collection[str] = ()) -> Environment:
    """Write a vault with all that the files of `inventories/NAME` refer to, unless there is one.

    theirs: variables that stay empty although secrets of such names are made up otherwise, as others have them already.
    """
    folder = root / "inventories" / name
    vault, password = folder / VAULT, root / ".vault" / name
    if vault.exists():
        return Environment(folder, vault, password, is_new_folder, is_new_vault=False, to_fill=())
    write_once(password, secrets.token_urlsafe(32) + "\n")
    made = {variable: "" if variable in theirs else _new_secret(variable) for variable in _secret_names(folder)}
    is_new_vault = write_once(vault, _encrypted(made, password))
    to_fill = tuple(variable for variable, value in made.items() if not value) if is_new_vault else ()
    return Environment(folder, vault, password, is_new_folder, is_new_vault, to_fill)


def _secret_names(folder: Path) -> list[str]:
    """The `vault_*` variables that the files of an environment refer to outside comments."""
    texts = (path.read_text() for path in sorted(folder.rglob("*.yml")) if path.name != VAULT.name)
    return sorted({name for text in texts for name in _REFERENCE.findall(text)})


def _new_secret(variable: str) -> str:
    """A secret that nobody else must know; empty when a provider has it."""
    if variable.endswith("_master_key"):
        return new_key()
    return secrets.token_hex(32) if variable.endswith("_password") else ""


def _encrypted(variables: dict[str, str], password: Path) -> str:
    lines = ["---", *(f'{name}: "{value}"' for name, value in variables.items()), ""]
    vault = VaultLib([("default", VaultSecret(password.read_bytes().strip()))])
    text: bytes = vault.encrypt("\n".join(lines))
    return text.decode()
