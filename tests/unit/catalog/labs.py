"""An environment in a folder of its own, whose catalogs are refreshed by the command."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import yaml

ENV = "lab"
KEY = "sk-planted-0f3a"
USUAL = {"deadline": 30, "models_dev": False}
# For tests that wait for the deadline.
SHORT = {"deadline": 0.4}
TEN = tuple("abcdefghij")


def models(*ids: str, **changed: str) -> dict[str, Any]:
    """What a Requesty lists; `changed`: id → its price of a token in."""
    return {
        "data": [
            {"id": name, "input_price": float(changed.get(name, "0.000001")), "output_price": 2e-06} for name in ids
        ]
    }


class Outcome(NamedTuple):
    """What a run of the command left: its exit code and both outputs."""

    code: int
    out: str
    err: str


@dataclass
class Lab:
    """`providers` and `settings` are what the inventory says of them; `more`: other `gateway_*` variables."""

    root: Path
    platelayer: Callable[..., Outcome]
    providers: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=lambda: dict(USUAL))
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        return self.root / "catalogs" / ENV

    def refresh(self, *words: object) -> Outcome:
        """Write the inventory and run `platelayer catalog refresh`."""
        environment = self.root / "inventories" / ENV
        variables = environment / "group_vars" / "all" / "gateway.yml"
        variables.parent.mkdir(parents=True, exist_ok=True)
        (environment / "hosts.yml").write_text("gateway: {hosts: {box: {}}}\n")
        inventory = {"gateway_providers": self.providers, "gateway_catalog": self.settings, **self.more}
        variables.write_text(yaml.safe_dump(inventory))
        return self.platelayer("catalog", "refresh", "--env", ENV, "--root", str(self.root), *map(str, words))

    def refreshed(self) -> Outcome:
        """A refresh that must go well."""
        outcome = self.refresh()
        assert outcome.code == 0, outcome
        return outcome

    def json(self, *words: object) -> dict[str, Any]:
        """What `--json` says, whatever the exit code is."""
        found: dict[str, Any] = json.loads(self.refresh("--json", *words).out)
        return found

    def path(self, provider: str) -> Path:
        return self.folder / f"{provider}.json"

    def models(self, provider: str) -> dict[str, dict[str, Any]]:
        """id → what the catalog says of it, as it stands in the file."""
        return {model["id"]: model for model in json.loads(self.path(provider).read_text())["models"]}

    def files(self) -> dict[str, bytes]:
        """Everything in the catalogs' folder."""
        return (
            {path.name: path.read_bytes() for path in sorted(self.folder.glob("**/*"))} if self.folder.exists() else {}
        )
