"""Which models of a catalog are served, and under which names; what is joined, and what is refused."""

import pytest
from samples import OPENROUTER, joined, priced

from platelayer.catalog.load import read_catalogs
from platelayer.errors import InventoryError
from platelayer.gateway.build import build
from platelayer.gateway.catalog_choice import find_unmatched_patterns
from platelayer.gateway.litellm_config import make_config
from platelayer.schema import parse


def names(provider: dict, **raw: object) -> list[str]:
    return [model.name for model in joined(provider, **raw).models]


@pytest.mark.parametrize(
    ("chooses", "expected"),
    [
        pytest.param({}, [], id="nothing is served unasked"),
        pytest.param({"include": ["anthropic/*"]}, ["anthropic/claude-haiku", "anthropic/claude-opus"], id="include"),
        pytest.param({"include": ["anthropic/*"], "exclude": ["*opus*"]}, ["anthropic/claude-haiku"], id="exclude"),
        pytest.param(
            {"include": ["*opus*"], "select": {"variants": ["batch"]}},
            ["anthropic/claude-opus", "anthropic/claude-opus:batch"],
            id="variants are left out unless asked for",
        ),
        pytest.param(
            {"include": ["*"], "select": {"abilities": ["reasoning", "tools"]}},
            ["anthropic/claude-opus"],
            id="abilities",
        ),
        pytest.param({"include": ["*"], "select": {"modes": ["embedding"]}}, ["qwen/qwen3-embedding"], id="modes"),
        pytest.param({"include": ["*"], "select": {"free": True}}, ["z-ai/glm-5:free"], id="free only"),
        pytest.param(
            {"include": ["*"], "select": {"max_input_cost_per_token": 0.0000007}},
            ["qwen/qwen3-embedding", "z-ai/glm-5", "z-ai/glm-5:free"],
            id="a ceiling, which an unknown price is not below",
        ),
        pytest.param(
            {"include": ["*embedding"], "select": {"max_output_cost_per_token": 1e-12}},
            ["qwen/qwen3-embedding"],
            id="an embedding has no output",
        ),
        pytest.param({"include": ["z-ai/glm-5"], "prefix": "or/"}, ["or/z-ai/glm-5"], id="a prefix"),
        pytest.param(
            {"include": ["anthropic/*"], "rename": [{"pattern": "^anthropic/(.*)$", "name": r"\1"}], "prefix": "or-"},
            ["or-claude-haiku", "or-claude-opus"],
            id="rules",
        ),
        pytest.param(
            {"include": ["z-ai/glm-5"], "names": {"z-ai/glm-5": "glm"}, "prefix": "or/"},
            ["glm"],
            id="a name of its own",
        ),
        pytest.param(
            {"include": ["z-ai/glm-5"], "rename": [{"pattern": "^(.*)/(.*)$", "name": r"\2-by-\1"}]},
            ["glm-5-by-z-ai"],
            id="parts of the id",
        ),
        pytest.param({"include": ["z-ai/*"], "enabled": False}, [], id="a disabled provider"),
    ],
)
def test_what_is_chosen(chooses, expected) -> None:
    assert names(chooses) == expected


def test_what_is_written_by_hand_and_chosen_has_both_names() -> None:
    written = {"name": "glm", "provider": "openrouter", "id": "z-ai/glm-5"}
    assert names({"include": ["z-ai/glm-5"]}, models=[written]) == ["glm", "z-ai/glm-5"]


def test_twins_share_a_name_and_the_free_one_comes_first() -> None:
    gateway = joined({"include": ["z-ai/glm-5*"], "free_twins": True})
    assert [(model.name, model.id, model.order, model.deployment_id) for model in gateway.models] == [
        ("z-ai/glm-5", "z-ai/glm-5", 2, "z-ai/glm-5/openrouter"),
        ("z-ai/glm-5", "z-ai/glm-5:free", 1, "z-ai/glm-5/openrouter:free"),
    ]
    assert gateway.problems == ()


def test_a_group_is_one_name_for_several_providers() -> None:
    ids = {"openrouter": {"id": "z-ai/glm-5", "weight": 3}, "novita": {"id": "zai-org/glm-5", "weight": 1}}
    gateway = joined({"include": ["z-ai/glm-5"]}, model_groups=[{"name": "glm", "ids": ids, "aliases": ["best"]}])
    assert gateway.problems == ()
    assert [
        (entry.model_name, entry.model_info["id"], entry.litellm_params["weight"]) for entry in gateway.deployments
    ] == [("glm", "glm/openrouter", 3), ("glm", "glm/novita", 1)]
    assert make_config(gateway)["router_settings"]["model_group_alias"] == {"best": "glm"}


