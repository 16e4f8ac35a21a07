"""What .github/workflows/catalog-refresh.yml runs: news become a pull request or a commit, no news become nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from fakes import Fakes
from providers import LISTS, SHOWS

ROOT = Path(__file__).parents[2]
# What the program `gh` would do, written down: its words, and the text of the pull request.
GH = """#!/bin/sh
echo "$*" >>"$GH_LOG"
[ "$2" = view ] && { [ -e "$GH_LOG.open" ] && echo OPEN; exit 0; }
touch "$GH_LOG.open"
while [ $# -gt 0 ]; do [ "$1" = --body-file ] && cp "$2" "$GH_LOG.body"; shift; done
"""


@dataclass(frozen=True)
class Repository:
    """A checkout with a remote, and a `gh` that only writes down."""

    root: Path
    log: Path

    def refresh(self, code: int = 0, **environment: str) -> str:
        """Run the script as the workflow does; what it said."""
        run = subprocess.run(
            [self.root / ".github/catalog-refresh"],
            env={**os.environ, "ENVIRONMENT": "lab", "GH_LOG": str(self.log), **environment},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert run.returncode == code, run.stdout + run.stderr
        return run.stdout + run.stderr

    def git(self, *words: str) -> str:
        """Run git; what it said."""
        return subprocess.run(["git", *words], cwd=self.root, check=True, capture_output=True, text=True).stdout

    def calls(self) -> list[str]:
        """What `gh` was told, without the questions."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [line for line in lines if " view " not in line]


@pytest.fixture
def lists() -> dict:
    """The lists of this test, which it may change."""
    return {path: answer for path, answer in LISTS.items() if path.startswith(("/openrouter/", "/nano/"))}


@pytest.fixture
def repository(tmp_path, monkeypatch, lists):
    """An environment with two providers, committed and pushed."""
    root, remote, programs = tmp_path / "checkout", tmp_path / "remote", tmp_path / "bin"
    programs.mkdir()
    (programs / "gh").write_text(GH)
    (programs / "gh").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{Path(sys.executable).parent}:{os.environ['PATH']}")
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "test")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "test@example.com")
    with Fakes(lists, SHOWS) as fakes:
        (root / ".github").mkdir(parents=True)
        shutil.copy(ROOT / ".github/catalog-refresh", root / ".github/catalog-refresh")
        variables = root / "inventories/lab/group_vars/all/gateway.yml"
        variables.parent.mkdir(parents=True)
        (root / "inventories/lab/hosts.yml").write_text("gateway: {hosts: {gateway-1: {}}}\n")
        providers = {
            "openrouter": {"kind": "openrouter", "api_key": "k", "api_base": f"{fakes.address}/openrouter"},
            "nano": {"kind": "nano_gpt", "api_key": "k", "api_base": f"{fakes.address}/nano"},
        }
        written = {"gateway_catalog": {"models_dev": False}, "gateway_providers": providers, "gateway_models": []}
        variables.write_text(yaml.safe_dump(written, sort_keys=False))
        repository = Repository(root, tmp_path / "gh.log")
        subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch", "main", remote], check=True)
        repository.git("init", "--quiet", "--initial-branch", "main")
        repository.git("remote", "add", "origin", str(remote))
        repository.git("add", ".")
        repository.git("commit", "--quiet", "-m", "begin")
        repository.git("push", "--quiet", "origin", "main")
        yield repository


def test_news_become_a_pull_request_with_the_plan(repository) -> None:
    repository.refresh()
    assert repository.calls() == [
        "pr create --head catalog-refresh/lab --title catalogs of lab: nano openrouter --body-file "
        + repository.calls()[0].rpartition(" ")[2]
    ]
    assert "openrouter" in repository.log.with_name("gh.log.body").read_text()
    pushed = repository.git("ls-tree", "-r", "--name-only", "origin/catalog-refresh/lab")
    assert "catalogs/lab/openrouter.json" in pushed.splitlines()
    assert "catalogs" not in repository.git("ls-tree", "-r", "--name-only", "origin/main")


def test_an_open_one_is_brought_up_to_date(repository) -> None:
    repository.refresh()
    repository.git("switch", "--quiet", "main")
    repository.refresh()
    assert [call.split()[1] for call in repository.calls()] == ["create", "edit"]


def test_nothing_new_is_nothing_done(repository) -> None:
    repository.refresh(PROPOSE="commit")
    before = repository.git("rev-parse", "origin/main")
    assert repository.git("log", "-1", "--format=%s").strip() == "catalogs of lab: nano openrouter"
    assert "Nothing new." in repository.refresh(PROPOSE="commit")
    assert repository.git("rev-parse", "origin/main") == before
    assert repository.calls() == []


def test_models_are_added_beside(repository) -> None:
    repository.refresh(PROPOSE="commit", MODELS="openrouter/z-ai/glm-5 nano/moonshotai/kimi-k2.5")
    variables = (repository.root / "inventories/lab/group_vars/all/gateway.yml").read_text()
    models = yaml.safe_load(variables)["gateway_models"]
    assert [(model["provider"], model["id"]) for model in models] == [
        ("openrouter", "z-ai/glm-5"),
        ("nano", "moonshotai/kimi-k2.5"),
    ]


def test_a_model_that_cannot_be_added_stops_nothing_else(repository) -> None:
    repository.refresh(code=1, MODELS="openrouter/no-such-model nano/moonshotai/kimi-k2.5")
    assert [call.split()[1] for call in repository.calls()] == ["create"]
    text = repository.log.with_name("gh.log.body").read_text()
    assert text.startswith("2 providers in ")
    assert "the catalog of openrouter has no 'no-such-model'" in text
    assert "+  - {name: moonshotai/kimi-k2.5, provider: nano" in text


def test_nothing_is_proposed_where_every_provider_failed(repository, lists) -> None:
    lists.clear()
    assert "Nothing new." in repository.refresh(code=1)
    assert repository.calls() == []


def test_the_news_of_others_are_proposed_when_one_fails(repository, lists) -> None:
    del lists["/nano/models"]
    repository.refresh(code=1)
    assert [call.split()[1] for call in repository.calls()] == ["create"]
    assert "catalogs of lab: openrouter" in repository.calls()[0]


def test_a_guard_is_accepted_by_name(repository, lists) -> None:
    repository.refresh(PROPOSE="commit")
    lists["/nano/models"] = {"data": [{**LISTS["/nano/models"]["data"][0], "pricing": {"prompt": 0, "completion": 0}}]}
    assert "a paid model would cost nothing" in repository.refresh(code=1, PROPOSE="commit", PROVIDERS="nano")
    repository.refresh(PROPOSE="commit", PROVIDERS="nano", ACCEPT="free gone")
    assert '"free": true' in (repository.root / "catalogs/lab/nano.json").read_text()


def test_the_password_is_said_nowhere(repository) -> None:
    said = repository.refresh(ANSIBLE_VAULT_PASSWORD="planted-password")
    assert "planted-password" not in said
    assert "planted-password" not in repository.git("log", "--all", "-p")


def test_a_guard_that_does_not_exist_ends_it(repository) -> None:
    repository.refresh(code=2, ACCEPT="everything")
    assert repository.calls() == []
