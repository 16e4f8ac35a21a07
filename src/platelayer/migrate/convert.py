"""A LiteLLM config as a mapping becomes an inventory as a mapping, with all that is to be told of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from platelayer.errors import InventoryError
from platelayer.gateway import litellm_config as litellm
from platelayer.gateway import problems as rules
from platelayer.gateway.deployment import key_variable
from platelayer.migrate import callbacks, compare, database, edge, settings, typos, vault
from platelayer.migrate.credentials import with_credentials
from platelayer.migrate.findings import Finding, Findings
from platelayer.migrate.models import ModelList, model_list
from platelayer.migrate.routing import routing, strategy
from platelayer.migrate.secrecy import secret_variables
from platelayer.migrate.settings import Settings
from platelayer.migrate.shelter import OWN, Shelter
from platelayer.migrate.trial import in_one_language, tried
from platelayer.migrate.values import mapping
from platelayer.schema import GatewaySpec, parse
from platelayer.schema.inventory import InventoryPart, RouterSettings

_SECTIONS = ("router_settings", "litellm_settings", "general_settings")
_VARIABLES = "environment_variables"
_REASONS = 5


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
    gateway: GatewaySpec
    rendered: dict[str, Any]


def convert(config: Mapping[str, Any], file: str, findings: Findings | None = None) -> Import:
    """Convert a whole config; `file` names it in texts. Raises InventoryError where there is nothing to carry over.

    findings: those of its files, which come first.
    """
    findings = Findings() if findings is None else findings
    shelter = Shelter(findings)
    original = _readable(config, findings, shelter)
    sections = {name: _section(original, name, findings) for name in _SECTIONS}
    models = _models(original, sections["router_settings"], file, findings, shelter)
    _take_out(sections, findings)
    compared = {**original, **{name: dict(found) for name, found in sections.items()}}
    _say_around(sections, config, findings)
    router, of_litellm, _ = sections.values()
    made = settings.caches(router, of_litellm, findings)
    routed = routing(router, of_litellm, models.names, models.lost, findings)
    extra = _extra({**original, **sections, "router_settings": routed.extra}, shelter)
    gateway = parse(tried(models, made, routed.router))
    rendered = litellm.config(gateway, extra=extra)
    _say_carried(extra, findings)
    _say_result(gateway, in_one_language(compared, rendered, models, shelter), findings)
    _say_taken(models, shelter, findings)
    environment = vault.environment(models, shelter, OWN | litellm.environment(gateway).keys())
    return Import(
        file=file,
        models=models,
        settings=made,
        router=beyond_defaults(RouterSettings, routed.router),
        extra=extra,
        environment=environment,
        fills=vault.fills(models, made, environment, shelter),
        findings=tuple(findings),
        gateway=gateway,
        rendered=rendered,
    )


def _readable(config: Mapping[str, Any], findings: Findings, shelter: Shelter) -> dict[str, Any]:
    """The config without what LiteLLM does not read at its top, and without names of credentials and secrets of
    environment variables."""
    found = typos.without_unknown_sections(with_credentials(config, findings), findings)
    variables = found.pop(_VARIABLES, None)
    if isinstance(variables, Mapping):
        found[_VARIABLES] = shelter.environment(_VARIABLES, mapping(variables), set(secret_variables(found)))
    elif variables is not None:
        findings.add("never_worked", _VARIABLES, "is not a mapping of variables; LiteLLM does not start with it")
    return found


def _models(
    original: Mapping[str, Any], router: Mapping[str, Any], file: str, findings: Findings, shelter: Shelter
) -> ModelList:
    models = model_list(original.get("model_list"), strategy(router), findings, shelter)
    if not models.models and not models.virtual_models:
        raise InventoryError(_nothing(original.get("model_list"), file, findings))
    return models


def _take_out(sections: Mapping[str, dict[str, Any]], findings: Findings) -> None:
    """Remove from the sections what Platelayer decides, what needs a database and what LiteLLM never read."""
    settings.general_settings(sections["general_settings"], findings)
    for name, found in sections.items():
        database.take_out(name, found, findings)
        typos.take_out(name, found, findings)


def _say_around(sections: Mapping[str, dict[str, Any]], config: Mapping[str, Any], findings: Findings) -> None:
    """Tell what the settings need beside themselves: code, environment variables, paths of the edge."""
    of_litellm, general = sections["litellm_settings"], sections["general_settings"]
    callbacks.default_model(of_litellm, findings)
    callbacks.own_code(of_litellm, "litellm_settings", findings)
    callbacks.own_code(general, "general_settings", findings)
    callbacks.variables(of_litellm, config.get(_VARIABLES), findings)
    edge.say_closed({**config, **sections}, findings)


def _extra(sections: Mapping[str, Any], shelter: Shelter) -> dict[str, Any]:
    """`litellm_config_extra`: what is left of the sections, without secrets."""
    kept = {key: value for key, value in sections.items() if key != "model_list" and value}
    # What has options of its own comes first.
    order = sorted(kept, key=lambda key: key not in _SECTIONS)
    return {key: shelter.keep(key, kept[key], key) for key in order}


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


def _say_result(gateway: GatewaySpec, both: tuple[Any, Any], findings: Findings) -> None:
    """What the new inventory does otherwise than the original, and what is wrong with it. both: the two configs."""
    for place, words in compare.differences(*both):
        findings.add("differs", place, words)
    for problem in rules.inventory_problems(gateway):
        findings.add("check", "inventory", problem)


def _say_taken(models: ModelList, shelter: Shelter, findings: Findings) -> None:
    """A variable that the config fills with something else than the key of the provider of that name."""
    for named in models.providers.values():
        variable = key_variable(named.name)
        if named.place.key and named.place.key.variable != variable and variable in shelter.variables:
            words = f"reads {variable}, which holds the key of {named.name} from now on; rename that provider"
            findings.add("check", shelter.variables[variable], words)


def _nothing(models: Any, file: str, findings: Findings) -> list[str]:
    if models is None:
        return [f"{file}: it has no model_list; write the path of LiteLLM's config.yaml"]
    if models == []:
        return [
            f"{file}: its model_list is empty; what was added in LiteLLM's admin pages is in its database, not here"
        ]
    reasons = [f"{', '.join(found.places[:3])}: {found.what}" for found in findings][:_REASONS]
    return [f"{file}: no model of it can be carried over; mend what is wrong with these:", *reasons]


def beyond_defaults(part: type[InventoryPart], options: Mapping[str, Any]) -> dict[str, Any]:
    """The options that do not say what is so without them."""
    usual = part().model_dump()
    return {key: value for key, value in options.items() if usual.get(key) != value or key == "enabled"}


def _section(config: Mapping[str, Any], name: str, findings: Findings) -> dict[str, Any]:
    value = config.get(name)
    if value is not None and not isinstance(value, Mapping):
        findings.add("never_worked", name, "is not a mapping of settings; LiteLLM cannot use it")
    return {str(key): item for key, item in value.items()} if isinstance(value, Mapping) else {}
