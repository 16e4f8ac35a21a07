"""`platelayer import`: what it writes, what it refuses, what it says."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.parsing.vault import VaultLib, VaultSecret
from shapes import CONFIGS
from typer.testing import CliRunner

from platelayer.cli.main import app
from platelayer.errors import PlatelayerError
from platelayer.gateway.build import build
from platelayer.gateway.litellm_config import make_config, make_environment
from platelayer.inventory.variables import read_variables
from platelayer.migrate.conversion import convert_config
from platelayer.migrate.source import read_config
from platelayer.schema import parse

ROOT = Path(__file__).parents[3]
HARD = CONFIGS / "hard.yaml"
NO_NAME = "is no valid name of an environment; use small letters, digits, '-' and '_', a letter first"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "inventories/example", tmp_path / "inventories/example")
    return tmp_path


def run(*words: object) -> Any:
    return CliRunner().invoke(app, [str(word) for word in words])


def brought(checkout: Path, *words: object, config: Path = HARD) -> Any:
    return run("import", config, "--env", "home", "--root", checkout, *words)


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def vault(checkout: Path) -> tuple[VaultLib, Path]:
    password = (checkout / ".vault/home").read_bytes().strip()
    return VaultLib([("default", VaultSecret(password))]), checkout / "inventories/home/group_vars/all/vault.yml"


def test_the_new_environment_renders_what_was_promised(checkout: Path) -> None:
    result = brought(checkout)
    assert result.exit_code == 0, result.output
    lib, path = vault(checkout)
    waiting = yaml.safe_load(lib.decrypt(path.read_text()))
    filled = {name: value or f"https://{name.replace('_', '-')}.example.com" for name, value in waiting.items()}
    path.write_bytes(lib.encrypt(yaml.safe_dump(filled)))
    variables = read_variables(checkout / "inventories/home")
    assert variables.unreadable_keys == {}
    gateway = parse(variables.inventory)
    promised = convert_config(read_config(HARD), "hard.yaml")
    text = json.dumps(make_config(build(gateway, {})))
    # Addresses that only a variable knows have a placeholder in what was promised.
    addresses = {name: value for name, value in filled.items() if name.endswith("_api_base")}
    assert set(addresses) == {"vault_ollama_api_base", "vault_requesty_2_api_base"}
    for name, value in addresses.items():
        text = text.replace(value, f"https://{name.removeprefix('vault_').replace('_', '-')}.invalid")
    rendered = json.loads(text)
    assert rendered["model_list"] == promised.rendered["model_list"]
    assert gateway.router == promised.gateway.router
    assert set(make_environment(gateway)) - {"REDIS_PASSWORD"} == set(make_environment(promised.gateway)) - {
        "REDIS_PASSWORD"
    }


def test_the_vault_waits_for_every_secret(checkout: Path) -> None:
    result = brought(checkout, "--json")
    told = [entry["variable"] for entry in json.loads(result.output)["vault"]]
    lib, path = vault(checkout)
    secrets = yaml.safe_load(lib.decrypt(path.read_text()))
    assert [name for name, value in secrets.items() if not value] == sorted(told)
    assert set(secrets) - set(told) == {"vault_litellm_master_key", "vault_redis_password"}


@pytest.mark.parametrize("words", [(), ("--json",), ("--dry-run",), ("--dry-run", "--json")])
def test_no_secret_of_the_config_is_written_or_said(checkout: Path, words: tuple[str, ...]) -> None:
    result = brought(checkout, *words)
    assert HARD.read_text().count("planted") > 8
    assert "planted" not in result.output
    assert not any(b"planted" in content for content in files(checkout).values())


def test_a_dry_run_shows_and_writes_nothing(checkout: Path) -> None:
    before = files(checkout)
    result = brought(checkout, "--dry-run")
    assert result.exit_code == 0
    assert files(checkout) == before
    assert f"{checkout}/inventories/home/group_vars/all/gateway.yml:\n\n---\n" in result.output
    shown = json.loads(brought(checkout, "--dry-run", "--json").output)
    assert shown["written"] is False
    brought(checkout)
    folder = checkout / "inventories/home/group_vars/all"
    assert shown["files"] == {name: (folder / name).read_text() for name in ("gateway.yml", "litellm.yml")}


def test_an_environment_in_use_is_refused_and_kept(checkout: Path) -> None:
    brought(checkout)
    before = files(checkout)
    for words in ((), ("--dry-run",)):
        result = brought(checkout, *words, config=CONFIGS / "kustomize.yaml")
        assert str(result.exception) == (
            f"{checkout}/inventories/home/group_vars/all/gateway.yml: is in use and stays as it is; "
            f"import into another --env, or delete {checkout}/inventories/home first"
        )
    assert files(checkout) == before


def test_an_untouched_environment_is_taken_and_its_vault_kept(checkout: Path) -> None:
    run("env", "create", "home", "--root", checkout)
    secrets = vault(checkout)[1].read_bytes()
    result = brought(checkout)
    assert result.exit_code == 0
    assert "  1. its vault was there; add what waits:" in result.output
    assert vault(checkout)[1].read_bytes() == secrets
    assert "claude" in (checkout / "inventories/home/group_vars/all/gateway.yml").read_text()


@pytest.mark.parametrize("words", [(), ("--dry-run",)])
@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("example", "'example' is what new environments are copied from; choose another name"),
        ("local", "'local' is the environment of `make up`; choose another name"),
        ("a b", f"'a b' {NO_NAME}"),
    ],
)
def test_a_name_that_cannot_be_is_refused(checkout: Path, name: str, sentence: str, words: tuple[str, ...]) -> None:
    before = files(checkout)
    result = run("import", HARD, "--env", name, "--root", checkout, *words)
    assert isinstance(result.exception, PlatelayerError)
    assert str(result.exception) == sentence
    assert files(checkout) == before


def test_a_path_is_no_environment(checkout: Path) -> None:
    before = files(checkout)
    assert run("import", HARD, "--env", "../x", "--root", checkout).exit_code == 2
    assert files(checkout) == before


def test_what_is_deleted_can_be_imported_again(checkout: Path) -> None:
    brought(checkout)
    shutil.rmtree(checkout / "inventories/home")
    assert brought(checkout).exit_code == 0
    lib, path = vault(checkout)
    assert yaml.safe_load(lib.decrypt(path.read_text()))["vault_redis_password"]


def test_a_password_that_others_have_made_is_not_made_up(checkout: Path) -> None:
    config = {
        **read_config(HARD),
        "router_settings": {"redis_host": "redis.example.com", "redis_password": "os.environ/RP"},
    }
    path = checkout / "small.yaml"
    path.write_text(yaml.safe_dump(config))
    output = brought(checkout, config=path).output
    assert "    vault_redis_password" in output
    assert "from the variable RP" in output
    lib, path = vault(checkout)
    secrets = yaml.safe_load(lib.decrypt(path.read_text()))
    assert secrets["vault_redis_password"] == ""
    assert secrets["vault_litellm_master_key"].startswith("sk-")


def test_outside_of_a_checkout_it_is_refused(tmp_path: Path) -> None:
    assert str(brought(tmp_path).exception) == (
        f"{tmp_path}/inventories/example: is not there; run this in the checkout, or name it with --root"
    )
    assert files(tmp_path) == {}


def test_without_an_environment_it_is_wrong_usage() -> None:
    assert run("import", HARD).exit_code == 2


def test_the_report_for_people(checkout: Path) -> None:
    lines = [line.rstrip() for line in brought(checkout).output.splitlines()]
    assert lines[0] == (
        "hard.yaml  10 of 11 deployments carried over: 7 names (1 virtual model among them), 9 providers"
    )
    assert [line.strip() for line in lines if line.startswith("  ") and line.endswith(")") and "    " not in line] == [
        "providers (9)",
        "to be written into the vault (11)",
        "never worked in the original (3)",
        "not carried over (5)",
        "means something else now (3)",
        "carried over, look at these (6)",
    ]
    folder, password = f"{checkout}/inventories/home", f"{checkout}/.vault/home"
    assert lines[-13:] == [
        "",
        f"{folder}: written. Next:",
        "  1. write what waits in its vault:",
        f"     ansible-vault edit {folder}/group_vars/all/vault.yml --vault-password-file {password}",
        "  2. fetch what the providers list; models that name no price or limit here get them from there:",
        f"     platelayer catalog refresh --env home --root {checkout}",
        "  3. look at the config that it makes, which needs no host; the last line names the file:",
        f"     ansible-playbook playbooks/render.yml -i {folder} --vault-password-file {password}",
        f"  4. name your host in {folder}/hosts.yml",
        "  5. look at the plan; then the same without --check:",
        f"     ansible-playbook playbooks/site.yml -i {folder} --vault-password-file {password} --check --diff",
        "",
        f"this report: {folder}/import.txt",
    ]


def test_the_report_for_programs(checkout: Path) -> None:
    report = json.loads(brought(checkout, "--json").output)
    assert report["written"] is True
    assert report["environment"] == f"{checkout}/inventories/home"
    assert report["counts"] == {"entries": 11, "deployments": 10, "names": 7, "virtual_models": 1, "providers": 9}
    assert report["providers"]["requesty"] == {
        "kind": "requesty",
        "api_base": None,
        "key": "vault_requesty_api_key",
        "deployments": 1,
    }
    assert {"places": ["model_group_alias.gone", "fallbacks.glm-5"], "what": "no model is named 'nobody'"} in report[
        "never_worked"
    ]
