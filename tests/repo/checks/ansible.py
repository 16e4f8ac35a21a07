"""Running Ansible's own commands, the way an operator does, without touching the operator's files."""

import os
import re
import subprocess
import sys
from pathlib import Path

from .tree import ROOT

_COMPLAINT = re.compile(r"^\[(?:ERROR|DEPRECATION WARNING)\]|Unable to parse|is not a valid attribute", re.M)


def ansible(command: str, *arguments: str, home: Path, **settings: str) -> tuple[str, ...]:
    """Run an Ansible command from the root; return what went wrong, nothing when all is well."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
    environment |= {
        "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
        "ANSIBLE_HOME": str(home),
        "ANSIBLE_LOCAL_TEMP": str(home / "tmp"),
        "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true",
        "ANSIBLE_NOCOLOR": "true",
        "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
        **settings,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
    }
    done = subprocess.run(
        [str(Path(sys.executable).parent / command), *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=False,
    )
    output = f"{done.stdout}\n{done.stderr}".strip()
    return (output,) if done.returncode or _COMPLAINT.search(output) else ()
