"""From a clone to a Python environment: `python3 src/platelayer/bootstrap.py [--dev]`.

Runs before anything is installed, so it uses the standard library only, in words that an old Python understands,
and turns whatever stands in a newcomer's way into one sentence.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
STAMP = VENV / ".platelayer-lock"
OLDEST_PYTHON = (3, 11)
# Measured: .venv takes 0.9 GB, LiteLLM 0.8 GB; uv keeps another copy of what it downloads.
GIGABYTES_OF_DISK = 3
# A candidate beside the instance that serves takes 0.35 GB each, Ansible 0.2 GB.
GIGABYTES_OF_MEMORY = 1
# The kernel allows 107 characters for a socket; supervisor adds ".platelayer/run/supervisor.sock" and a process id.
LONGEST_PATH = 64


class Obstacle(Exception):
    """What stands in the way, and what to do about it."""


def main():  # type: () -> int
    """Prepare .venv; 1 and a sentence when something stands in the way."""
    try:
        check_machine()
        prepare("requirements-dev.txt" if "--dev" in sys.argv[1:] else "requirements.txt")
    except Obstacle as obstacle:
        sys.stderr.write(f"platelayer: {obstacle}\n")
        return 1
    return 0


def check_machine():  # type: () -> None
    """Everything that would fail later, and less clearly."""
    if sys.version_info < OLDEST_PYTHON:
        found = ".".join(str(number) for number in sys.version_info[:2])
        raise Obstacle(
            f"Python 3.11 or newer is needed, and python3 is {found}; install a newer one "
            "and run make with PYTHON=python3.11"
        )
    if len(str(ROOT)) > LONGEST_PATH:
        raise Obstacle(
            f"the path of this checkout has {len(str(ROOT))} characters, and supervisor's socket allows "
            f"{LONGEST_PATH}; move the checkout to a shorter path"
        )
    if "%" in str(ROOT):
        raise Obstacle("the path of this checkout holds a '%', which supervisor cannot read; move the checkout")
    free = shutil.disk_usage(ROOT).free / 1e9
    if free < GIGABYTES_OF_DISK and not STAMP.exists():
        raise Obstacle(f"{GIGABYTES_OF_DISK} GB of disk are needed in {ROOT}, and {free:.1f} GB are free; make room")
    available = memory_available()
    if available < GIGABYTES_OF_MEMORY:
        raise Obstacle(
            f"{GIGABYTES_OF_MEMORY} GB of memory are needed, and {available:.1f} GB are available; stop something"
        )


def memory_available(meminfo=Path("/proc/meminfo")):  # type: (Path) -> float
    """Gigabytes; plenty where the system does not tell."""
    try:
        lines = dict(line.split(":", 1) for line in meminfo.read_text().splitlines() if ":" in line)
        return int(lines["MemAvailable"].split()[0]) * 1024 / 1e9
    except (OSError, KeyError, ValueError):
        return float("inf")


def prepare(lock_name):  # type: (str) -> None
    """Make .venv what the lock says; at once when it is so already. The locks of development hold the others' too."""
    lock = ROOT / lock_name
    if STAMP.exists() and STAMP.read_text() in {digest(lock), digest(ROOT / "requirements-dev.txt")}:
        return
    say("preparing the Python environment in .venv")
    STAMP.unlink(missing_ok=True)
    make_venv()
    python = VENV / "bin" / "python"
    uv = VENV / "bin" / "uv"
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run([*pip, "--require-hashes", "--requirement", "/dev/stdin"], stdin=block_of("uv", lock))
    run([str(uv), "pip", "sync", "--quiet", "--system-certs", "--python", str(python), "--require-hashes", str(lock)])
    editable = ["--no-deps", "--no-build-isolation", "--editable", str(ROOT)]
    run([str(uv), "pip", "install", "--quiet", "--offline", "--python", str(python), *editable])
    STAMP.write_text(digest(lock))


def make_venv():  # type: () -> None
    """A virtual environment with pip, which Debian splits off into a package of its own."""
    try:
        import ensurepip  # noqa: F401 - its absence is the question
        import venv
    except ImportError:
        raise Obstacle(
            "Python's venv module is not complete; install it (sudo apt-get install python3-venv) and run this again"
        ) from None
    venv.create(VENV, with_pip=True, clear=VENV.exists(), symlinks=True)


def block_of(package, lock):  # type: (str, Path) -> str
    """The lines of one package in a lock: its version and its hashes."""
    wanted = False
    lines = []
    for line in lock.read_text().splitlines():
        if not line.startswith((" ", "#")):
            wanted = line.startswith(package + "==")
        if wanted and not line.lstrip().startswith("#"):
            lines.append(line)
    return "\n".join(lines) + "\n"


def run(command, stdin=None):  # type: (list[str], str | None) -> None
    """Run an installer; its last words become part of the sentence."""
    environment = dict(os.environ, UV_LINK_MODE=os.environ.get("UV_LINK_MODE", "hardlink"))
    environment.pop("VIRTUAL_ENV", None)
    done = subprocess.run(  # noqa: S603 - fixed commands
        command, input=stdin, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment, check=False
    )
    if done.returncode == 0:
        return
    said = [line.strip() for line in done.stdout.splitlines() if line.strip()]
    last = said[-1] if said else "nothing"
    words = done.stdout.lower()
    signs = ("connection", "dns", "resolve", "network", "timed out", "certificate", "from versions: none")
    if any(sign in words for sign in signs):
        raise Obstacle(
            "the Python package index cannot be reached; check the network, a proxy (HTTPS_PROXY) or a company's "
            f"certificates (SSL_CERT_FILE). {Path(command[0]).name} said: {last}"
        )
    raise Obstacle(f"'{Path(command[0]).name}' failed with exit code {done.returncode}. It said: {last}")


def digest(path):  # type: (Path) -> str
    """What tells one lock from another, and one place from another: a moved checkout needs a new environment."""
    return hashlib.sha256(path.read_bytes() + str(ROOT).encode()).hexdigest()


def say(words):  # type: (str) -> None
    """Progress, on standard output."""
    sys.stdout.write(f"platelayer: {words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
