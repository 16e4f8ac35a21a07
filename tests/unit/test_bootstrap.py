"""Each problem of a setup is one sentence."""

import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import pytest

from platelayer import bootstrap

ROOT = Path(__file__).parents[2]


def sentence(check) -> str:
    with pytest.raises(bootstrap.SetupError) as caught:
        check()
    return str(caught.value)


def test_this_machine_will_do() -> None:
    bootstrap.check_machine()


def test_an_old_python(monkeypatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    assert sentence(bootstrap.check_machine) == (
        "Python 3.11 or newer is needed, and python3 is 3.9; install a newer one and run make with PYTHON=python3.11"
    )


def test_an_old_python_can_read_it() -> None:
    """No word of it is newer than Python 3.6, so that the sentence above is reached."""
    import ast

    ast.parse(Path(bootstrap.__file__).read_text(), feature_version=(3, 6))


def test_a_full_disk(monkeypatch, tmp_path) -> None:
    usage = namedtuple("usage", "free")
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / "none")
    monkeypatch.setattr(bootstrap.shutil, "disk_usage", lambda path: usage(1.2e9))
    assert sentence(bootstrap.check_machine) == (
        f"3 GB of disk are needed in {bootstrap.ROOT}, and 1.2 GB are free; delete something"
    )


def test_little_memory(monkeypatch) -> None:
    monkeypatch.setattr(bootstrap, "read_available_memory", lambda: 0.4)
    assert sentence(bootstrap.check_machine) == (
        "1 GB of memory are needed, and 0.4 GB are available; stop other programs"
    )


def test_memory_is_read_in_gigabytes(tmp_path) -> None:
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemTotal: 8000000 kB\nMemAvailable: 2000000 kB\n")
    assert bootstrap.read_available_memory(meminfo) == pytest.approx(2.048)
    assert bootstrap.read_available_memory(tmp_path / "none") == float("inf")


def test_a_long_path(monkeypatch) -> None:
    monkeypatch.setattr(bootstrap, "ROOT", Path("/home/user/" + "x" * 60))
    assert sentence(bootstrap.check_machine) == (
        "the path of this checkout has 71 characters, and supervisor's socket allows 64; "
        "move the checkout to a shorter path"
    )


def test_a_path_that_supervisor_cannot_read(monkeypatch) -> None:
    monkeypatch.setattr(bootstrap, "ROOT", Path("/home/user/50%"))
    assert sentence(bootstrap.check_machine) == (
        "the path of this checkout contains '%', which supervisor cannot read; move the checkout to another path"
    )


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            "Retrying\nERROR: Could not find a version (from versions: none)\nERROR: No matching distribution found",
            "the Python package index cannot be reached; check the network, a proxy (HTTPS_PROXY) or a company's "
            "certificates (SSL_CERT_FILE). sh printed: ERROR: No matching distribution found",
        ),
        ("hash mismatch", "'sh' failed with exit code 1. It printed: hash mismatch"),
    ],
)
def test_an_installer_that_fails(said: str, expected: str) -> None:
    assert sentence(lambda: bootstrap.run_installer(["sh", "-c", 'echo "$0"; exit 1', said])) == expected


def test_the_block_of_one_package(tmp_path) -> None:
    lock = tmp_path / "lock"
    lock.write_text("# head\na==1 \\\n    --hash=x\n    # via b\nuv==2 \\\n    --hash=y \\\n    --hash=z\nuvloop==3\n")
    assert bootstrap.read_lock_entry("uv", lock) == "uv==2 \\\n    --hash=y \\\n    --hash=z\n"


def test_it_says_it_on_standard_error_and_ends_with_1(tmp_path) -> None:
    (tmp_path / "ensurepip.py").write_text("raise ImportError")
    copy = tmp_path / "src" / "platelayer"
    copy.mkdir(parents=True)
    (copy / "bootstrap.py").write_bytes(Path(bootstrap.__file__).read_bytes())
    for name in ("requirements.txt", "requirements-dev.txt"):
        (tmp_path / name).write_text("")
    done = subprocess.run(
        [sys.executable, str(copy / "bootstrap.py")],
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    if len(str(tmp_path)) > bootstrap.MAX_PATH_LENGTH:
        assert "move the checkout to a shorter path" in done.stderr
    else:
        assert done.stderr == (
            "platelayer: Python's venv module is not complete; "
            "install it (sudo apt-get install python3-venv) and run this again\n"
        )
    assert done.returncode == 1
