"""Classes and modules of the package have names of their own."""

import pytest

from .checks.names import repeated_class_findings, shadowing_module_findings
from .checks.tree import files, held, read

SOURCES = {
    name.removeprefix("src/"): name for name in files() if name.startswith("src/platelayer/") and name.endswith(".py")
}


def test_no_two_classes_have_one_name() -> None:
    held(repeated_class_findings({path: read(name) for path, name in SOURCES.items()}))


def test_no_module_is_called_like_a_library() -> None:
    held(shadowing_module_findings(SOURCES))


def test_two_classes_of_one_name_are_found() -> None:
    sources = {"platelayer/a.py": "class Plan: ...", "platelayer/b.py": "\nclass _Plan: ..."}
    assert repeated_class_findings(sources) == [
        "src/platelayer/a.py:1, src/platelayer/b.py:2: each has a class Plan; give them names of their own"
    ]


@pytest.mark.parametrize(
    ("path", "name"),
    [("platelayer/redis.py", "redis"), ("platelayer/host/http.py", "http"), ("platelayer/yaml/__init__.py", "yaml")],
)
def test_a_module_called_like_a_library_is_found(path: str, name: str) -> None:
    assert shadowing_module_findings([path, "platelayer/providers/litellm.py"]) == [
        f"src/{path}: the name '{name}' is that of a library; say what the module holds"
    ]
