"""What `--help` tells a newcomer."""

import pytest
from typer.testing import CliRunner

from platelayer.catalog.guards import ALLOWED, NAMES
from platelayer.cli.main import app


def help_of(*words: str) -> list[str]:
    result = CliRunner().invoke(app, [*words, "--help"], env={"COLUMNS": "80"})
    assert result.exit_code == 0
    return [line.strip("│ ") for line in result.output.splitlines()]


def test_commands_come_in_the_order_in_which_one_works() -> None:
    lines = help_of()
    named = [line.split()[0] for line in lines[next(n for n, line in enumerate(lines) if "Commands" in line) :] if line]
    order = ["env", "import", "provider", "model", "catalog", "verify", "echo"]
    assert [name for name in named if name in order] == order


@pytest.mark.parametrize("guard", NAMES)
def test_each_guard_is_told_in_a_line_and_what_accepting_it_does_in_another(guard: str) -> None:
    lines = help_of("catalog", "refresh")
    start = lines.index(f"{guard:<10} {NAMES[guard]}")
    assert lines[start + 1] == f"→ {ALLOWED[guard]}"


@pytest.mark.parametrize("name", ["", "home/", "inventories/home", ".."])
def test_a_path_is_no_name_of_an_environment(name: str) -> None:
    result = CliRunner().invoke(app, ["catalog", "refresh", "--env", name], env={"COLUMNS": "200"})
    assert result.exit_code == 2
    assert f"'{name}' is no name of an environment; write that of a folder under inventories/" in result.output
