"""Where LiteLLM belongs on a host, and whether it is there: run as the role runs it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[2] / "roles/litellm/files/find_installation.py"


def find(folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-c", SCRIPT.read_text(), str(folder / "1.106.2-41c3d2")]
    found: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return found


@pytest.fixture
def runtime(tmp_path: Path) -> Path:
    """A complete installation for the Python of this test."""
    folder = tmp_path / f"1.106.2-41c3d2-{sys.implementation.cache_tag}"
    (folder / "bin").mkdir(parents=True)
    (folder / "bin/python").symlink_to(sys.executable)
    (folder / ".installed").touch()
    return folder


def test_a_complete_installation_is_found(runtime: Path) -> None:
    assert find(runtime.parent) == {"runtime": str(runtime), "complete": True, "broken": False}


def test_nothing_is_there_yet(tmp_path: Path) -> None:
    assert {**find(tmp_path), "runtime": ""} == {"runtime": "", "complete": False, "broken": False}


def test_an_installation_for_another_python_is_none(runtime: Path) -> None:
    runtime.rename(runtime.with_name("1.106.2-41c3d2-cpython-39"))
    assert find(runtime.parent) == {"runtime": str(runtime), "complete": False, "broken": False}


def test_an_interrupted_installation_is_incomplete(runtime: Path) -> None:
    (runtime / ".installed").unlink()
    assert find(runtime.parent) == {"runtime": str(runtime), "complete": False, "broken": False}


@pytest.mark.parametrize("target", ["/nowhere/python", "/bin/false"])
def test_a_python_that_is_gone_or_does_not_start_breaks_it(runtime: Path, target: str) -> None:
    (runtime / "bin/python").unlink()
    (runtime / "bin/python").symlink_to(target)
    assert find(runtime.parent) == {"runtime": str(runtime), "complete": False, "broken": True}
