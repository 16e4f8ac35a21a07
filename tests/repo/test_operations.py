"""Every test that docs/operations.md names as the keeper of a promise is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"`(?P<file>[a-z_]+)::(?P<test>test_[a-z_0-9]+)`")


def test_every_promise_names_a_test_that_exists() -> None:
    tests = {path.stem.removeprefix("test_"): path.read_text() for path in (ROOT / "tests").rglob("test_*.py")}
    promises = [line for line in (ROOT / "docs/operations.md").read_text().splitlines() if "::test_" in line]
    named = [(found["file"], found["test"]) for line in promises[1:] for found in NAMED.finditer(line)]
    assert len(named) > 50
    assert [f"{file}::{test}" for file, test in named if f"def {test}(" not in tests.get(file, "")] == []
