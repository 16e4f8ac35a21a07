"""Defaults, argument_specs and the README of a role say the same."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import role_readme
import schema_options

from .checks.specs import schema_findings, spec_findings
from .checks.tree import ROOT, files, held, parse_yaml, read, roles

PORT = {"type": "int", "default": 4000, "description": "Where it listens."}


def _defaults(role: str) -> dict[str, Any]:
    inside = (f"roles/{role}/defaults/main.yml", f"roles/{role}/defaults/main/")
    merged: dict[str, Any] = {}
    for name in files():
        if name.startswith(inside):
            merged |= parse_yaml(read(name)) or {}
    return merged


@pytest.mark.parametrize("role", roles())
def test_defaults_are_the_spec(role: str) -> None:
    path = ROOT / "roles" / role / "meta" / "argument_specs.yml"
    assert path.is_file(), f"roles/{role} has no meta/argument_specs.yml"
    specs = parse_yaml(path.read_text(encoding="utf-8"))["argument_specs"]
    assert "main" in specs, f"roles/{role}/meta/argument_specs.yml has no entry point main"
    held(spec_findings(role, _defaults(role), specs["main"].get("options") or {}))


def test_the_spec_of_role_gateway_is_the_schema() -> None:
    specs = parse_yaml(read("roles/gateway/meta/argument_specs.yml"))["argument_specs"]
    held(schema_findings(specs["main"]["options"], schema_options.describe_variables()))


def test_the_readme_of_role_gateway_has_a_row_for_every_option() -> None:
    rows = read("roles/gateway/README.md")
    assert [name for name in _option_names(schema_options.describe_variables()) if f"\n| `{name}` |" not in rows] == []
    assert "### Each value of `gateway_model_groups[].ids`\n\n| Key | Type | Default | What it does |\n" in rows


def _option_names(options: dict[str, Any]) -> Iterator[str]:
    for name, option in options.items():
        yield name
        yield from _option_names(option.get("options") or {})


@pytest.mark.parametrize("role", roles())
def test_readme_is_what_the_generator_makes(role: str) -> None:
    folder = ROOT / "roles" / role
    readme = folder / "README.md"
    assert readme.is_file(), f"roles/{role}/README.md is missing; run `make docs`"
    same = readme.read_text(encoding="utf-8") == role_readme.readme_of(folder)
    assert same, f"roles/{role}/README.md differs from its spec; run `make docs`"


@pytest.mark.parametrize(
    ("defaults", "options", "finding"),
    [
        ({"x_port": 4001}, {"x_port": PORT}, "x_port has the default 4000, defaults/main.yml says 4001"),
        ({"x_port": "1"}, {"x_port": {**PORT, "default": 1}}, "x_port has the default 1, defaults/main.yml says '1'"),
        ({"x_on": True}, {"x_on": {"type": "raw", "default": 1, "description": "On."}}, "x_on has the default 1"),
        (
            {"x_list": [{"a": 1}]},
            {"x_list": {"type": "list", "default": [{"a": True}], "description": "A list."}},
            "x_list has the default [{'a': True}]",
        ),
        ({"x_port": 4000}, {}, "x_port is in defaults/main.yml and not among the options"),
        ({}, {"x_port": PORT}, "roles/x/defaults/main.yml: x_port is missing"),
        ({}, {"x_host": {"type": "str", "description": "Where."}}, "x_host is neither required nor in defaults"),
        ({"x_host": ""}, {"x_host": {"type": "str", "description": "Where."}}, "x_host has no default"),
        ({"x_port": 4000}, {"x_port": {**PORT, "required": True}}, "x_port is required although it has a default"),
        ({"port": 4000}, {"port": PORT}, "port does not carry its role's name"),
        ({"x_port": 4000}, {"x_port": {"type": "int", "default": 4000}}, "x_port has no description"),
        ({"x_port": 4000}, {"x_port": {"default": 4000, "description": "Where."}}, "x_port has no type"),
        ({"x_port": "a"}, {"x_port": {**PORT, "default": "a"}}, "x_port is of type int, its default is 'a'"),
        ({"x_port": True}, {"x_port": {**PORT, "default": True}}, "x_port is of type int, its default is True"),
        ({"x_port": 4000}, {"x_port": {**PORT, "choices": [1, 2]}}, "not one of its choices"),
        (
            {"x_opts": {}},
            {"x_opts": {"type": "dict", "default": {}, "description": "More.", "options": {"a": {"type": "str"}}}},
            "x_opts.a has no description",
        ),
        (
            {"x_opts": {"a": 1}},
            {"x_opts": {"type": "dict", "default": {"a": 1}, "description": "More.", "options": {"a": PORT}}},
            "x_opts.a has the default 4000, the one of x_opts says 1",
        ),
        (
            {"x_opts": {"b": 1}},
            {"x_opts": {"type": "dict", "default": {"b": 1}, "description": "More.", "options": {"a": PORT}}},
            "x_opts has the key b in its default and not among its options",
        ),
        (
            {"x_opts": []},
            {"x_opts": {"type": "list", "default": [], "description": "More.", "options": {"a": PORT}}},
            "x_opts has options, so its type is dict, or list with elements: dict",
        ),
    ],
)
def test_drift_is_found(defaults: dict[str, Any], options: dict[str, Any], finding: str) -> None:
    findings = spec_findings("x", defaults, options)
    assert len(findings) == 1
    assert finding in findings[0]


NAMED = {"type": "list", "elements": "dict", "options": {"name": {"type": "str", "description": "Its name."}}}


@pytest.mark.parametrize(
    ("variable", "schema", "finding"),
    [
        (None, NAMED, "x is in src/platelayer/schema and not among the options of the role"),
        ({"options": {"a": PORT}}, {"options": {}}, "x: a is not in src/platelayer/schema"),
        ({"options": {}}, {"options": {"a": PORT}}, "x: a is not among its options"),
        (
            {"options": {"a": PORT}},
            {"options": {"a": {**PORT, "default": 1}}},
            "x: a has the default 4000, src/platelayer/schema says 1",
        ),
        (
            {"options": {"a": PORT}},
            {"options": {"a": {**PORT, "type": "str"}}},
            "x: a has the type 'int', src/platelayer/schema says 'str'",
        ),
        ({}, {"options": {"a": {"type": "str"}}}, "x: a has no description in src/platelayer/schema"),
        (
            {},
            {"options": {"a": {**NAMED, "description": "More.", "options": {"b": {"type": "str"}}}}},
            "x.a: b has no description in src/platelayer/schema",
        ),
    ],
)
def test_drift_from_the_schema_is_found(variable: dict[str, Any] | None, schema: dict[str, Any], finding: str) -> None:
    assert schema_findings({} if variable is None else {"x": variable}, {"x": schema}) == [finding]


def test_a_variable_like_its_schema_has_no_findings() -> None:
    empty = {"type": "list", "elements": "str", "description": "Some."}
    schema = {"options": {"a": PORT, "b": {**empty, "default": []}}}
    assert schema_findings({"x": {"options": {"a": PORT, "b": empty}}, "y": {}}, {"x": schema, "y": NAMED}) == []


def test_agreement_has_no_findings() -> None:
    options = {
        "x_port": PORT,
        "x_key": {"type": "str", "required": True, "description": "A key."},
        "x_url": {"type": "str", "default": "http://{{ x_port }}", "description": "Where."},
    }
    assert spec_findings("x", {"x_port": 4000, "x_url": "http://{{ x_port }}"}, options) == []


SPEC = """
argument_specs:
  main:
    short_description: A thing that listens
    description:
      - First paragraph, with C(code) and `C(left alone)`.
      - Second paragraph.
    options:
      thing_port:
        type: int
        default: 4000
        description: Where it listens.
      thing_key:
        type: str
        required: true
        description: [Its key., Written once.]
      thing_mode:
        type: str
        default: a|b
        choices: [a|b, c]
        description: How.
      thing_empty:
        type: str
        default: ""
        description: Nothing.
      thing_long:
        type: dict
        default: {first: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, second: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb}
        description: Much.
      thing_limits:
        type: dict
        default: {requests_per_minute: 60, tokens_per_minute: 100000, parallel: 4}
        description: How much.
        options:
          requests_per_minute: {type: int, default: 60, description: Requests.}
          tokens_per_minute: {type: int, default: 100000, description: Tokens.}
          parallel: {type: int, default: 4, description: At once.}
          user: {type: str, description: Of whom.}
      thing_items:
        type: list
        elements: dict
        default: []
        description: Things.
        options:
          name:
            type: str
            required: true
            description: Its name.
          limits:
            type: dict
            description: Its limits.
            options:
              rpm:
                type: int
                description: Requests per minute.
