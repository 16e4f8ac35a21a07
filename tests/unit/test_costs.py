"""What a catalog knows, in LiteLLM's keys: prices for billing and routing, limits and abilities for clients."""

from decimal import Decimal

from switchyard import costs
from switchyard.model import CatalogModel
from switchyard.model.catalog import Price, Tier


def prices(**usd: str) -> dict:
    return {name: Price(Decimal(value), "") for name, value in usd.items()}


def test_every_price_has_its_key() -> None:
    model = CatalogModel(
        id="m",
        prices=prices(
            input="0.000003",
            output="0.000015",
            cache_read="0.0000003",
            cache_write="0.00000375",
            reasoning="0.00002",
            image="0.0048",
            request="0.01",
        ),
    )
    assert costs.params(model, by_cost=False) == {
        "input_cost_per_token": 3e-06,
        "output_cost_per_token": 1.5e-05,
        "cache_read_input_token_cost": 3e-07,
        "cache_creation_input_token_cost": 3.75e-06,
        "output_cost_per_reasoning_token": 2e-05,
        "input_cost_per_image": 0.0048,
    }
    assert costs.info(model) == {"cost_per_request": 0.01}


def test_without_a_price_nothing_is_said() -> None:
    assert costs.params(CatalogModel(id="m"), by_cost=True) == {}


def test_free_is_zero_and_next_to_zero_where_zero_would_be_dear() -> None:
    model = CatalogModel(id="m", prices=prices(input="0", output="0"))
    assert costs.params(model, by_cost=False) == {"input_cost_per_token": 0, "output_cost_per_token": 0}
    assert costs.params(model, by_cost=True) == {"input_cost_per_token": 1e-09, "output_cost_per_token": 1e-09}
    assert costs.info(model) == {"free": True}


def test_prices_by_length_are_ranges_with_all_their_rates() -> None:
    tiers = (
        Tier(200_000, {"input": Decimal("0.000006")}),
        Tier(400_000, {"input": Decimal("0.000012"), "output": Decimal("0.00003")}),
    )
    model = CatalogModel(
        id="m", prices=prices(input="0.000003", output="0.000015", cache_read="0.0000003"), tiers=tiers
    )
    cached = {"cache_read_input_token_cost": 3e-07}
    assert costs.params(model, by_cost=False)["tiered_pricing"] == [
        {"range": [0, 199_999], "input_cost_per_token": 3e-06, "output_cost_per_token": 1.5e-05, **cached},
        {"range": [199_999, 399_999], "input_cost_per_token": 6e-06, "output_cost_per_token": 1.5e-05, **cached},
        {"range": [399_999, 10**9], "input_cost_per_token": 1.2e-05, "output_cost_per_token": 3e-05, **cached},
    ]


def test_limits_abilities_and_the_last_day() -> None:
    model = CatalogModel(
        id="m",
        max_input_tokens=1000,
        max_output_tokens=100,
        abilities=("tools", "vision", "reasoning", "structured_output", "audio", "caching", "pdf"),
        deprecation_date="2027-01-01",
    )
    assert costs.info(model) == {
        "max_input_tokens": 1000,
        "max_output_tokens": 100,
        "supports_function_calling": True,
        "supports_vision": True,
        "supports_reasoning": True,
        "supports_response_schema": True,
        "supports_audio_input": True,
        "supports_prompt_caching": True,
        "supports_pdf_input": True,
        "deprecation_date": "2027-01-01",
    }
