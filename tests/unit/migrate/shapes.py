"""Short ways to import a config, and to look at what came of it."""

from pathlib import Path
from typing import Any

from platelayer.migrate.conversion import ConfigImport, convert_config
from platelayer.migrate.import_findings import FindingCategory

CONFIGS = Path(__file__).parents[2] / "fixtures/configs"
NEEDS_DATABASE = (
    "needs LiteLLM's database, which Platelayer does not run; virtual keys, users, teams, budgets and spend logs end "
    "with it"
)
DEFAULTS = "leaves to LiteLLM what Platelayer has values of its own for: "
BOX = "http://192.0.2.20:8080/v1"


def entry(name: str = "a", model: str = "openrouter/x", info: dict[str, Any] | None = None, **params: Any) -> Any:
    """One entry of `model_list`."""
    return {"model_name": name, "litellm_params": {"model": model, **params}, "model_info": info or {}}


def import_entries(*entries: Any, **sections: Any) -> ConfigImport:
    """A config with these entries and sections, imported."""
    return convert_config({"model_list": list(entries), **sections}, "config.yaml")


def findings(result: ConfigImport, category: FindingCategory) -> list[tuple[str, str]]:
    """(places, sentence) of each finding of a category, without that of defaults, which every config has."""
    found = [finding for finding in result.findings if finding.category == category]
    return [(", ".join(one.places), one.what) for one in found if not one.what.startswith(DEFAULTS)]


def show_providers(result: ConfigImport) -> dict[str, dict[str, Any]]:
    """Name → its entry of `gateway_providers`, with the names of the vault's variables."""
    return {
        named.name: named.as_inventory(lambda _, entry: entry.variable) for named in result.models.providers.values()
    }
