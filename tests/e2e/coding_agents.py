"""Claude Code and Codex, and the documented lines that set them up."""

from __future__ import annotations

import json
import os
import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from local_gateway import LocalGateway

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs/clients.md"
# What the document's examples ask, and which environment variable holds the key there.
EXAMPLE_URL, KEY_VARIABLE = "http://127.0.0.1:4001", "PLATELAYER_KEY"
# What Codex would ask of others: usage, lists of plugins and apps. Claude Code has a variable for that.
CODEX_ALONE = "\n[analytics]\nenabled = false\n\n[features]\nplugins = false\napps = false\n"


def read_example(heading: str, gateway: LocalGateway) -> str:
    """Return the first block below a heading of docs/clients.md, for this gateway."""
    found = re.search(rf"^#+ {re.escape(heading)}$.*?^```\w+$\n(.*?)^```$", DOCUMENT.read_text(), re.M | re.S)
    assert found, f"docs/clients.md has no example below '{heading}'"
    return found[1].replace(EXAMPLE_URL, gateway.url)


class AgentRun:
    """A run of an agent under way, in a home and a folder of its own. It knows no proxy but `proxy`."""

    def __init__(self, command: list[str], folder: Path, proxy: str, variables: dict[str, str]) -> None:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), proxy),
            "NO_PROXY": "127.0.0.1",
            **variables,
        }
        self._process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def read_events(self) -> list[dict[str, Any]]:
        """Wait for its end and return the JSON objects that it printed."""
        out, err = self._process.communicate()
        assert self._process.returncode == 0, out[-3000:] + err[-3000:]
        return [json.loads(line) for line in out.splitlines()]


def start_claude_code(
    packages: Path, gateway: LocalGateway, folder: Path, proxy: str, prompt: str, *options: str
) -> AgentRun:
    """Let Claude Code do what a prompt says. It may read files."""
    wrapper = packages / "@anthropic-ai/claude-code/cli-wrapper.cjs"
    command = ["node", str(wrapper), "--print", prompt, "--allowedTools", "Read", *options]
    script = read_example("Claude Code", gateway) + 'exec "$@"'
    variables = {
        KEY_VARIABLE: gateway.key,
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "DISABLE_AUTOUPDATER": "1",
    }
    return AgentRun(["bash", "-ec", script, "bash", *command], folder, proxy, variables)


def start_codex(packages: Path, gateway: LocalGateway, folder: Path, proxy: str, prompt: str) -> AgentRun:
    """Let Codex do what a prompt says. Its sandbox is off: not every container has what it needs."""
    home = folder / ".codex"
    home.mkdir()
    (home / "config.toml").write_text(read_example("Codex", gateway) + CODEX_ALONE)
    options = ["--json", "--strict-config", "--skip-git-repo-check", "--sandbox", "danger-full-access"]
    command = ["node", str(packages / "@openai/codex/bin/codex.js"), "exec", *options, prompt]
    return AgentRun(command, folder, proxy, {KEY_VARIABLE: gateway.key, "CODEX_HOME": str(home)})


@contextmanager
def refuse_and_note() -> Iterator[tuple[str, list[str]]]:
    """Yield the address of a proxy that refuses everything, and the list of what it was asked for."""
    asked: list[str] = []

    class RefusingHandler(BaseHTTPRequestHandler):
        def refuse(self) -> None:
            asked.append(self.path)
            self.send_error(403)

        do_CONNECT = do_GET = do_POST = do_HEAD = refuse

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), RefusingHandler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()
