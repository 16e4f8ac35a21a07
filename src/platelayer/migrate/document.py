"""An import as the files of an environment: YAML that a person likes to read, and Ansible reads the same."""

from collections.abc import Iterable, Mapping
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq, TaggedScalar
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from platelayer.migrate.convert import Import, beyond_defaults
from platelayer.migrate.naming import Named
from platelayer.migrate.vault import REDIS_PASSWORD
from platelayer.schema.inventory import CacheSettings, RedisConnection

# A model stays in one line, however long; the checkout's own linter is told so.
_LINT_WIDTH = 160
EXAMPLE = "inventories/example/group_vars/all"


def gateway_yml(made: Import) -> str:
    """`gateway.yml`: providers, models, and how requests are routed."""
    document = CommentedMap()
    document.yaml_set_start_comment(_start(made, "gateway.yml"))
    providers = CommentedMap()
    for named in made.models.providers.values():
        providers[named.name] = _block(_provider(named))
        providers.yaml_set_comment_before_after_key(named.name, before=_origin(made, named), indent=2)
    _put(document, "gateway_providers", providers, "Where models are served. Keys come from vault.yml.")
    if made.models.models:
        words = f"From model_list of {made.file}, in its order."
        _put(document, "gateway_models", _lines(made.models.models), words)
    if made.models.virtual_models:
        words = f"From model_list of {made.file}: names whose deployments are tried strictly in order."
        _put(document, "gateway_virtual_models", _virtual(made.models.virtual_models), words)
    if made.router:
        _put(document, "gateway_router", _block(made.router), "From router_settings and litellm_settings.")
    if cache := beyond_defaults(CacheSettings, made.settings.cache):
        _put(document, "gateway_cache", _block(cache), "From cache and cache_params of litellm_settings.")
    _put(document, "gateway_redis", _block(_redis(made)), _redis_words(made))
    if made.settings.foreign_redis:
        _put(document, "redis_enabled", False, "That server is there already, so none is installed.")
    return _text(document)


def litellm_yml(made: Import) -> str:
    """`litellm.yml`: the master key, and what has no variable of its own."""
    document = CommentedMap()
    document.yaml_set_start_comment(_start(made, "litellm.yml"))
    key = _from_vault("vault_litellm_master_key")
    _put(document, "litellm_master_key", key, "Clients send it as `Authorization: Bearer …`.")
    if made.environment:
        variables = CommentedMap({name: _from_vault(vault) for name, vault in made.environment.items()})
        _put(document, "litellm_environment", variables, "Variables that litellm_config_extra or a model refers to.")
    if made.extra:
        words = f"From {made.file}, what has no variable of its own; merged last into LiteLLM's config."
        _put(document, "litellm_config_extra", _block(made.extra), words)
    return _text(document)


def _start(made: Import, name: str) -> str:
    return f"Made of {made.file} by `platelayer import`. What else can be written here: {EXAMPLE}/{name}"


def _put(document: CommentedMap, key: str, value: Any, words: str) -> None:
    document[key] = value
    document.yaml_set_comment_before_after_key(key, before=f"\n{words}")


def _provider(named: Named) -> dict[str, Any]:
    return named.as_inventory(
        api_key=_from_vault(named.key) if named.key else None,
        api_base=_from_vault(named.base) if named.base else None,
    )


def _origin(made: Import, named: Named) -> str:
    """Where a provider comes from, such as: 140 deployments; its key was in the variable OPENROUTER_API_KEY."""
    used = made.models.used[named.name]
    words = f"{used} deployment{'s' if used > 1 else ''}"
    if named.place.key:
        words += f"; its key is in {named.place.key.origin}"
    return words


def _from_vault(variable: str) -> str:
    text: str = DoubleQuotedScalarString(f"{{{{ {variable} | default('') }}}}")
    return text


def _redis(made: Import) -> dict[str, Any]:
    options = beyond_defaults(RedisConnection, made.settings.redis)
    if options.get("enabled"):
        del options["enabled"]
    return {**options, "password": _from_vault(REDIS_PASSWORD)}


def _redis_words(made: Import) -> str:
    if made.settings.redis["enabled"]:
        return "What the instances of LiteLLM share."
    return f"{made.file} names no Redis. Remove `enabled`, and the instances of LiteLLM share cooldowns and limits."


def _virtual(models: Iterable[Mapping[str, Any]]) -> CommentedSeq:
    found = CommentedSeq()
    for model in models:
        shown = CommentedMap()
        for key, value in model.items():
            shown[key] = _lines(value) if key == "layers" else _flow(value)
        found.append(shown)
    return found


def _lines(entries: Iterable[Any]) -> CommentedSeq:
    return CommentedSeq([_flow(entry) for entry in entries])


def _block(value: Any) -> Any:
    """Mappings in block style; lists of plain values and what is in lists in one line each."""
    if isinstance(value, Mapping) and value:
        return CommentedMap({_scalar(key): _block(item) for key, item in value.items()})
    if isinstance(value, list) and any(isinstance(item, (Mapping, list)) for item in value):
        return _lines(value)
    return _flow(value)


def _flow(value: Any) -> Any:
    shown: CommentedMap | CommentedSeq
    if isinstance(value, Mapping):
        shown = CommentedMap({_scalar(key): _flow(item) for key, item in value.items()})
    elif isinstance(value, (list, tuple)):
        shown = CommentedSeq([_flow(item) for item in value])
    else:
        return _scalar(value)
    shown.fa.set_flow_style()
    return shown


def _scalar(value: Any) -> Any:
    if isinstance(value, DoubleQuotedScalarString) or not isinstance(value, str):
        return value
    if any(mark in value for mark in ("{{", "{%", "{#")):
        # Ansible would take it for an expression of its own.
        return TaggedScalar(value, style='"', tag="!unsafe")
    return value if value.isprintable() else DoubleQuotedScalarString(value)


def _text(document: CommentedMap) -> str:
    yaml = YAML()
    # What Ansible reads: words such as `on` need quotes there.
    yaml.version = (1, 1)
    yaml.width = 2**16
    yaml.indent(mapping=2, sequence=4, offset=2)
    stream = StringIO()
    yaml.dump(document, stream)
    text = stream.getvalue().removeprefix("%YAML 1.1\n")
    if max(map(len, text.splitlines())) > _LINT_WIDTH:
        text = text.replace("---\n", "---\n# yamllint disable rule:line-length\n", 1)
    return text
