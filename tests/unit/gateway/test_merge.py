"""What the inventory writes of a model, beside what its catalog says or without one."""

from decimal import Decimal

import pytest

from platelayer.gateway.build import build
from platelayer.schema import CatalogModel, parse
from platelayer.schema.catalog import Price, PriceTier

COSTS = ("input_cost_per_token", "output_cost_per_token")
POLICY = {"ark-*": {"input": 0.6, "output": 2.2}}
ARK = {"kind": "volces_ark", "api_key": "k", "prices_per_million_tokens": POLICY}


def price(usd: str) -> Price:
    return Price(Decimal(usd), "pricing")


def model(**more: object) -> dict:
    return {"name": "m", "provider": "p", "id": "m", **more}


def served(raw: dict, *catalog: CatalogModel, strategy: str = "cost-based-routing") -> tuple[dict, dict]:
    """Costs and model_info of the only deployment."""
    inventory = {
        "providers": {"p": {"kind": "openrouter", "api_key": "k"}},
        "router": {"routing_strategy": strategy},
        "models": [raw],
    }
    (found,) = build(parse(inventory), {"p": {each.id: each for each in catalog}}).deployments
    return {key: found.litellm_params[key] for key in COSTS if key in found.litellm_params}, found.model_info


def test_a_zero_that_is_written_is_the_least_where_costs_are_compared() -> None:
    costs, _ = served(model(input_cost_per_token=0, output_cost_per_token=0))
    assert costs == {"input_cost_per_token": 1e-09, "output_cost_per_token": 1e-09}


def test_a_zero_that_is_written_stays_zero_elsewhere() -> None:
    costs, _ = served(model(input_cost_per_token=0, output_cost_per_token=0), strategy="simple-shuffle")
    assert costs == {"input_cost_per_token": 0, "output_cost_per_token": 0}


def test_what_is_written_makes_a_free_model_cost_something() -> None:
    free = CatalogModel(id="m", prices={"input": price("0"), "output": price("0")})
    costs, info = served(model(output_cost_per_token=2e-06), free)
    assert costs == {"input_cost_per_token": 1e-09, "output_cost_per_token": 2e-06}
    assert "free" not in info


def test_what_is_written_makes_a_paid_model_free() -> None:
    paid = CatalogModel(id="m", prices={"input": price("0.000001"), "output": price("0.000002")})
    costs, info = served(model(input_cost_per_token=0, output_cost_per_token=0), paid)
    assert costs == {"input_cost_per_token": 1e-09, "output_cost_per_token": 1e-09}
    assert info["free"] is True


def test_a_price_that_is_written_holds_for_prompts_of_any_length() -> None:
    tiered = CatalogModel(
        id="m", prices={"input": price("0.000001")}, tiers=(PriceTier(1000, {"input": price("0.000005")}),)
    )
    gateway = parse({"providers": {"p": {"kind": "novita", "api_key": "k"}}, "models": [model()]})
    assert "tiered_pricing" in build(gateway, {"p": {"m": tiered}}).deployments[0].litellm_params
    gateway = parse(
        {"providers": {"p": {"kind": "novita", "api_key": "k"}}, "models": [model(input_cost_per_token=1e-06)]}
    )
    assert "tiered_pricing" not in build(gateway, {"p": {"m": tiered}}).deployments[0].litellm_params


@pytest.mark.parametrize(
    "names",
    [
        pytest.param({"models": [{"name": "code", "provider": "ark", "id": "ark-code-latest"}]}, id="a model"),
        pytest.param({"model_groups": [{"name": "code", "ids": {"ark": "ark-code-latest"}}]}, id="a group"),
        pytest.param(
            {"virtual_models": [{"name": "code", "layers": [{"provider": "ark", "id": "ark-code-latest"}]}]},
            id="a layer",
        ),
    ],
)
@pytest.mark.parametrize("kind", ["volces_ark", "openai"])
def test_the_inventorys_prices_hold_for_what_no_list_has(names, kind) -> None:
    (found,) = build(parse({"providers": {"ark": {**ARK, "kind": kind}}, **names}), {}).deployments
    assert found.litellm_params["input_cost_per_token"] == 6e-07
    assert found.litellm_params["output_cost_per_token"] == 2.2e-06


def test_what_no_list_has_is_neither_chosen_nor_part_of_a_catalog() -> None:
    listed = {"ark": {"ark-1": CatalogModel(id="ark-1")}}
    written = [{"name": "code", "provider": "ark", "id": "ark-code-latest"}]
    gateway = build(parse({"providers": {"ark": {**ARK, "include": ["*"]}}, "models": written}), listed)
    assert [each.id for each in gateway.models] == ["ark-code-latest", "ark-1"]
    assert gateway.catalogs == listed


def test_a_model_that_nobody_prices_has_no_costs() -> None:
    (found,) = build(
        parse({"providers": {"ark": ARK}, "models": [{"name": "x", "provider": "ark", "id": "x"}]}), {}
    ).deployments
    assert not any("cost" in key for key in found.litellm_params)
