"""Every test that a document names as the keeper of a promise is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"`(?P<file>[a-z_]+)::(?P<test>test_[a-z_0-9]+)`")


@pytest.mark.parametrize(("document", "at_least"), [("docs/operations.md", 50), ("SECURITY.md", 30)])
def test_every_promise_names_a_test_that_exists(document: str, at_least: int) -> None:
    tests = {path.stem.removeprefix("test_"): path.read_text() for path in (ROOT / "tests").rglob("test_*.py")}
    promises = [line for line in (ROOT / document).read_text().splitlines() if "::test_" in line]
    named = [(match["file"], match["test"]) for line in promises[1:] for match in NAMED.finditer(line)]
    assert len(named) > at_least
    assert [f"{file}::{test}" for file, test in named if f"def {test}(" not in tests.get(file, "")] == []
