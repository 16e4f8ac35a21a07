"""What each provider lists, in its own shape and unit, and the inventory that serves it."""

from __future__ import annotations

from typing import Any

from fakes import PROMPT

GPT_4O_RATIO = 1.25

LISTS: dict[str, Any] = {
    "/openrouter/models": {
        "data": [
            {
                "id": "anthropic/claude-sonnet-4.5",
                "context_length": 1_000_000,
                "architecture": {"input_modalities": ["text", "image", "file"], "output_modalities": ["text"]},
                "pricing": {
                    "prompt": "0.000003",
                    "completion": "0.000015",
                    "request": "0",
                    "image": "0",
                    "internal_reasoning": "0",
                    "input_cache_read": "0.0000003",
                    "input_cache_write": "0.00000375",
                    "overrides": [
                        {"min_prompt_tokens": PROMPT, "prompt": "0.000006", "completion": "0.0000225"},
                    ],
                },
                "top_provider": {"context_length": 1_000_000, "max_completion_tokens": 64_000},
                "supported_parameters": ["tools", "reasoning", "structured_outputs"],
            },
            {
                "id": "z-ai/glm-5",
                "context_length": 202_752,
                "architecture": {"input_modalities": ["text"], "output_modalities": ["text"]},
                "pricing": {"prompt": "0.00000072", "completion": "0.0000023", "input_cache_read": "0.000000143"},
                "top_provider": {"context_length": 202_752, "max_completion_tokens": 131_072},
                "supported_parameters": ["tools"],
            },
            {
                "id": "z-ai/glm-5:free",
                "context_length": 131_072,
                "pricing": {"prompt": "0", "completion": "0"},
                "supported_parameters": [],
            },
            {
                "id": "openai/o9",
                "context_length": 400_000,
                "pricing": {
                    "prompt": "0.000002",
                    "completion": "0.000008",
                    "input_cache_read": "0.0000005",
                    "internal_reasoning": "0.000013",
                    "overrides": [{"min_prompt_tokens": PROMPT + 1, "prompt": "0.000004", "completion": "0.000016"}],
                },
                "supported_parameters": ["reasoning"],
            },
            {
                "id": "google/sound-and-pictures",
                "context_length": 1_000_000,
                "pricing": {
                    "prompt": "0.0000003",
                    "completion": "0.0000025",
                    "audio": "0.000001",
                    "audio_output": "0.000012",
                    "image": "0.0000004",
                    "image_output": "0.00003",
                },
            },
            {
                "id": "anthropic/cached-for-an-hour",
                "context_length": 1_000_000,
                "pricing": {
                    "prompt": "0.000003",
                    "completion": "0.000015",
                    "input_cache_read": "0.0000003",
                    "input_cache_write": "0.00000375",
                    "input_cache_write_1h": "0.000006",
                },
            },
            {"id": "openrouter/auto", "pricing": {"prompt": "-1", "completion": "-1"}, "context_length": 2_000_000},
        ]
    },
    "/openrouter/embeddings/models": {
        "data": [
            {
                "id": "qwen/qwen3-embedding-8b",
                "context_length": 32_768,
                "pricing": {"prompt": "0.00000001", "completion": "0"},
            }
        ]
    },
    "/requesty/models": {
        "object": "list",
        "data": [
            {
                "id": "openai/gpt-5-mini",
                "input_price": 2.5e-7,
                "output_price": 0.000002,
                "cached_price": 2.5e-8,
                "caching_price": 0,
                "context_window": 400_000,
                "max_output_tokens": 128_000,
                "supports_vision": True,
                "supports_reasoning": True,
            }
        ],
    },
    "/novita/models": {
        "data": [
            {
                "id": "meta-llama/llama-3.3-70b-instruct",
                "context_size": 131_072,
                "input_token_price_per_m": 3900,
                "output_token_price_per_m": 3900,
            },
            {
                "id": "zai-org/glm-5",
                "status": 1,
                "context_size": 202_800,
                "max_output_tokens": 131_072,
                "features": ["function-calling"],
                "pricing": {
                    "prompt": {"price_per_m": 10_000, "price_per_m_decimal": "1"},
                    "completion": {"price_per_m": 32_000, "price_per_m_decimal": "3.2"},
                    "input_cache_read": {"price_per_m": 2000, "price_per_m_decimal": "0.2"},
                },
            },
        ]
    },
    "/nano/models": {
        "data": [
            {
                "id": "moonshotai/kimi-k2.5",
                "context_length": 262_144,
                "max_output_tokens": 8192,
                "capabilities": {"vision": True, "reasoning": True, "tool_calling": True},
                "pricing": {"prompt": 1.5, "completion": 4.5, "currency": "USD", "unit": "per_million_tokens"},
            },
            {
                "id": "zai-org/glm-5",
                "context_length": 200_000,
                "pricing": {"prompt": 0.3, "completion": 2.55, "currency": "USD", "unit": "per_million_tokens"},
            },
        ]
    },
    "/ollama/api/tags": {"models": [{"name": "qwen3:8b", "model": "qwen3:8b"}]},
    "/vllm/v1/models": {
        "data": [
            {"id": "qwen3.5-35b", "object": "model", "owned_by": "vllm", "max_model_len": 65_536},
            {"id": "gpt-4.1-mini", "object": "model", "owned_by": "vllm"},
            {"id": "house-llama", "object": "model", "owned_by": "vllm"},
        ],
    },
    "/relay/v1/models": {
        "data": [
            {"id": "gpt-4o", "owned_by": "custom"},
            {"id": "gpt-4.1", "owned_by": "custom"},
            {"id": "sound-and-pictures", "owned_by": "custom"},
        ]
    },
    "/relay/api/pricing": {
        "success": True,
        "group_ratio": {"default": 1},
        "data": [
            {
                "model_name": "gpt-4o",
                "quota_type": 0,
                "model_ratio": GPT_4O_RATIO,
                "completion_ratio": 4,
                "cache_ratio": 0.5,
            },
            {
                "model_name": "sound-and-pictures",
                "quota_type": 0,
                "model_ratio": 1.25,
                "completion_ratio": 4,
                "audio_ratio": 16,
                "audio_completion_ratio": 2,
                "image_ratio": 1.6,
            },
            {"model_name": "gpt-4.1", "quota_type": 1, "model_price": 0.01},
        ],
    },
    "/other/model/info": {
        "data": [
            {
                "model_name": "house-model",
                "model_info": {
                    "mode": "chat",
                    "input_cost_per_token": 4e-07,
                    "output_cost_per_token": 1.6e-06,
                    "cache_read_input_token_cost": 1e-07,
                    "max_input_tokens": 1_047_576,
                    "max_output_tokens": 32_768,
                    "supports_function_calling": True,
                },
            }
        ]
    },
    "/subscription/v1/models": {"object": "list", "data": [{"id": "gpt-5", "owned_by": "openai"}]},
    "/ark/models": {"object": "list", "data": [{"id": "glm-4.7", "object": "model"}]},
}
SHOWS: dict[str, Any] = {
    "qwen3:8b": {
        "parameters": "num_ctx 16384\nstop <|im_end|>",
        "model_info": {"general.architecture": "qwen3", "qwen3.context_length": 40_960},
        "capabilities": ["completion", "tools"],
        "license": "Apache",
    }
}


