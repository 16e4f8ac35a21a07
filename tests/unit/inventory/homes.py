"""An environment with hand-made catalogs, and the command that edits it; texts with the changes drawn in."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from platelayer.catalog.snapshot import Snapshot, locate_snapshot, write_snapshot
from platelayer.cli.main import app
from platelayer.schema.catalog import CatalogModel, Price

SINCE = "2026-09-01T00:00:00Z"
HOSTS = "all:\n  hosts: {h: {}}\n  children: {gateway: {hosts: {h: {}}}}\n"
PROVIDERS = """\
gateway_providers:
  openrouter: {kind: openrouter, api_key: "{{ vault_openrouter | default('x') }}"}
  novita: {kind: novita, api_key: "{{ vault_novita | default('x') }}"}
"""


def listed(identity: str, *per_million: str, **other: Any) -> CatalogModel:
    """A model of a catalog with its prices: input, output, cache read."""
    names = ("input", "output", "cache_read")
    prices = {
        name: Price(Decimal(usd) / 10**6, "pricing", SINCE) for name, usd in zip(names, per_million, strict=False)
    }
    return CatalogModel(**{"id": identity, "prices": prices, **other})


@dataclass(frozen=True)
class Home:
    """An environment named home in a checkout of its own."""

    root: Path

    @property
    def file(self) -> Path:
        return self.root / "inventories/home/group_vars/all/gateway.yml"

    @property
    def text(self) -> str:
        return self.file.read_bytes().decode()

    def write(self, text: str, path: str = "group_vars/all/gateway.yml") -> None:
        file = self.root / "inventories/home" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())

    def catalog(self, provider: str, models: Iterable[CatalogModel]) -> Path:
        path = locate_snapshot(self.root / "catalogs/home", provider)
        known = {model.id: model for model in models}
        write_snapshot(path, Snapshot(provider=provider, kind=provider, url="u", fetched_at=SINCE, models=known))
        return path

    def run(self, *words: object) -> Result:
        return CliRunner().invoke(app, [*map(str, words), "--env", "home", "--root", str(self.root)])


def drawn(picture: str) -> tuple[str, str]:
    """A text before and after: each line behind a bar, with + before it where it is new and - where it is gone."""
    lines = [line.strip(" ").partition("|") for line in picture.strip().split("\n")]
    before = [line for sign, _, line in lines if sign.strip() != "+"]
    after = [line for sign, _, line in lines if sign.strip() != "-"]
    return "\n".join([*before, ""]), "\n".join([*after, ""])


def said(result: Result) -> list[str]:
    """The lines of an answer, with blanks as single ones and without rules of tables."""
    lines = (" ".join(line.split()) for line in result.output.splitlines())
    return [line for line in lines if line.strip("─")]
