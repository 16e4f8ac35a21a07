"""How a command ends that could not do what it was asked for."""

import json
import sys
from pathlib import Path

import pytest

from platelayer.cli.main import main

COMMANDS = {
    "env create": ("env", "create", "example"),
    "import": ("import", "no-such-config.yaml", "--env", "nobody"),
    "provider remove": ("provider", "remove", "x", "--env", "nobody"),
    "model add": ("model", "add", "x", "y", "--env", "nobody"),
    "model remove": ("model", "remove", "x", "--env", "nobody"),
    "model find": ("model", "find", "x", "--env", "nobody"),
    "model map": ("model", "map", "x", "--env", "nobody"),
    "catalog refresh": ("catalog", "refresh", "--env", "nobody"),
    "catalog report": ("catalog", "report", "--env", "nobody"),
}


@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS)
def test_an_error_is_a_sentence_and_with_json_an_object_too(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def ended(*more: str) -> tuple[str, str]:
        monkeypatch.setattr(sys, "argv", ["platelayer", *words, "--root", str(tmp_path), *more])
        with pytest.raises(SystemExit) as stop:
            main()
        assert stop.value.code == 1
        return capsys.readouterr()

    nothing, sentence = ended()
    assert nothing == ""
    assert sentence
    said, again = ended("--json")
    assert json.loads(said) == {"error": sentence.rstrip("\n")}
    assert again == sentence
