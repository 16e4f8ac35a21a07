"""From a provider's list to what LiteLLM shows and bills."""

from __future__ import annotations

from decimal import Decimal

import pytest
from fakes import CACHED, OUTPUT, PROMPT

GLM = "glm-5"


def digits(usd: Decimal | str) -> str:
    """LiteLLM adds floats, which carry 15 digits; the 16th is theirs, not a price's."""
    return f"{Decimal(usd):.14e}"


def test_every_model_is_served_under_its_name(gateway) -> None:
    assert {model["id"] for model in gateway.get("/v1/models")["data"]} == {
        "openrouter/anthropic/claude-sonnet-4.5",
        "openrouter/openrouter/auto",
        "openrouter/qwen/qwen3-embedding-8b",
        "openai/gpt-5-mini",
        "meta-llama/llama-3.3-70b-instruct",
        "moonshotai/kimi-k2.5",
        "qwen3:8b",
        "qwen3.5-35b",
        "gpt-4o",
        "house-model",
        "claude-sonnet-4-6",
        "glm-4.7",
        GLM,
        "glm-5-free",
    }


@pytest.mark.parametrize(
    ("name", "known"),
    [
        (
            "openrouter/anthropic/claude-sonnet-4.5",
            {
                "input_cost_per_token": 3e-06,
                "output_cost_per_token": 1.5e-05,
                "max_input_tokens": 1_000_000,
                "max_output_tokens": 64_000,
                "supports_vision": True,
                "supports_function_calling": True,
                "mode": "chat",
            },
        ),
        ("openrouter/qwen/qwen3-embedding-8b", {"input_cost_per_token": 1e-08, "mode": "embedding"}),
        ("openai/gpt-5-mini", {"input_cost_per_token": 2.5e-07, "max_input_tokens": 400_000}),
        ("meta-llama/llama-3.3-70b-instruct", {"input_cost_per_token": 3.9e-07, "max_input_tokens": 131_072}),
        ("moonshotai/kimi-k2.5", {"output_cost_per_token": 4.5e-06, "max_output_tokens": 8192}),
        ("qwen3:8b", {"max_input_tokens": 16_384, "supports_function_calling": True}),
        ("qwen3.5-35b", {"max_input_tokens": 65_536}),
        ("gpt-4o", {"input_cost_per_token": 2.5e-06, "output_cost_per_token": 1e-05}),
        ("house-model", {"output_cost_per_token": 1.6e-06, "max_output_tokens": 32_768}),
        ("glm-4.7", {"input_cost_per_token": 6e-07, "output_cost_per_token": 2.2e-06}),
    ],
)
def test_prices_and_limits_are_those_of_the_list(gateway, name, known) -> None:
    (found,) = (row["model_info"] for row in gateway.get("/model/info")["data"] if row["model_name"] == name)
    assert {key: found.get(key) for key in known} == known


@pytest.mark.parametrize(
    ("name", "fresh", "cached", "output"),
    [
        # More than 900 tokens: the dearer of its prices.
        ("openrouter/anthropic/claude-sonnet-4.5", "0.000006", "0.0000003", "0.0000225"),
        ("openai/gpt-5-mini", "0.00000025", "0.000000025", "0.000002"),
        # Who tells no price of cached tokens takes that of others.
        ("meta-llama/llama-3.3-70b-instruct", "0.00000039", "0.00000039", "0.00000039"),
        ("moonshotai/kimi-k2.5", "0.0000015", "0.0000015", "0.0000045"),
        ("gpt-4o", "0.0000025", "0.00000125", "0.00001"),
        ("house-model", "0.0000004", "0.0000001", "0.0000016"),
        ("glm-4.7", "0.0000006", "0.00000011", "0.0000022"),
    ],
)
def test_what_is_billed_is_the_price_times_the_tokens(gateway, name, fresh, cached, output) -> None:
    wanted = Decimal(fresh) * (PROMPT - CACHED) + Decimal(cached) * CACHED + Decimal(output) * OUTPUT
    billed = gateway.chat(name).headers["x-litellm-response-cost"]
    assert digits(billed) == digits(wanted)


def test_an_embedding_is_billed(gateway) -> None:
    billed = gateway.embed("openrouter/qwen/qwen3-embedding-8b").headers["x-litellm-response-cost"]
    assert digits(billed) == digits(Decimal("0.00000001") * PROMPT)


def test_the_cheapest_of_three_gets_the_traffic(gateway) -> None:
    served = {gateway.chat(GLM).headers["x-litellm-model-id"] for _ in range(10)}
    assert served == {"glm-5/nano"}


def test_a_free_one_wins(gateway) -> None:
    served = {gateway.chat("glm-5-free").headers["x-litellm-model-id"] for _ in range(10)}
    assert served == {"glm-5-free/openrouter"}
    (free,) = (
        row["model_info"]
        for row in gateway.get("/model/info")["data"]
        if row["model_info"]["id"] == "glm-5-free/openrouter"
    )
    assert free["free"] is True
