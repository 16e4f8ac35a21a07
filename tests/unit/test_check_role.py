"""The action plugin that checks a role's variables and builds the gateway, asked as a playbook asks it."""

import json
import os
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from platelayer.catalog.snapshot import Snapshot, locate_snapshot, write_snapshot
from platelayer.schema.catalog import CatalogModel, Price

ROOT = Path(__file__).parents[2]
KEY = "planted-provider-key-0123456789"
MASTER_KEY = f"sk-{'0123456789abcdef' * 2}"
PROVIDERS = {"listed": {"kind": "openrouter", "api_key": KEY, "include": ["*"]}}


@pytest.fixture
def play(tmp_path: Path):
    """Run tasks in the role litellm's place, and return what Ansible says."""
    price = {"input": Price(Decimal("0.000001"), "pricing", "2026-01-01T00:00:00Z")}
    models = {"vendor/model": CatalogModel(id="vendor/model", prices=price)}
    catalog = Snapshot(provider="listed", kind="openrouter", url="", fetched_at="2026-01-01T00:00:00Z", models=models)
    write_snapshot(locate_snapshot(tmp_path / "catalogs", "listed"), catalog)

    def run(tasks: list[dict], *options: str, **variables: object) -> subprocess.CompletedProcess[str]:
        settings = {
            "gateway_providers": PROVIDERS,
            "gateway_redis": {"enabled": False},
            "gateway_catalogs": str(tmp_path / "catalogs"),
            "litellm_master_key": MASTER_KEY,
            "ansible_connection": "local",
            "ansible_python_interpreter": sys.executable,
            **variables,
        }
        (tmp_path / "variables.json").write_text(json.dumps(settings))
        (tmp_path / "play.yml").write_text(yaml.safe_dump([{"hosts": "all", "gather_facts": False, "tasks": tasks}]))
        command = ["ansible-playbook", "play.yml", "-i", "host,", "-e", "@variables.json", *options]
        environment = {**os.environ, "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"), "ANSIBLE_NOCOLOR": "true"}
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    return run


def include(role: str) -> dict:
    return {"include_role": {"name": role, "tasks_from": "validate_inventory" if role == "litellm" else "validate"}}


def test_every_problem_is_told_at_once_and_nothing_secret(play) -> None:
    models = [{"name": "chat", "provider": "lister", "id": "x"}]
    done = play(
        [include("litellm")],
        "-vvv",
        gateway_models=models,
        litellm_master_key="sk-1234",
        litellm_versio="1",
        gatway_port=1,
    )
    assert done.returncode == 2
    words = " ".join(done.stdout.split())
    assert "litellm_versio is not a variable of these roles; did you mean 'litellm_version'?" in words
    assert "gatway_port is not a variable of these roles; did you mean 'gateway_port'?" in words
    assert "litellm_master_key is well known or easily guessed; write 'sk-'" in words
    assert "gateway_models[0] (chat): provider 'lister' is not in gateway_providers; did you mean 'listed'?" in words
    assert KEY not in done.stdout


def test_errors_of_options_come_with_those_of_names_and_settings(play) -> None:
    providers = {**PROVIDERS, "box": {"kind": "echo", "api_bas": "http://192.0.2.20:8080/v1", "retries": 3}}
    models = [{"name": "chat", "providr": "box", "id": "x", "fallbacks": ["vendor/modle"]}]
    done = play([include("litellm")], gateway_providers=providers, gateway_models=models, litellm_master_key="sk-1234")
    assert done.returncode == 2
    words = " ".join(done.stdout.split())
    assert "gateway_providers.box: 'api_bas' is not an option here; did you mean 'api_base'?" in words
    assert "gateway_providers.box: 'retries' is not an option here; write one of: kind, enabled, api_base" in words
    assert "gateway_models[0] (chat): 'providr' is not an option here; did you mean 'provider'?" in words
    assert "'chat' falls back to 'vendor/modle', which no model is named; did you mean 'vendor/model'?" in words
    assert "litellm_master_key is well known or easily guessed; write 'sk-'" in words
    # Nothing follows from a misspelt option but its own error.
    assert "'api_base' is missing" not in words


