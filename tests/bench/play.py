"""Measure what building a gateway costs a play: render.yml for two hosts whose catalog has many models.

`render.yml` checks the inventory, builds the gateway and writes the config of each host, and touches nothing else.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parents[2]
SIZES = (10, 1_000, 5_000)
ROUNDS = 2


def write_environment(folder: Path, size: int) -> Path:
    """Write an environment with two hosts, and a catalog of so many models that are all served."""
    sys.path.insert(0, str(ROOT / "src"))
    from platelayer.catalog.snapshot import Snapshot, locate_snapshot, write_snapshot
    from platelayer.schema.catalog import CatalogModel, Price

    environment, catalogs = folder / "inventories/bench", folder / "catalogs/bench"
    (environment / "group_vars/all").mkdir(parents=True)
    (environment / "hosts.yml").write_text("gateway: {hosts: {one: {}, two: {}}}\n")
    settings = {
        "gateway_providers": {"listed": {"kind": "openrouter", "api_key": "not-a-key", "include": ["*"]}},
        "gateway_redis": {"enabled": False},
        "litellm_master_key": f"sk-{'0123456789abcdef' * 2}",
    }
    (environment / "group_vars/all/gateway.yml").write_text(json.dumps(settings))
    prices = {name: Price(Decimal("0.000001"), "pricing", "2026-01-01T00:00:00Z") for name in ("input", "output")}
    models = {
        f"vendor/model-{number}": CatalogModel(
            id=f"vendor/model-{number}", prices=prices, abilities=("tools",), max_input_tokens=128_000
        )
        for number in range(size)
    }
    catalog = Snapshot(provider="listed", kind="openrouter", url="", fetched_at="2026-01-01T00:00:00Z", models=models)
    write_snapshot(locate_snapshot(catalogs, "listed"), catalog)
    return environment


def measure(size: int) -> float:
    """Return the seconds of the fastest of some runs."""
    with tempfile.TemporaryDirectory() as folder:
        environment = write_environment(Path(folder), size)
        command = ["ansible-playbook", "playbooks/render.yml", "-i", str(environment), "-e", f"render_dir={folder}/out"]
        seconds = []
        for _ in range(ROUNDS):
            started = time.perf_counter()
            subprocess.run(command, cwd=ROOT, env={**os.environ}, check=True, capture_output=True)
            seconds.append(time.perf_counter() - started)
    return min(seconds)


def main() -> None:
    """Measure each size and print the table."""
    table = Table("models", "seconds", "beside the smallest", title="render.yml for two hosts")
    smallest = 0.0
    for size in SIZES:
        seconds = measure(size)
        smallest = smallest or seconds
        table.add_row(f"{size:,}", f"{seconds:.1f}", f"{seconds - smallest:+.1f} s")
    Console().print(table)


if __name__ == "__main__":
    main()
