"""The candidate: a real start of a release, on a spare loopback port, before it may serve."""

import os
import signal
import subprocess
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from .environment_file import parse
from .errors import HostError
from .log import extract_last_lines
from .ports import find_free_port
from .readiness import is_ready, list_model_names, wait_until
from .releases import ENVIRONMENT, LAUNCHER, PROBE, RUNTIME, ServiceOwner

_LOOPBACK = "127.0.0.1"
_SECONDS_TO_STOP = 15
_SECONDS_TO_PROBE = 60


def prove(folder: Path, *, home: str, owner: ServiceOwner, expected: Collection[str], seconds: float) -> None:
    """Start the release in `folder`; raise HostError unless it becomes ready and lists the expected models.

    Nothing that serves is touched, and no model is called.
    """
    variables = parse((folder / ENVIRONMENT).read_text())
    probe(folder, home=home, owner=owner)
    port = find_free_port()
    with tempfile.TemporaryFile("w+") as log, _start_candidate(folder, port, variables, home, owner, log) as process:

        def read_log() -> list[str]:
            log.seek(0)
            return extract_last_lines(log.read(), variables.values())

        if not wait_until(lambda: process.poll() is not None or is_ready(_LOOPBACK, port), seconds):
            raise HostError(f"the candidate did not become ready within {seconds:.0f} s", read_log())
        if process.poll() is not None:
            raise HostError(f"the candidate stopped with exit code {process.returncode}", read_log())
        missing = sorted(set(expected) - list_model_names(_LOOPBACK, port, variables.get("LITELLM_MASTER_KEY", "")))
        if missing:
            more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
            raise HostError(f"the candidate does not serve {', '.join(missing[:5])}{more}", read_log())


def probe(folder: Path, *, home: str, owner: ServiceOwner) -> None:
    """Check that the servers which LiteLLM needs let it in; LiteLLM itself starts without them. Raises HostError."""
    if not (folder / PROBE).exists():
        return
    variables = parse((folder / ENVIRONMENT).read_text())
    result = subprocess.run(  # noqa: S603 - the program is the one being proven
        [str(folder / RUNTIME / "bin" / "python"), str(folder / PROBE)],
        capture_output=True,
        text=True,
        check=False,
        timeout=_SECONDS_TO_PROBE,
        **_build_process_options(variables, home, owner),
    )
    if result.returncode != 0:
        *log, sentence = extract_last_lines(result.stderr, variables.values()) or [
            f"{PROBE} failed with exit code {result.returncode}"
        ]
        raise HostError(sentence, log)


def _build_process_options(variables: dict[str, str], home: str, owner: ServiceOwner) -> dict[str, Any]:
    """Return the options of Popen: LiteLLM's user, and nothing of our environment but the path."""
    return {
        "env": {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": home, **variables},
        "cwd": home,
        "stdin": subprocess.DEVNULL,
        "user": owner.uid,
        "group": owner.gid,
        "extra_groups": [] if owner.uid is not None else None,
    }


@contextmanager
def _start_candidate(
    folder: Path, port: int, variables: dict[str, str], home: str, owner: ServiceOwner, log: IO[str]
) -> Iterator[subprocess.Popen[str]]:
    program = [str(folder / RUNTIME / "bin" / "python"), str(folder / LAUNCHER)]
    config = str(folder / "config.yaml")
    process = subprocess.Popen(  # noqa: S603 - the program is the one being proven
        [*program, "--config", config, "--host", _LOOPBACK, "--port", str(port)],
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        text=True,
        **_build_process_options(variables, home, owner),
    )
    try:
        yield process
    finally:
        _stop(process)


def _stop(process: "subprocess.Popen[str]") -> None:
    """End the candidate and whatever it started."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            break
        try:
            process.wait(timeout=_SECONDS_TO_STOP)
            break
        except subprocess.TimeoutExpired:
            continue
    process.wait()