def inventory(address: str) -> dict[str, Any]:
    """Every kind of provider at this address, everything that they list, and one model under one name at three."""
    key = {"api_key": "key-EXAMPLE"}
    everything: dict[str, Any] = {"include": ["*"]}
    return {
        "litellm_master_key": "sk-EXAMPLE-of-the-end-to-end-tests-0123456789",
        "gateway_catalog": {"models_dev": False},
        "gateway_redis": {"enabled": False},
        "gateway_router": {"routing_strategy": "cost-based-routing"},
        "gateway_providers": {
            "openrouter": {
                "kind": "openrouter", "api_base": f"{address}/openrouter", **key, **everything,
                "exclude": ["z-ai/*"], "prefix": "openrouter/",
            },
            "requesty": {"kind": "requesty", "api_base": f"{address}/requesty", **key, **everything},
            "novita": {"kind": "novita", "api_base": f"{address}/novita", **key, **everything},
            "nano": {
                "kind": "nano_gpt", "api_base": f"{address}/nano", "list_base": f"{address}/nano", **key, **everything,
            },
            "box": {"kind": "ollama", "api_base": f"{address}/ollama", **everything},
            "vllm": {
                "kind": "openai_compatible", "api_base": f"{address}/vllm/v1", **everything,
                "prices_per_million_tokens": {"qwen3.5-*": {"input": 0.1, "output": 0.4, "reasoning": 0.2}},
            },
            "relay": {"kind": "new_api", "api_base": f"{address}/relay/v1", **key, **everything},
            "other": {"kind": "litellm", "api_base": f"{address}/other/v1", **key, **everything},
            "subscription": {"kind": "cliproxyapi", "api_base": f"{address}/subscription/v1", **key, **everything},
            "ark": {
                "kind": "volces_ark", "api_base": f"{address}/ark", **key, **everything,
                "prices_per_million_tokens": {
                    "glm-*": {"input": 0.6, "output": 2.2, "cache_read": 0.11},
                    "ark-code-latest": {"input": 0.5, "output": 1.5},
                },
            },
        },
        "gateway_models": [
            {"name": "code", "provider": "ark", "id": "ark-code-latest"},
            {
                "name": "small", "provider": "relay", "id": "small",
                "input_cost_per_token": 0.000001, "output_cost_per_token": 0.000002,
            },
            {"name": "small", "provider": "vllm", "id": "small", "input_cost_per_token": 0, "output_cost_per_token": 0},
        ],
        "gateway_model_groups": [
            {"name": "glm-5", "ids": {"openrouter": "z-ai/glm-5", "novita": "zai-org/glm-5", "nano": "zai-org/glm-5"}},
            {
                "name": "glm-5-ordered",
                "ids": {
                    "openrouter": {"id": "z-ai/glm-5", "order": 1, "weight": 1},
                    "novita": {"id": "zai-org/glm-5", "order": 1, "weight": 9},
                    "nano": {"id": "zai-org/glm-5", "order": 2, "weight": 1},
                },
            },
            {"name": "glm-5-free", "ids": {"novita": "zai-org/glm-5", "openrouter": "z-ai/glm-5:free"}},
        ],
    }  # fmt: skip
