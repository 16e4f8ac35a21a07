"""Callbacks: code beside the config that is not copied, and LiteLLM's own, which want environment variables."""

from collections.abc import Mapping
from typing import Any

from platelayer.migrate import words
from platelayer.migrate.findings import Findings
from platelayer.migrate.secrecy import hides_secret
from platelayer.migrate.values import mapping, several

HOOK = "platelayer_hooks.default_model"
_LISTS = ("callbacks", "success_callback", "failure_callback", "service_callback", "audit_log_callbacks")
_PROVIDERS = "custom_provider_map"
_NOT_COPIED = "is code of your own and is not copied; LiteLLM does not start without it"
_CODE = frozenset({*_LISTS, "post_call_rules", "custom_auth", "custom_sso", "custom_key_generate", "custom_key_update"})


def own_code(settings: Mapping[str, Any], section: str, findings: Findings) -> None:
    """Tell the callbacks and the like that are Python files beside the config."""
    for key, value in settings.items():
        for name in several(value):
            if key in _CODE and isinstance(name, str) and "." in name and name != HOOK and not hides_secret(name):
                findings.add(
                    "check",
                    f"{section}.{key}",
                    f"{name} {_NOT_COPIED}",
                )
    for provider in map(mapping, several(settings.get(_PROVIDERS))):
        findings.add("check", f"{section}.{_PROVIDERS}", f"{provider.get('custom_handler')} {_NOT_COPIED}")


def default_model(litellm: Mapping[str, Any], findings: Findings) -> None:
    """A config of Platelayer's own does not tell which model the hook fills in."""
    if HOOK in several(litellm.get("callbacks")):
        findings.add(
            "not_carried",
            "litellm_settings.callbacks",
            f"{HOOK} reads its model from the environment; write it as gateway_router.default_model, and remove the "
            "callbacks from litellm_config_extra",
        )


def variables(litellm: Mapping[str, Any], environment: Any, findings: Findings) -> None:
    """Tell which of LiteLLM's own callbacks want variables. environment: the config's `environment_variables`."""
    for key in _LISTS:
        for name in several(litellm.get(key)):
            if isinstance(name, str) and (what := _wants(name, mapping(environment))):
                findings.add("check", f"litellm_settings.{key}", what)


def _wants(name: str, environment: Mapping[str, Any]) -> str | None:
    if "." in name or name in words.WITHOUT_VARIABLES:
        return None
    known = words.VARIABLES.get(name)
    if known is None:
        return f"{name} may read environment variables; write those that it had into litellm_environment"
    missing = [variable for variable in known if variable not in environment]
    listed = ", ".join(missing)
    return f"{name} reads {listed}; write those that it had into litellm_environment" if missing else None
