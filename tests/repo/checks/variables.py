"""Which variables are defined, read and used: YAML is parsed, and every Jinja expression in it is parsed by Jinja."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

import jinja2
from jinja2 import meta, nodes

from .tree import Unsafe

# Values under these keys are expressions without braces.
_CONDITIONS = frozenset({"when", "until", "changed_when", "failed_when", "break_when", "that", "var"})
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SET_FACT = frozenset({"set_fact", "ansible.builtin.set_fact"})
_INCLUDE_VARS = frozenset({"include_vars", "ansible.builtin.include_vars"})
_VARS_LOOKUPS = frozenset({"vars", "ansible.builtin.vars", "varnames", "ansible.builtin.varnames"})
_ROLE_ENTRY_KEYWORDS = frozenset({"role", "name", "tags", "when", "vars", "become", "become_user", "delegate_to"})
# What Ansible and its Jinja bring along; `ansible_*` and `molecule_*` are let through by their prefix.
# fmt: off
_BUILT_IN = frozenset(
    {
        "caller", "cycler", "dict", "environment", "finalize", "group_names", "groups", "hostvars",
        "inventory_dir", "inventory_file", "inventory_hostname", "inventory_hostname_short", "item", "joiner",
        "kwargs", "lipsum", "lookup", "loop", "namespace", "now", "omit", "play_hosts", "playbook_dir", "q",
        "query", "range", "role_name", "role_path", "self", "undef", "varargs", "vars",
    }
)
# fmt: on


class _AnyName(dict[str, Any]):
    """Any filter or test name is known here; Ansible knows its own, and the tests of the filters prove the rest."""

    def get(self, name: str, _default: Any = None) -> Any:
        return super().get(name, str)


_JINJA = jinja2.Environment(  # noqa: S701 - nothing is rendered, only parsed
    extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"]
)
_JINJA.filters = _AnyName(_JINJA.filters)
_JINJA.tests = _AnyName(_JINJA.tests)


@dataclass
class Names:
    """What was found, each name with the files it was found in."""

    defined: dict[str, set[str]] = field(default_factory=dict)
    read: dict[str, set[str]] = field(default_factory=dict)
    used: dict[str, set[str]] = field(default_factory=dict)
    owed_a_reader: dict[str, set[str]] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def add_template(self, path: str, text: str) -> None:
        """Scan a Jinja template."""
        self._add_expression(path, text)

    def add_vars(self, path: str, data: Any, *, owed: bool = True) -> None:
        """Scan a file whose top-level keys are variables: defaults, vars, group_vars, host_vars."""
        if isinstance(data, dict):  # an encrypted file is text
            self._define_all(path, data, owed=owed)
        self._scan(path, data, conditions=False)

    def add_inventory(self, path: str, data: Any) -> None:
        """Scan an inventory: groups, hosts, and the variables at both."""
        for key, value in _pairs(data):
            if key == "vars" and isinstance(value, dict):
                self._define_all(path, value, owed=True)
            elif key == "hosts" and isinstance(value, dict):
                for host in value.values():
                    self._define_all(path, host or {}, owed=True)
        self._scan(path, data, conditions=False)

    def add_spec(self, path: str, data: Any) -> None:
        """Scan argument_specs: required options are variables that the inventory brings."""
        for entry in ((data or {}).get("argument_specs") or {}).values():
            for name in entry.get("options") or {}:
                self._define(path, name)

    def add_tasks(self, path: str, data: Any) -> None:
        """Scan plays, tasks, handlers, or a role's meta/main.yml."""
        for key, value in _pairs(data):
            if key == "register" and isinstance(value, str):
                self._define(path, value, owed=True)
            elif key in _SET_FACT and isinstance(value, dict):
                self._define_all(path, [name for name in value if name != "cacheable"], owed=True)
            elif key in _INCLUDE_VARS and isinstance(value, dict) and "name" in value:
                self._define(path, value["name"], owed=True)
            elif key == "vars" and isinstance(value, dict):
                self._define_all(path, value)
            elif key == "loop_control" and isinstance(value, dict):
                self._define_all(path, [value[name] for name in ("loop_var", "index_var") if name in value])
            elif key == "vars_prompt" and isinstance(value, list):
                self._define_all(path, [prompt["name"] for prompt in value])
            elif key in ("roles", "dependencies") and isinstance(value, list):
                for entry in value:
                    if isinstance(entry, dict):
                        self._define_all(path, entry.keys() - _ROLE_ENTRY_KEYWORDS)
        self._scan(path, data, conditions=True)

    def add_defined(self, path: str, names: Iterable[str]) -> None:
        """Take note of variables that something else than a file of the tree defines."""
        self._define_all(path, names)

    def stray_secrets(self) -> list[str]:
        """Name every `vault_*` that is used outside an inventory, where a role's variable is its alias."""
        return [
            f"{path}: reads {name} itself; read a variable that the inventory sets to it"
            for name, paths in sorted(self.used.items())
            for path in sorted(paths)
            if name.startswith("vault_") and not {"group_vars", "host_vars", "inventory"} & set(PurePath(path).parts)
        ]

    def unread(self) -> list[str]:
        """Name every variable that owes a reader and has none."""
        return [
            f"{', '.join(sorted(paths))}: nothing reads {name}"
            for name, paths in sorted(self.owed_a_reader.items())
            if name not in self.read and not name.startswith("ansible_")
        ]

    def undefined(self) -> list[str]:
        """Name every variable that is used and defined nowhere."""
        return [
            f"{', '.join(sorted(paths))}: nothing defines {name}"
            for name, paths in sorted(self.used.items())
            if name not in self.defined and name not in _BUILT_IN and not name.startswith(("ansible_", "molecule_"))
        ]

    def _define(self, path: str, name: str, *, owed: bool = False) -> None:
        self.defined.setdefault(name, set()).add(path)
        if owed:
            self.owed_a_reader.setdefault(name, set()).add(path)

    def _define_all(self, path: str, names: Iterable[Any], *, owed: bool = False) -> None:
        for name in names:
            self._define(path, str(name), owed=owed)

    def _scan(self, path: str, data: Any, *, conditions: bool, key: str = "") -> None:
        if isinstance(data, dict):
            for name, value in data.items():
                self._scan(path, name, conditions=conditions)
                self._scan(path, value, conditions=conditions, key=str(name))
        elif isinstance(data, list):
            for value in data:
                self._scan(path, value, conditions=conditions, key=key)
        elif isinstance(data, str) and not isinstance(data, Unsafe):
            if "{{" in data or "{%" in data:
                self._add_expression(path, data)
            elif conditions and key in _CONDITIONS:
                self._add_expression(path, "{{ " + data + " }}")

    def _add_expression(self, path: str, text: str) -> None:
        try:
            tree = _JINJA.parse(text)
            used = set(meta.find_undeclared_variables(tree))
        except jinja2.TemplateSyntaxError as error:
            self.broken.append(f"{path}: Jinja cannot read {text.strip()[:60]!r}: {error.message}")
            return
        for name in used | set(_hostvars(tree)):
            self.used.setdefault(name, set()).add(path)
        for name in _mentioned(tree):
            self.read.setdefault(name, set()).add(path)