def test_a_group_with_free_twins_asks_them_first() -> None:
    group = {"name": "glm", "ids": {"novita": "zai-org/glm-5", "openrouter": "z-ai/glm-5"}, "free_twins": True}
    models = joined(model_groups=[group]).models
    assert [(model.provider, model.id, model.order) for model in models] == [
        ("novita", "zai-org/glm-5", 2),
        ("openrouter", "z-ai/glm-5:free", 1),
        ("openrouter", "z-ai/glm-5", 2),
    ]


@pytest.mark.parametrize(
    ("provider", "group"),
    [
        ({"include": ["z-ai/glm-5*"], "free_twins": True}, {"name": "other", "ids": {"novita": "zai-org/glm-5"}}),
        ({"include": ["*:free"]}, {"name": "z-ai/glm-5", "free_twins": True, "ids": {"openrouter": "z-ai/glm-5"}}),
    ],
    ids=["of a provider", "of a group"],
)
def test_a_twin_that_costs_something_after_all_is_none(provider, group) -> None:
    catalog = {"z-ai/glm-5": priced("z-ai/glm-5"), "z-ai/glm-5:free": priced("z-ai/glm-5:free", "0.001")}
    providers = {"openrouter": {"kind": "openrouter", "api_key": "k", **provider}, "novita": {"kind": "novita"}}
    gateway = build(parse({"providers": providers, "model_groups": [group]}), {"openrouter": catalog})
    assert {model.id: model.name for model in gateway.models if model.provider == "openrouter"} == {
        "z-ai/glm-5": "z-ai/glm-5",
        "z-ai/glm-5:free": "z-ai/glm-5:free",
    }


def test_a_twin_whose_paid_model_is_joined_elsewhere_keeps_its_own_name() -> None:
    group = {"name": "glm", "ids": {"openrouter": "z-ai/glm-5"}}
    models = joined({"include": ["z-ai/glm-5*"], "free_twins": True}, model_groups=[group]).models
    assert [(model.name, model.id, model.order) for model in models] == [
        ("glm", "z-ai/glm-5", None),
        ("z-ai/glm-5:free", "z-ai/glm-5:free", None),
    ]


def test_include_without_a_catalog_is_refused(tmp_path) -> None:
    provider = {"kind": "openrouter", "api_key": "k", "include": ["*"]}
    with pytest.raises(InventoryError) as refused:
        read_catalogs(parse({"providers": {"openrouter": provider}}), str(tmp_path / "home"))
    assert refused.value.problems == (
        "gateway_providers.openrouter: 'include' chooses from a catalog, and there is none; "
        "run `platelayer catalog refresh openrouter --env home`",
    )


def test_patterns_that_choose_nothing_are_known() -> None:
    provider = joined({"include": ["z-ai/*", "zai/*"]}).spec.providers["openrouter"]
    assert list(find_unmatched_patterns(provider, OPENROUTER)) == ["zai/*"]


def test_what_is_written_by_hand_takes_prices_from_the_catalog_and_wins_over_it() -> None:
    model = {"name": "glm", "provider": "openrouter", "id": "z-ai/glm-5", "output_cost_per_token": 0.000009}
    (entry,) = joined(models=[model]).deployments
    assert entry.litellm_params["input_cost_per_token"] == 7e-07
    assert entry.litellm_params["output_cost_per_token"] == 9e-06


def test_a_layer_takes_its_price_and_limits_from_the_catalog() -> None:
    layers = [{"provider": "openrouter", "id": "z-ai/glm-5"}]
    (entry,) = joined(virtual_models=[{"name": "auto", "layers": layers}]).deployments
    assert entry.litellm_params["input_cost_per_token"] == 7e-07
    assert entry.litellm_params["order"] == 1


def test_a_model_written_by_hand_is_not_served_twice() -> None:
    model = {"name": "z-ai/glm-5", "provider": "openrouter", "id": "z-ai/glm-5"}
    assert names({"include": ["z-ai/glm-5"]}, models=[model]) == ["z-ai/glm-5"]
