"""From providers' lists to the written config: a refresh, its snapshot, the merge. Run by `make bench`.

A server on loopback plays the providers. The tables show the shape of growth: the column "per model" should stay flat.
"""

import asyncio
import contextlib
import http.server
import json
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

SIZES = (1_000, 5_000, 10_000)
PROVIDERS = 10
ROUNDS = 3
CHANGED = 197
HANGS = 3.0
STEPS = ("refresh", "unchanged", "merge", "written")


def listed(size: int, *, dearer: int = 0) -> bytes:
    """A list in OpenRouter's shape; the first `dearer` entries cost a tenth more."""
    entries = [
        {
            "id": f"vendor-{number % 40}/model-{number}",
            "context_length": 131_072,
            "architecture": {"input_modalities": ["text", "image"], "output_modalities": ["text"]},
            "pricing": {
                "prompt": f"0.000000{11 + (number < dearer)}",
                "completion": "0.0000004",
                "input_cache_read": "0.00000002",
            },
            "top_provider": {"context_length": 131_072, "max_completion_tokens": 32_768},
            "supported_parameters": ["tools", "reasoning", "structured_outputs"],
        }
        for number in range(size)
    ]
    return json.dumps({"data": entries}).encode()


@contextmanager
def served(answers: dict[str, bytes]) -> Iterator[str]:
    """A server whose paths answer these bytes; `/hangs` takes its time. The answers may change under way."""
    stopped = threading.Event()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith("/hangs"):
                stopped.wait(HANGS + 30)
            body = answers.get(self.path, b'{"data": []}')
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with contextlib.suppress(BrokenPipeError):
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        stopped.set()
        server.shutdown()


def inventory(address: str, folder: Path) -> dict[str, Any]:
    """Ten providers, each serving all that it lists under a prefix of its own."""
    return {
        "catalogs": str(folder),
        "providers": {
            f"p{number}": {
                "kind": "openrouter",
                "api_key": "key-EXAMPLE",
                "api_base": f"{address}/p{number}",
                "include": ["*"],
                "prefix": f"p{number}/",
            }
            for number in range(PROVIDERS)
        },
    }


def timed(action: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds, and what came of it."""
    started = time.perf_counter()
    result = action()
    return time.perf_counter() - started, result


def write(folder: Path, text: str) -> None:
    """The last step."""
    (folder / "config.yaml").write_text(text)


def read_spec(raw: dict[str, Any]) -> Any:
    """Return the typed inventory, without the folder of its catalogs."""
    from platelayer.schema import parse

    return parse({key: value for key, value in raw.items() if key != "catalogs"})


def measure(size: int) -> dict[str, float]:
    """Best of some rounds, in a process of its own: refresh, unchanged refresh, merge with the written config."""
    from platelayer.catalog.load import read_catalogs
    from platelayer.catalog.refresh import RefreshRequest, refresh
    from platelayer.catalog.sources import list_sources
    from platelayer.gateway.build import build
    from platelayer.gateway.litellm_config import make_config, to_yaml
    from platelayer.transport import Limits

    body = listed(size // PROVIDERS)
    answers = {f"/p{number}/models": body for number in range(PROVIDERS)}
    found = dict.fromkeys(STEPS, float("inf"))
    with served(answers) as address:
        for _ in range(ROUNDS):
            with tempfile.TemporaryDirectory() as name:
                folder = Path(name)
                raw = inventory(address, folder)
                asked = list_sources(read_spec(raw))
                request = RefreshRequest(folder=folder, models_dev_url=None, limits=Limits())

                def ask(asked: Any = asked, request: Any = request) -> Any:
                    return asyncio.run(refresh(asked, request))

                for key in ("refresh", "unchanged"):
                    seconds, outcomes = timed(ask)
                    found[key] = min(found[key], seconds)
                    if failed := [result.error for result in outcomes if result.has_refusals]:
                        raise SystemExit(f"{key}: {failed[0]}")

                def merge(raw: Any = raw, folder: Path = folder) -> Any:
                    spec = read_spec(raw)
                    return build(spec, read_catalogs(spec, str(folder))).raise_problems()

                seconds, gateway = timed(merge)
                merged, config = timed(lambda gateway=gateway: make_config(gateway))
                found["merge"] = min(found["merge"], seconds + merged)
                seconds, _ = timed(lambda folder=folder, config=config: write(folder, to_yaml(config)))
                found["written"] = min(found["written"], seconds)
    return {**found, "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def changed_lines() -> int:
    """How many lines of a snapshot change with so many models."""
    from platelayer.catalog.refresh import RefreshRequest, refresh
    from platelayer.catalog.sources import list_sources

    answers = {"/p0/models": listed(1_000)}
    with served(answers) as address, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        asked = list_sources(read_spec(inventory(address, folder)), ["p0"])
        texts = []
        for dearer in (0, CHANGED):
            answers["/p0/models"] = listed(1_000, dearer=dearer)
            asyncio.run(refresh(asked, RefreshRequest(folder=folder, models_dev_url=None)))
            texts.append((folder / "p0.json").read_text().splitlines())
        before, after = ([line for line in text if line.startswith('{"id"')] for text in texts)
        return sum(one != other for one, other in zip(before, after, strict=True))


def hanging() -> float:
    """Seconds for nine providers that answer and one that does not, with a deadline of a few seconds."""
    from platelayer.catalog.refresh import RefreshRequest, refresh
    from platelayer.catalog.sources import list_sources
    from platelayer.transport import Limits

    body = listed(100)
    with (
        served({f"/p{number}/models": body for number in range(1, PROVIDERS)}) as address,
        tempfile.TemporaryDirectory() as name,
    ):
        raw = inventory(address, Path(name))
        raw["providers"]["p0"]["api_base"] = f"{address}/hangs"
        request = RefreshRequest(folder=Path(name), models_dev_url=None, limits=Limits(deadline=HANGS, read=HANGS))
        return timed(lambda: asyncio.run(refresh(list_sources(read_spec(raw)), request)))[0]


def main() -> None:
    """Measure each size and print the tables."""
    table = Table(title=f"{PROVIDERS} providers, from their lists to the written config")
    for heading in ("models", "refresh", "nothing new", "merge", "config written", "all", "per model", "peak memory"):
        table.add_column(heading, justify="right")
    for size in SIZES:
        done = subprocess.run(  # a process of its own, so that peak memory is its own
            [sys.executable, __file__, str(size)], capture_output=True, text=True, check=True
        )
        found = json.loads(done.stdout)
        total = found["refresh"] + found["merge"] + found["written"]
        table.add_row(
            f"{size:,}",
            *(f"{found[key]:.2f} s" for key in STEPS),
            f"{total:.2f} s",
            f"{total / size * 1e6:.0f} µs",
            f"{found['megabytes']:.0f} MB",
        )
    console = Console()
    console.print(table)
    console.print(f"{CHANGED} changed models change {changed_lines()} lines of a snapshot")
    console.print(f"a provider that hangs, with a deadline of {HANGS:g} s, costs {hanging():.1f} s beside the others")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(measure(int(sys.argv[1]))))
    else:
        main()
