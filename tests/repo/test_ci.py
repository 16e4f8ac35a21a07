"""The workflows, hooks, make targets and collections agree."""

import importlib.util
import json
from pathlib import Path

import pytest

from .checks.tree import files, held, parse_yaml, read, texts
from .checks.workflows import (
    collection_findings,
    collections_used,
    hook_findings,
    make_findings,
    make_targets,
    required_collections,
    workflow_findings,
)

WORKFLOWS = [name for name in files() if name.startswith(".github/workflows/")]
SHA = "0123456789" * 4
GOOD = f"""\
permissions:
  contents: read
concurrency: one
jobs:
  lint:
    timeout-minutes: 5
    steps:
      - uses: actions/checkout@{SHA} # v5.0.0
"""


@pytest.mark.parametrize("path", WORKFLOWS)
def test_workflow(path: str) -> None:
    held(workflow_findings(path, read(path)))


def test_hooks_need_no_network() -> None:
    held(hook_findings(".pre-commit-config.yaml", read(".pre-commit-config.yaml")))


def test_every_make_target_that_is_named_exists() -> None:
    targets = make_targets(read("Makefile"))
    naming = [*WORKFLOWS, ".pre-commit-config.yaml", *(name for name in files() if name.endswith(".md"))]
    held([finding for path in naming for finding in make_findings(path, read(path), targets)])


def test_required_collections_are_the_installed_ones_and_all_are_used() -> None:
    used: dict[str, str] = {}
    for path, text in texts():
        if path.startswith(("roles/", "playbooks/", "molecule/", "inventories/", "templates/")) and not path.endswith(
            ".md"
        ):
            for name in sorted(collections_used(text)):
                used.setdefault(name, path)
    installed = _installed()
    used = {name: path for name, path in used.items() if name in installed}
    held(collection_findings(required_collections(parse_yaml(read("requirements.yml"))), installed, used))


def _installed() -> dict[str, str]:
    """Return the collections that the Python package `ansible` carries, with their versions."""
    package = importlib.util.find_spec("ansible_collections")
    assert package, "the Python package `ansible` is not installed; run `make env`"
    installed = {}
    for folder in package.submodule_search_locations or ():
        for manifest in Path(folder).glob("*/*/MANIFEST.json"):
            info = json.loads(manifest.read_text(encoding="utf-8"))["collection_info"]
            installed[f"{info['namespace']}.{info['name']}"] = info["version"]
    return installed


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        (f"@{SHA}", "@v5", "w.yml:8: actions/checkout@v5 is not pinned by a full commit SHA"),
        (SHA, SHA[:39], f"w.yml:8: actions/checkout@{SHA[:39]} is not pinned by a full commit SHA"),
        (" # v5.0.0", "", f"w.yml:8: actions/checkout@{SHA} needs its version behind it, as in `# v1.2.3`"),
        ("contents: read", "contents: write", "w.yml: permissions are not `contents: read`"),
        ("concurrency: one\n", "", "w.yml: has no concurrency group"),
        ("timeout-minutes: 5", "runs-on: x", "w.yml: job lint has no timeout-minutes"),
        (
            "timeout-minutes: 5",
            "timeout-minutes: 5\n    permissions: {}",
            "w.yml: job lint asks for permissions of its own",
        ),
    ],
)
def test_a_careless_workflow_is_found(old: str, new: str, finding: str) -> None:
    assert workflow_findings("w.yml", GOOD) == []
    assert workflow_findings("w.yml", GOOD.replace(old, new)) == [finding]


def test_a_hook_that_needs_the_network_is_found() -> None:
    text = "repos: [{repo: https://example.com/x}, {repo: local, hooks: [{id: a, language: python}]}]"
    assert hook_findings("p", text) == [
        "p: https://example.com/x is fetched; use a local hook",
        "p: hook a is of language python; only `system` needs no network",
    ]


def test_a_make_target_that_does_not_exist_is_found() -> None:
    targets = make_targets("SHELL := x\nA = b\n.PHONY: up\nup down: env\n\ttouch x: y\nenv:\n\ttrue\n")
    assert targets == {"up", "down", "env"}
    assert make_findings("f.yml", "- run: make env\n- run: make up E=1 lunch\n- run: |\n    make tea\n", targets) == [
        "f.yml:2: the Makefile has no target lunch",
        "f.yml:4: the Makefile has no target tea",
    ]
    text = "They\nmake things, `make up E=a` and `make lunch`\n\n```bash\nmake down && make dinner\n$ make tea\n```\n"
    assert make_findings("f.md", text, targets) == [
        "f.md:2: the Makefile has no target lunch",
        "f.md:5: the Makefile has no target dinner",
        "f.md:6: the Makefile has no target tea",
    ]


def test_collections_that_differ_are_found() -> None:
    text = """
    community.docker.docker_container:  # not community.commented.out
    ansible.builtin.debug: {msg: "{{ x | ansible.utils.ipaddr }} api.example.com/v1.x a.b"}
    """
    assert collections_used(text) == {"community.docker", "ansible.utils"}
    required = required_collections(
        {"collections": [{"name": "a.b", "version": "1.0.0"}, {"name": "c.d"}, {"name": "e.f"}]}
    )
    installed = {"a.b": "1.0.1", "c.d": "2.0.0"}
    assert collection_findings(required, installed, {"a.b": "x.yml", "e.f": "x.yml", "g.h": "y.yml"}) == [
        "requirements.yml: a.b is 1.0.0, the installed one is 1.0.1",
        "requirements.yml: c.d is any, the installed one is 2.0.0",
        "requirements.yml: e.f is not installed",
        "y.yml: uses g.h, which is not in requirements.yml",
        "requirements.yml: nothing uses c.d",
    ]
