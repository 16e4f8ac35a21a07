"""An environment with every kind of provider, its catalogs, the config rendered from it, and a real LiteLLM on that."""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from fakes import Fakes
from providers import LISTS, SHOWS, inventory

from platelayer.gateway.litellm_config import HOOKS as HOOK_FUNCTIONS
from platelayer.host.ports import find_free_port

ROOT = Path(__file__).parents[2]
VERSION = yaml.safe_load((ROOT / "roles/litellm/defaults/main.yml").read_text())["litellm_version"]
LOCK = ROOT / f"roles/litellm/files/litellm-{VERSION}.txt"
HOOKS = ROOT / "src/platelayer/hooks"
RUNTIMES = ROOT / ".cache/litellm"


@dataclass(frozen=True)
class Gateway:
    """A LiteLLM that serves, and the key that opens it."""

    url: str
    key: str = field(repr=False)
    config: dict[str, Any] = field(repr=False)

    def get(self, path: str) -> Any:
        """The JSON of a GET."""
        return self._checked(httpx.get(f"{self.url}{path}", headers=self._headers(), timeout=30)).json()

    def chat(self, model: str) -> httpx.Response:
        """The answer of a small chat."""
        body = {"model": model, "messages": [{"role": "user", "content": "Hello"}]}
        return self._checked(
            httpx.post(f"{self.url}/v1/chat/completions", json=body, headers=self._headers(), timeout=30)
        )

    def embed(self, model: str) -> httpx.Response:
        """The answer of a small embedding."""
        body = {"model": model, "input": "Hello"}
        return self._checked(httpx.post(f"{self.url}/v1/embeddings", json=body, headers=self._headers(), timeout=30))

    def send(self, path: str, body: dict[str, Any]) -> httpx.Response:
        """Return the answer to any request."""
        return httpx.post(f"{self.url}{path}", json=body, headers=self._headers(), timeout=30)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}

    def _checked(self, answer: httpx.Response) -> httpx.Response:
        assert answer.status_code == 200, answer.text
        return answer


@pytest.fixture(scope="session")
def fakes() -> Iterator[Fakes]:
    """All providers on one port."""
    with Fakes(LISTS, SHOWS) as server:
        yield server


@pytest.fixture(scope="session")
def checkout(tmp_path_factory, fakes) -> Path:
    """A folder with the environment `e2e` and its catalogs, as a checkout has them."""
    root = tmp_path_factory.mktemp("checkout")
    shutil.copytree(ROOT / "roles/gateway", root / "roles/gateway")
    environment = root / "inventories/e2e"
    variables = environment / "group_vars/all/gateway.yml"
    variables.parent.mkdir(parents=True)
    (environment / "hosts.yml").write_text("gateway:\n  hosts:\n    localhost:\n      ansible_connection: local\n")
    variables.write_text(yaml.safe_dump(inventory(fakes.address), sort_keys=False))
    platelayer("catalog", "refresh", "--env", "e2e", "--root", str(root))
    return root


def platelayer(*arguments: str, code: int = 0) -> str:
    """Run the command as a person does."""
    command = [str(Path(sys.executable).with_name("platelayer")), *arguments]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert run.returncode == code, run.stdout + run.stderr
    return run.stdout


@pytest.fixture(scope="session")
def runtime() -> Path:
    """LiteLLM's own Python, from the lock that hosts get."""
    return install_runtime(LOCK.read_text())


def install_runtime(requirements: str) -> Path:
    """Return LiteLLM's Python with these packages, installed as the role does it; once for each text."""
    folder = RUNTIMES / f"{VERSION}-{hashlib.sha256(requirements.encode()).hexdigest()[:6]}"
    RUNTIMES.mkdir(parents=True, exist_ok=True)
    # Tests run in several processes: one of them installs, the others wait for it.
    with (RUNTIMES / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / ".complete").exists():
            subprocess.run(["uv", "venv", "--quiet", "--clear", "--python", sys.executable, folder], check=True)
            install = ["uv", "pip", "sync", "--quiet", "--require-hashes", "--only-binary", ":all:", "--python", folder]
            subprocess.run([*install, "-"], input=requirements, text=True, check=True)
            (folder / ".complete").touch()
    return folder


def render_config(environment: Path, folder: Path) -> Path:
    """Return the config that playbooks/render.yml writes for the host of an environment."""
    render = ["ansible-playbook", ROOT / "playbooks/render.yml", "-i", environment, "-e", f"render_dir={folder}"]
    run = subprocess.run(render, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    return folder / "localhost.yaml"


@contextmanager
def serve(runtime: Path, config: Path, **variables: str) -> Iterator[Gateway]:
    """LiteLLM with a config, started as its unit starts it."""
    folder = config.parent
    key, port = f"sk-{secrets.token_hex(32)}", find_free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "LITELLM_MASTER_KEY": key,
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "LITELLM_WORKER_STARTUP_HOOKS": ",".join(HOOK_FUNCTIONS),
        **dict.fromkeys(_keys(config), "key-EXAMPLE"),
        **variables,
    }
    command = [runtime / "bin/python", HOOKS / "platelayer_launcher.py", "--config", config]
    with (folder / "log").open("w") as log:
        litellm = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(port)],
            env=environment,
            cwd=folder,
            stdout=log,
            stderr=log,
        )
        try:
            _await(f"http://127.0.0.1:{port}/health/readiness", litellm, folder / "log")
            yield Gateway(f"http://127.0.0.1:{port}", key, yaml.safe_load(config.read_text()))
        finally:
            litellm.terminate()
            litellm.wait(30)


@pytest.fixture(scope="session")
def gateway(checkout, runtime, tmp_path_factory) -> Iterator[Gateway]:
    """LiteLLM with the config of the environment `e2e`."""
    config = render_config(checkout / "inventories/e2e", tmp_path_factory.mktemp("litellm"))
    with serve(runtime, config) as gateway:
        yield gateway


def _keys(config: Path) -> set[str]:
    models = yaml.safe_load(config.read_text())["model_list"]
    named = (str(model["litellm_params"].get("api_key", "")) for model in models)
    return {key.removeprefix("os.environ/") for key in named if key.startswith("os.environ/")}


@pytest.fixture(scope="session")
def certificate(tmp_path_factory) -> Path:
    """A certificate of this machine's loopback address and its key, in one file."""
    path: Path = tmp_path_factory.mktemp("ca") / "own.pem"
    make = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    name = ["-subj", "/CN=own provider", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run([*make, *name, "-keyout", path, "-out", path.with_suffix(".crt")], check=True, capture_output=True)
    path.write_text(path.read_text() + path.with_suffix(".crt").read_text())
    return path


def _await(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 120
    while True:
        try:
            if httpx.get(url, timeout=5).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        assert process.poll() is None, log.read_text()[-2000:]
        assert time.monotonic() < deadline, log.read_text()[-2000:]
        time.sleep(0.5)
