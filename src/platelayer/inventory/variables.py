"""An environment's `gateway_*` variables as Ansible reads them: files, vault, role defaults, and expressions."""

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from ansible._internal._datatag._tags import Origin
from ansible.errors import AnsibleError
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import FileVaultSecret, get_file_vault_secret
from ansible.plugins.loader import init_plugin_loader
from ansible.template import Templar
from ansible.vars.manager import VariableManager

from platelayer.errors import InventoryError
from platelayer.inventory.repeated_keys import find_repeated_keys
from platelayer.schema import GatewaySpec, plain

GROUP = "gateway"
DEFAULTS = Path("roles/gateway/defaults/main.yml")
PREFIX = "gateway_"
_UNLOCK_ADVICE = "set ANSIBLE_VAULT_PASSWORD_FILE to the file of its password, or name it with --vault-password-file"
# Their options are templated one by one, as only a deploy can read some of them.
_TEMPLATED_BY_OPTION = ("providers", "redis")
_TEMPLATED_WHOLE = tuple(part for part in GatewaySpec.model_fields if part not in _TEMPLATED_BY_OPTION)


@dataclass(frozen=True)
class GatewayVariables:
    """The inventory of one gateway as plain data, for `platelayer.schema.parse`.

    unreadable_keys: provider → why its key cannot be read, such as a vault whose password is missing.
    """

    host: str
    inventory: Mapping[str, Any]
    unreadable_keys: Mapping[str, str] = field(default_factory=dict)


def read_variables(
    environment: Path, *, group: str = GROUP, vault_password_file: Path | None = None
) -> GatewayVariables:
    """Return the variables of the first host of a group. Secrets that cannot be read are left out.

    Raises InventoryError with file and line if Ansible cannot read the environment.
    """
    if not environment.is_dir():
        raise InventoryError([f"{environment}: does not exist; {_list_environments(environment.parent)}"])
    _load_plugins()
    loader = DataLoader()
    root = environment.resolve().parents[1]
    secrets = _read_vault_secrets(environment, root, vault_password_file, loader)
    if secrets:
        loader.set_vault_secrets([("default", secret) for secret in secrets])
    try:
        if repeated_keys := list(find_repeated_keys(environment)):
            raise InventoryError(repeated_keys)
        # Ansible only warns of an inventory file that it cannot read, and goes on without its hosts.
        for path in sorted(environment.glob("*.y*ml")):
            loader.load_from_file(str(path), cache="none")
        hosts = InventoryManager(loader=loader, sources=[str(environment)])
        members = hosts.get_hosts(group)
        if not members:
            raise InventoryError([f"{environment}: no host is in the group '{group}'; add one to its hosts.yml"])
        manager = VariableManager(loader=loader, inventory=hosts)
        values = {**_read_defaults(loader, root), **manager.get_vars(host=members[0], include_hostvars=False)}
    except AnsibleError as error:
        raise InventoryError([_explain(error, environment, secrets)]) from None
    values["inventory_dir"] = str(environment.resolve())
    values.setdefault("ansible_playbook_python", "python3")
    templar = Templar(loader=loader, variables=values)
    inventory: dict[str, Any] = {}
    inventory["providers"], unreadable_keys = _read_providers(templar, values.get("gateway_providers") or {})
    if "gateway_redis" in values:
        inventory["redis"] = _read_redis(templar, values["gateway_redis"])
    for part in _TEMPLATED_WHOLE:
        if (variable := PREFIX + part) in values:
            inventory[part] = _template(templar, variable, values[variable])
    return GatewayVariables(members[0].name, plain(inventory), unreadable_keys)


def _explain(error: AnsibleError, environment: Path, secrets: list[FileVaultSecret]) -> str:
    if not secrets and "vault password" in str(error):
        return f"{environment}: its vault is locked; {_UNLOCK_ADVICE}"
    if secrets and "Decryption failed" in str(error):
        return f"{environment}: the password in {secrets[0].filename} does not open its vault; {_UNLOCK_ADVICE}"
    return f"{_find_position(error) or environment}: {error}"


