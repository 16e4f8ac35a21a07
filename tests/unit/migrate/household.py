"""A config of sixty entries as a household grows one over a year: shares, orders, wildcards, typos, lost providers."""

from typing import Any

from shapes import BOX, entry

RELAY = "http://cli-proxy:8317/v1"
SHOP = {"api_base": "https://router.requesty.ai/v1", "api_key": "os.environ/REQUESTY_API_KEY"}
OPENROUTER = {"api_key": "os.environ/OR_KEY"}
VENDORS = ("anthropic/claude-sonnet-4.5", "z-ai/glm-5", "qwen/qwen3-max", "deepseek/deepseek-v3.2", "openai/gpt-5")


def config() -> dict[str, Any]:
    """As `yaml.safe_load` gives it."""
    return {
        "model_list": [*_plain(), *_shared(), *_ordered(), *_hoped_for(), *_lost()],
        "router_settings": {
            "routing_strategy": "simple-shuffle",
            "rounting_strategy": "least-busy",
            "fallback_order": ["chat", "code"],
            "num_retries": 3,
            "enable_pre_call_checks": True,
            "model_group_alias": {"gpt-4o": "chat", "old": "nobody", "assistant": {"model": "code", "hidden": True}},
            "fallbacks": [{"chat": ["code", "claude-at-aws"]}, {"code": ["gone"]}, {"*": ["model-0"]}],
            "context_window_fallbacks": [{"chat": ["model-1"]}],
        },
        "litellm_settings": {
            "drop_parms": True,
            "callbacks": ["langfuse", "prometheus"],
            "success_callback": ["s3", "helicone"],
            "request_timeout": 600,
            "set_verbose": False,
        },
        "general_settings": {"master_key": "sk-planted-master-key", "alerting": ["slack"], "max_parralel_requests": 9},
        "routr_settings": {"timeout": 5},
        "guardrails": [
            {"guardrail_name": "pii", "litellm_params": {"guardrail": "presidio", "api_key": "planted-pii"}}
        ],
    }


def _plain() -> list[Any]:
    prices = {"input_cost_per_token": 3e-07, "output_cost_per_token": "2e-06"}
    entries = [
        entry(f"model-{number}", f"openrouter/{VENDORS[number % 5]}-{number}", {"supports_vision": True}, **OPENROUTER)
        for number in range(30)
    ]
    entries += [entry(f"shop-{number}", f"openai/{VENDORS[number % 5]}", **prices, **SHOP) for number in range(8)]
    return [*entries, entry("openrouter/*", "openrouter/*", **OPENROUTER), entry("local", "ollama/llama3")]


def _shared() -> list[Any]:
    return [
        entry("chat", "openrouter/z-ai/glm-5", weight=3, **OPENROUTER),
        entry("chat", "openai/zai/glm-5", weight=1, **SHOP),
        entry("chat", "openai/glm-5", api_base=RELAY, api_key="sk-planted-relay"),
        entry("fast", "openrouter/qwen/qwen3-max", rpm=100, stream_timout=20, **OPENROUTER),
        entry("fast", "openai/qwen3-max", rpm=300, **SHOP),
        entry("spare", "openai/qwen", api_base=BOX, api_key="none"),
        entry("spare", "openai/qwen", {"mode": "video_generation"}, api_base="http://gpu:8080/v1", api_key="none"),
    ]


def _ordered() -> list[Any]:
    return [
        entry("code", "openai/claude", order=1, api_base=RELAY, api_key="sk-planted-relay"),
        entry("code", "openrouter/anthropic/claude-sonnet-4.5", order=2, weight=2, **OPENROUTER),
        entry("code", "openai/anthropic/claude-sonnet-4-5", order=2, weight=1, **SHOP),
        entry("code", "openrouter/z-ai/glm-5", **OPENROUTER),
        entry("draft", "openai/qwen", order=1, api_base=BOX, api_key="none"),
        entry("draft", "openrouter/qwen/qwen3-max", order=2, **OPENROUTER),
    ]


def _hoped_for() -> list[Any]:
    return [
        entry("auto", "openai/gpt-5", {"fallback_order": 3}, **SHOP),
        entry("auto", "openai/claude", {"fallback_order": 1}, api_base=RELAY, api_key="${RELAY_KEY}"),
        entry("auto", "openrouter/openai/gpt-5", {"fallback_order": 2}, **OPENROUTER),
    ]


def _lost() -> list[Any]:
    return [
        entry("claude-at-aws", "oci/anthropic.claude-v4", aws_region_name="eu-west-1"),
        entry("anything", "*"),
        entry("odd", "openrouter/x", **OPENROUTER) | {"weight": 3},
        entry("priced", "openrouter/y", input_cost_per_token=-1, **OPENROUTER),
    ]
