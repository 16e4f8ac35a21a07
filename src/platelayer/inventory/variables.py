"""What an environment's variables are, as Ansible sees them: files, vault, roles' defaults and expressions included."""

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
from platelayer.inventory.repeated import repetitions
from platelayer.schema import GatewaySpec, plain

GROUP = "gateway"
DEFAULTS = Path("roles/gateway/defaults/main.yml")
PREFIX = "gateway_"
LOCKED = "write the file of its password to ANSIBLE_VAULT_PASSWORD_FILE, or name it with --vault-password-file"
# Read one option at a time, as some of their options may be unreadable here.
_READ_BY_OPTION = ("providers", "redis")
PARTS = tuple(part for part in GatewaySpec.model_fields if part not in _READ_BY_OPTION)


@dataclass(frozen=True)
class Variables:
    """The inventory of one gateway as plain data, for `platelayer.schema.parse`.

    unknown: provider → why its key could not be read, such as a vault whose password is not at hand.
    """

    host: str
    inventory: Mapping[str, Any]
    unknown: Mapping[str, str] = field(default_factory=dict)


def read(environment: Path, *, group: str = GROUP, vault_password_file: Path | None = None) -> Variables:
    """The variables of the first gateway host of an environment; a missing key costs that provider's key only."""
    if not environment.is_dir():
        raise InventoryError([f"{environment}: there is no such environment; {_known(environment.parent)}"])
    _plugins()
    loader = DataLoader()
    root = environment.resolve().parents[1]
    secret = _vault_secret(environment, root, vault_password_file, loader)
    if secret is not None:
        loader.set_vault_secrets([("default", secret)])
    try:
        if repeated := list(repetitions(environment)):
            raise InventoryError(repeated)
        # Of hosts that it cannot read Ansible only warns, and goes on without them.
        for path in sorted(environment.glob("*.y*ml")):
            loader.load_from_file(str(path), cache="none")
        hosts = InventoryManager(loader=loader, sources=[str(environment)])
        members = hosts.get_hosts(group)
        if not members:
            raise InventoryError([f"{environment}: no host is in the group '{group}'; add one to its hosts.yml"])
        manager = VariableManager(loader=loader, inventory=hosts)
        found = {**_defaults(loader, root), **manager.get_vars(host=members[0], include_hostvars=False)}
    except AnsibleError as error:
        raise InventoryError([_unreadable(error, environment, secret)]) from None
    found["inventory_dir"] = str(environment.resolve())
    found.setdefault("ansible_playbook_python", "python3")
    templar = Templar(loader=loader, variables=found)
    providers, unknown = _providers(templar, found.get("gateway_providers") or {})
    parts = {part: _templated(templar, PREFIX + part, found[PREFIX + part]) for part in PARTS if PREFIX + part in found}
    if "gateway_redis" in found:
        parts["redis"] = _redis(templar, found["gateway_redis"])
    return Variables(members[0].name, plain({"providers": providers, **parts}), unknown)


def _unreadable(error: AnsibleError, environment: Path, secret: FileVaultSecret | None) -> str:
    if secret is None and "vault password" in str(error):
        return f"{environment}: its vault is locked; {LOCKED}"
    if secret is not None and "Decryption failed" in str(error):
        return f"{environment}: its vault does not open with the password in {secret.filename}; {LOCKED}"
    return f"{_place(error) or environment}: {error}"


@cache
def _plugins() -> None:
    # Ansible warns of a second time in one process.
    init_plugin_loader()


def _known(folder: Path) -> str:
    names = sorted(path.name for path in folder.glob("*") if path.is_dir()) if folder.is_dir() else []
    return f"there are: {', '.join(names)}" if names else "make one with `make env NAME=…`"


def _vault_secret(environment: Path, root: Path, given: Path | None, loader: DataLoader) -> FileVaultSecret | None:
    """The password from the file that is given, that Ansible is told of, or that `make env` made."""
    named = given or os.environ.get("ANSIBLE_VAULT_PASSWORD_FILE") or None
    path = Path(named) if named else root / ".vault" / environment.resolve().name
    if not path.exists():
        if named:
            raise InventoryError([f"{path}: there is no such vault password file"])
        return None
    secret = get_file_vault_secret(filename=str(path), loader=loader)
    secret.load()
    return secret


def _defaults(loader: DataLoader, root: Path) -> dict[str, Any]:
    path = root / DEFAULTS
    return dict(loader.load_from_file(str(path)) or {}) if path.exists() else {}


def _providers(templar: Templar, raw: Any) -> tuple[Any, dict[str, str]]:
    """Each provider by itself, so that one key that cannot be read costs no other provider.

    What is no mapping is left for `platelayer.schema.parse` to refuse.
    """
    providers, unknown = {}, {}
    raw = raw if isinstance(raw, Mapping) else _templated(templar, "gateway_providers", raw)
    if not isinstance(raw, Mapping):
        return raw, {}
    for name, options in raw.items():
        options = options if isinstance(options, Mapping) else _templated(templar, f"gateway_providers.{name}", options)
        if not isinstance(options, Mapping):
            providers[name] = options
            continue
        rest = {key: value for key, value in options.items() if key != "api_key"}
        providers[name] = _templated(templar, f"gateway_providers.{name}", rest)
        if "api_key" in options:
            try:
                providers[name]["api_key"] = templar.template(options["api_key"])
            except AnsibleError as error:
                unknown[name] = str(error).splitlines()[0]
    return providers, unknown


def _redis(templar: Templar, raw: Any) -> Any:
    """Return the options of `gateway_redis` that can be read.

    Its password may be in a locked vault, and its host may be a fact of a host: only a deploy knows those.
    What is no mapping is left for `platelayer.schema.parse` to refuse.
    """
    raw = raw if isinstance(raw, Mapping) else _templated(templar, "gateway_redis", raw)
    if not isinstance(raw, Mapping):
        return raw
    options = {}
    for name, value in raw.items():
        with suppress(AnsibleError):
            options[name] = templar.template(value)
    return options


def _templated(templar: Templar, where: str, value: Any) -> Any:
    try:
        return templar.template(value)
    except AnsibleError as error:
        place = _place(error)
        raise InventoryError([f"{place}: {where}: {error}" if place else f"{where}: {error}"]) from None


def _place(error: BaseException | None) -> str:
    """`FILE:LINE`, where Ansible tells it of an error or of what caused it."""
    if error is None:
        return ""
    about = getattr(error, "obj", None)
    origin = about if isinstance(about, Origin) else Origin.get_tag(about)
    if origin is None or origin.path is None or origin.line_num is None:
        return _place(error.__cause__ or error.__context__)
    path = Path(origin.path)
    return f"{path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path}:{origin.line_num}"
