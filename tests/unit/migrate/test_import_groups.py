"""Several deployments of one name: shares, orders, and layers that never were."""

from typing import Any

import pytest
from shapes import entry, findings, import_entries

SHARES = "to share them as before, write each under gateway_models with a weight and without an order"
NEVER_KNOWN = "model_info.fallback_order is no word of LiteLLM, which chose at random"


def group(*params: dict[str, Any], infos: tuple[dict[str, Any], ...] = (), **sections: Any) -> Any:
    """Deployments of one name at one provider, told apart by their ids."""
    infos = infos or ({},) * len(params)
    entries = [
        entry(model=f"openrouter/{number}", info=info, **its)
        for number, (its, info) in enumerate(zip(params, infos, strict=True), start=1)
    ]
    return import_entries(*entries, **sections)


def turns(result: Any) -> list[tuple[Any, Any]]:
    """(order, weight) of each model."""
    return [(model.get("order"), model.get("weight")) for model in result.models.models]


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        pytest.param([{}, {}], [(None, 1), (None, 1)], id="equal shares are written down"),
        pytest.param([{"weight": 9}, {"weight": 1}], [(None, 9), (None, 1)], id="weights stay"),
        pytest.param([{"weight": 0.7}, {"weight": 0.3}], [(None, 7), (None, 3)], id="weights become whole numbers"),
        pytest.param([{"weight": 9}, {}], [(1, 9), (2, None)], id="LiteLLM keeps those without a weight in reserve"),
        pytest.param([{"rpm": 100}, {"rpm": 300}], [(None, 100), (None, 300)], id="LiteLLM weighs by rpm"),
        pytest.param([{"rpm": "100"}, {"rpm": "300"}], [(None, 100), (None, 300)], id="also where it is a text"),
        pytest.param([{"rpm": "many"}, {}], [(None, 1), (None, 1)], id="but for a text that is no number"),
        pytest.param([{"tpm": 5, "rpm": 1}, {"rpm": 2}], [(None, 1), (None, 2)], id="by rpm before tpm"),
        pytest.param([{"order": 2}, {"order": 1}], [(2, None), (1, None)], id="orders stay"),
        pytest.param([{"order": 1}, {}, {"order": 5}], [(1, None), (6, None), (5, None)], id="no order comes last"),
        pytest.param([{"order": 0}, {"order": 7}, {"order": 7}], [(1, None), (2, None), (2, None)], id="from 1 on"),
        pytest.param(
            [{"order": 1, "weight": 2}, {"order": 1, "weight": 1}, {"order": 2}],
            [(1, 2), (1, 1), (2, None)],
            id="weights within an order stay",
        ),
        pytest.param([{"weight": 5}], [(None, 5)], id="alone with a weight"),
        pytest.param([{"rpm": 5}], [(None, None)], id="alone with a limit"),
    ],
)
def test_requests_are_spread_as_before(params: list[dict[str, Any]], expected: list[Any]) -> None:
    result = group(*params)
    assert turns(result) == expected
    differences = [words for _, words in findings(result, "differs")]
    reserve = (
        "requests went to openrouter/1 or openrouter/2 (in reserve); now they go first to openrouter/1, when that "
        f"fails to openrouter/2; {SHARES}"
    )
    assert differences == ([reserve] if params == [{"weight": 9}, {}] else [])


def test_by_cost_nobody_needs_a_share() -> None:
    result = group({}, {"rpm": 3}, router_settings={"routing_strategy": "cost-based-routing"})
    assert turns(result) == [(None, None), (None, None)]
    assert findings(result, "differs") == []


def test_limits_are_no_shares_where_litellm_does_not_shuffle() -> None:
    result = group({"rpm": 1}, {"rpm": 3}, router_settings={"routing_strategy": "least-busy"})
    assert turns(result) == [(None, 1), (None, 1)]
    assert [model["extra"] for model in result.models.models] == [{"rpm": 1}, {"rpm": 3}]


@pytest.mark.parametrize(
    "strategy", ["usage-based-routing", "usage-based-routing-v2", "least-busy", "latency-based-routing"]
)
def test_weights_are_no_order_where_litellm_reads_none(strategy: str) -> None:
    result = group({"weight": 3}, {}, router_settings={"routing_strategy": strategy})
    assert turns(result) == [(None, 3), (None, 1)]
    words = f"weight: LiteLLM shares by weight under simple-shuffle only, and its strategy is {strategy}"
    assert findings(result, "never_worked") == [("a", words)]
    assert findings(result, "differs") == []


