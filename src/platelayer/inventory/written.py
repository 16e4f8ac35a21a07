"""Where an environment's variables are written."""

import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from ruamel.yaml.error import YAMLError

from platelayer.errors import InventoryError
from platelayer.inventory.text.places import root

FOLDER = "group_vars"
_SUFFIXES = ("", ".yml", ".yaml", ".json")


def texts(environment: Path) -> dict[Path, str]:
    """The files that Ansible reads, line ends as they are; encrypted ones and what is no text are left out."""
    found = {}
    for path in sorted(environment.rglob("*")):
        hidden = path.name.startswith(".") or path.name.endswith("~")
        if path.is_file() and path.suffix in _SUFFIXES and not hidden:
            with suppress(UnicodeDecodeError):
                text = path.read_bytes().decode()
                if not text.startswith("$ANSIBLE_VAULT"):
                    found[path] = text
    return found


def file_of(environment: Path, files: Mapping[Path, str], variable: str) -> Path | None:
    """The file below group_vars that writes a variable, None if no file does. Refused where that is not clear."""
    found = [path for path, text in files.items() for _ in range(_count(path.relative_to(environment), text, variable))]
    if len(found) > 1:
        places = ", ".join(dict.fromkeys(map(str, found)))
        raise InventoryError([f"{variable}: is written {len(found)} times, in {places}; keep one of them"])
    if found and found[0].relative_to(environment).parts[0] != FOLDER:
        raise InventoryError([f"{found[0]}: {variable} cannot be edited here; move it into {environment / FOLDER}"])
    return found[0] if found else None


def _count(path: Path, text: str, variable: str) -> int:
    """How many times a file writes a variable: as a key of its own in group_vars, at any depth in inventories."""
    if variable not in text:
        return 0
    if path.parts[0] != FOLDER:
        return len(re.findall(rf"^[^#\n]*\b{variable}[\"']?\s*[:=]", text, re.MULTILINE))
    try:
        tree = root(text)
    except YAMLError:
        # Ansible would not read it either; it is of a group that this gateway is not in.
        return 0
    return sum(entry.key is not None and entry.key.value == variable for entry in tree.entries) if tree else 0
