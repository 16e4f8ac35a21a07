"""The drain, run as systemd runs it, against a small server in place of an instance."""

import http.server
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

DRAIN = Path(__file__).parents[3] / "src/platelayer/hooks/platelayer_drain.py"


class Instance(http.server.BaseHTTPRequestHandler):
    """Answers /health/drain to whoever knows the token, and notes what was asked."""

    requests: list[str]

    def do_GET(self) -> None:
        self.requests.append(self.path)
        self.send_response(200 if self.headers["X-Drain-Token"] == "planted" else 403)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def instance() -> Iterator[http.server.HTTPServer]:
    Instance.requests = []
    with http.server.HTTPServer(("127.0.0.1", 0), Instance) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def drain(folder: Path, note: str | None) -> "subprocess.CompletedProcess[str]":
    if note is not None:
        (folder / "drain").write_text(note)
    environment = os.environ | {"RUNTIME_DIRECTORY": str(folder)}
    return subprocess.run([sys.executable, str(DRAIN)], capture_output=True, text=True, env=environment, check=False)


def test_an_instance_is_drained(tmp_path: Path, instance: http.server.HTTPServer) -> None:
    result = drain(tmp_path, f"127.0.0.1\n{instance.server_port}\nplanted\n5\n")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert Instance.requests == ["/health/drain"]


def test_an_instance_that_refuses_is_stopped_all_the_same(tmp_path: Path, instance: http.server.HTTPServer) -> None:
    result = drain(tmp_path, f"127.0.0.1\n{instance.server_port}\nwrong\n5\n")
    assert (result.returncode, result.stderr) == (0, "stopped without draining: HTTP 403\n")


@pytest.mark.parametrize("note", [None, "", "127.0.0.1\n1\nplanted\n5\n", "127.0.0.1\nport\nplanted\n5\n"])
def test_an_instance_that_cannot_be_asked_is_stopped_all_the_same(tmp_path: Path, note: str | None) -> None:
    result = drain(tmp_path, note)
    assert result.returncode == 0
    assert result.stderr.startswith("stopped without draining: ")
