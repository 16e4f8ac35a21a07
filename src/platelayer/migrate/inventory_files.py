"""What an import made, as the files of an environment: `gateway.yml` and `litellm.yml`."""

from platelayer.inventory.yaml_text.variables_file import JinjaExpression, VariablesFile
from platelayer.migrate.conversion import ConfigImport
from platelayer.migrate.redis_import import REDIS_PASSWORD, has_several_servers


def render_files(result: ConfigImport) -> dict[str, str]:
    """Return file name → text: providers, models and routing, and what LiteLLM itself needs."""
    return {"gateway.yml": _render_gateway(result), "litellm.yml": _render_litellm(result)}


def _render_gateway(result: ConfigImport) -> str:
    file, models = _start_file(result, "gateway.yml"), result.models
    providers, origins = {}, {}
    for provider in models.providers.values():
        providers[provider.name] = provider.as_inventory(lambda _, entry: _from_vault(entry.variable))
        origin = f"; its key is in {provider.vault_key.origin}" if provider.vault_key else ""
        origins[provider.name] = f"{provider.used} deployment{'s' if provider.used > 1 else ''}{origin}"
    file.add("gateway_providers", providers, "Where models are served. Keys come from vault.yml.", origins)
    source = f"From model_list of {result.file}"
    if models.models:
        file.add("gateway_models", models.models, f"{source}, in its order.")
    if models.virtual_models:
        comment = f"{source}: names whose deployments are tried strictly in order."
        file.add("gateway_virtual_models", models.virtual_models, comment)
    if result.router:
        file.add("gateway_router", result.router, "From router_settings and litellm_settings.")
    if cache := result.gateway.cache.model_dump(exclude_defaults=True):
        file.add("gateway_cache", cache, "From cache and cache_params of litellm_settings.")
    redis = result.gateway.redis.model_dump(exclude_defaults=True)
    if not result.gateway.redis.without_password:
        redis["password"] = _from_vault(REDIS_PASSWORD)
    comment = "What the instances of LiteLLM share."
    if not result.redis["enabled"]:
        comment = "Remove `enabled`, and the instances of LiteLLM share cooldowns and limits."
        comment = f"{result.file} names no Redis. {comment}"
    if has_several_servers(result.extra):
        comment = "The Redis that they share is in litellm_config_extra."
    file.add("gateway_redis", redis, comment)
    if result.redis_password or result.gateway.redis.without_password:
        file.add("redis_enabled", False, "That server is there already, so none is installed.")
    return file.render()


def _render_litellm(result: ConfigImport) -> str:
    file = _start_file(result, "litellm.yml")
    key = _from_vault("vault_litellm_master_key")
    file.add("litellm_master_key", key, "Clients send it as `Authorization: Bearer …`.")
    if result.environment:
        variables = {name: _from_vault(variable) for name, variable in result.environment.items()}
        file.add("litellm_environment", variables, "Variables that litellm_config_extra or a model refers to.")
    if result.extra:
        comment = f"From {result.file}, what has no variable of its own; merged last into LiteLLM's config."
        file.add("litellm_config_extra", result.extra, comment)
    return file.render()


def _start_file(result: ConfigImport, name: str) -> VariablesFile:
    example = f"inventories/example/group_vars/all/{name}"
    return VariablesFile(f"Made of {result.file} by `platelayer import`. What else can be written here: {example}")


def _from_vault(variable: str) -> JinjaExpression:
    return JinjaExpression(f"{{{{ {variable} | default('') }}}}")
