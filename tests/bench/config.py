"""From inventory data to the written config: time and memory for growing lists. Run by `make bench`.

Prints a table; the column "per model" shows the shape of growth, which should stay flat.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

SIZES = (1_000, 5_000, 10_000)
ROUNDS = 5


def inventory(size: int) -> dict:
    """An inventory as Ansible hands it over: three quarters priced models, one quarter layers of virtual models."""
    virtual = size // 12
    return {
        "providers": {
            f"p{number}": {"kind": "openai_compatible", "api_base": "https://api.example.com/v1", "api_key": "EXAMPLE"}
            for number in range(10)
        },
        "models": [
            {
                "name": f"vendor/model-{number}",
                "provider": f"p{number % 10}",
                "id": f"vendor/model-{number}",
                "input_cost_per_token": 1e-7,
                "output_cost_per_token": 4e-7,
                "max_input_tokens": 128_000,
                "aliases": [f"alias-{number}"] if number % 10 == 0 else [],
                "fallbacks": ["vendor/model-0"] if number % 5 == 1 else [],
            }
            for number in range(size - 3 * virtual)
        ],
        "virtual_models": [
            {"name": f"auto-{number}", "layers": [{"provider": f"p{layer}", "id": "x"} for layer in range(3)]}
            for number in range(virtual)
        ],
    }


def measure(size: int) -> dict[str, float]:
    """Best of some rounds in a process of its own: seconds for all of it, and that process's peak memory in MB."""
    from platelayer.gateway.build import build
    from platelayer.gateway.litellm_config import make_config, to_yaml
    from platelayer.schema import parse

    raw = inventory(size)
    best = float("inf")
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(ROUNDS):
            started = time.perf_counter()
            gateway = build(parse(raw), {}).raise_problems()
            Path(folder, "config.yaml").write_text(to_yaml(make_config(gateway)))
            best = min(best, time.perf_counter() - started)
    return {"seconds": best, "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def main() -> None:
    """Measure each size and print the table."""
    table = Table("deployments", "seconds", "per model", "peak memory", title="inventory data to written config")
    for size in SIZES:
        done = subprocess.run(  # a process of its own, so that peak memory is its own
            [sys.executable, __file__, str(size)], capture_output=True, text=True, check=True
        )
        found = json.loads(done.stdout)
        table.add_row(
            f"{size:,}",
            f"{found['seconds']:.2f}",
            f"{found['seconds'] / size * 1e6:.0f} µs",
            f"{found['megabytes']:.0f} MB",
        )
    Console().print(table)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(measure(int(sys.argv[1]))))
    else:
        main()
