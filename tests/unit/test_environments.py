"""The environments that ship: what `playbooks/render.yml` makes of them."""

import json
import os
import secrets
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden"


@pytest.fixture
def render(tmp_path: Path):
    """Render an environment, with further variables of Ansible and of the process; the config's text and the output."""

    def rendered(
        environment: str, host: str, process: dict[str, str] | None = None, **variables: str
    ) -> tuple[str, str]:
        # Without the vault that a user of this checkout may have made.
        folder = tmp_path / "inventories" / environment
        shutil.copytree(ROOT / "inventories" / environment, folder, ignore=shutil.ignore_patterns("vault.yml"))
        extra = tmp_path / "extra.json"
        key = f"sk-{secrets.token_hex(32)}"
        extra.write_text(json.dumps({"render_dir": str(tmp_path), "litellm_master_key": key, **variables}))
        done = subprocess.run(
            ["ansible-playbook", "playbooks/render.yml", "-i", str(folder), "-e", f"@{extra}", "--diff"],
            cwd=ROOT,
            env={**os.environ, **(process or {})},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return (tmp_path / f"{host}.yaml").read_text(), done.stdout + done.stderr

    return rendered


def test_standalone(render) -> None:
    secret = {"vault_nano_gpt_api_key": "planted-nano-gpt-key", "vault_redis_password": "planted" * 4}
    config, output = render("standalone", "home", **secret)
    assert config == (GOLDEN / "standalone.yaml").read_text()
    assert "planted" not in output


def names(config: str) -> list[str]:
    return [entry["model_name"] for entry in yaml.safe_load(config)["model_list"]]


def test_local_needs_no_key(render) -> None:
    config, _ = render("local", "localhost")
    assert names(config) == ["echo", "echo-embedding"]


def test_keys_in_the_environment_bring_their_models_along(render) -> None:
    process = {"OPENAI_API_KEY": "planted-openai-key", "OPENROUTER_API_KEY": "planted-openrouter-key"}
    config, output = render("local", "localhost", process)
    assert names(config) == ["echo", "echo-embedding", "gpt-5-mini", "openai/*", "openrouter-auto", "openrouter/*"]
    assert "planted" not in config + output