"""
README = """\
<!-- Generated by `make docs` from meta/argument_specs.yml: edit that file, not this one. -->

# thing

A thing that listens.

First paragraph, with `code` and `C(left alone)`.

Second paragraph.

Depends on: [gateway](../gateway/README.md).

## Variables

| Variable | Type | Default | What it does |
| --- | --- | --- | --- |
| `thing_port` | int | `4000` | Where it listens. |
| `thing_key` | str | **required** | Its key.<br>Written once. |
| `thing_mode` | str | `a\\|b` | How.<br>One of `a\\|b`, `c`. |
| `thing_empty` | str | `""` | Nothing. |
| `thing_long` | dict | [see below](#default-of-thing_long) | Much. |
| `thing_limits` | [dict](#keys-of-thing_limits) | [its keys'](#keys-of-thing_limits) | How much. |
| `thing_items` | [list of dict](#each-item-of-thing_items) | `[]` | Things. |

### Default of `thing_long`

```yaml
first: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
second: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
```

### Keys of `thing_limits`

| Key | Type | Default | What it does |
| --- | --- | --- | --- |
| `requests_per_minute` | int | `60` | Requests. |
| `tokens_per_minute` | int | `100000` | Tokens. |
| `parallel` | int | `4` | At once. |
| `user` | str | — | Of whom. |

### Each item of `thing_items`

| Key | Type | Default | What it does |
| --- | --- | --- | --- |
| `name` | str | **required** | Its name. |
| `limits` | [dict](#keys-of-thing_itemslimits) | — | Its limits. |

### Keys of `thing_items[].limits`

| Key | Type | Default | What it does |
| --- | --- | --- | --- |
| `rpm` | int | — | Requests per minute. |
"""


@pytest.fixture
def thing(tmp_path: Path) -> Path:
    """Make a role with a spec and no README."""
    meta = tmp_path / "thing" / "meta"
    meta.mkdir(parents=True)
    (meta / "argument_specs.yml").write_text(SPEC, encoding="utf-8")
    (meta / "main.yml").write_text("dependencies: [{role: gateway}]\n", encoding="utf-8")
    return tmp_path / "thing"


def test_generator_writes_the_whole_readme(thing: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert role_readme.main(["--roles-path", str(thing.parent)]) == 0
    assert (thing / "README.md").read_text(encoding="utf-8") == README
    assert capsys.readouterr().out == "roles/thing/README.md written\n"
    assert role_readme.main(["--roles-path", str(thing.parent)]) == 0
    assert capsys.readouterr().out == ""


def test_generator_check_refuses_a_stale_readme(thing: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stale = README.replace("4000", "4001")
    (thing / "README.md").write_text(stale, encoding="utf-8")
    assert role_readme.main(["--check", "--roles-path", str(thing.parent), "thing"]) == 1
    assert capsys.readouterr().out == "roles/thing/README.md differs from its spec; run `make docs`\n"
    assert (thing / "README.md").read_text(encoding="utf-8") == stale


def test_generator_names_a_role_that_is_not_there(thing: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        role_readme.main(["--roles-path", str(thing.parent), "thong"])
    assert stop.value.code == 2
    assert "thong" in capsys.readouterr().err
