"""The launcher, run as the unit runs it, with stand-ins for LiteLLM and uvicorn."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from platelayer.hooks import platelayer_launcher

LAUNCHER = Path(__file__).parents[3] / "src/platelayer/hooks/platelayer_launcher.py"
LITELLM = """
import asyncio, gc, sys, uvicorn

def run_server():
    import platelayer_cooldown
    print(sys.argv[1:], gc.isenabled(), platelayer_cooldown.NOT_FOUND)
    asyncio.run(uvicorn.Server().startup("sockets"))
    print(gc.isenabled(), gc.get_freeze_count() > 0)
    return 3
"""
UVICORN = """
import gc, os

class Server:
    should_exit = "FAILS" in os.environ
    async def startup(self, sockets):
        print(sockets, gc.isenabled())
"""


def launch(folder: Path, **variables: str) -> "subprocess.CompletedProcess[str]":
    (folder / "litellm.py").write_text(LITELLM)
    (folder / "uvicorn.py").write_text(UVICORN)
    command = [sys.executable, str(LAUNCHER), "--config", "c.yaml"]
    environment = os.environ | {"PYTHONPATH": str(folder), **variables}
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def test_garbage_is_collected_only_once_it_serves(tmp_path: Path) -> None:
    result = launch(tmp_path)
    assert (result.returncode, result.stderr) == (3, "")
    assert result.stdout.splitlines() == ["['--config', 'c.yaml'] False 404", "sockets False", "True True"]


@pytest.mark.parametrize("name", ["{folder}/notify", "@platelayer-{process}"])
def test_systemd_is_told_when_it_serves(tmp_path: Path, name: str) -> None:
    address = name.format(folder=tmp_path, process=os.getpid())
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(address.replace("@", "\0", 1))
        systemd.settimeout(60)
        assert launch(tmp_path, NOTIFY_SOCKET=address).returncode == 3
        assert systemd.recv(100) == b"READY=1"


def test_systemd_is_told_nothing_when_the_start_failed(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.setblocking(False)
        launch(tmp_path, NOTIFY_SOCKET=str(tmp_path / "notify"), FAILS="1")
        with pytest.raises(BlockingIOError):
            systemd.recv(100)


def test_a_file_beside_the_launcher_is_named_by_its_whole_path(tmp_path: Path) -> None:
    release, current = tmp_path / "release", tmp_path / "current"
    release.mkdir()
    current.symlink_to(release)
    (release / LAUNCHER.name).write_text(LAUNCHER.read_text())
    (tmp_path / "litellm.py").write_text(
        "import os\ndef run_server():\n    print(os.environ['G_LOGIN_FILE'], os.environ['FILE'])\n"
    )
    (tmp_path / "uvicorn.py").write_text(UVICORN)
    variables = {"PYTHONPATH": str(tmp_path), "G_LOGIN_FILE": "g.credentials.json", "FILE": "x.json"}
    command = [sys.executable, str(current / LAUNCHER.name)]
    result = subprocess.run(command, capture_output=True, text=True, env=os.environ | variables, check=True)
    assert result.stdout == f"{release / 'g.credentials.json'} x.json\n"


@pytest.mark.parametrize("given", ["", "/etc/own.pem"])
def test_litellm_trusts_what_the_machine_trusts_unless_told_otherwise(tmp_path: Path, given: str) -> None:
    known = [path for path in platelayer_launcher.SYSTEM_BUNDLES if os.path.isfile(path)]  # noqa: PTH113 - as it is there
    script = "import os, sys; sys.path.insert(0, sys.argv[1]); import platelayer_launcher as launcher; "
    script += "launcher.trust_system_cas(); print(os.environ.get('SSL_CERT_FILE', ''))"
    environment = {**os.environ, **({"SSL_CERT_FILE": given} if given else {})}
    command = [sys.executable, "-c", script, str(LAUNCHER.parent)]
    result = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    inherited = os.environ.get("SSL_CERT_FILE")
    assert result.stdout.strip() == (given or inherited or (known or [""])[0])
