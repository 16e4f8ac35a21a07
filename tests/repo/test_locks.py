"""Every package that is installed is pinned by a hash."""

import json
import re

import pytest
import yaml

from platelayer.settings.litellm_packages import LOCKED, parse_pins

from .checks.tree import files, held, read

LOCKS = [name for name in files() if re.fullmatch(r"requirements(-dev)?\.txt|roles/litellm/files/.*\.txt", name)]
# Installs from an index, and must be given a lock: by the controller's bootstrap and by the role on hosts.
INSTALLERS = [
    "src/platelayer/bootstrap.py",
    "roles/litellm/tasks/install_version.yml",
    "roles/litellm/tasks/install_uv.yml",
]
_PACKAGE = re.compile(r"^[A-Za-z0-9][^\n]*(?:\n[ \t][^\n]*)*", re.M)


def _packages_without_hash(lock: str) -> list[str]:
    return [package.split()[0] for package in _PACKAGE.findall(lock) if "--hash=sha256:" not in package]


@pytest.mark.parametrize("path", LOCKS)
def test_every_package_has_a_hash(path: str) -> None:
    held([f"{path}: {package} has no hash" for package in _packages_without_hash(read(path))])


@pytest.mark.parametrize("path", INSTALLERS)
def test_what_installs_requires_hashes(path: str) -> None:
    assert "--require-hashes" in read(path)


def _find_problems_of_npm_lock(lock: str) -> list[str]:
    packages = {name: package for name, package in json.loads(lock)["packages"].items() if name}
    unpinned = [f"{name} has no hash" for name, package in packages.items() if "integrity" not in package]
    return unpinned + [f"{name} names a registry" for name, package in packages.items() if "resolved" in package]


@pytest.mark.parametrize("path", [name for name in files() if name.endswith("package-lock.json")])
def test_every_npm_package_has_a_hash_and_comes_from_whatever_registry_is_set(path: str) -> None:
    held([f"{path}: {problem}" for problem in _find_problems_of_npm_lock(read(path))])


@pytest.mark.parametrize("path", [name for name in files() if name.endswith("package.json")])
def test_npm_packages_are_asked_for_by_exact_version(path: str) -> None:
    asked = json.loads(read(path))["dependencies"]
    held([f"{path}: {name} {version}" for name, version in asked.items() if not re.fullmatch(r"[\d.]+", version)])


def test_the_lock_of_litellm_holds_what_common_callbacks_need() -> None:
    version = yaml.safe_load(read("roles/litellm/defaults/main.yml"))["litellm_version"]
    pins, wrong_lines = parse_pins(read(f"roles/litellm/files/litellm-{version}.txt"))
    assert wrong_lines == []
    assert pins.keys() >= LOCKED


def test_a_package_without_a_hash_is_found() -> None:
    lock = "# a comment\na==1 \\\n    --hash=sha256:1 \\\n    --hash=sha256:2\nb==2\n"
    assert _packages_without_hash(lock) == ["b==2"]


def test_an_npm_package_without_a_hash_or_with_a_registry_is_found() -> None:
    lock = {"": {"name": "x"}, "a": {"version": "1", "integrity": "sha512-1"}, "b": {"resolved": "https://example.com"}}
    assert _find_problems_of_npm_lock(json.dumps({"packages": lock})) == ["b has no hash", "b names a registry"]
