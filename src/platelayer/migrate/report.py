"""What an import tells programs: plain data for --json."""

from collections.abc import Iterable, Mapping
from typing import Any

from platelayer.migrate.convert import Import
from platelayer.migrate.findings import Category, Finding
from platelayer.providers import kinds

CATEGORIES: tuple[Category, ...] = ("never_worked", "not_carried", "differs", "check")


def counts(made: Import) -> dict[str, int]:
    """How much came over: deployments of how many entries, the names clients ask for, providers."""
    return {
        "entries": made.models.entries,
        "deployments": sum(made.models.used.values()),
        "names": len(made.models.names),
        "virtual_models": len(made.models.virtual_models),
        "providers": len(made.models.providers),
    }


def of(category: Category, findings: Iterable[Finding]) -> list[Finding]:
    """The findings of one category."""
    return [finding for finding in findings if finding.category == category]


def has_catalogs(made: Import) -> bool:
    """Whether `platelayer catalog refresh` has anybody to ask."""
    return any(kinds()[place.kind].listing for place in made.models.providers)


def as_dict(made: Import) -> dict[str, Any]:
    """The whole report. No secret is in it."""
    providers: Mapping[str, Any] = {
        named.name: {
            "kind": named.place.kind,
            "api_base": named.place.api_base,
            "key": named.key,
            "deployments": made.models.used[named.name],
        }
        for named in made.models.providers.values()
    }
    return {
        "counts": counts(made),
        "providers": providers,
        "vault": [fill.as_dict() for fill in made.fills],
        **{category: [found.as_dict() for found in of(category, made.findings)] for category in CATEGORIES},
    }
