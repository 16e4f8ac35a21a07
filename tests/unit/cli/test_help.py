"""The text of `--help`, and the nouns that it lists."""

import re
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from platelayer import cli
from platelayer.catalog.guards import EFFECTS, GUARDS
from platelayer.cli.main import app, build_app

NOUNS = ["env", "import", "provider", "model", "catalog", "verify", "echo"]
GROUP = """
import typer

POSITION = 45
app = typer.Typer(name="backup", help="Make backups.")


@app.command()
def create() -> None:
    typer.echo("made")


@app.command()
def restore() -> None:
    pass
"""
COMMAND = """
import typer

app = typer.Typer()


@app.command()
def status() -> None:
    "Show the state."
    typer.echo("up")
"""


def help_of(*words: str) -> list[str]:
    result = CliRunner().invoke(app, [*words, "--help"], env={"COLUMNS": "80"})
    assert result.exit_code == 0
    return [line.strip("│ ") for line in result.output.splitlines()]


def list_commands(program: typer.Typer) -> list[str]:
    """Return the names in the box `Commands` of `--help`."""
    result = CliRunner().invoke(program, ["--help"], env={"COLUMNS": "80"})
    _, _, box = result.output.partition("Commands")
    return re.findall(r"^│ (\S+)", box, re.MULTILINE)


def test_commands_come_in_the_order_in_which_one_works() -> None:
    assert list_commands(app) == NOUNS


def test_a_new_file_is_enough_for_a_new_noun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "new_group.py").write_text(GROUP)
    (tmp_path / "new_command.py").write_text(COMMAND)
    (tmp_path / "helpers.py").write_text("NUMBER = 1\n")
    monkeypatch.setattr(cli, "__path__", [*cli.__path__, str(tmp_path)])
    program = build_app()
    for name in ("new_group", "new_command", "helpers"):
        del sys.modules[f"platelayer.cli.{name}"]
        delattr(cli, name)

    assert list_commands(program) == [*NOUNS[:4], "backup", *NOUNS[4:], "status"]
    assert CliRunner().invoke(program, ["backup", "create"]).output == "made\n"
    assert CliRunner().invoke(program, ["status"]).output == "up\n"


def test_the_help_of_providers_says_where_one_is_added() -> None:
    assert (
        "A new one is written by hand into gateway_providers, in inventories/ENV/group_vars/all/gateway.yml; "
        "`platelayer env create` makes that file, with examples."
    ) in " ".join(help_of("provider"))


@pytest.mark.parametrize("guard", GUARDS)
def test_each_guard_is_told_in_a_line_and_what_accepting_it_does_in_another(guard: str) -> None:
    lines = help_of("catalog", "refresh")
    start = lines.index(f"{guard:<10} {GUARDS[guard]}")
    assert lines[start + 1] == f"→ {EFFECTS[guard]}"


@pytest.mark.parametrize("name", ["", "home/", "inventories/home", ".."])
def test_a_path_is_no_name_of_an_environment(name: str) -> None:
    result = CliRunner().invoke(app, ["catalog", "refresh", "--env", name], env={"COLUMNS": "200"})
    assert result.exit_code == 2
    assert f"'{name}' is not the name of an environment; write the name of a folder under inventories/" in result.output
