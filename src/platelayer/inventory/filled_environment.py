"""A new environment that is filled from elsewhere: the example's folder, a vault, files of its own and a report."""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from platelayer.errors import InventoryError
from platelayer.inventory.new_environment import CreatedEnvironment, add_vault, check_name, copy_example

INVENTORIES = Path("inventories")
FOLDER = Path("group_vars/all")
# Ansible reads no .txt in an inventory.
REPORT = Path("import.txt")


def refuse_used_environment(root: Path, env: str, names: Iterable[str]) -> None:
    """Raise PlatelayerError if `inventories/ENV` cannot be made, or has files of these names that somebody changed."""
    check_name(env)
    example, folder = root / INVENTORIES / "example", root / INVENTORIES / env
    if not example.is_dir():
        raise InventoryError([f"{example}: is not there; run this in the checkout, or name it with --root"])
    for name in names:
        path = folder / FOLDER / name
        if path.exists() and path.read_bytes() != (example / FOLDER / name).read_bytes():
            advice = f"import into another --env, or delete {folder} first"
            raise InventoryError([f"{path}: is in use and stays as it is; {advice}"])


def write_environment(
    root: Path, env: str, texts: Mapping[str, str], report: str, *, keep_empty: Collection[str]
) -> CreatedEnvironment:
    """Make `inventories/ENV` with these files and the report. Raise PlatelayerError, with nothing written.

    keep_empty: variables of the vault that wait for their values. A vault that was there is left as it is.
    """
    refuse_used_environment(root, env, texts)
    is_new_folder = copy_example(env, root)
    folder = root / INVENTORIES / env
    for name, text in texts.items():
        (folder / FOLDER / name).write_text(text, encoding="utf-8")
    (folder / REPORT).write_text(report, encoding="utf-8")
    return add_vault(env, root, is_new_folder=is_new_folder, keep_empty=keep_empty)
