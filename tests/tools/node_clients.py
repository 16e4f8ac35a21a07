"""Clients for Node, in the versions of tests/node-clients/package-lock.json."""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
PINNED = ROOT / "tests/node-clients"


def install_node_clients() -> Path:
    """Return the folder that has `node_modules` with the locked packages; without running what they bring to be run."""
    content = b"".join(path.read_bytes() for path in sorted(PINNED.iterdir()))
    folder = ROOT / ".cache/node-clients" / hashlib.sha256(content).hexdigest()[:8]
    folder.parent.mkdir(parents=True, exist_ok=True)
    # Tests that run side by side share it.
    with folder.with_suffix(".lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not (folder / ".complete").exists():
            assert shutil.which("npm"), "there is no node with an npm; run tests/set-up-machine node"
            shutil.copytree(PINNED, folder, dirs_exist_ok=True)
            command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            run = subprocess.run(command, cwd=folder, capture_output=True, text=True)
            assert run.returncode == 0, run.stdout + run.stderr
            (folder / ".complete").touch()
    return folder


def find_version(package: str) -> str:
    """Return the version of a package that is locked."""
    return str(json.loads((PINNED / "package.json").read_text())["dependencies"][package])
