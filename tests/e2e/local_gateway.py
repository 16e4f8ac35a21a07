"""A gateway that `make up` made, in a folder and on ports of its own."""

from __future__ import annotations

import os
import random
import shlex
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
# It stays, as LiteLLM's installation takes longest; `make clean` removes it.
FOLDER = ROOT / ".cache/up"
# Of the first port that `make up` is given, what follows may be taken too.
PORTS = 20


@dataclass(frozen=True)
class LocalGateway:
    """Its address without a path, and the key that opens it."""

    url: str
    key: str = field(repr=False)


@contextmanager
def run_make_up() -> Iterator[LocalGateway]:
    """Yield a gateway that serves the echo provider's models, and stop it afterwards."""
    _make("up", f"BASE_PORT={find_free_ports()}")
    try:
        lines = dict(line.split("=", 1) for line in (FOLDER / "gateway.env").read_text().splitlines() if "=" in line)
        url, key_file = (shlex.split(lines[name])[0] for name in ("PLATELAYER_URL", "PLATELAYER_KEY_FILE"))
        yield LocalGateway(url, Path(key_file).read_text().strip())
    finally:
        _make("down")


def find_free_ports() -> int:
    """Return a port such that it and those after it are free, below those that clients get for their connections."""
    while True:
        first = random.randrange(10_000, 30_000)  # noqa: S311 - no secret
        with ExitStack() as stack:
            try:
                for port in range(first, first + PORTS):
                    stack.enter_context(socket.socket()).bind(("127.0.0.1", port))
            except OSError:
                continue
            return first


def _make(target: str, *variables: str) -> None:
    # With a provider's key it would ask that provider; the variables of the make that runs the tests are not its own.
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.endswith("_API_KEY") and not name.startswith(("MAKE", "MFLAGS", "PLATELAYER_"))
    }
    command = ["make", "--no-print-directory", target, f"LOCAL={FOLDER.relative_to(ROOT)}", *variables]
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-3000:]
