"""A LiteLLM config as a mapping becomes an inventory as a mapping, with all that is to be reported of it."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any

from platelayer.advice import suggest_word
from platelayer.errors import InventoryError
from platelayer.gateway import litellm_config
from platelayer.gateway import litellm_words as words
from platelayer.gateway.build import build
from platelayer.gateway.deployments import name_key_variable, name_variables
from platelayer.gateway.litellm_reading import STRATEGIES, RawSettings, Section, read_strategy
from platelayer.gateway.logins import list_login_params
from platelayer.migrate import shared_settings as shared
from platelayer.migrate.comparison import report_differences
from platelayer.migrate.import_findings import ImportFinding, ImportFindings
from platelayer.migrate.model_groups import ImportedModels, import_models
from platelayer.migrate.redis_import import take_caches
from platelayer.migrate.routing import import_routing
from platelayer.migrate.secret_store import MASTER_KEY, SecretStore, VaultEntry
from platelayer.migrate.source import resolve_credentials
from platelayer.schema import GatewaySpec, parse, plain
from platelayer.schema.raw_values import as_mapping
from platelayer.schema.secret_texts import ENVIRON, list_references

# Stands for a secret that only the vault holds.
_PLACEHOLDER = "placeholder0123456789"
_MOST_REASONS = 5


@dataclass(frozen=True, slots=True)
class ConfigImport:
    """What an import makes of a config.

    cache, redis, router: options of `gateway_*`; redis_password: that of Redis, if that server is somebody else's;
    extra: `litellm_config_extra`; environment: LiteLLM's environment variables → the vault's variables that hold them;
    gateway, rendered: the result, with placeholders for secrets.
    """

    file: str
    models: ImportedModels
    cache: Section
    redis: Section
    router: Section
    extra: Section
    redis_password: VaultEntry | None
    environment: dict[str, str]
    vault_entries: tuple[VaultEntry, ...]
    findings: tuple[ImportFinding, ...]
    gateway: GatewaySpec
    rendered: Section


def convert_config(config: RawSettings, file: str, findings: ImportFindings | None = None) -> ConfigImport:
    """Convert a whole config; `file` names it in texts. Raise InventoryError where there is nothing to carry over.

    findings: those of its files, which come first.
    """
    findings = ImportFindings() if findings is None else findings
    store = SecretStore(findings)
    rest = store.hide_all(shared.drop_unknown_sections(resolve_credentials(config, findings), findings))
    sections: dict[str, Section] = {}
    for name in words.SETTINGS:
        sections[name] = dict(as_mapping(rest.get(name)))
        if not isinstance(rest.pop(name, None), (Mapping, type(None))):
            findings.add("not-settings", name)
    if (strategy := read_strategy(sections["router_settings"])) not in STRATEGIES:
        advice = suggest_word(strategy, STRATEGIES)
        raise InventoryError([f"{file}: router_settings.routing_strategy: LiteLLM knows no '{strategy}'; {advice}"])
    store.is_host_asked_at_azure = sections["litellm_settings"].get("enable_azure_ad_token_refresh") is True
    entries = rest.pop("model_list", None)
    models = import_models(entries, read_strategy(sections["router_settings"]), findings, store)
    if not models.names:
        raise InventoryError(_explain_emptiness(entries, file, findings))
    for name, section in sections.items():
        shared.drop_dead_settings(name, section, findings)
    shared.drop_broken_endpoints(sections["general_settings"], findings)
    original = {"model_list": entries, **rest, **{name: dict(section) for name, section in sections.items()}}
    shared.report_needs({**config, **sections}, findings)
    cache, redis, redis_password = take_caches(sections, findings, store)
    router = import_routing(sections, models, findings)
    extra = {key: value for key, value in {**sections, **rest}.items() if value}
    inventory = {"models": models.models, "virtual_models": models.virtual_models, "router": router, "cache": cache}
    gateway, rendered, restored = _render(inventory, redis, models, extra)
    keys = [f"{name}.{key}" for name in sections for key in extra.get(name, ())]
    if keys := [*keys, *(name for name in extra if name not in sections)]:
        findings.add("carried", "litellm_config_extra", keys=", ".join(keys))
    report_differences(original, restored, store, findings)
    for problem in build(gateway, {}).problems:
        findings.add("inventory", "inventory", problem=problem)
    vault_entries = [*store.vault_entries, *([redis_password] if redis_password else [])]
    environment = _fill_environment(models, extra, litellm_config.make_environment(gateway).keys(), store, findings)
    vault_entries += [entry for entry in store.vault_entries if entry not in vault_entries]
    router = plain(gateway.router.model_dump(exclude_defaults=True))
    return ConfigImport(
        file, models, cache, redis, router, extra, redis_password, environment, tuple(vault_entries), tuple(findings),
        gateway, rendered,
    )  # fmt: skip


def _explain_emptiness(models: Any, file: str, findings: ImportFindings) -> list[str]:
    if models is None:
        return [f"{file}: it has no model_list; write the path of LiteLLM's config.yaml"]
    if models == []:
        reason = "its model_list is empty; what was added in LiteLLM's admin pages is in its database, not here"
        return [f"{file}: {reason}"]
    reasons = [f"{', '.join(finding.places[:3])}: {finding.what}" for finding in findings][:_MOST_REASONS]
    return [f"{file}: no model of it can be carried over; mend what is wrong with these:", *reasons]


def _render(
    inventory: RawSettings, redis: RawSettings, models: ImportedModels, extra: RawSettings
) -> tuple[GatewaySpec, Section, Section]:
    """Return the new inventory, the config that it renders, and the same with the references of the original.

    The first two have placeholders for keys and addresses that the vault will hold.
    """
    providers, references = {}, {}
    for provider in models.providers.values():
        providers[provider.name] = provider.as_inventory(_hold_place)
        references[f"{ENVIRON}{name_key_variable(provider.name)}"] = provider.address.api_key
        if entry := provider.vault_entries.get("api_base"):
            references[_hold_place("api_base", entry)] = provider.address.api_base
    password = {} if redis.get("without_password") else {"password": _PLACEHOLDER}
    gateway = parse({**inventory, "providers": providers, "redis": {**password, **redis}})
    rendered = litellm_config.make_config(build(gateway, {}), extra=extra)
    restored_params = {"api_key", "api_base"}
    for imported in models.providers.values():
        login, written = dict(imported.address.login), gateway.providers[imported.name]
        for option, param, text in list_login_params(name_variables(imported.name), written):
            references[text] = login[option]
            restored_params.add(param)
    entries = []
    for entry in rendered["model_list"]:
        params = dict(entry["litellm_params"])
        params |= {key: references.get(params[key], params[key]) for key in restored_params & params.keys()}
        entries.append({**entry, "litellm_params": params})
    return gateway, rendered, {**rendered, "model_list": entries}


def _hold_place(option: str, entry: VaultEntry) -> str:
    """Return what can stand for a value of the vault: a URL, a credential file, or a text that no other option has."""
    name = entry.variable.removeprefix("vault_").replace("_", "-")
    others = {"api_key": _PLACEHOLDER, "api_base": f"https://{name}.invalid", "credentials": '{"type": "placeholder"}'}
    return others.get(option, name)


def _fill_environment(
    models: ImportedModels, extra: RawSettings, own: Set[str], store: SecretStore, findings: ImportFindings
) -> dict[str, str]:
    """Return each environment variable that the new inventory refers to beside its providers → the vault's variable.

    own: those that Platelayer fills itself.
    """
    references = dict(store.given)
    groups = [(model["name"], model.get("layers", [model])) for model in [*models.models, *models.virtual_models]]
    carried = [(name, entry.get("extra")) for name, entries in groups for entry in entries]
    for path, data in [*carried, *extra.items()]:
        for variable, place, _ in list_references(data, path):
            references.setdefault(variable, place)
    for provider in models.providers.values():
        variable = name_key_variable(provider.name)
        if provider.vault_key and provider.address.api_key != f"{ENVIRON}{variable}" and variable in references:
            findings.add("other-key", references[variable], variable=variable, provider=provider.name)
    environment = {}
    for variable, place in references.items():
        if variable not in own | {MASTER_KEY}:
            use = ("LiteLLM's", variable) if variable in store.places else (f"{variable} for", place)
            environment[variable] = store.ask_vault(variable, *use).variable
    return environment
