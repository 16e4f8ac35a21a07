"""Environment files, ports and logs."""

import socket
import subprocess

import pytest

from platelayer.host import environment_file
from platelayer.host.log import extract_last_lines
from platelayer.host.ports import find_free_port, find_port_holder, has_address

HARD = {"A": "x y", "B": '$HOME `id` "q" \\n', "C": "", "D": "a=b#c", "E": "é"}


def test_a_shell_reads_what_was_written(tmp_path) -> None:
    path = tmp_path / "env"
    path.write_text(environment_file.render(HARD, "# header"))
    script = f"set -a; . {path}; exec env -0"
    said = subprocess.run(["/bin/sh", "-c", script], capture_output=True, text=True, check=True, env={}).stdout
    read = dict(entry.split("=", 1) for entry in said.split("\0") if entry)
    assert {name: read[name] for name in HARD} == HARD
    assert environment_file.parse(path.read_text()) == HARD


@pytest.mark.parametrize("value", ["it's", "two\nlines"])
def test_what_an_environment_file_cannot_carry(value: str) -> None:
    with pytest.raises(ValueError, match="^X holds a quote or a line break, which an environment file cannot carry$"):
        environment_file.render({"X": value})


def test_who_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        found = find_port_holder(server.getsockname()[1])
    assert found is not None
    assert "python" in found.command
    assert str(found).endswith(f"(pid {found.pid})")


def test_addresses() -> None:
    assert has_address("127.0.0.1")
    assert not has_address("192.0.2.99")
    assert not has_address("no address")


def test_nobody_listens() -> None:
    assert find_port_holder(find_free_port()) is None


def test_arguments_are_not_shown(tmp_path) -> None:
    script = tmp_path / "server.py"
    script.write_text(
        "import socket, sys\n"
        "server = socket.create_server(('127.0.0.1', 0))\n"
        "print(server.getsockname()[1], flush=True)\n"
        "sys.stdin.read()\n"
    )
    command = ["python3", str(script), "--key", "planted-secret"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        port = int(server.stdout.readline())
        found = find_port_holder(port)
        server.stdin.close()
    assert "server.py" in found.command
    assert "planted" not in str(found)


def test_the_last_words() -> None:
    text = "\n".join([*(f"line {number}" for number in range(99)), "", "\x1b[31mkey sk-planted-secret\x1b[0m", "True"])
    assert extract_last_lines(text, ["sk-planted-secret", "True"], lines=2) == ["key ********", "True"]
