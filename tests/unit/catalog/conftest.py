import asyncio
import socket
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_providers import FakeProvider
from labs import TEN, Lab, Outcome, models

from platelayer.cli.main import main
from platelayer.inventory.catalogs import EnvironmentCatalogs

_sleep = asyncio.sleep


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Pauses between tries, which take no time here."""
    taken: list[float] = []

    async def sleep(seconds: float) -> None:
        if seconds:
            taken.append(seconds)
        await _sleep(0)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    return taken


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def unused_url() -> Iterator[str]:
    """An address where nobody listens: the port is taken, and not opened."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield "http://{}:{}".format(*taken.getsockname())


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    """A provider that lists models, as OpenRouter does."""
    with FakeProvider() as server:
        yield server


@pytest.fixture
def second() -> Iterator[FakeProvider]:
    """models.dev."""
    with FakeProvider({"GET /api.json": {}}) as server:
        yield server


@pytest.fixture
def lab(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], second: FakeProvider
) -> Lab:
    """An environment, and the command that refreshes its catalogs; models.dev is on loopback too."""
    monkeypatch.delenv("ANSIBLE_VAULT_PASSWORD_FILE", raising=False)
    monkeypatch.setitem(EnvironmentCatalogs.refresh.__kwdefaults__, "models_dev_url", f"{second.url}/api.json")

    def platelayer(*words: str) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["platelayer", *words])
        with warnings.catch_warnings():
            # Ansible sets up its loader once per process, and says so the second time.
            warnings.filterwarnings("ignore", "AnsibleCollectionFinder has already been configured")
            with pytest.raises(SystemExit) as stop:
                main()
        code = stop.value.code
        assert code is None or isinstance(code, int)
        return Outcome(code or 0, *capsys.readouterr())

    return Lab(tmp_path, platelayer)


@pytest.fixture
def two(lab: Lab, fake: FakeProvider) -> Lab:
    """Two providers with good catalogs."""
    fake.answers |= {"GET /one/models": models(*TEN), "GET /two/models": models(*TEN)}
    for name in ("one", "two"):
        lab.providers[name] = {"kind": "requesty", "api_base": f"{fake.url}/{name}"}
    lab.refreshed()
    return lab
