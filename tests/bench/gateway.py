"""What a request costs: this gateway, with and without edge, beside stock LiteLLM. Run by `make bench-gateway`.

Both have the same version of LiteLLM, the same number of processes and the same upstream. Stock LiteLLM is what
`litellm[proxy]` brings, started by its own program. The gateway has the role's lock, launcher, hooks and environment.
CPU is that of LiteLLM's processes, or HAProxy's, from /proc. The rounds of all are interleaved.
"""

import asyncio
import hashlib
import itertools
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import aiohttp
import httpx
import yaml
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
ROLE = ROOT / "roles/litellm"
PROCESSES = 2
ROUNDS = 5
# Clients → requests of one measurement.
REQUESTS = {1: 50, 8: 150, 32: 200}
WARM_UP = 60
SECONDS_TO_START = 180
# A measurement that takes longer is broken off, and so is the benchmark.
SECONDS_TO_MEASURE = 300
TICKS = os.sysconf("SC_CLK_TCK")
BODY = {"model": "m", "messages": [{"role": "user", "content": "Say ten words."}], "max_tokens": 50}


@dataclass(frozen=True)
class Target:
    """What is asked: its addresses, in turn, and the processes of LiteLLM and of the edge behind them."""

    name: str
    urls: tuple[str, ...]
    litellm: tuple[int, ...]
    edge: tuple[int, ...] = ()


@dataclass(frozen=True)
class Measurement:
    """Requests per second, milliseconds of a request, and CPU milliseconds of a request."""

    rate: float
    p50: float
    p95: float
    litellm: float
    edge: float


def find_free_ports() -> Iterator[int]:
    """Return the numbers of ten free ports in a row."""
    for first in range(15_000, 30_000, 10):
        with ExitStack() as stack:
            try:
                for port in range(first, first + 10):
                    stack.enter_context(socket.socket()).bind(("127.0.0.1", port))
            except OSError:
                continue
            return iter(range(first, first + 10))
    raise SystemExit("no ten ports in a row are free")


def read_cpu(processes: tuple[int, ...]) -> float:
    """Return the CPU seconds that processes have taken so far."""
    ticks = 0
    for process in processes:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / TICKS


def install(name: str, lock: Path, *packages: str | Path) -> Path:
    """Return the programs of a virtual environment below .cache, filled by `uv pip`; once for each lock."""
    folder = ROOT / ".cache/bench" / f"{name}-{hashlib.sha256(lock.read_bytes()).hexdigest()[:6]}"
    if not (folder / ".complete").exists():
        subprocess.run(["uv", "venv", "--quiet", "--clear", "--python", sys.executable, folder], check=True)
        subprocess.run(["uv", "pip", *packages, "--quiet", "--compile-bytecode", "--python", folder], check=True)
        (folder / ".complete").touch()
    return folder / "bin"


@contextmanager
def running(command: list[object], log: Path, **options: object) -> Iterator[int]:
    """Yield the id of a process that runs in the background."""
    with log.open("w") as stream:
        process = subprocess.Popen(list(map(str, command)), stdout=stream, stderr=stream, **options)
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(60)


async def ask(session: aiohttp.ClientSession, url: str, stream: bool) -> None:
    """Ask once, and read the answer to its end."""
    async with session.post(f"{url}/v1/chat/completions", json={**BODY, "stream": stream}) as answer:
        text = await answer.text()
        if answer.status != 200 or ("[DONE]" not in text if stream else '"finish_reason":"stop"' not in text):
            raise SystemExit(f"{url}: {answer.status} {text[-500:]}")


async def _measure(target: Target, clients: int, requests: int, stream: bool, key: str) -> Measurement:
    urls = itertools.islice(itertools.cycle(target.urls), requests)
    taken: list[float] = []

    async def be_a_client(session: aiohttp.ClientSession) -> None:
        for url in urls:
            began = time.perf_counter()
            try:
                await ask(session, url, stream)
            except aiohttp.ClientConnectionError:
                # A server may close an idle connection at the very moment in which it is used again.
                await ask(session, url, stream)
            taken.append(time.perf_counter() - began)

    headers = {"Authorization": f"Bearer {key}"}
    async with aiohttp.ClientSession(headers=headers, connector=aiohttp.TCPConnector(limit=0)) as session:
        before, edge_before, began = read_cpu(target.litellm), read_cpu(target.edge), time.perf_counter()
        async with asyncio.timeout(SECONDS_TO_MEASURE), asyncio.TaskGroup() as group:
            for _ in range(clients):
                group.create_task(be_a_client(session))
        seconds = time.perf_counter() - began
        # What LiteLLM does after an answer belongs to it: it writes logs in the background.
        await asyncio.sleep(0.3)
        litellm, edge = read_cpu(target.litellm) - before, read_cpu(target.edge) - edge_before
    taken.sort()
    return Measurement(
        rate=requests / seconds,
        p50=median(taken) * 1000,
        p95=taken[int(len(taken) * 0.95)] * 1000,
        litellm=litellm / requests * 1000,
        edge=edge / requests * 1000,
    )