@cache
def _load_plugins() -> None:
    # Cached because Ansible warns if it is done twice in a process.
    init_plugin_loader()


def _list_environments(folder: Path) -> str:
    names = sorted(path.name for path in folder.glob("*") if path.is_dir()) if folder.is_dir() else []
    return f"choose one of: {', '.join(names)}" if names else "create one with `make env NAME=…`"


def _read_vault_secrets(
    environment: Path, root: Path, named_file: Path | None, loader: DataLoader
) -> list[FileVaultSecret]:
    """Return the passwords to try: that of the named file; else of ANSIBLE_VAULT_PASSWORD_FILE, then of .vault/ENV."""
    named = named_file or os.environ.get("ANSIBLE_VAULT_PASSWORD_FILE") or None
    paths = [Path(named)] if named else []
    if paths and not paths[0].exists():
        raise InventoryError([f"{paths[0]}: this vault password file does not exist"])
    own = root / ".vault" / environment.resolve().name
    # The variable may name the password of another environment.
    paths += [own] if named_file is None and own.exists() else []
    secrets = [get_file_vault_secret(filename=str(path), loader=loader) for path in paths]
    for secret in secrets:
        secret.load()
    return secrets


def _read_defaults(loader: DataLoader, root: Path) -> dict[str, Any]:
    path = root / DEFAULTS
    return dict(loader.load_from_file(str(path)) or {}) if path.exists() else {}


def _read_providers(templar: Templar, raw: Any) -> tuple[Any, dict[str, str]]:
    """Return the providers without the keys that cannot be read, and provider → why not.

    Values that are no mapping are returned as they are, for `platelayer.schema.parse` to refuse.
    """
    providers, unreadable_keys = {}, {}
    raw = _template_unless_mapping(templar, "gateway_providers", raw)
    if not isinstance(raw, Mapping):
        return raw, {}
    for name, raw_options in raw.items():
        where = f"gateway_providers.{name}"
        options = _template_unless_mapping(templar, where, raw_options)
        if not isinstance(options, Mapping):
            providers[name] = options
            continue
        providers[name] = _template(templar, where, {key: options[key] for key in options if key != "api_key"})
        if "api_key" in options:
            try:
                providers[name]["api_key"] = templar.template(options["api_key"])
            except AnsibleError as error:
                unreadable_keys[name] = str(error).splitlines()[0]
    return providers, unreadable_keys


def _read_redis(templar: Templar, raw: Any) -> Any:
    """Return the options of `gateway_redis` that can be read.

    The password may be in a locked vault, and the host may be a fact of another host: only a deploy knows these.
    """
    raw = _template_unless_mapping(templar, "gateway_redis", raw)
    if not isinstance(raw, Mapping):
        return raw
    options = {}
    for name, value in raw.items():
        with suppress(AnsibleError):
            options[name] = templar.template(value)
    return options


def _template_unless_mapping(templar: Templar, where: str, value: Any) -> Any:
    return value if isinstance(value, Mapping) else _template(templar, where, value)


def _template(templar: Templar, where: str, value: Any) -> Any:
    """Return a value with its expressions evaluated. Raises InventoryError that names the place."""
    try:
        return templar.template(value)
    except AnsibleError as error:
        position = _find_position(error)
        raise InventoryError([f"{position}: {where}: {error}" if position else f"{where}: {error}"]) from None


def _find_position(error: BaseException | None) -> str:
    """Return `FILE:LINE` of an Ansible error or of its cause, empty if neither has one."""
    if error is None:
        return ""
    source = getattr(error, "obj", None)
    origin = source if isinstance(source, Origin) else Origin.get_tag(source)
    if origin is None or origin.path is None or origin.line_num is None:
        return _find_position(error.__cause__ or error.__context__)
    path = Path(origin.path)
    return f"{path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path}:{origin.line_num}"
