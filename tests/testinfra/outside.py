"""What tests do to a gateway from outside, with the tools of tests/client, and what it answers to that."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from gateways import PATIENCE, Gateway, wait_until
from load import TOOLS, build_command
from testinfra.host import Host

SOURCES = Path(__file__).parents[1] / "client"
UNITS = ("gateway-edge.service", "gateway-redis.service")
MIRROR = "test-mirror.service"


@dataclass(frozen=True)
class ClientAnswer:
    """The first final answer to what was sent: ``body`` where it is JSON. Without an answer the status is None."""

    status: int | None
    headers: dict[str, str]
    text: str
    body: Any
    ended: str

    @property
    def error(self) -> tuple[int | None, str, str] | None:
        """Status, type and message of an error that a client library can read."""
        error = self.body.get("error") if isinstance(self.body, dict) else None
        if not error or error["code"] != str(self.status) or self.headers["content-type"] != "application/json":
            return None
        return self.status, error["type"], error["message"]

    @classmethod
    def of(cls, said: dict[str, Any]) -> Self:
        """What a tool tells of one connection."""
        reply = next((one for one in said["replies"] if (one["status"] or 0) >= 200), None)
        if reply is None:
            return cls(None, {}, "", None, said["ended"])
        headers = {name.lower(): value for name, value in reply["headers"]}
        try:
            body = json.loads(reply["body"])
        except ValueError:
            body = None
        return cls(reply["status"], headers, reply["body"], body, said["ended"])


def run_tool(host: Host, *words: str, given: str = "", within: float = PATIENCE) -> Any:
    """Run a command there, usually a tool of tests/client, and return the JSON that it says."""
    done = subprocess.run(
        build_command(host, words), input=given, capture_output=True, text=True, timeout=within, check=False
    )
    assert done.stdout, f"{' '.join(words)[:200]}: exit code {done.returncode}: {done.stderr[-1000:]}"
    return json.loads(done.stdout)


def run_probe(client: Host, url: str, probe: str, *words: str, given: str = "") -> Any:
    """One probe of tests/client/abuse.py."""
    return run_tool(client, f"{TOOLS}/abuse.py", probe, "--url", url, *words, given=given)


def send_requests(
    client: Host, url: str, asked: Sequence[str | dict[str, Any]], *, key: str | None = None
) -> list[ClientAnswer]:
    """Paths, or requests as tests/client/abuse.py takes them, each on a connection of its own."""
    own = {} if key is None else {"Authorization": f"Bearer {key}"}
    wanted = [{"path": one} if isinstance(one, str) else one for one in asked]
    listed = [one | {"headers": [*own.items(), *one.get("headers", {}).items()]} for one in wanted]
    return [ClientAnswer.of(said) for said in run_probe(client, url, "paths", "--paths", "-", given=json.dumps(listed))]


def scan_ports(host: Host, address: str, *, within: Iterable[str] = ()) -> list[int]:
    """The open ones of all TCP ports; ``within`` are words before the command, such as those of a network namespace."""
    said = run_tool(
        host, *within, "python3", "-c", (SOURCES / "scan.py").read_text(), address, "--at-most-seconds", "200"
    )
    assert said["complete"], said
    return said["open"]


@contextmanager
def check_unharmed(gateway: Gateway) -> Iterator[Gateway]:
    """Whatever is done in the block: afterwards it serves as before, by the same processes, and no unit has failed."""

    def processes() -> list[str]:
        return [gateway.show("NRestarts,MainPID", unit) for unit in UNITS]

    before = processes()
    yield gateway
    assert gateway.chat("chat", "still there").text == "echo: still there"
    assert gateway.instances_ready() == 2
    assert gateway.host.check_output("systemctl --failed --no-legend --plain") == ""
    assert processes() == before


@dataclass(frozen=True)
class Mirror:
    """tests/client/mirror.py in the place of the instances."""

    gateway: Gateway

    def seen(self) -> list[str]:
        """``METHOD target`` of everything that came through the edge."""
        return json.loads(self.gateway.host.check_output("curl --silent http://127.0.0.1:4001/mirror/seen"))

    def stop(self) -> None:
        """End it; nothing is behind the edge any more."""
        self.gateway.host.check_output(f"systemctl stop {MIRROR}")


@contextmanager
def run_mirror(gateway: Gateway) -> Iterator[Mirror]:
    """In the block a mirror has the place of the instances; afterwards both serve again."""
    instances = "litellm@1.service litellm@2.service"
    run = ["systemd-run", "--quiet", "--collect", f"--unit={MIRROR}", "--property=RuntimeMaxSec=900"]
    try:
        gateway.host.check_output(f"systemctl stop {instances}")
        program = (SOURCES / "mirror.py").read_text()
        subprocess.run(
            build_command(gateway.host, [*run, "python3", "-c", program, "--port", "4001"]),
            stdin=subprocess.DEVNULL,
            check=True,
        )
        wait_until(lambda: gateway.ask("GET", "/health/readiness").body, lambda body: "target" in (body or {}))
        yield Mirror(gateway)
    finally:
        gateway.host.run(f"systemctl stop {MIRROR}")
        gateway.host.check_output(f"systemctl start {instances}")
        wait_until(gateway.instances_ready, lambda ready: ready == 2)
        gateway.wait_until_it_answers()