def test_an_option_that_is_wrong_comes_with_a_catalog_that_is_missing(play, tmp_path) -> None:
    (tmp_path / "catalogs/listed.json").unlink()
    done = play([include("litellm")], gateway_providers={"listed": {**PROVIDERS["listed"], "exclud": ["a"]}})
    assert done.returncode == 2
    words = " ".join(done.stdout.split())
    assert "gateway_providers.listed: 'exclud' is not an option here; did you mean 'exclude'?" in words
    assert "gateway_providers.listed: 'include' chooses from a catalog, and there is none" in words


def test_the_gateway_is_built_once_and_hidden(play, tmp_path) -> None:
    remove = {"file": {"path": str(tmp_path / "catalogs/listed.json"), "state": "absent"}}
    names = {"debug": {"msg": "names: {{ __gateway.litellm.names | join }} of {{ __gateway.checked | join }}"}}
    done = play([include("litellm"), remove, include("litellm"), names], "-vvv")
    assert done.returncode == 0, done.stdout
    assert "vendor/model of litellm" in done.stdout.partition("names: ")[2]
    assert KEY not in done.stdout


def test_include_without_a_catalog_is_refused(play, tmp_path) -> None:
    (tmp_path / "catalogs/listed.json").unlink()
    done = play([include("litellm")])
    assert done.returncode == 2
    assert (
        "gateway_providers.listed: 'include' chooses from a catalog, and there is none; "
        "run `platelayer catalog refresh listed --env catalogs`"
    ) in " ".join(done.stdout.split())


def test_an_expression_that_cannot_be_read_names_its_variable(play) -> None:
    done = play([include("litellm")], gateway_providers={"p": {"kind": "openai", "api_key": "{{ vault_of_nobody }}"}})
    assert done.returncode == 2
    assert "'vault_of_nobody' is undefined" in " ".join(done.stdout.split())


def test_without_the_package_it_says_what_to_do(play, monkeypatch, tmp_path) -> None:
    (tmp_path / "hidden/platelayer").mkdir(parents=True)
    (tmp_path / "hidden/platelayer/__init__.py").write_text("raise ImportError\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "hidden"))
    done = play([include("litellm")])
    assert "the Python that runs Ansible lacks the package 'platelayer'; run `make venv`" in " ".join(
        done.stdout.split()
    )


HASH = f"--hash=sha256:{'0' * 64}"


def test_a_callback_without_its_package_is_refused_before_anything_changes(play) -> None:
    settings = {"litellm_settings": {"success_callback": ["sentry", "langfuse"]}}
    done = play([include("litellm")], litellm_config_extra=settings)
    assert done.returncode == 2
    words = " ".join(done.stdout.split())
    assert "litellm_config_extra.litellm_settings.success_callback: 'sentry' needs sentry-sdk, which" in words
    assert "'langfuse' needs" not in words


def test_further_packages_are_installed_with_the_lock_into_a_folder_of_their_own(play, tmp_path) -> None:
    lock, file = tmp_path / "lock.txt", tmp_path / "packages.txt"
    lock.write_text(f"litellm==1.106.2 {HASH}\n")
    file.write_text(f"sentry-sdk==2.0 {HASH}\n")
    show = {"debug": {"msg": "{{ __litellm_version_dir }} last: {{ __litellm_requirements.splitlines() | last }}"}}
    tasks = [{"include_role": {**include("litellm")["include_role"], "public": True}}, show]
    settings = {"litellm_config_extra": {"litellm_settings": {"success_callback": ["sentry"]}}}
    folders = []
    for variables in ({}, {**settings, "litellm_packages": str(file)}):
        done = play(tasks, litellm_lock=str(lock), **variables)
        assert done.returncode == 0, done.stdout
        folders += re.findall(r"/opt/litellm/1\S+", done.stdout)
    assert f"last: sentry-sdk==2.0 {HASH}" in " ".join(done.stdout.split())
    assert len(folders) == len(set(folders)) == 2
