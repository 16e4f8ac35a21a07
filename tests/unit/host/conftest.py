"""A stand-in for LiteLLM: it reads its config, and serves, dawdles or dies as the config says."""

import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from platelayer.host.fleet import Fleet
from platelayer.host.releases import ENVIRONMENT, LAUNCHER, PROBE, Release, ReleaseFile, Releases
from platelayer.host.rollout import Rollout

PROGRAM = """
import http.server, json, os, sys, time
config, host, port = sys.argv[2], sys.argv[4], int(sys.argv[6])
settings = json.load(open(config))
print("starting with key", os.environ["LITELLM_MASTER_KEY"], flush=True)
if settings.get("die") or (settings.get("die_when_serving") and ".staged" not in os.path.realpath(config)):
    sys.exit("\\x1b[31mbad config: no such provider\\x1b[0m")
if settings.get("die_on_port") == port:
    sys.exit("not on this port")
if settings.get("hang"):
    time.sleep(60)
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"data": [{"id": name} for name in settings["models"]]}).encode())
    def log_message(self, *args):
        pass
http.server.ThreadingHTTPServer((host, port), Handler).serve_forever()
"""


class Processes:
    """A process manager in memory, with real processes started from the release that `current` leads to."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.running: dict[int, subprocess.Popen[bytes]] = {}
        self.restarts = 0
        self.crashes = 0
        # What was restarted, and which instances served at that moment with the current release.
        self.order: list[tuple[int, list[int]]] = []

    def is_in_order(self, instance: int) -> bool:
        return True

    def read_pid(self, instance: int) -> int:
        process = self.running.get(instance)
        return process.pid if process and process.poll() is None else 0

    def restart(self, instance: int) -> None:
        self.restarts += 1
        fleet = Fleet(Releases(self.root), self, sorted(self.running), 1)
        behind = fleet.list_outdated(str(Releases(self.root).current))
        self.order.append((instance, [number for number in sorted(self.running) if number not in behind]))
        self.stop(instance)
        script = (
            "set -a; . ./env; . ./release.env; exec ./runtime/bin/python ./platelayer_launcher.py "
            f'--config ./config.yaml --host "$PLATELAYER_ADDRESS" --port "$((PLATELAYER_BASE_PORT + {instance}))"'
        )
        log = (self.root / f"{instance}.log").open("wb")
        self.running[instance] = subprocess.Popen(
            ["/bin/sh", "-c", script], cwd=self.root / "current", stdout=log, stderr=log
        )

    def count_crashes(self, instance: int) -> int:
        return self.crashes

    def list_others(self, wanted) -> list[int]:
        return sorted(set(self.running) - set(wanted))

    def remove(self, instance: int) -> None:
        self.stop(instance)

    def read_log(self, instance: int) -> str:
        return (self.root / f"{instance}.log").read_text()

    def stop(self, instance: int) -> None:
        if process := self.running.pop(instance, None):
            process.send_signal(signal.SIGKILL)
            process.wait()


class Service:
    """One service below a temporary folder, and what a playbook would ask of it."""

    key = "sk-planted-0123456789"

    def __init__(self, folder: Path) -> None:
        self.root = folder / "etc"
        self.definition = folder / "litellm@.service"
        self.runtime = folder / "opt" / "1.0.0"
        (self.runtime / "bin").mkdir(parents=True)
        (self.runtime / "bin" / "python").symlink_to(sys.executable)
        self.port = base_port(instances=3)
        self.processes = Processes(self.root)

    def rollout(
        self,
        config: str = '{"models": ["a"]}',
        *,
        expected: tuple[str, ...] = ("a",),
        address: str = "127.0.0.1",
        instances: tuple[int, ...] = (1,),
        start_seconds: float = 30.0,
        probe: str = "",
        definition: str = "[Service]\n",
    ) -> Rollout:
        environment = f"LITELLM_MASTER_KEY='{self.key}'\n"
        files = {"config.yaml": ReleaseFile(config, 0o640), ENVIRONMENT: ReleaseFile(environment, 0o600, private=True)}
        files[LAUNCHER] = ReleaseFile(PROGRAM, 0o640)
        files[self.definition.name] = ReleaseFile(definition, 0o640)
        if probe:
            files[PROBE] = ReleaseFile(probe, 0o640)
        return Rollout(
            fleet=self.fleet(instances, start_seconds),
            release=Release(files, str(self.runtime), address, self.port),
            home="/tmp",
            expected=expected,
        )

    def fleet(self, instances: tuple[int, ...] = (1,), start_seconds: float = 30.0) -> Fleet:
        return Fleet(Releases(self.root, definition=self.definition), self.processes, instances, start_seconds)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    made = Service(tmp_path)
    os.environ.pop("LITELLM_MASTER_KEY", None)
    yield made
    for number in list(made.processes.running):
        made.processes.stop(number)


def base_port(instances: int) -> int:
    """The port before some free ones, below those that the system hands to whoever connects."""
    while True:
        base = random.randrange(20_000, 32_000)  # noqa: S311 - no secret
        try:
            for port in range(base + 1, base + 1 + instances):
                with socket.socket() as listener:
                    listener.bind(("127.0.0.1", port))
        except OSError:
            continue
        return base
