"""From a provider's list to what LiteLLM shows and bills."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import httpx
import pytest
from fakes import (
    AUDIO_INPUT,
    AUDIO_OUTPUT,
    CACHED,
    IMAGE_INPUT,
    IMAGE_OUTPUT,
    OUTPUT,
    PROMPT,
    THOUGHT,
    WRITTEN,
    WRITTEN_FOR_AN_HOUR,
)

GLM = "glm-5"


def digits(usd: Decimal | str) -> str:
    """LiteLLM adds floats, which carry 15 digits; the 16th is theirs, not a price's."""
    return f"{Decimal(usd):.14e}"


def billed(answer: httpx.Response) -> str:
    """What LiteLLM bills, in USD; it says nothing of what costs nothing."""
    return answer.headers.get("x-litellm-response-cost", "0")


def test_every_model_is_served_under_its_name(gateway) -> None:
    assert {model["id"] for model in gateway.get("/v1/models")["data"]} == {
        "openrouter/anthropic/claude-sonnet-4.5",
        "openrouter/openai/o9",
        "openrouter/openrouter/auto",
        "openrouter/google/sound-and-pictures",
        "openrouter/anthropic/cached-for-an-hour",
        "sound-and-pictures",
        "openrouter/qwen/qwen3-embedding-8b",
        "openai/gpt-5-mini",
        "meta-llama/llama-3.3-70b-instruct",
        "moonshotai/kimi-k2.5",
        "qwen3:8b",
        "qwen3.5-35b",
        "gpt-4.1-mini",
        "house-llama",
        "gpt-4o",
        "gpt-4.1",
        "house-model",
        "gpt-5",
        "glm-4.7",
        "code",
        "small",
        GLM,
        "glm-5-ordered",
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


@dataclass(frozen=True, kw_only=True)
class Billed:
    """USD per million tokens; who tells no price of cached tokens takes that of others, and so with thoughts."""

    fresh: str
    output: str
    cached: str | None = None
    written: str | None = None
    thought: str | None = None

    def usd(self) -> Decimal:
        """What one answer of the fakes costs."""
        return sum(
            (
                Decimal(price) * tokens
                for price, tokens in (
                    (self.fresh, PROMPT - CACHED - WRITTEN),
                    (self.cached or self.fresh, CACHED),
                    (self.written or self.fresh, WRITTEN),
                    (self.output, OUTPUT - THOUGHT),
                    (self.thought or self.output, THOUGHT),
                )
            ),
            Decimal(0),
        ) / Decimal(1_000_000)


# Where a price is nothing, what cost-based routing needs instead.
OWN = Billed(fresh="0.001", output="0.001")
NOTHING = Billed(fresh="0.001", output="0.001", cached="0", written="0")


@pytest.mark.parametrize(
    ("name", "price"),
    [
        pytest.param(
            "openrouter/anthropic/claude-sonnet-4.5",
            Billed(fresh="6", cached="0.3", written="3.75", output="22.5"),
            id="a prompt as long as where the dearer price begins",
        ),
        pytest.param(
            "openrouter/openai/o9",
            Billed(fresh="2", cached="0.5", output="8", thought="13"),
            id="thoughts have a price of their own, and a prompt one token short of the dearer price",
        ),
        ("openai/gpt-5-mini", Billed(fresh="0.25", cached="0.025", output="2")),
        ("meta-llama/llama-3.3-70b-instruct", Billed(fresh="0.39", output="0.39")),
        ("moonshotai/kimi-k2.5", Billed(fresh="1.5", output="4.5")),
        ("gpt-4o", Billed(fresh="2.5", cached="1.25", output="10")),
        ("house-model", Billed(fresh="0.4", cached="0.1", output="1.6")),
        ("glm-4.7", Billed(fresh="0.6", cached="0.11", output="2.2")),
        pytest.param("qwen3:8b", OWN, id="a server of one's own"),
        pytest.param(
            "qwen3.5-35b",
            Billed(fresh="0.1", output="0.4", thought="0.2"),
            id="a price of the inventory, where the list has none",
        ),
        pytest.param("code", Billed(fresh="0.5", output="1.5"), id="a price of the inventory for what no list has"),
        pytest.param("gpt-5", NOTHING, id="a subscription"),
        pytest.param("gpt-4.1", Billed(fresh="0", output="0"), id="what costs by the request"),
        pytest.param("house-llama", Billed(fresh="0", output="0"), id="what nobody knows"),
    ],
)
def test_what_is_billed_is_the_price_times_the_tokens(gateway, name, price) -> None:
    assert digits(billed(gateway.chat(name))) == digits(price.usd())


def test_sound_and_pictures_are_billed_at_their_own_prices(gateway) -> None:
    usd = (
        (PROMPT - AUDIO_INPUT - IMAGE_INPUT) * Decimal("0.0000003")
        + AUDIO_INPUT * Decimal("0.000001")
        + IMAGE_INPUT * Decimal("0.0000004")
        + (OUTPUT - AUDIO_OUTPUT - IMAGE_OUTPUT) * Decimal("0.0000025")
        + AUDIO_OUTPUT * Decimal("0.000012")
        + IMAGE_OUTPUT * Decimal("0.00003")
    )
    assert digits(billed(gateway.chat("openrouter/google/sound-and-pictures"))) == digits(usd)


def test_ratios_of_sound_and_pictures_are_billed_as_new_api_does(gateway) -> None:
    units = (
        (PROMPT - AUDIO_INPUT - IMAGE_INPUT)
        + AUDIO_INPUT * 16
        + IMAGE_INPUT * Decimal("1.6")
        + (OUTPUT - AUDIO_OUTPUT - IMAGE_OUTPUT) * 4
        + AUDIO_OUTPUT * 16 * 2
        + IMAGE_OUTPUT * 4
    )
    assert digits(billed(gateway.chat("sound-and-pictures"))) == digits(units * Decimal("1.25") * Decimal("0.000002"))


def test_what_a_cache_keeps_for_an_hour_is_billed_at_its_own_price(gateway) -> None:
    usd = (
        (PROMPT - CACHED - WRITTEN) * Decimal("0.000003")
        + CACHED * Decimal("0.0000003")
        + (WRITTEN - WRITTEN_FOR_AN_HOUR) * Decimal("0.00000375")
        + WRITTEN_FOR_AN_HOUR * Decimal("0.000006")
        + OUTPUT * Decimal("0.000015")
    )
    assert digits(billed(gateway.chat("openrouter/anthropic/cached-for-an-hour"))) == digits(usd)


def test_what_nobody_prices_costs_nothing_whatever_litellm_knows_of_that_name(gateway) -> None:
    assert Decimal(billed(gateway.chat("gpt-4.1-mini"))) == 0


def test_an_embedding_is_billed(gateway) -> None:
    answer = gateway.embed("openrouter/qwen/qwen3-embedding-8b")
    assert digits(billed(answer)) == digits(Decimal("0.00000001") * PROMPT)


def test_the_cheapest_of_three_gets_the_traffic(gateway) -> None:
    served = {gateway.chat(GLM).headers["x-litellm-model-id"] for _ in range(10)}
    assert served == {"glm-5/nano"}


def test_the_cheapest_of_the_lowest_order_gets_the_traffic_whatever_its_weight(gateway) -> None:
    served = {gateway.chat("glm-5-ordered").headers["x-litellm-model-id"] for _ in range(10)}
    assert served == {"glm-5-ordered/openrouter"}


def test_a_zero_that_is_written_by_hand_wins(gateway) -> None:
    served = {gateway.chat("small").headers["x-litellm-model-id"] for _ in range(10)}
    assert served == {"small/vllm"}


def test_a_free_one_wins(gateway) -> None:
    served = {gateway.chat("glm-5-free").headers["x-litellm-model-id"] for _ in range(10)}
    assert served == {"glm-5-free/openrouter"}
    (free,) = (
        row["model_info"]
        for row in gateway.get("/model/info")["data"]
        if row["model_info"]["id"] == "glm-5-free/openrouter"
    )
    assert free["free"] is True
