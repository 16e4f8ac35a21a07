"""What `make` says of a local gateway, with a real supervisor whose only program sleeps."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

ROOT = Path(__file__).parents[2]
SUPERVISOR = """
[unix_http_server]
file={folder}/run/supervisor.sock
[supervisord]
logfile={folder}/run/supervisord.log
pidfile={folder}/run/supervisord.pid
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://{folder}/run/supervisor.sock
[program:litellm-1]
command=sleep infinity
startsecs=0
"""


def make(target: str, folder: Path) -> tuple[int, list[str]]:
    """Return the exit code of a target for the gateway in this folder, and the lines that it printed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    command = ["make", "--no-print-directory", target, f"LOCAL={folder}"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.splitlines()


@pytest.fixture
def folder() -> Iterator[Path]:
    """The folder of a gateway that runs, with a short path, which supervisor's socket needs."""
    with TemporaryDirectory(prefix="up-") as made:
        folder = Path(made)
        for name in ("run", "etc/supervisor"):
            (folder / name).mkdir(parents=True)
        config = folder / "etc/supervisor/supervisord.conf"
        config.write_text(SUPERVISOR.format(folder=folder))
        (folder / "gateway.env").write_text(
            f"PLATELAYER_URL='http://127.0.0.1:4001'\nPLATELAYER_KEY_FILE='{folder}/key'\n"
        )
        subprocess.run([ROOT / ".venv/bin/supervisord", "-c", config], check=True)
        yield folder
        make("down", folder)


def test_status_tells_the_address_in_words(folder: Path) -> None:
    code, lines = make("status", folder)
    assert code == 0
    assert lines[0].startswith("litellm-1 ")
    assert lines[1:] == [f"The gateway's address is http://127.0.0.1:4001, its key is in {folder}/key"]


def test_a_gateway_that_was_stopped_is_not_verified_and_says_what_starts_it(folder: Path) -> None:
    assert make("down", folder)[0] == 0
    assert make("status", folder) == (0, ["Nothing runs; start it with: make up"])
    code, lines = make("verify", folder)
    assert code != 0
    assert lines == ["The gateway is stopped; start it with: make up"]
