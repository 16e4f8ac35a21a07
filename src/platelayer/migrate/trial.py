"""The new inventory tried out before its vault is filled, and what it renders in the words of the original."""

from collections.abc import Mapping
from typing import Any

from platelayer.gateway.deployment import key_variable
from platelayer.migrate.models import ModelList
from platelayer.migrate.naming import Named
from platelayer.migrate.references import ENVIRON
from platelayer.migrate.secrecy import long_number
from platelayer.migrate.settings import Settings
from platelayer.migrate.shelter import Shelter

# Stands for what only the vault holds.
_PLACEHOLDER = "placeholder0123456789"


def tried(models: ModelList, made: Settings, router: Mapping[str, Any]) -> dict[str, Any]:
    """The inventory with placeholders for what the vault will hold."""
    providers = {
        named.name: named.as_inventory(api_key=_PLACEHOLDER, api_base=_base_placeholder(named))
        for named in models.providers.values()
    }
    return {
        "providers": providers,
        "models": models.models,
        "virtual_models": models.virtual_models,
        "router": dict(router),
        "cache": made.cache,
        "redis": {"password": _PLACEHOLDER, **made.redis},
    }


def _base_placeholder(named: Named) -> str:
    return f"https://{(named.base or '').removeprefix('vault_').replace('_', '-')}.invalid"


def in_one_language(original: Any, rendered: Any, models: ModelList, shelter: Shelter) -> tuple[Any, Any]:
    """Both configs with the same words for keys and addresses; what is secret is a number in both."""
    secrets = {f"{ENVIRON}{variable}": text for variable, text in shelter.literals.items()}
    same: dict[str, str] = {}
    for named in models.providers.values():
        if key := named.place.key:
            words = same if key.variable else secrets
            words[f"{ENVIRON}{key_variable(named.name)}"] = f"{ENVIRON}{key.variable}" if key.variable else key.text
        if base := named.place.base:
            words = same if base.variable else secrets
            words[_base_placeholder(named)] = f"{ENVIRON}{base.variable}" if base.variable else base.text
    hidden = {text: f"(secret {number})" for number, text in enumerate(dict.fromkeys(secrets.values()))}
    same |= {reference: hidden[text] for reference, text in secrets.items()}
    return _substituted(original, hidden), _substituted(rendered, same)


def _substituted(data: Any, same: Mapping[str, str]) -> Any:
    if isinstance(data, Mapping):
        return {key: _substituted(value, same) for key, value in data.items()}
    if isinstance(data, list):
        return [_substituted(item, same) for item in data]
    text = long_number(data) or data
    return same.get(text, data) if isinstance(text, str) else data
