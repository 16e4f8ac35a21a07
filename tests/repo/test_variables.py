"""No variable that nothing reads, none read that nothing defines."""

from pathlib import Path, PurePath

import pytest
import yaml
from ansible.parsing.vault import VaultLib, VaultSecret

from platelayer.inventory.new_environment import create_environment
from platelayer.play import INVENTORY, SETTINGS, list_settings

from .checks.tree import copy_inventories, files, held, parse_yaml, read
from .checks.variables import Names

# Variables that no expression reads, with who reads them instead.
READ_ELSEWHERE: dict[str, str] = {}
# What the action plugin check_role reads by name.
READ_BY_CHECK_ROLE = {name for role in SETTINGS for name in (*list_settings(role), *INVENTORY)}

_YAML = (".yml", ".yaml", ".yml.example", ".example.yml")


def _collect() -> Names:
    names = Names()
    for path in files():
        parts = PurePath(path).parts
        if parts[0] not in ("roles", "templates", "playbooks", "inventories", "molecule"):
            continue
        if path.endswith(".j2"):
            names.add_template(path, read(path))
        elif path.endswith(_YAML):
            _add_yaml(names, path, parts)
    return names


def _add_yaml(names: Names, path: str, parts: tuple[str, ...]) -> None:
    data = parse_yaml(read(path))
    if parts[-1].startswith("argument_specs."):
        names.add_spec(path, data)
    elif {"group_vars", "host_vars"} & set(parts) or (parts[0] == "roles" and parts[2] in ("defaults", "vars")):
        names.add_vars(path, data)
    elif parts[-1].startswith(("hosts.", "inventory.")) or "inventory" in parts[:-1]:
        names.add_inventory(path, data)
    elif isinstance(data, dict) and "meta" not in parts and parts[-1] != "molecule.yml":
        names.add_vars(path, data)  # what `vars_files` brings
    elif parts[-1] != "molecule.yml":
        names.add_tasks(path, data)


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Names:
    """Scan the whole tree once, and the vaults that new environments get."""
    names = _collect()
    root = tmp_path_factory.mktemp("root")
    for folder in copy_inventories(root):
        if folder.name == "local":
            continue  # It has a key file instead.
        if folder.name == "example":
            # What is made of the example bears another name.
            names.add_defined("the vault of a new environment", _vaulted("made", root))
            continue
        names.add_defined(f"the vault of {folder.name}", _vaulted(folder.name, root))
    return names


def _vaulted(environment: str, root: Path) -> list[str]:
    """Return the variables of the vault that `platelayer env create` makes for an environment."""
    made = create_environment(environment, root)
    vault = VaultLib([("default", VaultSecret(made.password.read_bytes().strip()))])
    return list(yaml.safe_load(vault.decrypt(made.vault.read_bytes())) or {})


def test_every_expression_can_be_parsed(names: Names) -> None:
    held(names.broken)


def test_every_variable_is_read(names: Names) -> None:
    expected = READ_ELSEWHERE.keys() | READ_BY_CHECK_ROLE
    held([finding for finding in names.unread() if finding.rpartition(" ")[2] not in expected])
    unread = {finding.rpartition(" ")[2] for finding in names.unread()}
    held([f"READ_ELSEWHERE: {name} is read after all, or gone" for name in sorted(READ_ELSEWHERE.keys() - unread)])


def test_every_variable_in_use_is_defined(names: Names) -> None:
    held(names.undefined())


def test_secrets_are_aliased_in_inventories_only(names: Names) -> None:
    held(names.stray_secrets())


def _names(defaults: str, tasks: str = "", template: str = "", spec: str = "") -> Names:
    names = Names()
    names.add_vars("defaults", parse_yaml(defaults))
    names.add_tasks("tasks", parse_yaml(tasks))
    names.add_template("template", template)
    names.add_spec("spec", parse_yaml(spec))
    return names


