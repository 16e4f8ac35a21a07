"""What the commands about models and providers print with `--json`, as plain data."""

import json
from collections.abc import Sequence
from typing import Any

import typer

from platelayer.inventory.editable_inventory import InventoryEdit
from platelayer.inventory.model_additions import AddedModel
from platelayer.inventory.model_mapping import ModelMapping
from platelayer.inventory.model_search import FoundModel
from platelayer.inventory.provider_removal import ProviderRemoval
from platelayer.schema import CatalogModel
from platelayer.schema.catalog import LIMITS, PRICES
from platelayer.schema.money import format_decimal


def print_edit(env: str, edit: InventoryEdit, *, written: bool, **facts: Any) -> None:
    """Print an edit with its diffs, and other facts about it."""
    files = [file.as_dict() for file in edit.files]
    typer.echo(json.dumps({"environment": env, "written": written and bool(files), **facts, "files": files}, indent=2))


def describe_added_models(models: Sequence[AddedModel]) -> list[dict[str, Any]]:
    """Return the new entries, with what the catalog says of each."""
    return [{**added.entry, "catalog": describe_model(added.model), "free_twin": added.free_twin} for added in models]


def describe_found_models(models: Sequence[FoundModel]) -> list[dict[str, Any]]:
    """Return the models with all their offers."""
    return [
        {
            "name": model.name,
            "likeness": round(model.likeness),
            "offers": [{"provider": offer.provider, **describe_model(offer.model)} for offer in model.offers],
        }
        for model in models
    ]


def describe_mapping(name: str, mapping: ModelMapping) -> dict[str, Any]:
    """Return the choice at each provider, and the names that change."""
    providers = [
        {
            "provider": choice.provider,
            "state": choice.state,
            "id": choice.id,
            "group": choice.other_group,
            "candidates": [
                {"tier": match.confidence.name.lower(), **describe_model(match.model)} for match in choice.matches
            ],
        }
        for choice in mapping.choices
    ]
    names = {"lost": list(mapping.removed_names), "new": list(mapping.added_names)}
    return {"name": name, "providers": providers, **names, **describe_failure(mapping.failure)}


def describe_removal(name: str, removal: ProviderRemoval, *, is_catalog_purged: bool) -> dict[str, Any]:
    """Return what is removed with a provider."""
    return {
        "provider": name,
        "models": list(removal.models),
        "groups": list(removal.groups),
        "listed": removal.included_count,
        "unused_secrets": list(removal.unused_secrets),
        "catalog": str(removal.catalog) if removal.catalog else None,
        "catalog_purged": is_catalog_purged and removal.catalog is not None,
    }


def describe_failure(failure: str | None) -> dict[str, str]:
    """Return the key `error` of a failure, so that its output stays one object; nothing without a failure."""
    return {"error": failure} if failure else {}


def describe_model(model: CatalogModel) -> dict[str, Any]:
    """Return a model; prices are text, in USD per token or per piece."""
    return {
        "id": model.id,
        "mode": model.mode,
        "free": model.free,
        "variable": model.variable,
        "prices": {
            name: {"usd": format_decimal(price.usd), "source": price.source, "since": price.since}
            for name in PRICES
            if (price := model.prices.get(name)) is not None
        },
        **{limit: getattr(model, limit) for limit in LIMITS},
        "abilities": list(model.abilities),
        "missing_since": model.missing_since,
    }
