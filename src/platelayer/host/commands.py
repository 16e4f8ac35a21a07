"""Commands of this host."""

import subprocess
from collections.abc import Sequence

from .errors import HostError
from .log import extract_last_lines


def run(
    command: Sequence[str], *, cwd: str | None = None, timeout: float | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command without input, and return its exit code and output. Raises OSError or TimeoutExpired."""
    return subprocess.run(  # noqa: S603 - the words are the role's own, and no shell reads them
        command,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        stdin=subprocess.DEVNULL,
        cwd=cwd,
        timeout=timeout,
    )


def run_or_fail(*command: str) -> str:
    """Run a command and return its output. Raises HostError with the last lines if the exit code is not 0."""
    result = run(command)
    if result.returncode != 0:
        raise HostError(f"'{' '.join(command)}' failed", extract_last_lines(result.stderr.strip() or result.stdout, ()))
    return result.stdout


def run_anyway(*command: str) -> str:
    """Run a command and return its output, whatever the exit code."""
    return run(command).stdout