def test_by_cost_weights_stay_and_are_told() -> None:
    result = group({"weight": 3}, {"weight": 1}, router_settings={"routing_strategy": "cost-based-routing"})
    assert turns(result) == [(None, 3), (None, 1)]
    assert [place for place, _ in findings(result, "never_worked")] == ["a"]
    assert findings(result, "differs") == []


def test_equal_weights_were_worth_nothing_to_tell() -> None:
    result = group({"weight": 2}, {"weight": 2}, router_settings={"routing_strategy": "least-busy"})
    assert findings(result, "never_worked") == []


def test_an_order_may_stand_in_model_info() -> None:
    assert turns(group({}, {}, infos=({"order": 2}, {"order": 1}))) == [(2, None), (1, None)]


def test_a_weight_in_model_info_never_worked() -> None:
    result = group({}, {}, infos=({"weight": 9}, {"weight": 1}))
    assert turns(result) == [(None, 1), (None, 1)]
    assert findings(result, "never_worked") == [("a", "model_info.weight: LiteLLM reads it in litellm_params only")]


def test_deployments_in_a_row_are_layers() -> None:
    result = group({"order": 1, "timeout": 20}, {"order": 2, "temperature": 0})
    assert result.models.models == []
    assert result.models.virtual_models == [
        {
            "name": "a",
            "layers": [
                {"provider": "openrouter", "id": "1", "timeout": 20},
                {"provider": "openrouter", "id": "2", "extra": {"temperature": 0}},
            ],
        }
    ]
    assert findings(result, "differs") == []


@pytest.mark.parametrize(
    ("params", "infos"),
    [
        pytest.param(({"order": 1, "input_cost_per_token": 1e-6}, {"order": 2}), (), id="costs"),
        pytest.param(({"order": 1}, {"order": 2}), ({"max_input_tokens": 5}, {}), id="limits"),
        pytest.param(({"order": 1}, {"order": 2}), ({"id": "mine"}, {}), id="ids of their own"),
        pytest.param(({"order": 1}, {"order": 1}), (), id="one order twice"),
        pytest.param(({"order": 1}, {"order": 2}), ({"mode": "embedding"}, {}), id="two modes"),
    ],
)
def test_what_layers_cannot_say_stays_with_models(params: Any, infos: Any) -> None:
    result = group(*params, infos=infos)
    assert result.models.virtual_models == []
    assert len(result.models.models) == 2


def test_fallback_order_becomes_what_was_meant() -> None:
    result = group({}, {"input_cost_per_token": 1e-6}, infos=({"fallback_order": 2}, {"fallback_order": 1}))
    assert result.models.virtual_models == [
        {
            "name": "a",
            "layers": [
                {"provider": "openrouter", "id": "2", "extra": {"input_cost_per_token": 1e-6}},
                {"provider": "openrouter", "id": "1"},
            ],
        }
    ]
    assert findings(result, "never_worked") == [("a", NEVER_KNOWN)]
    assert findings(result, "differs") == [
        (
            "a",
            "requests went to openrouter/1 (1/2) or openrouter/2 (1/2); now they go first to openrouter/2, when that "
            f"fails to openrouter/1; {SHARES}",
        )
    ]


def test_fallback_order_keeps_ids_and_limits() -> None:
    result = group({}, {}, infos=({"fallback_order": 2, "id": "second"}, {"fallback_order": 1, "max_input_tokens": 9}))
    assert result.models.virtual_models == []
    assert turns(result) == [(2, None), (1, None)]


def test_fallback_order_of_some_changes_nothing() -> None:
    result = group({}, {}, infos=({"fallback_order": 1}, {}))
    assert turns(result) == [(None, 1), (None, 1)]
    assert findings(result, "never_worked") == [("a", NEVER_KNOWN)]


def test_deployments_keep_their_ids_and_get_one_where_they_had_none() -> None:
    result = group({}, {}, {}, {}, infos=({}, {"id": 7}, {"id": 7}, {"id": "a/openrouter-2"}))
    ids = [model["model_info"]["id"] for model in result.rendered["model_list"]]
    assert ids == ["a/openrouter", "7", "a/openrouter-3", "a/openrouter-2"]
    assert findings(result, "never_worked") == [("a", "shares its model_info.id with another deployment")]
