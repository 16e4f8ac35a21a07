"""The files of an environment that set its variables."""

import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from ruamel.yaml.error import YAMLError

from platelayer.errors import InventoryError
from platelayer.inventory.yaml_text.positions import locate_values

FOLDER = "group_vars"
_SUFFIXES = ("", ".yml", ".yaml", ".json")


def read_files(environment: Path) -> dict[Path, str]:
    """Return the texts of the files that Ansible reads, line ends unchanged, without encrypted and binary files."""
    texts = {}
    for path in sorted(environment.rglob("*")):
        is_hidden = path.name.startswith(".") or path.name.endswith("~")
        if path.is_file() and path.suffix in _SUFFIXES and not is_hidden:
            with suppress(UnicodeDecodeError):
                text = path.read_bytes().decode()
                if not text.startswith("$ANSIBLE_VAULT"):
                    texts[path] = text
    return texts


def find_file(environment: Path, texts: Mapping[Path, str], variable: str) -> Path | None:
    """Return the file below group_vars that sets a variable; None if no file does.

    Raises InventoryError if it is set several times, or elsewhere.
    """
    paths = [path for path, text in texts.items() for _ in range(_count(path.relative_to(environment), text, variable))]
    if len(paths) > 1:
        places = ", ".join(dict.fromkeys(map(str, paths)))
        raise InventoryError([f"{variable}: is set {len(paths)} times, in {places}; keep one of them"])
    if paths and paths[0].relative_to(environment).parts[0] != FOLDER:
        raise InventoryError([f"{paths[0]}: {variable} cannot be edited here; move it into {environment / FOLDER}"])
    return paths[0] if paths else None


def _count(path: Path, text: str, variable: str) -> int:
    """Return how many times a file sets a variable: as a top-level key in group_vars, at any depth in inventories."""
    if variable not in text:
        return 0
    if path.parts[0] != FOLDER:
        return len(re.findall(rf"^[^#\n]*\b{variable}[\"']?\s*[:=]", text, re.MULTILINE))
    try:
        tree = locate_values(text)
    except YAMLError:
        # Ansible did not read it, so it belongs to a group that this gateway is not in.
        return 0
    return sum(entry.key is not None and entry.key.text == variable for entry in tree.entries) if tree else 0