def measure(target: Target, clients: int, requests: int, stream: bool, key: str) -> Measurement:
    """Ask so many times, by so many clients at once."""
    return asyncio.run(_measure(target, clients, requests, stream, key))


def wait_until_ready(url: str, log: Path) -> None:
    """Wait for a LiteLLM, or for the edge in front of it."""
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{url}/health/readiness", timeout=5, trust_env=False).is_success:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.5)
    raise SystemExit(f"{url} did not start:\n{log.read_text()[-3000:]}")


def write_gateway(folder: Path, upstream: str) -> dict[str, str]:
    """Write LiteLLM's config and hooks as the role does, and return its environment."""
    sys.path.insert(0, str(ROOT / "src"))
    from platelayer.gateway import litellm_config
    from platelayer.gateway.build import build
    from platelayer.schema import parse

    provider = {"kind": "openai_compatible", "api_base": upstream, "api_key": "key-EXAMPLE"}
    models = [{"name": BODY["model"], "provider": "box", "id": "x"}]
    spec = parse({"providers": {"box": provider}, "models": models, "redis": {"enabled": False}})
    config = litellm_config.make_config(build(spec, {}).raise_problems(), trusted_proxy_ranges=["127.0.0.1/32"])
    folder.mkdir()
    (folder / "config.yaml").write_text(litellm_config.to_yaml(config))
    for hook in (ROOT / "src/platelayer/hooks").glob("platelayer_*.py"):
        shutil.copy(hook, folder)
    base = yaml.safe_load((ROLE / "vars/main.yml").read_text())["__litellm_environment_base"]
    plain = {name: value for name, value in base.items() if "{{" not in value}
    return {**plain, "DISABLE_ADMIN_UI": "True", **litellm_config.make_environment(spec)}


def write_stock(folder: Path, upstream: str) -> dict[str, str]:
    """Write the config that LiteLLM's own documentation shows, and return its environment."""
    params = {"model": "openai/x", "api_base": upstream, "api_key": "key-EXAMPLE"}
    folder.mkdir()
    (folder / "config.yaml").write_text(
        yaml.safe_dump({"model_list": [{"model_name": BODY["model"], "litellm_params": params}]})
    )
    # It would wait for a list of prices from the internet.
    return {"LITELLM_LOCAL_MODEL_COST_MAP": "True"}


def start(
    stack: ExitStack, folder: Path, program: list[object], environment: dict[str, str], ports: Iterator[int]
) -> Target:
    """Start the processes of LiteLLM on the next ports, with the config of a folder."""
    processes, urls = [], []
    for number in range(PROCESSES):
        port = next(ports)
        command = [*program, "--config", folder / "config.yaml", "--host", "127.0.0.1", "--port", port]
        variables = {"PATH": os.environ["PATH"], "HOME": str(folder), **environment}
        log = folder / f"log-{number}"
        processes.append(stack.enter_context(running(command, log, env=variables, cwd=folder)))
        urls.append(f"http://127.0.0.1:{port}")
        wait_until_ready(urls[-1], log)
    return Target(folder.name, tuple(urls), tuple(processes))


def start_edge(stack: ExitStack, folder: Path, behind: Target, ports: Iterator[int]) -> Target:
    """Start HAProxy in front of a LiteLLM, with the role's configuration."""
    port, base = next(ports), int(behind.urls[0].rpartition(":")[2]) - 1
    config = folder / "haproxy.cfg"
    variables = {
        "bench_config": config,
        "gateway_port": port,
        "edge_metrics_port": next(ports),
        "edge_idle_timeout": 600,
        "edge_litellm_base_port": base,
        "edge_litellm_instances": PROCESSES,
        "ansible_python_interpreter": sys.executable,
    }
    extra = [word for name, value in variables.items() for word in ("-e", f"{name}={value}")]
    command = ["ansible-playbook", HERE / "edge.yml", "-i", "localhost,", "-c", "local", *extra]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    # It lies in a folder that the unit makes.
    config.write_text(config.read_text().replace("/run/gateway-edge/", f"{folder}/"))
    log = folder / "log-edge"
    process = stack.enter_context(running([find_haproxy(), "-db", "-f", config], log))
    wait_until_ready(f"http://127.0.0.1:{port}", log)
    return Target(f"{behind.name} + edge", (f"http://127.0.0.1:{port}",), behind.litellm, (process,))


def find_haproxy() -> str | None:
    """Return the program, which Debian puts where ordinary users do not look."""
    return shutil.which("haproxy", path=f"{os.environ['PATH']}:/usr/sbin")


