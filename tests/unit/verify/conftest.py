import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from fake_gateway import KEY, FakeGateway

from platelayer.cli.main import main


class Outcome(NamedTuple):
    """What a run of the command left: its exit code and both outputs."""

    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PLATELAYER_URL", "PLATELAYER_KEY_FILE", "FORCE_COLOR", "COLUMNS", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def gateway() -> Iterator[FakeGateway]:
    with FakeGateway() as fake:
        yield fake


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "key"
    path.write_text(f"  {KEY}\nnot the key\n")
    path.chmod(0o600)
    return path


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Run `platelayer verify` with these arguments, in this process."""

    def run(*arguments: object) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["platelayer", "verify", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            main()
        code = stop.value.code
        assert code is None or isinstance(code, int)
        out, err = capsys.readouterr()
        return Outcome(code or 0, out, err)

    return run


@pytest.fixture
def verify(command: Callable[..., Outcome], gateway: FakeGateway, key_file: Path) -> Callable[..., Outcome]:
    """Run `platelayer verify` against the fake gateway."""
    return lambda *arguments: command("--url", gateway.url, "--key-file", key_file, *arguments)
