"""models.dev, the second source: prices in USD per million tokens, some of them by the length of the prompt."""

from typing import Any

import pytest
from lists import answers, by_id, tier, told, words

from platelayer.errors import CatalogError
from platelayer.providers import models_dev
from platelayer.schema.catalog import CatalogModel


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
                tier(
                    200001,
                    input=("0.000006", "cost.context_over_200k.input"),
                    output=("0.0000225", "cost.context_over_200k.output"),
                    cache_read=("0.0000006", "cost.context_over_200k.cache_read"),
                    cache_write=("0.0000075", "cost.context_over_200k.cache_write"),
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
            prices=told(
                input=("0.00000047499", "cost.input"),
                output=("0.00000237494", "cost.output"),
                cache_read=("0.000000095", "cost.cache_read"),
            ),
            tiers=(
                tier(
                    32001,
                    input=("0.00000071248", "cost.tiers.input"),
                    output=("0.00000356241", "cost.tiers.output"),
                    cache_read=("0.0000001425", "cost.tiers.cache_read"),
                ),
                tier(
                    128001,
                    input=("0.00000142496", "cost.tiers.input"),
                    output=("0.00000712482", "cost.tiers.output"),
                    cache_read=("0.00000028499", "cost.tiers.cache_read"),
                ),
            ),
            # Less than the context of 262144 tokens, which has room for the answer too.
            max_input_tokens=224000,
        ),
        # There `context_over_200k` repeats what begins after 272000 tokens.
        CatalogModel(
            id="over-272k",
            prices=told(input=("0.0000025", "cost.input"), output=("0.000015", "cost.output")),
            tiers=(tier(272001, input=("0.000005", "cost.tiers.input"), output=("0.0000225", "cost.tiers.output")),),
        ),
        CatalogModel(id="free", prices=told(input=("0", "cost.input"), output=("0", "cost.output"))),
    ]


def test_what_is_wrong_at_models_dev() -> None:
    found = models_dev.parse(answers("models_dev_hostile")["GET /api.json"], "openrouter")
    assert words(found.refused) == [
        "[0]: id is missing",
        "[1]: the entry is missing",
        "negative: cost.input '-3' is negative",
        "nan: cost.input 'NaN' is not a number",
        "per-token: cost.output '1E-12' is too small for a price",
        "dear-tier: cost.context_over_200k.input '60000' would be 60000 USD per million tokens; the unit is wrong",
        "tiers-negative: cost.tiers[0].input '-1' is negative",
        "[13]: id 'a*' is a pattern, which would match many models",
    ]
    assert words(found.notes) == [
        "tiers-object: cost.tiers is not a list of objects; its prices are left out",
        "tiers-text: cost.tiers is not a list of objects; its prices are left out",
        "tiers-sizeless: cost.tiers depend on more than the length of the prompt; its prices are left out",
        "tiers-by-hour: cost.tiers depend on more than the length of the prompt; its prices are left out",
        "tiers-twice: there are two prices for prompts of 10 tokens; its prices are left out",
        "over-list: cost.context_over_200k is not an object; its prices are left out",
        "odd: limit.output 'plenty' is not a number of tokens",
    ]
    assert [model for model in found.models if model.prices or model.tiers] == []
    assert by_id(found)["odd"] == CatalogModel(id="odd", max_input_tokens=128000)


@pytest.mark.parametrize(
    "payload", [None, [], {}, {"error": "down"}, {"volcengine": {"models": ["x"]}}, {"volcengine": 1}]
)
def test_a_provider_that_models_dev_does_not_know_is_no_provider_without_models(payload: Any) -> None:
    with pytest.raises(CatalogError) as caught:
        models_dev.parse(payload, "volcengine")
    assert str(caught.value) == "the answer has no models of 'volcengine'"
