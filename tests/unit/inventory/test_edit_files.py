"""What is edited, how it is written, and what is refused before anything is."""

import os
import stat
from pathlib import Path

import pytest
from homes import PROVIDERS, Home, said

from platelayer.errors import InventoryError

ADD = ("model", "add", "openrouter", "z-ai/glm-5")


def refusal(home: Home, *words: str) -> str:
    """What is said where nothing is written."""
    before = {path: path.read_bytes() for path in home.root.rglob("*") if path.is_file()}
    result = home.run(*(words or ADD))
    assert isinstance(result.exception, InventoryError), result.output
    assert {path: path.read_bytes() for path in home.root.rglob("*") if path.is_file()} == before
    return str(result.exception).replace(f"{home.root}/inventories/home", "HOME")


def test_the_file_that_writes_the_variable_is_edited(home: Home) -> None:
    home.write("---\ngateway_models:\n  - {name: a, provider: novita, id: x}\n", "group_vars/gateway/models.yaml")
    assert home.run(*ADD).exit_code == 0

    assert (home.root / "inventories/home/group_vars/gateway/models.yaml").read_text() == (
        "---\ngateway_models:\n  - {name: a, provider: novita, id: x}\n"
        "  - {name: z-ai/glm-5, provider: openrouter, id: z-ai/glm-5}\n"
    )
    assert home.text == PROVIDERS


def test_a_group_is_new_beside_the_models(home: Home) -> None:
    home.write("gateway_models: []\n", "group_vars/all/models.yml")
    home.run("model", "map", "glm-5", "--provider", "novita")
    assert "gateway_model_groups:" in (home.root / "inventories/home/group_vars/all/models.yml").read_text()


@pytest.mark.parametrize(
    ("path", "text", "sentence"),
    [
        (
            "group_vars/gateway/more.yml",
            "gateway_models: []\n",
            "gateway_models: is set 2 times, in HOME/group_vars/all/models.yml, HOME/group_vars/gateway/more.yml; "
            "keep one of them",
        ),
        (
            "host_vars/h.yml",
            "'gateway_models': []\n",
            "gateway_models: is set 2 times, in HOME/group_vars/all/models.yml, HOME/host_vars/h.yml; keep one of them",
        ),
        (
            "group_vars/all/models.yml",
            "gateway_models: []\ngateway_models: []\n",
            "HOME/group_vars/all/models.yml:2: 'gateway_models' is set again, after line 1; YAML keeps only "
            "the last value: merge the two, or remove one",
        ),
        (
            "group_vars/all/models.yml",
            "more: []\ngateway_models: '{{ more }}'\n",
            "HOME/group_vars/all/models.yml: gateway_models is an expression; edit what it refers to, or write a list",
        ),
        (
            "group_vars/all/models.yml",
            "more: &more []\ngateway_models: *more\n",
            "HOME/group_vars/all/models.yml: gateway_models is not written out, but comes from an alias or a merge; "
            "edit it by hand",
        ),
        (
            "group_vars/all/models.yml",
            "gateway_models: &more []\nother: *more\n",
            "HOME/group_vars/all/models.yml: other values would change too, by an alias or a merge; edit it by hand",
        ),
        (
            "group_vars/other/models.yml",
            "gateway_models: [{name: a, provider: novita, id: x}]\n",
            "HOME/group_vars/other/models.yml: sets gateway_models, but Ansible takes it from elsewhere; "
            "keep one of them",
        ),
    ],
)
def test_what_is_not_plainly_written_is_refused(home: Home, path: str, text: str, sentence: str) -> None:
    if not path.startswith("group_vars/other"):
        home.write("gateway_models: []\n", "group_vars/all/models.yml")
    home.write(text, path)
    assert refusal(home) == sentence


def test_variables_of_an_inventory_file_are_refused(home: Home) -> None:
    models = "{gateway_models: [{name: a, provider: novita, id: x}]}"
    home.write(
        f"all:\n  hosts: {{h: {{}}}}\n  vars: {models}\n  children: {{gateway: {{hosts: {{h: }}}}}}\n", "hosts.yml"
    )
    assert refusal(home) == "HOME/hosts.yml: gateway_models cannot be edited here; move it into HOME/group_vars"


