"""Other gateways: LiteLLM with a row per deployment, New API with ratios; and models.dev, the second source."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest
from lists import BASES, HOST, Canned, answers, gathered, listed, parsed, told, words

from switchyard.errors import CatalogError
from switchyard.model.catalog import CatalogModel, Tier
from switchyard.providers import models_dev, new_api

LITELLM = [
    # Of three deployments the dearest, with all that it says.
    CatalogModel(
        id="gpt-5-mini",
        prices=told(
            input=("0.0000003", "model_info.input_cost_per_token"),
            output=("0.0000024", "model_info.output_cost_per_token"),
        ),
        max_input_tokens=272000,
    ),
    CatalogModel(
        id="embed",
        mode="embedding",
        prices=told(
            input=("0.00000002", "model_info.input_cost_per_token"),
            output=("0", "model_info.output_cost_per_token"),
        ),
        max_input_tokens=8191,
    ),
]
IN = "model_ratio * group_ratio * 2e-6"
NEW_API = [
    CatalogModel(
        id="gpt-4o",
        prices=told(
            input=("0.0000025", IN),
            output=("0.00001", f"{IN} * completion_ratio"),
            cache_read=("0.00000125", f"{IN} * cache_ratio"),
        ),
    ),
    CatalogModel(
        id="claude-sonnet-4-6",
        prices=told(
            input=("0.000003", IN),
            output=("0.000015", f"{IN} * completion_ratio"),
            cache_read=("0.0000003", f"{IN} * cache_ratio"),
            cache_write=("0.00000375", f"{IN} * create_cache_ratio"),
        ),
    ),
    CatalogModel(id="mj_imagine", prices=told(request=("0.1", "model_price * group_ratio"))),
    CatalogModel(id="doubao-tiered"),
    CatalogModel(id="unpriced"),
]


def test_litellm_has_one_model_per_name_and_no_wildcards() -> None:
    found = listed("litellm", "litellm")
    assert list(found.models) == LITELLM
    assert (found.refused, found.notes) == ((), ())


def test_one_wrong_deployment_of_litellm_costs_no_other_of_that_name() -> None:
    found = listed("litellm", "litellm_hostile")
    assert words(found.refused) == [
        "[0]: the entry is the value '3'",
        "[1]: model_name is missing",
        "[2]: model_name a list is not a text",
        "one-good: model_info.input_cost_per_token '-1' is negative",
        "one-good: model_info.input_cost_per_token 'NaN' is not a number",
        "far: model_info.input_cost_per_token '1E+400' is not a number",
    ]
    assert words(found.notes) == ["odd: model_info.max_input_tokens a list is not a number of tokens"]
    assert list(found.models) == [
        CatalogModel(
            id="one-good",
            prices=told(
                input=("0.0000001", "model_info.input_cost_per_token"),
                output=("0.000001", "model_info.output_cost_per_token"),
            ),
        ),
        CatalogModel(id="bare"),
        CatalogModel(id="odd"),
        CatalogModel(id="lines"),
    ]


def test_a_ratio_of_new_api_is_two_dollars_per_million_tokens() -> None:
    found = listed("new_api", "new_api")
    assert list(found.models) == NEW_API
    assert found.refused == ()
    assert words(found.notes) == ["doubao-tiered: billing_mode: tiered_expr is a formula; it has no price here"]


def test_the_group_s_ratio_multiplies_every_price() -> None:
    said = answers("new_api")
    said["GET /api/pricing"]["group_ratio"] = {"default": Decimal("0.5")}
    prices = {model.id: model.prices for model in parsed("new_api", gathered("new_api", said)).models}
    assert {name: price.usd for name, price in prices["gpt-4o"].items()} == {
        "input": Decimal("0.00000125"),
        "output": Decimal("0.000005"),
        "cache_read": Decimal("0.000000625"),
    }
    assert prices["mj_imagine"]["request"].usd == Decimal("0.05")


def test_what_is_wrong_at_new_api() -> None:
    found = listed("new_api", "new_api_hostile")
    assert words(found.refused) == [
        "[0]: the entry is missing",
        "[1]: id a list is not a text",
        "negative: model_ratio '-1' is negative",
        "half: completion_ratio an object is not a number",
        "far: model_ratio '2E+19' would be 20000000000000000000000000 USD per million tokens; the unit is wrong",
        "dear-call: model_price '5000' USD is more than any price of one piece; the unit is wrong",
        "null-price: model_price null is not a number",
    ]
    assert list(found.models) == [
        CatalogModel(id="text", prices=told(input=("0.000001", IN), output=("0.000003", f"{IN} * completion_ratio"))),
        CatalogModel(id="no-ratio"),
    ]


@pytest.mark.parametrize(
    ("pricing", "sentence"),
    [
        (None, f"{HOST}/api/pricing: answered 404, there is no such address"),
        ({"success": False, "message": "log in"}, "the answer is an error: 'log in'"),
        ({"data": {}}, "the answer is not a list of prices: 'data' is an object"),
    ],
)
def test_without_its_prices_new_api_still_lists_models(pricing: Any, sentence: str) -> None:
    said = answers("new_api")
    del said["GET /api/pricing"]
    if pricing is not None:
        said["GET /api/pricing"] = pricing
    found = parsed("new_api", gathered("new_api", said))
    assert [model.id for model in found.models] == [model.id for model in NEW_API]
    assert not any(model.prices for model in found.models)
    assert words(found.notes) == [f"/api/pricing: {sentence}"]


def test_an_error_of_new_api_with_200_is_no_empty_list() -> None:
    said = {**answers("new_api"), "GET /v1/models": {"success": False, "message": "invalid token"}}
    with pytest.raises(CatalogError) as caught:
        parsed("new_api", gathered("new_api", said))
    assert str(caught.value) == "the answer is an error: 'invalid token'"


def test_prices_of_new_api_lie_beside_v1() -> None:
    transport = Canned(answers("new_api"))
    asyncio.run(new_api.collect(transport, HOST + BASES["new_api"] + "/"))
    assert transport.asked == ["GET /v1/models", "GET /api/pricing"]


def test_models_dev_tells_prices_per_million_tokens() -> None:
    payload = answers("models_dev")["GET /api.json"]
    assert list(models_dev.parse(payload, "openrouter").models) == [
        CatalogModel(
            id="anthropic/claude-sonnet-4.5",
            prices=told(
                input=("0.000003", "cost.input"),
                output=("0.000015", "cost.output"),
                cache_read=("0.0000003", "cost.cache_read"),
                cache_write=("0.00000375", "cost.cache_write"),
            ),
            tiers=(
                Tier(
                    200001,
                    {
                        "input": Decimal("0.000006"),
                        "output": Decimal("0.0000225"),
                        "cache_read": Decimal("0.0000006"),
                        "cache_write": Decimal("0.0000075"),
                    },
                ),
            ),
            max_input_tokens=1000000,
            max_output_tokens=64000,
        )
    ]
    assert list(models_dev.parse(payload, "volcengine").models) == [
        CatalogModel(
            id="deepseek-v3-2-251201",
            prices=told(input=("0.00000028", "cost.input"), output=("0.00000042", "cost.output")),
            max_input_tokens=131072,
            max_output_tokens=32768,
        ),
        CatalogModel(
            id="doubao-seed-2-0-pro-260215",
            prices=told(input=("0", "cost.input"), output=("0", "cost.output")),
            max_input_tokens=262144,
        ),
    ]


def test_what_is_wrong_at_models_dev() -> None:
    found = models_dev.parse(answers("models_dev_hostile")["GET /api.json"], "openrouter")
    assert words(found.refused) == [
        "[0]: id is missing",
        "[1]: the entry is missing",
        "negative: cost.input '-3' is negative",
        "nan: cost.input 'NaN' is not a number",
        "per-token: cost.output '1E-12' is less than any price",
        "dear-tier: cost.context_over_200k.input '60000' would be 60000 USD per million tokens; the unit is wrong",
    ]
    assert words(found.notes) == ["odd: limit.output 'plenty' is not a number of tokens"]
    assert list(found.models) == [CatalogModel(id="odd", max_input_tokens=128000)]


@pytest.mark.parametrize(
    "payload", [None, [], {}, {"error": "down"}, {"volcengine": {"models": ["x"]}}, {"volcengine": 1}]
)
def test_a_provider_that_models_dev_does_not_know_is_no_provider_without_models(payload: Any) -> None:
    with pytest.raises(CatalogError) as caught:
        models_dev.parse(payload, "volcengine")
    assert str(caught.value) == "the answer knows no models of 'volcengine'"
