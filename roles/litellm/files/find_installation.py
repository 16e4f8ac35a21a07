"""Prints where LiteLLM belongs for the Python that runs this, and whether it is there and starts, as JSON.

Argument: the folder's name without the Python. A distribution upgrade brings another Python, for which the packages of
the former are useless; what still runs keeps its own folder.
"""

import json
import subprocess
import sys
from pathlib import Path

runtime = Path(f"{sys.argv[1]}-{sys.implementation.cache_tag}")
program = runtime / "bin" / "python"
is_installed = (runtime / ".installed").exists()
starts = program.exists() and subprocess.run([program, "-c", ""], capture_output=True).returncode == 0  # noqa: S603 - our own Python
print(json.dumps({"runtime": str(runtime), "complete": is_installed and starts, "broken": is_installed and not starts}))
