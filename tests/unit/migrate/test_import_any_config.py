"""Whatever stands in a config, it comes over, is told, or is refused in words; and no secret shows on the way."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from platelayer.errors import PlatelayerError
from platelayer.migrate.conversion import convert_config
from platelayer.migrate.inventory_files import render_files
from platelayer.terminal.import_report import as_dict

WORDS = (
    "a", "*", "openai/x", "openrouter/x", "ollama/x", "bedrock/x", "gpt-5", "http://box:8080/v1", "https://[", "${X}",
    "os.environ/X_API_KEY", "os.environ/", "os.environ/A/v1", "{{ x }}", "", " ", "3e-07", "nan",
)  # fmt: skip
SECRETS = ("sk-planted-key-1", "redis://:planted@[", "redis://:planted@box:99999")
scalars = st.one_of(st.none(), st.booleans(), st.integers(-9, 9), st.floats(), st.sampled_from(WORDS))
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from((*WORDS, 7, True)), inner, max_size=3),
)
PARAMS = (
    "model", "api_base", "base_url", "api_key", "order", "weight", "rpm", "timeout", "input_cost_per_token",
    "tiered_pricing", "custom_llm_provider", "litellm_credential_name", "extra_headers",
)  # fmt: skip
INFO = ("id", "mode", "order", "fallback_order", "max_tokens", "max_input_tokens", "output_cost_per_token", "x")
ROUTER = (
    "routing_strategy", "timeout", "num_retries", "fallbacks", "default_fallbacks", "model_group_alias", "redis_host",
    "redis_port", "redis_url", "redis_password", "cache_kwargs", "context_window_fallbacks",
)  # fmt: skip
SECRET = ("api_key", "redis_url", "redis_password", "master_key", "database_url")
LITELLM = ("cache", "cache_params", "fallbacks", "callbacks", "drop_params", "request_timeout", "num_retries")


def some(keys: tuple[str, ...], likely: dict[str, Any] | None = None) -> Any:
    """A mapping of these keys to anything; or anything at all."""
    options = {key: st.one_of(st.sampled_from(SECRETS if key in SECRET else WORDS), anything) for key in keys}
    return st.one_of(st.fixed_dictionaries(likely or {}, optional=options), anything)


entries = st.one_of(
    st.fixed_dictionaries(
        {"model_name": st.sampled_from(WORDS), "litellm_params": some(PARAMS), "model_info": some(INFO)},
        optional={"weight": anything},
    ),
    anything,
)
GOOD = {"model_name": "good", "litellm_params": {"model": "openrouter/x"}}
configs = st.fixed_dictionaries(
    {"model_list": st.one_of(st.lists(entries, max_size=4).map(lambda found: [GOOD, *found]), anything)},
    optional={
        "router_settings": some(ROUTER),
        "litellm_settings": some(LITELLM),
        "general_settings": some(("master_key", "callbacks", "database_url", "trusted_proxy_ranges")),
        "credential_list": anything,
        "environment_variables": anything,
        "guardrails": anything,
    },
)


@given(configs)
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_config_is_imported_or_refused_in_words(config: dict[str, Any]) -> None:
    try:
        result = convert_config(config, "config.yaml")
    except PlatelayerError:
        return
    shown = f"{render_files(result)}{as_dict(result)}"
    assert "planted" not in shown
