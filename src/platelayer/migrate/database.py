"""What of a config lives in LiteLLM's database only, which Platelayer does not run."""

from fnmatch import fnmatchcase
from typing import Any

from platelayer.migrate.findings import Findings

_NEEDS = (
    "needs LiteLLM's database, which Platelayer does not run; virtual keys, users, teams, budgets and spend logs end "
    "with it"
)
_SETTINGS = {
    "litellm_settings": (
        "*_budget", "*_budget_id", "budget_duration", "budget_exceeded_*", "budget_reset_time", "budget_rollover",
        "default_internal_user_params", "default_key_*", "default_team_*", "disable_end_user_cost_tracking*",
        "extra_spend_tag_headers", "internal_user_budget_duration", "key_alias_pattern", "key_generation_settings",
        "scim_*", "store_audit_logs", "upperbound_key_generate_params", "validate_end_user_id_in_db",
    ),
    "general_settings": (
        "apply_user_budget_to_team_keys", "custom_key_*", "database_*", "default_team_disabled",
        "disable_budget_reservation", "disable_error_logs", "disable_prisma_schema_update", "disable_reset_budget",
        "disable_spend_*", "fail_closed_budget_enforcement", "maximum_spend_logs_*", "proxy_batch_*",
        "proxy_budget_rescheduler_*", "spend_*", "store_model_in_db", "store_prompts_in_spend_logs",
        "supported_db_objects", "ui_access_mode", "use_redis_transaction_buffer", "use_spend_logs_partitioning",
        "user_mcp_management_mode",
    ),
}  # fmt: skip


def take_out(section: str, settings: dict[str, Any], findings: Findings) -> None:
    """Remove what does nothing without a database from a section of settings, and tell it."""
    for key in [key for key in settings if any(fnmatchcase(key, pattern) for pattern in _SETTINGS.get(section, ()))]:
        if settings.pop(key) is not None:
            findings.add("not_carried", f"{section}.{key}", _NEEDS)
