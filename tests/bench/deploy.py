"""How long a deployment takes, over SSH to a host with systemd. Run by `make bench-deploy`, as root or with Docker.

Prints the first deployment of a clean host whose packages are at hand, then runs without changes, each with its slowest
tasks, and what the edge adds to a request. The hosts are those of molecule's scenario `host`; they are made for it and
removed afterwards.
"""

import json
import os
import re
import subprocess
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parents[2]
SCENARIO = "host"
HOST = "gateway12"
WITHOUT_CHANGES = 3
AUTHORITY = "/var/lib/gateway-certificate/ca.pem"
LATENCY = ROOT / "tests" / "client" / "latency.py"
# As ansible.posix.profile_tasks prints it: what, dots, seconds.
SLOW = re.compile(r"^(?P<task>\S.*?) -+ (?P<seconds>[\d.]+)s$", re.MULTILINE)
CHANGED = re.compile(rf"^{HOST}\s.*?changed=(?P<changed>\d+)", re.MULTILINE)


def molecule(action: str, environment: dict[str, str]) -> None:
    """Run one action of the scenario."""
    subprocess.run(["molecule", action, "-s", SCENARIO], cwd=ROOT, env=environment, check=True, capture_output=True)


def deploy(environment: dict[str, str], playbook: str = "playbooks/site.yml", limit: str = HOST) -> tuple[float, str]:
    """Run a playbook; seconds, and what Ansible said."""
    began = time.perf_counter()
    command = ["ansible-playbook", playbook, "--limit", limit]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(done.stdout + done.stderr)
    return time.perf_counter() - began, done.stdout


def edge() -> str:
    """Ask one instance directly and through the edge in turn; the medians."""
    urls = ("http://127.0.0.1:4001", "https://127.0.0.1:4000")
    command = ["docker", "exec", "--interactive", f"platelayer-{SCENARIO}-{HOST}", "python3", "-", "-n", "300"]
    command += ["--ca-file", AUTHORITY, *(word for url in urls for word in ("--url", url))]
    done = subprocess.run(command, stdin=LATENCY.open(), capture_output=True, text=True, check=True)
    direct, through = (place["p50"] for place in json.loads(done.stdout)["places"])
    return f"median of a request: {direct} ms to an instance, {through} ms through the edge"


def main() -> None:
    """Make the hosts, deploy, measure, remove them."""
    ephemeral = ROOT / ".cache" / "bench-deploy"
    environment = {
        **os.environ,
        "NO_COLOR": "1",
        "MOLECULE_EPHEMERAL_DIRECTORY": str(ephemeral),
        "MOLECULE_SCENARIO_DIRECTORY": str(ROOT / "molecule" / SCENARIO),
        "MOLECULE_PROJECT_DIRECTORY": str(ROOT),
        "ANSIBLE_INVENTORY": f"{ephemeral}/inventory,{ROOT}/molecule/{SCENARIO}/inventory",
        "ANSIBLE_CALLBACKS_ENABLED": "ansible.posix.profile_tasks",
        "PROFILE_TASKS_TASK_OUTPUT_LIMIT": "10",
    }
    console = Console()
    molecule("destroy", environment)
    try:
        with console.status("The hosts are made"):
            molecule("create", environment)
            deploy(environment, "molecule/shared/upstream.yml", "upstreams")
        runs = [("first deployment", *deploy(environment))]
        runs += [(f"without changes, {number + 1}", *deploy(environment)) for number in range(WITHOUT_CHANGES)]
        cost = edge()
    finally:
        molecule("destroy", environment)

    overview = Table(
        "run", "seconds", "changed", "of the first", title=f"site.yml on one {HOST}, {os.cpu_count()} cores"
    )
    for name, seconds, said in runs:
        changed = CHANGED.search(said)
        overview.add_row(name, f"{seconds:.1f}", changed["changed"] if changed else "-", f"{seconds / runs[0][1]:.0%}")
    console.print(overview, cost, sep="\n")
    for name, _, said in (runs[0], runs[-1]):
        slowest = Table("task", "seconds", title=f"slowest tasks, {name}")
        for found in SLOW.finditer(said):
            slowest.add_row(found["task"], found["seconds"])
        console.print(slowest)


if __name__ == "__main__":
    main()
