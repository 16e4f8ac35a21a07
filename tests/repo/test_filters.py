"""Every filter is documented, and its example runs."""

import importlib.util
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from .checks.ansible import ansible
from .checks.filters import example_playbook, examples, pairing_findings, sidecar_findings, signature_findings
from .checks.tree import ROOT, files, held, read

GOOD = {
    "DOCUMENTATION": {"name": "shout", "short_description": "Louder", "description": ["Makes text louder."]},
    "EXAMPLES": "- name: Loud\n  ansible.builtin.debug:\n    msg: \"{{ 'a' | shout }}\"\n",
    "RETURN": {"_value": {"description": "Louder text.", "type": "str"}},
}


@cache
def _functions() -> dict[str, tuple[str, Callable[..., Any]]]:
    """Return each filter's file and function by its name."""
    found = {}
    for path in files():
        if path.startswith("filter_plugins/") and path.endswith(".py"):
            spec = importlib.util.spec_from_file_location(f"filter_of_{Path(path).stem}", ROOT / path)
            assert spec
            assert spec.loader
            plugin = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(plugin)
            found |= {name: (path, function) for name, function in plugin.FilterModule().filters().items()}
    return found


def _sidecars() -> dict[str, str]:
    return {Path(path).stem: path for path in files() if path.startswith("filter_plugins/") and path.endswith(".yml")}


def test_every_filter_has_a_sidecar() -> None:
    held(pairing_findings({name: path for name, (path, _) in _functions().items()}, _sidecars()))


@pytest.mark.parametrize("name", sorted(_sidecars()))
def test_sidecar_is_complete(name: str) -> None:
    path = _sidecars()[name]
    held(sidecar_findings(path, name, yaml.safe_load(read(path))))


@pytest.mark.parametrize("name", sorted(_sidecars()))
def test_sidecar_documents_the_arguments(name: str) -> None:
    path = _sidecars()[name]
    held(signature_findings(path, _functions()[name][1], yaml.safe_load(read(path))["DOCUMENTATION"]))


def test_ansible_doc_accepts_every_sidecar(tmp_path: Path) -> None:
    if names := sorted(_sidecars()):
        held(list(ansible("ansible-doc", "--type", "filter", *names, home=tmp_path)))


def test_every_example_runs(tmp_path: Path) -> None:
    tasks = {name: examples(yaml.safe_load(read(path))) for name, path in _sidecars().items()}
    if tasks:
        playbook = tmp_path / "examples.yml"
        playbook.write_text(example_playbook(tasks), encoding="utf-8")
        held(list(ansible("ansible-playbook", str(playbook), "--inventory", "localhost,", home=tmp_path)))


def test_an_example_that_is_wrong_fails(tmp_path: Path) -> None:
    tasks = {"shout": [{"name": "Wrong", "ansible.builtin.assert": {"that": "1 == 2"}}]}
    playbook = tmp_path / "examples.yml"
    playbook.write_text(example_playbook(tasks), encoding="utf-8")
    (output,) = ansible("ansible-playbook", str(playbook), "--inventory", "localhost,", home=tmp_path)
    assert "Example of shout" in output
    assert "Assertion failed" in output


def test_a_filter_and_a_sidecar_without_each_other_are_found() -> None:
    assert pairing_findings({"shout": "filter_plugins/a.py"}, {"whisper": "filter_plugins/whisper.yml"}) == [
        "filter_plugins/a.py: filter shout has no sidecar shout.yml",
        "filter_plugins/whisper.yml: there is no filter whisper",
    ]


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        ({"RETURN": None}, "shout.yml: lacks RETURN"),
        (
            {"DOCUMENTATION": {**GOOD["DOCUMENTATION"], "name": "shoot"}},
            "shout.yml: documents shoot, the filter is shout",
        ),
        ({"DOCUMENTATION": {"name": "shout", "description": ["Loud."]}}, "shout.yml: has no short_description"),
        ({"EXAMPLES": "name: shout"}, "shout.yml: EXAMPLES is not a list of tasks"),
        (
            {"EXAMPLES": "- ansible.builtin.command: shout"},
            "shout.yml: the example uses ansible.builtin.command; assert or debug",
        ),
        ({"EXAMPLES": "- ansible.builtin.debug:\n    msg: a"}, "shout.yml: the example does not use shout"),
    ],
)
def test_an_incomplete_sidecar_is_found(change: dict[str, Any], finding: str) -> None:
    assert sidecar_findings("shout.yml", "shout", GOOD) == []
    assert sidecar_findings("shout.yml", "shout", {**GOOD, **change}) == [finding]


@pytest.mark.parametrize(
    ("options", "finding"),
    [
        ({"times": {"required": True}, "mark": {"default": "!"}}, None),
        ({"times": {"required": True}}, "shout.yml: the argument mark is not documented"),
        ({"times": {"required": True}, "mark": {"default": "!"}, "tone": {}}, "shout.yml: there is no argument tone"),
        (
            {"times": {}, "mark": {"default": "!"}},
            "shout.yml: the argument times is required in one of plugin and sidecar only",
        ),
        (
            {"times": {"required": True}, "mark": {"default": "?"}},
            "shout.yml: mark has the default '?', the filter '!'",
        ),
    ],
)
def test_an_argument_that_is_not_as_documented_is_found(options: dict[str, Any], finding: str | None) -> None:
    def shout(text: str, times: int, mark: str = "!") -> str:
        return text.upper() + mark * times

    findings = signature_findings("shout.yml", shout, {"options": {"_input": {}, **options}})
    assert findings == ([finding] if finding else [])


def test_a_sidecar_that_ansible_does_not_accept_is_found(tmp_path: Path) -> None:
    shutil.copy(ROOT / _functions()["litellm_config"][0], tmp_path / "litellm_config.py")
    broken = {**GOOD, "DOCUMENTATION": {**GOOD["DOCUMENTATION"], "name": "litellm_config", "options": {"_input": {}}}}
    (tmp_path / "litellm_config.yml").write_text(yaml.safe_dump(broken), encoding="utf-8")
    (output,) = ansible(
        "ansible-doc", "--type", "filter", "litellm_config", home=tmp_path, ANSIBLE_FILTER_PLUGINS=str(tmp_path)
    )
    assert "must have a 'description' field" in output
