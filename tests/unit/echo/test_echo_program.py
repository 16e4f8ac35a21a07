"""The program as test hosts run it: this folder and the package's __init__.py copied, its options, its end."""

import ast
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
import typer.main
from typer.testing import CliRunner

import platelayer.echo
from platelayer.cli import main as cli
from platelayer.echo import __main__ as program
from platelayer.echo.errors import OptionError
from platelayer.echo.options import EchoSettings, ListenAddress, UpstreamSettings, parse_settings

ROOM = Path(platelayer.echo.__file__).parent
# A program that waited for its requests would take a minute.
PATIENCE = 50


@pytest.fixture
def run(tmp_path):
    """Start the program as a copy on a test host would be."""
    shutil.copytree(ROOM, tmp_path / "platelayer" / "echo", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOM.parent / "__init__.py", tmp_path / "platelayer")
    started = []

    def start(*options, **environment):
        process = subprocess.Popen(
            [sys.executable, "-m", "platelayer.echo", *options],
            env={"PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1", **environment},
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def read_urls(process, lines):
    """Return the addresses that the program prints: name to URL."""
    return dict(process.stdout.readline().split() for _ in range(lines))


def test_it_serves_until_it_is_told_to_end_even_with_hanging_requests_and_logs_nothing(run):
    process = run(
        *("--upstream", "a=127.0.0.1:0", "--upstream", "b=127.0.0.1:0", "--control", "127.0.0.1:0"),
        *("--require-key", "a=KEY_OF_A"),
        KEY_OF_A="sk-planted-1",
    )
    urls = read_urls(process, 3)
    assert list(urls) == ["a", "b", "control"]
    key = {"authorization": "Bearer sk-planted-1"}
    body = {"model": "m", "messages": [{"role": "user", "content": "sk-planted-2"}]}
    assert httpx.post(f"{urls['a']}/chat/completions", json=body, headers=key).status_code == 200
    assert httpx.post(f"{urls['a']}/chat/completions", json=body).status_code == 401
    host, port = urls["a"].removeprefix("http://").removesuffix("/v1").split(":")
    with socket.create_connection((host, int(port))) as broken:
        broken.sendall(b"GET /v1/models HTTP/1.1\r\nauthorization Bearer sk-planted-3\r\n\r\n")
        assert broken.recv(100).startswith(b"HTTP/1.")
    assert httpx.put(f"{urls['control']}/upstreams/*/fault", json={"kind": "hang"}).status_code == 200
    with socket.create_connection((host, int(port))) as hanging:
        hanging.sendall(b"GET /v1/models HTTP/1.1\r\nhost: x\r\nauthorization: Bearer sk-planted-1\r\n\r\n")
        begun = time.monotonic()
        while not httpx.get(f"{urls['control']}/upstreams").json()["a"]["counters"]["concurrent"]["now"]:
            assert time.monotonic() - begun < PATIENCE
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=PATIENCE)
        assert hanging.recv(100) == b""

    assert (process.returncode, out, err) == (0, "", "")


def test_it_ends_on_control_c(run):
    process = run("--listen", "127.0.0.1:0")
    assert list(read_urls(process, 1)) == ["echo"]
    process.send_signal(signal.SIGINT)

    assert process.communicate(timeout=PATIENCE) == ("", "")
    assert process.returncode == 0


def test_a_port_that_is_taken_is_one_sentence_and_exit_1(run):
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = f"127.0.0.1:{other.getsockname()[1]}"
        process = run("--upstream", "free=127.0.0.1:0", "--upstream", f"a={address}")
        out, err = process.communicate(timeout=PATIENCE)
        result = CliRunner().invoke(cli.app, ["echo", "serve", "--listen", address])

    sentence = f"cannot listen on {address}: address already in use; free that port or choose another"
    assert (process.returncode, out, err) == (1, "", f"'a' {sentence}\n")
    assert str(result.exception) == f"'echo' {sentence}"


def test_wrong_usage_is_a_sentence_and_exit_2(run):
    process = run("--listen", "4010")
    out, err = process.communicate(timeout=PATIENCE)

    assert (process.returncode, out) == (2, "")
    assert err.endswith(
        "python3 -m platelayer.echo: error: --listen: '4010' is not HOST:PORT; write for example 127.0.0.1:4010\n"
    )
    result = CliRunner().invoke(cli.app, ["echo", "serve", "--listen", "4010"], terminal_width=200)
    assert result.exit_code == 2
    assert "--listen: '4010' is not HOST:PORT; write for example 127.0.0.1:4010" in " ".join(
        result.output.replace("│", " ").split()
    )


