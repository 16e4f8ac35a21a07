"""Other gateways: LiteLLM with a row per deployment, New API with ratios; and models.dev, the second source."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest
from lists import BASES, HOST, Canned, answers, gathered, listed, parsed, tier, told, words

from platelayer.errors import CatalogError
from platelayer.providers import new_api
from platelayer.schema.catalog import CatalogModel

TABLE = "model_info.tiered_pricing"
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
    # Its base holds up to 200000 tokens; prices for batches and priority are of no interest.
    CatalogModel(
        id="gemini-pro",
        prices=told(
            input=("0.00000125", "model_info.input_cost_per_token"),
            output=("0.00001", "model_info.output_cost_per_token"),
            cache_read=("0.000000125", "model_info.cache_read_input_token_cost"),
            cache_write_1h=("0.000003", "model_info.cache_creation_input_token_cost_above_1hr"),
        ),
        tiers=(
            tier(
                200001,
                input=("0.0000025", "model_info.input_cost_per_token_above_200k_tokens"),
                output=("0.000015", "model_info.output_cost_per_token_above_200k_tokens"),
                cache_read=("0.00000025", "model_info.cache_read_input_token_cost_above_200k_tokens"),
            ),
            tier(512001, input=("0.000005", "model_info.input_cost_per_token_above_512000_tokens")),
        ),
    ),
    # In a row of its table that has no price for the cache, LiteLLM bills the row's input.
    CatalogModel(
        id="qwen-plus",
        prices=told(
            input=("0.0000004", f"{TABLE}.input_cost_per_token"),
            output=("0.0000012", f"{TABLE}.output_cost_per_token"),
            cache_read=("0.00000004", f"{TABLE}.cache_read_input_token_cost"),
            reasoning=("0.000004", f"{TABLE}.output_cost_per_reasoning_token"),
        ),
        tiers=(
            tier(
                256001,
                input=("0.0000012", f"{TABLE}.input_cost_per_token"),
                output=("0.0000036", f"{TABLE}.output_cost_per_token"),
                cache_read=("0.0000012", f"{TABLE}.input_cost_per_token"),
                reasoning=("0.000012", f"{TABLE}.output_cost_per_reasoning_token"),
            ),
        ),
        max_input_tokens=997952,
    ),
    CatalogModel(id="rerank", mode="rerank"),
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
        "[2]: model_name a list is not a string",
        "one-good: model_info.input_cost_per_token '-1' is negative",
        "one-good: model_info.input_cost_per_token 'NaN' is not a number",
        "far: model_info.input_cost_per_token '1E+400' is not a number",
        "table-nan: model_info.tiered_pricing[0].input_cost_per_token 'NaN' is not a number",
        "above-negative: model_info.input_cost_per_token_above_200k_tokens '-1' is negative",
    ]
    assert words(found.notes) == [
        f"table-object: {TABLE} is not a list of objects; its prices are left out",
        f"table-endless: {TABLE} has a row without its range; its prices are left out",
        f"table-gap: {TABLE} has ranges that overlap or leave gaps; its prices are left out",
        f"table-late: {TABLE} has ranges that overlap or leave gaps; its prices are left out",
        f"table-bare: {TABLE} has a row without input_cost_per_token; its prices are left out",
        "above-twice: there are two prices for prompts of 2001 tokens; its prices are left out",
        "odd: model_info.max_input_tokens a list is not a number of tokens",
    ]
    assert list(found.models) == [
        CatalogModel(
            id="one-good",
            prices=told(
                input=("0.0000001", "model_info.input_cost_per_token"),
                output=("0.000001", "model_info.output_cost_per_token"),
            ),
        ),
        *(CatalogModel(id=f"table-{name}") for name in ("object", "endless", "gap", "late", "bare")),
        CatalogModel(id="above-twice"),
        CatalogModel(id="above-alone"),
        CatalogModel(id="bare"),
        CatalogModel(id="odd"),
        CatalogModel(id="lines"),
    ]


@pytest.mark.parametrize(
    ("info", "is_free"),
    [
        ({}, True),
        (
            {"input_cost_per_query": None, "output_cost_per_second": 0, "search_context_cost_per_query": {"low": 0}},
            True,
        ),
        ({"cost_center": "17", "output_cost_per_image": "much"}, True),
        ({"input_cost_per_query": Decimal("0.002")}, False),
        ({"output_cost_per_second": "0.0001"}, False),
        ({"input_cost_per_character": Decimal("0.000015")}, False),
        ({"output_cost_per_image": Decimal("0.04")}, False),
        ({"ocr_cost_per_page": 1}, False),
        ({"search_context_cost_per_query": {"low": Decimal("0.01")}}, False),
        ({"tiered_pricing": [{"range": [0, 10], "input_cost_per_token": Decimal("0.000001")}]}, False),
        ({"input_cost_per_token_above_128k_tokens": Decimal("0.000001")}, False),
    ],
)
def test_zero_for_tokens_is_no_present_where_litellm_bills_something_else(info: dict[str, Any], is_free: bool) -> None:
    zero = {"input_cost_per_token": Decimal(0), "output_cost_per_token": Decimal(0)}
    (model,) = parsed("litellm", {"data": [{"model_name": "m", "model_info": zero | info}]}).models
    assert model.free == is_free


def test_a_ratio_of_new_api_is_two_dollars_per_million_tokens() -> None:
    found = listed("new_api", "new_api")
    assert list(found.models) == NEW_API
    assert found.refused == ()
    assert words(found.notes) == ["doubao-tiered: billing_mode: tiered_expr is a formula, which is read as no price"]


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


def test_sound_that_is_said_costs_a_multiple_of_sound_that_is_heard() -> None:
    said = answers("new_api")
    (first, *_) = said["GET /api/pricing"]["data"]
    first |= {"audio_ratio": Decimal("16"), "audio_completion_ratio": Decimal("2")}
    prices = {model.id: model.prices for model in parsed("new_api", gathered("new_api", said)).models}
    assert prices["gpt-4o"]["audio_input"].usd == Decimal("0.00004")
    assert prices["gpt-4o"]["audio_output"].usd == Decimal("0.00008")
    assert prices["gpt-4o"]["audio_output"].source == f"{IN} * audio_ratio * audio_completion_ratio"


def test_what_is_wrong_at_new_api() -> None:
    found = listed("new_api", "new_api_hostile")
    assert words(found.refused) == [
        "[0]: the entry is missing",
        "[1]: id a list is not a string",
        "negative: model_ratio '-1' is negative",
        "half: completion_ratio an object is not a number",
        "far: model_ratio '2E+19' would be 20000000000000000000000000 USD per million tokens; the unit is wrong",
        "dear-call: model_price '5000' USD is more than any price of one piece; the unit is wrong",
        "null-price: model_price null is not a number",
        "other-type: quota_type '2' is neither 0 (by the token) nor 1 (by the request)",
        "word-type: quota_type 'per call' is not a number",
        "[13]: id 'gpt-*' is a pattern, which would match many models",
    ]
    assert list(found.models) == [
        CatalogModel(id="text", prices=told(input=("0.000001", IN), output=("0.000003", f"{IN} * completion_ratio"))),
        CatalogModel(id="no-ratio"),
        CatalogModel(id="call-as-text", prices=told(request=("0.1", "model_price * group_ratio"))),
        CatalogModel(id="no-type", prices=told(input=("0.000001", IN), output=("0.000001", IN))),
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
    asyncio.run(new_api.fetch_list(transport, HOST + BASES["new_api"] + "/"))
    assert transport.asked == ["GET /v1/models", "GET /api/pricing"]
