"""What a catalog knows, in LiteLLM's keys: prices for billing and routing, limits and abilities for clients."""

from decimal import Decimal

import pytest

from platelayer.gateway import costs
from platelayer.schema import CatalogModel
from platelayer.schema.catalog import Price, PriceTier


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
            cache_write_1h="0.000006",
            reasoning="0.00002",
            audio_input="0.000032",
            audio_cache_read="0.0000004",
            audio_output="0.000064",
            image_input="0.000002",
            image_output="0.00012",
            request="0.01",
        ),
    )
    assert costs.make_params(model, by_cost=False) == {
        "input_cost_per_token": 3e-06,
        "output_cost_per_token": 1.5e-05,
        "cache_read_input_token_cost": 3e-07,
        "cache_creation_input_token_cost": 3.75e-06,
        "cache_creation_input_token_cost_above_1hr": 6e-06,
        "output_cost_per_reasoning_token": 2e-05,
        "input_cost_per_audio_token": 3.2e-05,
        "cache_read_input_audio_token_cost": 4e-07,
        "output_cost_per_audio_token": 6.4e-05,
        "input_cost_per_image_token": 2e-06,
        "output_cost_per_image_token": 0.00012,
    }
    assert costs.make_info(model) == {"cost_per_request": 0.01}


def test_without_a_price_nothing_is_said() -> None:
    assert costs.make_params(CatalogModel(id="m"), by_cost=True) == {}


def test_free_is_zero_and_next_to_zero_where_zero_would_be_dear() -> None:
    model = CatalogModel(id="m", prices=prices(input="0", output="0"))
    assert costs.make_params(model, by_cost=False) == {"input_cost_per_token": 0, "output_cost_per_token": 0}
    assert costs.make_params(model, by_cost=True) == {"input_cost_per_token": 1e-09, "output_cost_per_token": 1e-09}
    assert costs.make_info(model) == {"free": True}


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        pytest.param(
            CatalogModel(id="m", prices=prices(input="0", output="0.0000001")),
            {"input_cost_per_token": 1e-09, "output_cost_per_token": 1e-07},
            id="one of two is zero",
        ),
        pytest.param(
            CatalogModel(id="m", prices=prices(output="0")),
            {"input_cost_per_token": 1e-09, "output_cost_per_token": 1e-09},
            id="all that is known is zero",
        ),
        pytest.param(
            CatalogModel(id="m", prices=prices(input="0.000001")),
            {"input_cost_per_token": 1e-06},
            id="what is unknown is not cheap",
        ),
        pytest.param(
            CatalogModel(id="m", mode="embedding", prices=prices(input="0.00000001")),
            {"input_cost_per_token": 1e-08, "output_cost_per_token": 1e-09},
            id="an embedding has no output",
        ),
        pytest.param(
            CatalogModel(id="m", mode="embedding", prices=prices(image_input="0.001")),
            {"input_cost_per_image_token": 0.001},
            id="an embedding of pictures alone",
        ),
        pytest.param(
            CatalogModel(id="m", prices=prices(input="0", output="0", request="0.01")),
            {"input_cost_per_token": 0, "output_cost_per_token": 0},
            id="what costs by the request is not cheap",
        ),
        pytest.param(
            CatalogModel(id="m", prices=prices(input="0", output="0", request="0")),
            {"input_cost_per_token": 1e-09, "output_cost_per_token": 1e-09},
            id="a request that costs nothing either",
        ),
    ],
)
def test_where_costs_are_compared_zero_is_the_least(model, expected) -> None:
    assert costs.make_params(model, by_cost=True) == expected


def test_tokens_cost_nothing_where_only_a_request_does() -> None:
    model = CatalogModel(id="gpt-4o", prices=prices(request="0.01"))
    assert costs.make_params(costs.fill_price_gaps(model), by_cost=False) == {
        "input_cost_per_token": 0,
        "output_cost_per_token": 0,
        "cache_read_input_token_cost": 0,
        "cache_creation_input_token_cost": 0,
    }
    assert costs.make_info(costs.fill_price_gaps(model)) == {"cost_per_request": 0.01}


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        pytest.param(
            CatalogModel(id="m", prices=prices(input="2", output="3")),
            prices(input="2", output="3", cache_read="2", cache_write="2"),
            id="cached tokens cost what others do",
        ),
        pytest.param(
            CatalogModel(id="m", prices=prices(input="2", cache_read="1")),
            prices(input="2", cache_read="1", cache_write="2"),
            id="a price that is told stays",
        ),
        pytest.param(
            CatalogModel(id="m", prices=prices(input="2"), tiers=(PriceTier(9, prices(input="4")),)),
            prices(input="2"),
            id="a range is whole",
        ),
        pytest.param(
            CatalogModel(id="m", mode="embedding", prices=prices(input="2")), prices(input="2"), id="an embedding"
        ),
        pytest.param(CatalogModel(id="m"), {}, id="nothing is known"),
    ],
)
def test_no_gap_is_left_that_litellm_would_fill(model, expected) -> None:
    assert costs.fill_price_gaps(model).prices == expected


def test_prices_by_length_are_ranges_with_all_their_rates() -> None:
    tiers = (
        PriceTier(200_000, prices(input="0.000006")),
        PriceTier(400_000, prices(input="0.000012", output="0.00003")),
    )
    model = CatalogModel(
        id="m", prices=prices(input="0.000003", output="0.000015", cache_read="0.0000003"), tiers=tiers
    )
    cached = {"cache_read_input_token_cost": 3e-07}
    assert costs.make_params(model, by_cost=False)["tiered_pricing"] == [
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
    assert costs.make_info(model) == {
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
