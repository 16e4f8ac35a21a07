"""A new environment: a copy of the example's files, and a vault with new secrets."""

import re
import secrets
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from ansible.parsing.vault import VaultLib, VaultSecret

from platelayer.errors import PlatelayerError
from platelayer.inventory.new_secrets import generate_key, write_once

VAULT = Path("group_vars/all/vault.yml")
_RESERVED = {"example": "what new environments are copied from", "local": "the environment of `make up`"}
_NAME = re.compile(r"[a-z][a-z0-9_-]*")
_VAULT_REFERENCE = re.compile(r"^(?!\s*#).*\{\{\s*(vault_\w+)", re.MULTILINE)


@dataclass(frozen=True)
class CreatedEnvironment:
    """The files of an environment, and which of them are new.

    password: the file with the vault's password; to_fill: variables of the vault that the operator must fill in.
    """

    folder: Path
    vault: Path
    password: Path
    is_new_folder: bool
    is_new_vault: bool
    to_fill: tuple[str, ...]


def create_environment(name: str, root: Path) -> CreatedEnvironment:
    """Copy `inventories/example` to `inventories/NAME` and write its vault; existing files stay unchanged.

    An environment that has no vault yet, such as `standalone`, gets one. The password of the vault is in `.vault/NAME`.
    """
    is_new_folder = copy_example(name, root)
    return add_vault(name, root, is_new_folder=is_new_folder)


def check_name(name: str) -> None:
    """Raise PlatelayerError if an environment cannot have this name."""
    if not _NAME.fullmatch(name):
        raise PlatelayerError(
            f"'{name}' is no valid name of an environment; use small letters, digits, '-' and '_', a letter first"
        )
    if name in _RESERVED:
        raise PlatelayerError(f"'{name}' is {_RESERVED[name]}; choose another name")


def copy_example(name: str, root: Path) -> bool:
    """Copy the example to `inventories/NAME`, without a vault; return False if that folder exists."""
    check_name(name)
    folder = root / "inventories" / name
    if folder.exists():
        return False
    shutil.copytree(root / "inventories" / "example", folder, ignore=shutil.ignore_patterns(VAULT.name))
    return True


def add_vault(name: str, root: Path, *, is_new_folder: bool, keep_empty: Collection[str] = ()) -> CreatedEnvironment:
    """Write a vault with all variables that the files of `inventories/NAME` refer to, unless there is a vault.

    keep_empty: variables that get no new secret, because another system knows theirs already.
    """
    folder = root / "inventories" / name
    vault, password = folder / VAULT, root / ".vault" / name
    if vault.exists():
        return CreatedEnvironment(folder, vault, password, is_new_folder, is_new_vault=False, to_fill=())
    write_once(password, secrets.token_urlsafe(32) + "\n")
    values = {
        variable: "" if variable in keep_empty else _generate_secret(variable)
        for variable in _find_vault_variables(folder)
    }
    is_new_vault = write_once(vault, _encrypt(values, password))
    to_fill = tuple(variable for variable, value in values.items() if not value) if is_new_vault else ()
    return CreatedEnvironment(folder, vault, password, is_new_folder, is_new_vault, to_fill)


def _find_vault_variables(folder: Path) -> list[str]:
    """Return the `vault_*` variables that the files of an environment refer to outside comments."""
    texts = (path.read_text() for path in sorted(folder.rglob("*.yml")) if path.name != VAULT.name)
    return sorted({name for text in texts for name in _VAULT_REFERENCE.findall(text)})


def _generate_secret(variable: str) -> str:
    """Return a new secret, or nothing for the key of a provider, who issues it."""
    if variable.endswith("_master_key"):
        return generate_key()
    return secrets.token_hex(32) if variable.endswith("_password") else ""


def _encrypt(variables: dict[str, str], password: Path) -> str:
    lines = ["---", *(f'{name}: "{value}"' for name, value in variables.items()), ""]
    vault = VaultLib([("default", VaultSecret(password.read_bytes().strip()))])
    text: bytes = vault.encrypt("\n".join(lines))
    return text.decode()
