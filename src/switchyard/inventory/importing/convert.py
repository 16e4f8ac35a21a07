"""A LiteLLM config as a mapping becomes an inventory as a mapping, with all that is to be told of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from switchyard import litellm, rules
from switchyard.deployment import key_variable
from switchyard.errors import InventoryError
from switchyard.inventory.importing import callbacks, compare, settings, typos, vault
from switchyard.inventory.importing.findings import Finding, Findings
from switchyard.inventory.importing.models import ModelList, model_list
from switchyard.inventory.importing.naming import Named
from switchyard.inventory.importing.references import ENVIRON
from switchyard.inventory.importing.routing import routing, strategy
from switchyard.inventory.importing.settings import Settings
from switchyard.inventory.importing.shelter import OWN, Shelter
from switchyard.inventory.importing.source import with_credentials
from switchyard.model import Gateway, parse
from switchyard.model.inventory import Part, Router

_SECTIONS = ("router_settings", "litellm_settings", "general_settings")
_REASONS = 5
# Stands for what only the vault holds while the new inventory is tried out.
_PLACEHOLDER = "placeholder0123456789"


@dataclass(frozen=True, slots=True)
class Import:
    """What an import makes of a config.

    router: options of `gateway_router` that differ from its defaults; environment: LiteLLM's environment variables and
    the vault's variables that hold them; extra: `litellm_config_extra`; gateway, rendered: the result, tried out with
    placeholders for secrets.
    """

    file: str
    models: ModelList
    settings: Settings
    router: dict[str, Any]
    extra: dict[str, Any]
    environment: dict[str, str]
    fills: tuple[vault.Fill, ...]
    findings: tuple[Finding, ...]
    gateway: Gateway
    rendered: dict[str, Any]


def convert(config: Mapping[str, Any], file: str) -> Import:
    """Convert a whole config; `file` names it in texts. Raises InventoryError where there is nothing to carry over."""
    findings = Findings()
    shelter = Shelter(findings)
    original = typos.without_unknown_sections(with_credentials(config), findings)
    sections = {name: _section(original, name, findings) for name in _SECTIONS}
    router, of_litellm, general = sections.values()
    models = model_list(original.get("model_list"), strategy(router), findings, shelter)
    if not models.models and not models.virtual_models:
        raise InventoryError(_nothing(file, findings))
    settings.general_settings(general, findings)
    for name, found in sections.items():
        typos.take_out(name, found, findings)
    compared = {**original, **{name: dict(found) for name, found in sections.items()}}
    callbacks.default_model(of_litellm, findings)
    callbacks.own_code(of_litellm, "litellm_settings", findings)
    callbacks.own_code(general, "general_settings", findings)
    callbacks.variables(of_litellm, original.get("environment_variables"), findings)
    made = settings.caches(router, of_litellm, findings)
    routed = routing(router, of_litellm, models.names, models.lost, findings)
    others = {key: value for key, value in original.items() if key not in (*_SECTIONS, "model_list")}
    kept = {**sections, "router_settings": routed.extra, **others}
    extra = {key: shelter.keep(key, value, key) for key, value in kept.items() if value}
    _say_carried(extra, findings)
    gateway = parse(_tried(models, made, routed.router))
    rendered = litellm.config(gateway, extra=extra)
    for place, words in compare.differences(*_in_one_language(compared, rendered, models, shelter)):
        findings.add("differs", place, words)
    for problem in rules.inventory_problems(gateway):
        findings.add("check", "inventory", problem)
    own = OWN | litellm.environment(gateway).keys()
    environment = vault.environment(models, shelter, own)
    _say_taken(models, shelter, findings)
    return Import(
        file=file,
        models=models,
        settings=made,
        router=beyond_defaults(Router, routed.router),
        extra=extra,
        environment=environment,
        fills=vault.fills(models, made, environment, shelter),
        findings=tuple(findings),
        gateway=gateway,
        rendered=rendered,
    )


def _say_carried(extra: Mapping[str, Any], findings: Findings) -> None:
    """What has no variable of its own, key by key, in one sentence."""
    keys = [
        place
        for section, value in extra.items()
        for place in ([f"{section}.{key}" for key in value] if section in _SECTIONS else [section])
    ]
    if keys:
        words = f"carries what has no variable of its own: {', '.join(keys)}"
        findings.add("check", "litellm_config_extra", words)


def _say_taken(models: ModelList, shelter: Shelter, findings: Findings) -> None:
    """A variable that the config fills with something else than the key of the provider of that name."""
    for named in models.providers.values():
        variable = key_variable(named.name)
        if named.place.key and named.place.key.variable != variable and variable in shelter.variables:
            words = f"reads {variable}, which holds the key of {named.name} from now on; rename that provider"
            findings.add("check", shelter.variables[variable], words)


def _nothing(file: str, findings: Findings) -> list[str]:
    reasons = [f"{', '.join(found.places[:3])}: {found.what}" for found in findings][:_REASONS]
    return [f"{file}: no model of it can be carried over; write the path of LiteLLM's config.yaml", *reasons]


def beyond_defaults(part: type[Part], options: Mapping[str, Any]) -> dict[str, Any]:
    """The options that do not say what is so without them."""
    usual = part().model_dump()
    return {key: value for key, value in options.items() if usual.get(key) != value or key == "enabled"}


def _section(config: Mapping[str, Any], name: str, findings: Findings) -> dict[str, Any]:
    value = config.get(name)
    if value is not None and not isinstance(value, Mapping):
        findings.add("never_worked", name, "is not a mapping of settings; LiteLLM cannot use it")
    return {str(key): item for key, item in value.items()} if isinstance(value, Mapping) else {}


def _tried(models: ModelList, made: Settings, router: Mapping[str, Any]) -> dict[str, Any]:
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
    return f"https://{(named.place.base_variable or '').lower().replace('_', '-')}.invalid"


def _in_one_language(original: Any, rendered: Any, models: ModelList, shelter: Shelter) -> tuple[Any, Any]:
    """Both configs with the same words for keys and addresses; what is secret is a number in both."""
    secrets = {f"{ENVIRON}{variable}": text for variable, text in shelter.literals.items()}
    same: dict[str, str] = {}
    for named in models.providers.values():
        if key := named.place.key:
            words = same if key.variable else secrets
            words[f"{ENVIRON}{key_variable(named.name)}"] = f"{ENVIRON}{key.variable}" if key.variable else key.text
        if named.place.base_variable:
            same[_base_placeholder(named)] = f"{ENVIRON}{named.place.base_variable}"
    hidden = {text: f"(secret {number})" for number, text in enumerate(dict.fromkeys(secrets.values()))}
    same |= {reference: hidden[text] for reference, text in secrets.items()}
    return _substituted(original, hidden), _substituted(rendered, same)


def _substituted(data: Any, same: Mapping[str, str]) -> Any:
    if isinstance(data, Mapping):
        return {key: _substituted(value, same) for key, value in data.items()}
    if isinstance(data, list):
        return [_substituted(item, same) for item in data]
    return same.get(data, data) if isinstance(data, str) else data