def test_variables_that_nobody_can_read_are_refused(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.write('{"a": 1}', "group_vars/all/models.json")
    roles = home.root / "roles/gateway/defaults/main.yml"
    roles.parent.mkdir(parents=True)
    roles.write_text("gateway_models: [{name: a, provider: novita, id: x}]\n")
    assert refusal(home) == (
        "gateway_models: has a value, but no readable file of HOME sets it; edit it where it is set"
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            f"{PROVIDERS}gateway_models:\n  - &a {{name: a, provider: novita, id: x}}\nother: *a\n",
            ("model", "remove", "a"),
        ),
        ("{gateway_providers: {openrouter: {kind: openrouter, api_key: x}}}\n", ADD),
    ],
)
def test_a_file_stays_yaml(home: Home, text: str, words: tuple[str, ...]) -> None:
    home.write(text)
    assert refusal(home, *words) == (
        "HOME/group_vars/all/gateway.yml: would no longer be YAML, perhaps because an alias needs an anchor that "
        "would be removed; edit it by hand"
    )


def test_a_provider_that_a_merge_brings_cannot_go(home: Home) -> None:
    home.write("more: &more {a: {kind: ollama, api_base: http://127.0.0.1}}\ngateway_providers: {<<: *more}\n")
    assert refusal(home, "provider", "remove", "a") == (
        "HOME/group_vars/all/gateway.yml: gateway_providers.a is not written out, but comes from an alias or a merge; "
        "edit it by hand"
    )


def test_what_would_make_the_inventory_unsound_is_refused(home: Home) -> None:
    """The name is free, but the model would get the id of another deployment."""
    home.write(f"{PROVIDERS}gateway_models: [{{name: a, provider: novita, id: x, deployment_id: b/openrouter}}]\n")
    assert refusal(home, *ADD, "--name", "b") == (
        "gateway_models[1] (b): its deployment id 'b/openrouter' is that of gateway_models[0] too; "
        "write another as 'deployment_id'"
    )


@pytest.mark.parametrize("text", [f"{PROVIDERS}---\ngateway_models: []\n", "gateway_models: [\n"])
def test_what_ansible_does_not_read_is_not_edited(home: Home, text: str) -> None:
    home.write(text)
    assert refusal(home).startswith("HOME")


def test_a_file_keeps_its_mode_its_line_ends_and_its_link(home: Home, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere.yml"
    before = (PROVIDERS + "gateway_models:\n  - {name: a, provider: novita, id: x}").replace("\n", "\r\n")
    target.write_bytes(before.encode())
    target.chmod(0o640)
    home.file.unlink()
    home.file.symlink_to(target)
    assert home.run(*ADD).exit_code == 0

    assert home.file.is_symlink()
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert target.read_bytes().decode() == (before + "\r\n  - {name: z-ai/glm-5, provider: openrouter, id: z-ai/glm-5}")
    assert [path.name for path in home.file.parent.iterdir()] == ["gateway.yml"]


def test_a_write_that_fails_leaves_the_old_file(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert (
        refusal(home) == "HOME/group_vars/all/gateway.yml: cannot be written (no space left on device); it is unchanged"
    )
    assert [path.name for path in home.file.parent.iterdir()] == ["gateway.yml"]


def test_no_secret_is_in_a_difference(home: Home) -> None:
    home.write(
        """\
gateway_providers:
  openrouter: {kind: openrouter, api_key: EXAMPLE-one, extra: {headers: {Authorization: "EXAMPLE two"}}}
  novita:
    api_key: 'EXAMPLE-three'   # beside
    kind: novita
  nano: {kind: nano_gpt, api_key: "{{ vault_nano | default('x') }}"}
litellm_master_key: EXAMPLE-four
gateway_models: []
redis_password: "EXAMPLE-\\"five"
"""
    )
    shown = [*said(home.run("provider", "remove", "novita", "--dry-run")), *said(home.run(*ADD, "--dry-run"))]
    shown += said(home.run("provider", "remove", "nano", "--dry-run", "--json"))

    assert not [line for line in shown if "EXAMPLE" in line]
    assert "- api_key: *** # beside" in shown
    assert "litellm_master_key: ***" in shown
    assert "redis_password: ***" in shown
    assert any("{{ vault_nano | default('x') }}" in line for line in shown)


@pytest.mark.parametrize("command", [("model", "add"), ("model", "remove"), ("model", "find"), ("model", "map")])
def test_every_command_explains_itself(home: Home, command: tuple[str, ...]) -> None:
    result = home.run(*command, "--help")
    assert result.exit_code == 0
    assert "--json" in result.output
