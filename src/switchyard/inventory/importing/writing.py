"""A new environment with what an import made: folder, vault, `gateway.yml`, `litellm.yml` and the report."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from switchyard.errors import InventoryError
from switchyard.inventory.environment import Environment, create

INVENTORIES = Path("inventories")
FOLDER = Path("group_vars/all")
# Ansible reads no .txt in an inventory.
REPORT = Path("import.txt")


def refuse_taken(root: Path, env: str, names: Iterable[str]) -> None:
    """Raise InventoryError where the environment has files of these names that are not the example's."""
    example = root / INVENTORIES / "example"
    if not example.is_dir():
        raise InventoryError([f"{example}: is not there; run this in the checkout, or name it with --root"])
    for name in names:
        path = root / INVENTORIES / env / FOLDER / name
        if path.exists() and path.read_bytes() != (example / FOLDER / name).read_bytes():
            raise InventoryError([f"{path}: is in use and stays as it is; import into another --env"])


def write(root: Path, env: str, texts: Mapping[str, str], report: str) -> Environment:
    """Make `inventories/ENV` with these files and the report; raises SwitchyardError, and has then written nothing.

    A vault that was there is left as it is.
    """
    refuse_taken(root, env, texts)
    made = create(env, root)
    for name, text in texts.items():
        (made.folder / FOLDER / name).write_text(text, encoding="utf-8")
    (made.folder / REPORT).write_text(report, encoding="utf-8")
    if made.is_new_vault:
        # Made for the example's files; nobody has seen its secrets yet.
        made.vault.unlink()
        return create(env, root)
    return made