def test_without_aiohttp_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "aiohttp", None)
    for module in [name for name in sys.modules if name.startswith("platelayer.echo.")]:
        if module.rpartition(".")[2] not in ("errors", "options", "launch", "__main__"):
            monkeypatch.delitem(sys.modules, module)

    result = CliRunner().invoke(cli.app, ["echo", "serve"])

    assert str(result.exception) == (
        "the echo provider needs aiohttp; install Debian's python3-aiohttp, "
        "or run in the checkout: pip install -e '.[echo]'"
    )


def test_both_command_lines_have_the_same_options():
    command = typer.main.get_command(cli.app).commands["echo"].commands["serve"]
    theirs = {option for parameter in command.params for option in parameter.opts}
    ours = {option for action in program._build_parser()._actions for option in action.option_strings}

    assert theirs - {"--help"} == ours - {"--help", "-h"}


def test_the_room_imports_nothing_but_the_standard_library_and_aiohttp():
    allowed = {*sys.stdlib_module_names, "aiohttp"}
    for path in ROOM.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or "."]
            for name in names:
                assert name.split(".")[0] in allowed or f"{name}.".startswith("platelayer.echo."), (path.name, name)


def test_the_command_line_does_not_import_aiohttp_until_it_serves():
    code = "import platelayer.cli.main, sys; sys.exit('aiohttp' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_settings_without_options_and_with_all():
    assert parse_settings() == EchoSettings(
        (UpstreamSettings("echo", ListenAddress("127.0.0.1", 4010)),), ("echo", "echo-embedding")
    )
    assert parse_settings(
        listen="[::1]:1",
        upstreams=["a=host.example:65535"],
        models=["x"],
        require_key=["echo=KEY"],
        delay=1,
        chunk_delay=0.5,
        control="127.0.0.1:2",
        environment={"KEY": "sk-x"},
    ) == EchoSettings(
        (
            UpstreamSettings("echo", ListenAddress("::1", 1), "sk-x"),
            UpstreamSettings("a", ListenAddress("host.example", 65535)),
        ),
        ("x",),
        1,
        0.5,
        ListenAddress("127.0.0.1", 2),
    )
    assert str(ListenAddress("::1", 80)) == "[::1]:80"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"listen": "4010"}, "--listen: '4010' is not HOST:PORT; write for example 127.0.0.1:4010"),
        ({"listen": ":4010"}, "--listen: ':4010' is not HOST:PORT; write for example 127.0.0.1:4010"),
        ({"control": "h:65536"}, "--control: 'h:65536' is not HOST:PORT; write for example 127.0.0.1:4010"),
        ({"control": "h:+80"}, "--control: 'h:+80' is not HOST:PORT; write for example 127.0.0.1:4010"),
        ({"upstreams": ["a=b"]}, "--upstream: 'b' is not HOST:PORT; write for example 127.0.0.1:4010"),
        (
            {"upstreams": ["*=h:1"]},
            "--upstream: '*=h:1' is not NAME=HOST:PORT; write for example --upstream a=127.0.0.1:4011 "
            "(a name has letters, digits, '.', '_' and '-')",
        ),
        (
            {"listen": "h:1", "upstreams": ["echo=h:2"]},
            "--upstream: 'echo' is given twice; give each upstream its own name",
        ),
        (
            {"require_key": ["sk-planted"]},
            "--require-key: this is not NAME=ENVVAR; "
            "write an upstream's name and the environment variable that holds its key",
        ),
        ({"require_key": ["b=KEY"]}, "--require-key: there is no upstream 'b'; write one of: echo"),
        (
            {"require_key": ["echo=KEY"], "environment": {"KEY": ""}},
            "--require-key: the environment variable for upstream 'echo' is not set or is empty; "
            "export it before the start, and write its name here, not the key",
        ),
        ({"delay": -1}, "--delay: -1 is not a duration; write seconds, 0 or more"),
        ({"chunk_delay": float("nan")}, "--chunk-delay: nan is not a duration; write seconds, 0 or more"),
    ],
)
def test_options_that_cannot_be_used_are_refused_in_words(options, sentence):
    with pytest.raises(OptionError) as refused:
        parse_settings(**options)

    assert str(refused.value) == sentence
