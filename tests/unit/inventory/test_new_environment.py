"""`platelayer env`: new environments and their secrets."""

import json
import shutil
import stat
from pathlib import Path

import pytest
import yaml
from ansible.parsing.vault import VaultLib, VaultSecret
from typer.testing import CliRunner

from platelayer.cli.main import app
from platelayer.errors import PlatelayerError

ROOT = Path(__file__).parents[3]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in ("example", "standalone"):
        shutil.copytree(
            ROOT / "inventories" / name, tmp_path / "inventories" / name, ignore=shutil.ignore_patterns("vault.yml")
        )
    return tmp_path


def run(*words: object):
    return CliRunner().invoke(app, [str(word) for word in words])


def vault(checkout: Path, name: str) -> dict:
    password = (checkout / ".vault" / name).read_bytes().strip()
    text = (checkout / "inventories" / name / "group_vars/all/vault.yml").read_text()
    assert text.startswith("$ANSIBLE_VAULT;")
    return yaml.safe_load(VaultLib([("default", VaultSecret(password))]).decrypt(text))


def test_a_new_environment_has_the_example_and_secrets_of_its_own(checkout: Path) -> None:
    result = run("env", "create", "home", "--root", checkout)
    assert result.exit_code == 0
    secrets = vault(checkout, "home")
    assert set(secrets) == {"vault_litellm_master_key", "vault_openrouter_api_key", "vault_redis_password"}
    assert len(secrets["vault_redis_password"]) == 64
    assert secrets["vault_litellm_master_key"].startswith("sk-")
    assert len(secrets["vault_litellm_master_key"]) == 67
    assert secrets["vault_openrouter_api_key"] == ""
    assert secrets["vault_litellm_master_key"] not in result.output
    for path in (checkout / ".vault" / "home", checkout / "inventories/home/group_vars/all/vault.yml"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (checkout / "inventories/home/hosts.yml").read_text() == (ROOT / "inventories/example/hosts.yml").read_text()


def test_it_says_what_comes_next(checkout: Path) -> None:
    folder, password = checkout / "inventories/home", checkout / ".vault/home"
    assert run("env", "create", "home", "--root", checkout).output.splitlines() == [
        f"{folder}: copied from inventories/example",
        f"{folder}/group_vars/all/vault.yml: new secrets, encrypted; the password is in {password}, keep a copy of it",
        "",
        "Next:",
        f"  1. name your host and models in {folder}",
        "  2. source .venv/bin/activate",
        "  3. write vault_openrouter_api_key:",
        f"     ansible-vault edit {folder}/group_vars/all/vault.yml --vault-password-file {password}",
        f"  4. ansible-playbook playbooks/site.yml -i {folder} --vault-password-file {password} "
        "--check --diff, then without --check",
    ]


def test_what_exists_is_never_overwritten(checkout: Path) -> None:
    run("env", "create", "home", "--root", checkout)
    before = vault(checkout, "home")
    (checkout / "inventories/home/hosts.yml").write_text("mine")
    result = run("env", "create", "home", "--root", checkout)
    assert result.exit_code == 0
    assert "exists, unchanged" in result.output
    assert vault(checkout, "home") == before
    assert (checkout / "inventories/home/hosts.yml").read_text() == "mine"


def test_an_environment_without_a_vault_gets_one(checkout: Path) -> None:
    result = run("env", "create", "standalone", "--root", checkout, "--json")
    facts = json.loads(result.output)
    assert facts["new_folder"] is False
    assert facts["new_vault"] is True
    assert facts["to_fill"] == ["vault_nano_gpt_api_key"]
    names = {"vault_litellm_master_key", "vault_nano_gpt_api_key", "vault_redis_password"}
    assert set(vault(checkout, "standalone")) == names


@pytest.mark.parametrize("name", ["", "../x", "A", "a b", "-x"])
def test_bad_names(checkout: Path, name: str) -> None:
    result = run("env", "create", "--root", checkout, "--", name)
    assert isinstance(result.exception, PlatelayerError)
    assert str(result.exception) == (
        f"'{name}' is no valid name of an environment; use small letters, digits, '-' and '_', a letter first"
    )
    assert sorted(path.name for path in (checkout / "inventories").iterdir()) == ["example", "standalone"]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("example", "'example' is what new environments are copied from; choose another name"),
        ("local", "'local' is the environment of `make up`; choose another name"),
    ],
)
def test_names_that_are_taken(checkout: Path, name: str, sentence: str) -> None:
    assert str(run("env", "create", name, "--root", checkout).exception) == sentence
    assert not (checkout / ".vault").exists()


def test_a_key_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "secrets" / "key"
    first = run("env", "key", path)
    key = path.read_text()
    assert first.output == f"{path}: a new key\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    second = run("env", "key", path)
    assert (second.exit_code, second.output, path.read_text()) == (0, "", key)
