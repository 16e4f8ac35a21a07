"""An environment's inventory, and the edits of it: an edit is prepared and checked as a whole before it is written."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml.error import YAMLError
from yaml import YAMLError as PyYAMLError

from platelayer.catalog.load import load_catalogs
from platelayer.catalog.snapshot import locate_snapshot
from platelayer.catalog.sources import list_sources
from platelayer.errors import CatalogError, InventoryError
from platelayer.gateway.build import BuiltGateway, build
from platelayer.inventory.references import find_references
from platelayer.inventory.variable_files import find_file, read_files
from platelayer.inventory.variables import PREFIX, read_variables
from platelayer.inventory.yaml_text.changes import EntryAddition, EntryChange, apply_changes
from platelayer.inventory.yaml_text.edited_text import UneditableTextError, edit_text
from platelayer.inventory.yaml_text.file_edit import FileEdit
from platelayer.inventory.yaml_text.parser import parse_variables
from platelayer.schema import CatalogModel, Catalogs, GatewaySpec, parse
from platelayer.schema.money import quote_value

PROVIDERS, MODELS, GROUPS = "gateway_providers", "gateway_models", "gateway_model_groups"
_JINJA = re.compile(r"\{\{|\{%|\{#")


@dataclass(frozen=True)
class InventoryEdit:
    """A checked edit: the files that it changes, and the gateway as it is then."""

    files: tuple[FileEdit, ...]
    gateway: BuiltGateway

    def write(self) -> None:
        """Replace the files, each atomically."""
        for file in self.files:
            file.write()


@dataclass(frozen=True)
class EditableInventory:
    """The inventory of an environment, with the texts of the files that set it.

    catalog_folder: `catalogs/ENV`; data: variable → value, as Ansible reads it; texts: file → text; gateway: with the
    models of catalogs, and the problems that it has already.
    """

    environment: Path
    catalog_folder: Path
    data: Mapping[str, Any]
    texts: Mapping[Path, str]
    gateway: BuiltGateway

    @property
    def catalogs(self) -> Catalogs:
        """Provider → id → model, of enabled providers that were refreshed."""
        return self.gateway.catalogs

    def get_catalog(self, provider: str) -> Mapping[str, CatalogModel]:
        """Return id → model of one provider. Raises CatalogError if it has no catalog."""
        # Raises an error of its own if the provider cannot have one.
        list_sources(self.gateway.spec, [provider])
        if provider not in self.catalogs:
            raise CatalogError(
                f"{locate_snapshot(self.catalog_folder, provider)}: there is no catalog yet; run "
                f"`platelayer catalog refresh {provider} --env {self.environment.name}`"
            )
        return self.catalogs[provider]

    def prepare_edit(self, changes: Sequence[EntryChange]) -> InventoryEdit:
        """Return the edit that makes the changes; nothing is written. Indices count in the inventory as it is.

        Raises InventoryError if the inventory would get new problems, or if other values would change too.
        """
        by_file: dict[Path, list[EntryChange]] = {}
        variables = dict.fromkeys(str(change.path[0]) for change in changes)
        files = {variable: self.find_file(variable) for variable in variables}
        for change in changes:
            by_file.setdefault(files[str(change.path[0])], []).append(change)
        edits = [
            FileEdit(path, self.texts[path], _edit_file(path, self.texts[path], by_file[path])) for path in by_file
        ]
        gateway = build(_parse(apply_changes(self.data, changes)), self.catalogs)
        removed_names = self.gateway.names.places.keys() - gateway.names.places.keys()
        if references := find_references(gateway, removed_names):
            raise InventoryError(
                f"{place}: needs '{name}', which would be removed; change it first" for place, name in references
            )
        # The index of an entry, which its problems name, changes when one above it is removed.
        added = Counter(map(_drop_indices, gateway.problems)) - Counter(map(_drop_indices, self.gateway.problems))
        if new_problems := [problem for problem in gateway.problems if _drop_indices(problem) in added]:
            raise InventoryError(new_problems)
        return InventoryEdit(tuple(edits), gateway)

    def find_file(self, variable: str) -> Path:
        """Return the file to edit a variable in: the one that sets it, or else that of the models or providers.

        Raises InventoryError if there is none, or if Ansible takes the value from elsewhere.
        """
        path = find_file(self.environment, self.texts, variable)
        value = self.data.get(variable)
        if path is None and value:
            problem = f"has a value, but no readable file of {self.environment} sets it; edit it where it is set"
            raise InventoryError([f"{variable}: {problem}"])
        if path is None:
            return self.find_file(MODELS if variable == GROUPS else PROVIDERS)
        in_file = parse_variables(self.texts[path]).get(variable)
        if isinstance(in_file, str):
            raise InventoryError([f"{path}: {variable} is an expression; edit what it refers to, or write a list"])
        if len(in_file or ()) != len(value or ()):
            raise InventoryError([f"{path}: sets {variable}, but Ansible takes it from elsewhere; keep one of them"])
        return path


def open_inventory(root: Path, env: str, vault_password_file: Path | None = None) -> EditableInventory:
    """Read an environment of a checkout. Raises InventoryError if it cannot be read."""
    environment, catalog_folder = root / "inventories" / env, root / "catalogs" / env
    variables = read_variables(environment, vault_password_file=vault_password_file)
    data = {f"{PREFIX}{part}": value for part, value in variables.inventory.items()}
    spec = _parse(data)
    gateway = build(spec, load_catalogs(spec, catalog_folder))
    return EditableInventory(environment, catalog_folder, data, read_files(environment), gateway)


def _parse(data: Mapping[str, Any]) -> GatewaySpec:
    """Return the typed inventory; a variable without a value counts as an empty one."""
    return parse({name.removeprefix(PREFIX): value for name, value in data.items() if value is not None})


def _drop_indices(problem: str) -> str:
    return re.sub(r"\[\d+\]", "[]", problem)


def _edit_file(path: Path, text: str, changes: Sequence[EntryChange]) -> str:
    """Return the new text of a file, proven to hold the same data as before but for the changes."""
    for change in changes:
        if isinstance(change, EntryAddition):
            _refuse_expressions(change.value)
    try:
        new = edit_text(text, changes)
        is_as_intended = parse_variables(new) == apply_changes(parse_variables(text), changes)
    except UneditableTextError as reason:
        raise InventoryError([f"{path}: {reason}; edit it by hand"]) from None
    except (YAMLError, PyYAMLError):
        problem = "would no longer be YAML, perhaps because an alias needs an anchor that would be removed"
        raise InventoryError([f"{path}: {problem}; edit it by hand"]) from None
    if not is_as_intended:
        raise InventoryError([f"{path}: other values would change too, by an alias or a merge; edit it by hand"])
    return new


def _refuse_expressions(value: Any) -> None:
    """Raise InventoryError for text that Ansible would evaluate: a provider could have put it into an id."""
    if isinstance(value, Mapping):
        for item in value.values():
            _refuse_expressions(item)
    elif isinstance(value, str) and (_JINJA.search(value) or not value.isprintable()):
        problem = "contains an expression or unprintable characters; choose another model or name"
        raise InventoryError([f"{quote_value(value)}: {problem}"])