def _pairs(data: Any) -> Iterator[tuple[str, Any]]:
    """Yield every key with its value, however deep."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield str(key), value
            yield from _pairs(value)
    elif isinstance(data, list):
        for value in data:
            yield from _pairs(value)


def _mentioned(tree: nodes.Template) -> Iterator[str]:
    """Yield every name that an expression could read: names, attributes, and strings that are one identifier."""
    for node in tree.find_all((nodes.Name, nodes.Getattr, nodes.Const)):
        if isinstance(node, nodes.Name):
            yield node.name
        elif isinstance(node, nodes.Getattr):
            yield node.attr
        elif isinstance(node, nodes.Const) and isinstance(node.value, str) and _IDENTIFIER.fullmatch(node.value):
            yield node.value


def _hostvars(tree: nodes.Template) -> Iterator[str]:
    """Yield the variables reached through `hostvars[host]`, `vars[...]` and `lookup('vars', ...)`."""
    for node in tree.find_all((nodes.Getattr, nodes.Getitem)):
        assert isinstance(node, nodes.Getattr | nodes.Getitem)
        of = node.node
        host = of.node if isinstance(of, nodes.Getattr | nodes.Getitem) else None
        if _is_name(host, "hostvars") or (_is_name(of, "vars") and isinstance(node, nodes.Getitem)):
            name = node.attr if isinstance(node, nodes.Getattr) else getattr(node.arg, "value", None)
            if isinstance(name, str):
                yield name
    for call in tree.find_all(nodes.Call):
        if any(_is_name(call.node, name) for name in ("lookup", "query", "q")):
            arguments = [getattr(argument, "value", None) for argument in call.args]
            if len(arguments) > 1 and arguments[0] in _VARS_LOOKUPS:
                yield from (name for name in arguments[1:] if isinstance(name, str) and _IDENTIFIER.fullmatch(name))


def _is_name(node: nodes.Node | None, name: str) -> bool:
    return isinstance(node, nodes.Name) and node.name == name
