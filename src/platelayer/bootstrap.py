"""Make the Python environment `.venv` of a checkout: `python3 src/platelayer/bootstrap.py [--dev]`.

It runs before anything is installed, so it uses the standard library only, in syntax that Python 3.6 can parse.
Every problem that it finds is one sentence that says what to do.
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
MIN_PYTHON = (3, 11)
# Measured: .venv takes 0.9 GB, LiteLLM 0.8 GB; uv keeps another copy of what it downloads.
MIN_DISK_GB = 3
# Measured: LiteLLM's instance and the candidate beside it take 0.35 GB each, Ansible 0.2 GB.
MIN_MEMORY_GB = 1
# The kernel allows 107 characters for the path of a socket; supervisor adds ".platelayer/run/supervisor.sock" and a
# process id.
MAX_PATH_LENGTH = 64


class SetupError(Exception):
    """A problem that prevents the setup; its text says what to do."""


def main():  # type: () -> int
    """Make .venv. Return the exit code: 0, or 1 after a problem was printed to standard error."""
    try:
        check_machine()
        prepare_venv("requirements-dev.txt" if "--dev" in sys.argv[1:] else "requirements.txt")
    except SetupError as error:
        sys.stderr.write(f"platelayer: {error}\n")
        return 1
    return 0


def check_machine():  # type: () -> None
    """Check what would otherwise fail later with a less clear message. Raises SetupError."""
    if sys.version_info < MIN_PYTHON:
        version = ".".join(str(number) for number in sys.version_info[:2])
        raise SetupError(
            f"Python 3.11 or newer is needed, and python3 is {version}; install a newer one "
            "and run make with PYTHON=python3.11"
        )
    if len(str(ROOT)) > MAX_PATH_LENGTH:
        raise SetupError(
            f"the path of this checkout has {len(str(ROOT))} characters, and supervisor's socket allows "
            f"{MAX_PATH_LENGTH}; move the checkout to a shorter path"
        )
    if "%" in str(ROOT):
        raise SetupError(
            "the path of this checkout contains '%', which supervisor cannot read; move the checkout to another path"
        )
    free_gb = shutil.disk_usage(ROOT).free / 1e9
    if free_gb < MIN_DISK_GB and not STAMP.exists():
        raise SetupError(
            f"{MIN_DISK_GB} GB of disk are needed in {ROOT}, and {free_gb:.1f} GB are free; delete something"
        )
    available_gb = read_available_memory()
    if available_gb < MIN_MEMORY_GB:
        raise SetupError(
            f"{MIN_MEMORY_GB} GB of memory are needed, and {available_gb:.1f} GB are available; stop other programs"
        )


def read_available_memory(meminfo=Path("/proc/meminfo")):  # type: (Path) -> float
    """Return the available memory in gigabytes, or infinity if the system does not tell."""
    try:
        lines = dict(line.split(":", 1) for line in meminfo.read_text().splitlines() if ":" in line)
        return int(lines["MemAvailable"].split()[0]) * 1024 / 1e9
    except (OSError, KeyError, ValueError):
        return float("inf")


def prepare_venv(lock_name):  # type: (str) -> None
    """Install the packages of a lock into .venv, unless it has them. requirements-dev.txt contains the other lock."""
    lock = ROOT / lock_name
    if STAMP.exists() and STAMP.read_text() in {compute_digest(lock), compute_digest(ROOT / "requirements-dev.txt")}:
        return
    print_progress("preparing the Python environment in .venv")
    STAMP.unlink(missing_ok=True)
    create_venv()
    python = VENV / "bin" / "python"
    uv = VENV / "bin" / "uv"
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run_installer([*pip, "--require-hashes", "--requirement", "/dev/stdin"], stdin=read_lock_entry("uv", lock))
    run_installer(
        [str(uv), "pip", "sync", "--quiet", "--system-certs", "--python", str(python), "--require-hashes", str(lock)]
    )
    editable = ["--no-deps", "--no-build-isolation", "--editable", str(ROOT)]
    run_installer([str(uv), "pip", "install", "--quiet", "--offline", "--python", str(python), *editable])
    STAMP.write_text(compute_digest(lock))


def create_venv():  # type: () -> None
    """Create .venv with pip. Debian has what this needs in the package python3-venv. Raises SetupError."""
    try:
        import ensurepip  # noqa: F401 - imported to see whether it is there
        import venv
    except ImportError:
        raise SetupError(
            "Python's venv module is not complete; install it (sudo apt-get install python3-venv) and run this again"
        ) from None
    venv.create(VENV, with_pip=True, clear=VENV.exists(), symlinks=True)


def read_lock_entry(package, lock):  # type: (str, Path) -> str
    """Return the lines of one package in a lock: its version and its hashes."""
    is_entry = False
    lines = []
    for line in lock.read_text().splitlines():
        if not line.startswith((" ", "#")):
            is_entry = line.startswith(package + "==")
        if is_entry and not line.lstrip().startswith("#"):
            lines.append(line)
    return "\n".join(lines) + "\n"


def run_installer(command, stdin=None):  # type: (list[str], str | None) -> None
    """Run an installer. Raises SetupError with the last line of its output."""
    environment = dict(os.environ, UV_LINK_MODE=os.environ.get("UV_LINK_MODE", "hardlink"))
    environment.pop("VIRTUAL_ENV", None)
    process = subprocess.run(  # noqa: S603 - fixed commands
        command, input=stdin, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment, check=False
    )
    if process.returncode == 0:
        return
    lines = [line.strip() for line in process.stdout.splitlines() if line.strip()]
    last = lines[-1] if lines else "nothing"
    output = process.stdout.lower()
    signs = ("connection", "dns", "resolve", "network", "timed out", "certificate", "from versions: none")
    if any(sign in output for sign in signs):
        raise SetupError(
            "the Python package index cannot be reached; check the network, a proxy (HTTPS_PROXY) or a company's "
            f"certificates (SSL_CERT_FILE). {Path(command[0]).name} printed: {last}"
        )
    raise SetupError(f"'{Path(command[0]).name}' failed with exit code {process.returncode}. It printed: {last}")


def compute_digest(path):  # type: (Path) -> str
    """Return a hash of a lock and of this checkout's path, because a moved checkout needs a new environment."""
    return hashlib.sha256(path.read_bytes() + str(ROOT).encode()).hexdigest()


def print_progress(text):  # type: (str) -> None
    """Print a line on standard output."""
    sys.stdout.write(f"platelayer: {text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
