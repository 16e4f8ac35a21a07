"""A kind of provider is one file: adding it is enough."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from platelayer import providers
from platelayer.catalog.sources import list_sources
from platelayer.providers import load_kinds
from platelayer.schema import parse

FILE = """
from platelayer.providers.kind import ProviderKind
from platelayer.providers.listing import ModelListing, fetch_openai_list
from platelayer.providers.openai_compatible import parse

KIND = ProviderKind(name="moonlight", prefix="openai", listing=ModelListing(fetch_openai_list, parse))
"""


@pytest.fixture
def added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A file beside the others."""
    (tmp_path / "moonlight.py").write_text(FILE)
    monkeypatch.setattr(providers, "__path__", [*providers.__path__, str(tmp_path)])
    load_kinds.cache_clear()
    yield
    load_kinds.cache_clear()
    sys.modules.pop("platelayer.providers.moonlight", None)


def test_every_file_with_a_kind_is_found_by_its_name() -> None:
    files = {path.stem for path in Path(providers.__file__).parent.glob("*.py") if "\nKIND = " in path.read_text()}
    assert list(load_kinds()) == sorted(files)


@pytest.mark.usefixtures("added")
def test_a_new_file_adds_its_kind_without_a_list_elsewhere() -> None:
    assert load_kinds()["moonlight"].format_model("luna-1", "chat") == "openai/luna-1"
    provider = {"kind": "moonlight", "api_base": "http://192.0.2.1/v1"}
    (source,) = list_sources(parse({"providers": {"moon": provider}}))
    assert source.kind is load_kinds()["moonlight"]