def start_all(stack: ExitStack, folder: Path, console: Console) -> tuple[list[Target], str]:
    """Start upstream, stock LiteLLM, the gateway and its edge; stock comes first. Return them and the key."""
    version = yaml.safe_load((ROLE / "defaults/main.yml").read_text())["litellm_version"]
    lock = ROLE / f"files/litellm-{version}.txt"
    key, ports = f"sk-{secrets.token_hex(32)}", find_free_ports()
    port = next(ports)
    upstream = f"http://127.0.0.1:{port}/v1"
    stack.enter_context(running([sys.executable, HERE / "upstream.py", port], folder / "log-upstream"))
    with console.status("LiteLLM is installed, twice, and started"):
        stock = install("stock", lock, "install", f"litellm[proxy]=={version}", "prisma", "--constraints", lock)
        ours = install("gateway", lock, "sync", lock)
        password = {"LITELLM_MASTER_KEY": key}
        environment = write_stock(folder / "stock", upstream) | password
        targets = [start(stack, folder / "stock", [stock / "litellm"], environment, ports)]
        environment = write_gateway(folder / "gateway", upstream) | password
        program = [ours / "python", folder / "gateway/platelayer_launcher.py"]
        targets.append(start(stack, folder / "gateway", program, environment, ports))
        if find_haproxy():
            targets.append(start_edge(stack, folder / "gateway", targets[1], ports))
        else:
            console.print("The edge is skipped: there is no haproxy; tests/set-up-machine haproxy installs Debian's.")
    return targets, key


def run_rounds(targets: list[Target], key: str, console: Console) -> dict[tuple[bool, int, str], list[Measurement]]:
    """Measure each target in each round, in turn; {(is a stream, clients, target): one measurement a round}."""
    found: dict[tuple[bool, int, str], list[Measurement]] = {}
    cases = [(stream, clients) for stream in (False, True) for clients in REQUESTS]
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("warming up", total=ROUNDS * len(cases) * len(targets))
        for target, stream in itertools.product(targets, (False, True)):
            measure(target, 8, WARM_UP, stream, key)
        for number in range(ROUNDS):
            progress.update(task, description=f"round {number + 1} of {ROUNDS}")
            # Nobody is always the first.
            turn = number % len(targets)
            for (stream, clients), target in itertools.product(cases, targets[turn:] + targets[:turn]):
                measured = measure(target, clients, REQUESTS[clients], stream, key)
                found.setdefault((stream, clients, target.name), []).append(measured)
                progress.advance(task)
            if not console.is_terminal:
                console.print(f"round {number + 1} of {ROUNDS} is over")
    return found


def describe_ratio(stock: list[Measurement], ours: list[Measurement]) -> str:
    """Return how many times less CPU LiteLLM takes than stock's: the median of the rounds, and their spread."""
    ratios = sorted(before.litellm / after.litellm for before, after in zip(stock, ours, strict=True))
    is_doubtful = ratios[-1] - ratios[0] > abs(median(ratios) - 1)
    return f"{median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f}){' ?' if is_doubtful else ''}"


def make_table(found: dict[tuple[bool, int, str], list[Measurement]]) -> Table:
    """Return the medians of all rounds."""
    table = Table(title=f"{PROCESSES} processes each, {os.cpu_count()} cores, {ROUNDS} rounds, medians")
    for heading in ("answer", "clients", "of"):
        table.add_column(heading)
    for heading in ("requests/s", "p50 ms", "p95 ms", "CPU ms", "edge CPU ms", "stock's CPU / this"):
        table.add_column(heading, justify="right")
    for (stream, clients, name), rounds in found.items():
        middle = {field: median(getattr(one, field) for one in rounds) for field in Measurement.__annotations__}
        table.add_row(
            "stream" if stream else "whole",
            str(clients),
            name,
            *(f"{middle[field]:.1f}" for field in ("rate", "p50", "p95", "litellm")),
            f"{middle['edge']:.2f}" if middle["edge"] else "",
            "" if name == "stock" else describe_ratio(found[stream, clients, "stock"], rounds),
            end_section=name == list(found)[-1][2],
        )
    return table


def main() -> None:
    """Start everything, measure, print the table."""
    terminal = Console()
    # In a file or a pipe nobody knows how wide the reader's window is.
    console = terminal if terminal.is_terminal else Console(width=120)
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        targets, key = start_all(stack, Path(name), console)
        table = make_table(run_rounds(targets, key, console))
    console.print(table)
    console.print(
        "CPU is LiteLLM's per request, from /proc: neighbours change it less than throughput. Brackets: the lowest and "
        "highest round. '?': the rounds differ by more than the ratio differs from 1; run it again on an idle machine."
    )


if __name__ == "__main__":
    main()