@pytest.mark.parametrize(
    ("defaults", "tasks", "template", "unread"),
    [
        ("x_port: 1", "", "", ["x_port"]),
        ("x_port: 1", "- debug: {msg: the x_port is good}", "x_port", ["x_port"]),
        ("x_port: 1", "- debug: {x_port: 1}", "{# x_port #}", ["x_port"]),
        ("x_port: 1\nx_url: 'http://{{ x_port }}'", "", "", ["x_url"]),
        ("{}", "- stat: {path: /}\n  register: __x_stat", "", ["__x_stat"]),
        ("{}", "- ansible.builtin.set_fact: {__x_a: 1, cacheable: false}", "", ["__x_a"]),
        ("x_port: 1", "", "{{ x_port }}", []),
        ("x_port: 1", "- debug:\n  when: x_port > 1", "", []),
        ("x_port: 1", "- assert: {that: ['x_port > 1']}", "", []),
        ("x_port: 1", "- debug: {msg: \"{{ hostvars['a'].x_port }}\"}", "", []),
        ("x_port: 1", "- debug: {msg: \"{{ lookup('vars', 'x_port') }}\"}", "", []),
        ("x_port: 1", "- debug: {'{{ x_port }}': 1}", "", []),
        ("ansible_connection: local", "", "", []),
    ],
)
def test_an_unread_variable_is_found(defaults: str, tasks: str, template: str, unread: list[str]) -> None:
    assert [finding.rpartition(" ")[2] for finding in _names(defaults, tasks, template).unread()] == unread


def test_an_unread_inventory_variable_is_found() -> None:
    names = Names()
    names.add_inventory("hosts", parse_yaml("all: {vars: {x_a: 1}, children: {g: {hosts: {h: {x_b: 2}, i: }}}}"))
    assert names.unread() == ["hosts: nothing reads x_a", "hosts: nothing reads x_b"]


@pytest.mark.parametrize(
    ("tasks", "template", "undefined"),
    [
        ("", "{{ x_prot }}", ["x_prot"]),
        ("- debug: {msg: '{{ vault_x_key }}'}", "", ["vault_x_key"]),
        ("- debug:\n  when: x_prot is defined", "", ["x_prot"]),
        ("- debug: {msg: \"{{ hostvars['a'].x_prot }}\"}", "", ["x_prot"]),
        ("- debug: {msg: \"{{ hostvars['a']['x_prot'] }}\"}", "", ["x_prot"]),
        ("- debug: {msg: \"{{ lookup('vars', 'x_prot') }}\"}", "", ["x_prot"]),
        ("", "{{ x_port | litellm_config(x_kwarg=1) is litellm_ok }} {{ item.litellm_params }}", []),
        ("", "{% set x_own = x_port %}{{ x_own }}{% for x_each in [x_port] %}{{ x_each }}{% endfor %}", []),
        ("", "{% raw %}{{ x_prot }}{% endraw %}{{ ansible_facts.os }}{{ inventory_hostname }}", []),
        ("- debug: {msg: '{{ __x_a }}'}\n  vars: {__x_a: 1}", "", []),
        ("- debug: {msg: '{{ __x_a }}'}\n  loop: [1]\n  loop_control: {loop_var: __x_a}", "", []),
        ("- debug: {msg: '{{ __x_a }}'}\n  register: __x_a", "", []),
        ("- hosts: all\n  roles: [{role: x, x_from_play: 1}]", "{{ x_from_play }}", []),
        ("- debug: {msg: '{{ x_required }}'}", "", []),
        ("- debug: {msg: !unsafe '{{ x_prot }}'}", "", []),
    ],
)
def test_an_undefined_variable_is_found(tasks: str, template: str, undefined: list[str]) -> None:
    spec = "argument_specs: {main: {options: {x_required: {type: str, required: true}}}}"
    findings = _names("x_port: 1", tasks, template, spec).undefined()
    assert [finding.rpartition(" ")[2] for finding in findings] == undefined


def test_a_secret_that_a_role_reads_itself_is_found() -> None:
    names = Names()
    names.add_vars("inventories/home/group_vars/all/x.yml", parse_yaml("x_key: '{{ vault_x }}'"))
    names.add_template("roles/x/templates/x.j2", "{{ vault_x }}")
    assert names.stray_secrets() == [
        "roles/x/templates/x.j2: reads vault_x itself; read a variable that the inventory sets to it"
    ]
    assert names.undefined() != []
    names.add_defined("the vault", ["vault_x"])
    assert names.undefined() == []


def test_an_expression_that_jinja_cannot_read_is_found() -> None:
    (finding,) = _names("x_port: '{{ x_port'").broken
    assert finding.startswith("defaults: Jinja cannot read '{{ x_port'")
