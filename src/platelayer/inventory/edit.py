"""An environment's inventory as it is, and as an edit would leave it: on paper first, then in its files."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml.error import YAMLError
from yaml import YAMLError as OtherYAMLError

from platelayer.catalog.load import load
from platelayer.catalog.snapshot import path_of
from platelayer.catalog.sources import sources
from platelayer.errors import CatalogError, InventoryError
from platelayer.gateway.join import join
from platelayer.gateway.problems import inventory_problems
from platelayer.inventory import variables
from platelayer.inventory.references import defined, references
from platelayer.inventory.text.changes import Change, Put, changed
from platelayer.inventory.text.difference import FileEdit
from platelayer.inventory.text.meaning import meaning
from platelayer.inventory.text.splice import NotEditable, spliced
from platelayer.inventory.written import file_of, texts
from platelayer.schema import CatalogModel, Catalogs, GatewaySpec, parse
from platelayer.schema.money import shown

PROVIDERS, MODELS, GROUPS = "gateway_providers", "gateway_models", "gateway_model_groups"
_JINJA = re.compile(r"\{\{|\{%|\{#")


@dataclass(frozen=True)
class Edit:
    """files: what is written; gateway: what the inventory then is, models of catalogs included."""

    files: tuple[FileEdit, ...]
    gateway: GatewaySpec

    def write(self) -> None:
        """Write all files, each at once."""
        for file in self.files:
            file.write()


@dataclass(frozen=True)
class Inventory:
    """An environment as it is.

    folder: `catalogs/ENV`; data: variable → value, as Ansible sees it; texts: file → text; gateway: with models of
    catalogs, as far as these can be joined; problems: what is wrong with it before anything is edited.
    """

    environment: Path
    folder: Path
    data: Mapping[str, Any]
    texts: Mapping[Path, str]
    gateway: GatewaySpec
    problems: tuple[str, ...]

    @property
    def catalogs(self) -> Catalogs:
        """Provider → id → model, of enabled providers that were refreshed."""
        return self.gateway.catalogs

    def catalog(self, provider: str) -> Mapping[str, CatalogModel]:
        """The catalog of one provider; refused in words where it has none."""
        sources(self.gateway, [provider])
        if provider not in self.catalogs:
            raise CatalogError(
                f"{path_of(self.folder, provider)}: there is no catalog yet; run "
                f"`platelayer catalog refresh {provider} --env {self.environment.name}`"
            )
        return self.catalogs[provider]

    def edited(self, changes: Sequence[Change]) -> Edit:
        """The outcome of some changes, each told in terms of the inventory as it is; nothing is written yet.

        Raises InventoryError where it would not be sound, or cannot be had without touching more.
        """
        in_files: dict[Path, list[Change]] = {}
        files = {variable: self.file_of(variable) for variable in dict.fromkeys(str(each.path[0]) for each in changes)}
        for change in changes:
            in_files.setdefault(files[str(change.path[0])], []).append(change)
        new = {path: _spliced(path, self.texts[path], some) for path, some in in_files.items()}
        data = changed(self.data, changes)
        gateway, problems = _sound(_parsed(data), self.catalogs)
        if lost := references(gateway, defined(self.gateway) - defined(gateway)):
            raise InventoryError(
                f"{place}: needs '{name}', which would be gone; change it first" for place, name in lost
            )
        # An entry that moves up takes its old problems along.
        added = Counter(map(_unnumbered, problems)) - Counter(map(_unnumbered, self.problems))
        if fresh := [problem for problem in problems if _unnumbered(problem) in added]:
            raise InventoryError(fresh)
        return Edit(tuple(FileEdit(path, self.texts[path], text) for path, text in new.items()), gateway)

    def file_of(self, variable: str) -> Path:
        """The file that writes a variable; for one that no file writes, the file of the models or providers."""
        path = file_of(self.environment, self.texts, variable)
        value = self.data.get(variable)
        if path is None and value:
            raise InventoryError(
                [f"{variable}: has a value that no readable file of {self.environment} writes; edit it where it is"]
            )
        if path is None:
            return self.file_of(MODELS if variable == GROUPS else PROVIDERS)
        there = meaning(self.texts[path]).get(variable)
        if isinstance(there, str):
            raise InventoryError([f"{path}: {variable} is an expression; edit what it is made of, or write it out"])
        if len(there or ()) != len(value or ()):
            raise InventoryError([f"{path}: writes {variable}, but Ansible takes it from elsewhere; keep one of them"])
        return path


def opened(root: Path, env: str, vault_password_file: Path | None = None) -> Inventory:
    """Read an environment of a checkout."""
    environment = root / "inventories" / env
    found = variables.read(environment, vault_password_file=vault_password_file)
    data = {f"{variables.PREFIX}{part}": value for part, value in found.inventory.items()}
    folder = root / "catalogs" / env
    written = _parsed(data)
    gateway, problems = _sound(written, load(written, folder))
    return Inventory(environment, folder, data, texts(environment), gateway, tuple(problems))


def _parsed(data: Mapping[str, Any]) -> GatewaySpec:
    """A variable without a value is as good as an empty one; what edits it writes it out."""
    return parse({name.removeprefix(variables.PREFIX): value for name, value in data.items() if value is not None})


def _sound(gateway: GatewaySpec, catalogs: Catalogs) -> tuple[GatewaySpec, list[str]]:
    """With the models of catalogs if they can be joined, and what is wrong."""
    try:
        joined = join(gateway, catalogs)
    except InventoryError as error:
        return gateway.with_catalogs(gateway.models, catalogs), [*error.problems, *inventory_problems(gateway)]
    return joined, inventory_problems(joined)


def _unnumbered(problem: str) -> str:
    return re.sub(r"\[\d+\]", "[]", problem)


def _spliced(path: Path, text: str, changes: Sequence[Change]) -> str:
    """The new text of a file; Ansible reads in it what it read before, with those changes."""
    for change in changes:
        if isinstance(change, Put):
            _refuse_code(change.value)
    try:
        new = spliced(text, changes)
        as_meant = meaning(new) == changed(meaning(text), changes)
    except NotEditable as reason:
        raise InventoryError([f"{path}: {reason}; edit it by hand"]) from None
    except (YAMLError, OtherYAMLError):
        problem = "would not be YAML any more, perhaps because an anchor would go that is used elsewhere"
        raise InventoryError([f"{path}: {problem}; edit it by hand"]) from None
    if not as_meant:
        raise InventoryError([f"{path}: other values would change as well, by an alias or a merge; edit it by hand"])
    return new


def _refuse_code(value: Any) -> None:
    """Ansible would run an expression that a provider put into an id."""
    if isinstance(value, Mapping):
        for item in value.values():
            _refuse_code(item)
    elif isinstance(value, str) and (_JINJA.search(value) or not value.isprintable()):
        problem = "holds an expression, or what cannot be printed; choose another model or name"
        raise InventoryError([f"{shown(value)}: {problem}"])
