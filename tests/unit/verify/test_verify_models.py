"""Which models are tried. The payloads have the shapes that LiteLLM 1.106.2 gave, shortened."""

from typing import Any

import pytest

from platelayer.verify.errors import UsageError
from platelayer.verify.model_selection import (
    DeploymentInfo,
    ListedModel,
    ProbePlan,
    ProbeTarget,
    WildcardExpansion,
    find_ambiguous_ids,
    find_wildcard_ids,
    parse_deployments,
    parse_model_list,
    plan_probes,
)


def listing(*names: str) -> dict[str, Any]:
    """The answer of `/v1/models?return_wildcard_routes=true`; a name may carry its mode behind `=`."""
    items: list[dict[str, Any]] = []
    for text in names:
        name, _, mode = text.partition("=")
        item = {"id": name, "object": "model", "created": 1677610602, "owned_by": "openai"}
        items.append(item | ({"mode": mode} if mode else {}))
    return {"data": items, "object": "list"}


def info(*texts: str) -> dict[str, Any]:
    """The answer of `/v1/model/info`, from rows written as `name upstream-model id [mode]`."""
    split = [[*text.split(), ""][:4] for text in texts]
    return {
        "data": [
            {
                "model_name": name,
                "litellm_params": {"use_litellm_proxy": False, "model": model},
                "model_info": {"id": id_, "db_model": False, "mode": mode or None},
            }
            for name, model, id_, mode in split
        ]
    }


def make_plan(
    model_list: dict[str, Any], info: Any, configured: dict[str, str] | None = None, requested: tuple[str, ...] = ()
) -> ProbePlan:
    listed, deployments = parse_model_list(model_list), parse_deployments(info)
    assert listed is not None
    looked_up = {id_ for id_ in find_ambiguous_ids(listed, deployments) if "*" in (configured or {}).get(id_, "")}
    return plan_probes(listed, deployments, find_wildcard_ids(deployments) | looked_up, requested)


def get_names(plan: ProbePlan) -> list[str]:
    return [model.name for model in plan.models]


OPENAI = [f"openai/gpt-{number}" for number in (3, 4, 5)]
OPENAI_ROWS = [f"{name} {name} openai-any chat" for name in OPENAI]


@pytest.mark.parametrize(
    ("listed", "told", "configured", "tried", "wildcards"),
    [
        pytest.param(["echo"], ["echo openai/echo echo/1"], {}, ["echo"], {}, id="one model"),
        pytest.param(
            ["two"], ["two openai/two two/1", "two openai/two two/2"], {}, ["two"], {}, id="deployments under one name"
        ),
        pytest.param(
            ["a1", "a3", "echo"],
            ["echo openai/echo echo/1", "a1 openai/echo echo/1", "a3 openai/echo echo/1"],
            {},
            ["a1", "a3", "echo"],
            {},
            id="visible aliases share their target's id",
        ),
        pytest.param(
            ["openai/gpt-4"],
            ["openai/gpt-4 openai/gpt-4 gpt-4/named"],
            {"gpt-4/named": "openai/*"},
            ["openai/gpt-4"],
            {},
            id="without a wildcard in the list nobody is asked",
        ),
        pytest.param(
            ["echo", "openai/*", *OPENAI],
            ["echo openai/echo echo/1", *OPENAI_ROWS],
            {},
            ["echo"],
            {"openai/*": 3},
            id="a wildcard",
        ),
        pytest.param(
            ["echo", "openai/*", *OPENAI, "*", *OPENAI],
            ["echo openai/echo echo/1", *OPENAI_ROWS, *[row.replace("openai-any", "wild/x") for row in OPENAI_ROWS]],
            {},
            ["echo"],
            {"openai/*": 3, "*": 3},
            id="two wildcards with the same names",
        ),
        pytest.param(
            ["openai/gpt-4", "openai/*", *OPENAI],
            ["openai/gpt-4 openai/gpt-4 gpt-4/named chat", *OPENAI_ROWS],
            {"gpt-4/named": "openai/gpt-4"},
            ["openai/gpt-4"],
            {"openai/*": 2},
            id="a named model that the wildcard also makes",
        ),
        pytest.param(
            ["openai/gpt-4", "echo", "openai/*", *OPENAI],
            ["echo openai/echo echo/1", *OPENAI_ROWS, "openai/gpt-4 openai/echo echo/1"],
            {},
            ["openai/gpt-4", "echo"],
            {"openai/*": 2},
            id="an alias that the wildcard also makes",
        ),
        pytest.param(
            ["any", "openai/*", *OPENAI],
            [*OPENAI_ROWS, "any openai/* openai-any"],
            {},
            ["any"],
            {"openai/*": 3},
            id="an alias of a wildcard",
        ),
        pytest.param(
            ["concrete", "openai/*", *OPENAI],
            ["concrete openai/* d31b", *OPENAI_ROWS],
            {},
            ["concrete"],
            {"openai/*": 3},
            id="a plain name whose upstream model is a wildcard",
        ),
        pytest.param(
            ["azure/*", "azure/Azure-LLM"],
            ["azure/Azure-LLM azure/Azure-LLM 4c85"],
            {"4c85": "azure/*"},
            [],
            {"azure/*": 1},
            id="a wildcard with a single name, as the gateway says when asked for the id",
        ),
        pytest.param(
            ["two*", "nosuch/*"],
            ["two* openai/x 11aa"],
            {},
            [],
            {"two*": 0, "nosuch/*": 0},
            id="wildcards without any name",
        ),
        pytest.param(
            ["echo", "a1", "openai/*", *OPENAI],
            [],
            {},
            ["echo", "a1"],
            {"openai/*": 3},
            id="no model info: the list names first what the config names",
        ),
        pytest.param(
            [*OPENAI, "echo"],
            ["echo openai/echo echo/1", *OPENAI_ROWS],
            {},
            ["echo"],
            {"*": 3},
            id="a list that hides its patterns",
        ),
        pytest.param(
            ["openai/*", *OPENAI, "echo"],
            ["echo openai/echo echo/1", *OPENAI_ROWS],
            {},
            ["echo"],
            {"openai/*": 3},
            id="the order of the list does not matter where model info speaks",
        ),
    ],
)
def test_only_named_models_and_visible_aliases_are_tried(
    listed: list[str], told: list[str], configured: dict[str, str], tried: list[str], wildcards: dict[str, int]
) -> None:
    plan = make_plan(listing(*listed), info(*told), configured)

    assert get_names(plan) == tried
    assert plan.wildcards == tuple(WildcardExpansion(pattern, count) for pattern, count in wildcards.items())


@pytest.mark.parametrize(
    ("listed", "told", "mode"),
    [
        ("m", "m openai/m m/1", "chat"),
        ("m", "m openai/m m/1 embedding", "embedding"),
        ("m=completion", "m openai/m m/1", "completion"),
        ("m=rerank", "m openai/m m/1 rerank", "rerank"),
    ],
)
def test_the_mode_comes_from_the_list_or_the_info_and_is_chat_where_neither_says(
    listed: str, told: str, mode: str
) -> None:
    (model,) = make_plan(listing(listed), info(told)).models
    assert (model.name, model.mode) == ("m", mode)


def test_an_alias_has_the_mode_of_its_target() -> None:
    plan = make_plan(listing("alias", "emb"), info("emb openai/emb e/1 embedding", "alias openai/emb e/1 embedding"))

    assert [(model.name, model.mode) for model in plan.models] == [("alias", "embedding"), ("emb", "embedding")]


def test_wanted_models_are_tried_once_each_in_their_order_and_nothing_else() -> None:
    plan = make_plan(
        listing("a", "b", "openai/*", *OPENAI),
        info("a x/a a/1", "b x/b b/1", *OPENAI_ROWS),
        None,
        ("b", "openai/gpt-5", "b"),
    )

    assert plan == ProbePlan((ProbeTarget("b", "chat", frozenset({"b/1"})), ProbeTarget("openai/gpt-5", "chat")), ())


def test_a_wanted_name_that_only_a_pattern_covers_is_tried() -> None:
    assert get_names(make_plan(listing("a", "*"), None, None, ("anything",))) == ["anything"]


@pytest.mark.parametrize(
    ("listed", "wanted", "sentence"),
    [
        (["a", "b"], "c", "--model c: the gateway lists no such model; write one of: a, b"),
        (
            ["gpt-5", "gpt-mini", "openai/*"],
            "gpt-mnii",
            "--model gpt-mnii: the gateway lists no such model; did you mean 'gpt-mini'?",
        ),
        (["a", "openai/*"], "c", "--model c: the gateway lists no such model; write one of: a, openai/*"),
        (
            ["a", "openai/*"],
            "openai/*",
            "--model openai/*: a wildcard cannot be tried; write one model name that it matches",
        ),
        (
            [f"m{n}" for n in range(22)],
            "c",
            "--model c: the gateway lists no such model; write one of: "
            "m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19 and 2 more",
        ),
    ],
)
def test_an_unknown_model_is_refused_with_the_known_ones(listed: list[str], wanted: str, sentence: str) -> None:
    with pytest.raises(UsageError) as error:
        make_plan(listing(*listed), None, None, (wanted,))

    assert str(error.value) == sentence


def test_the_gateway_is_asked_only_about_the_deployments_that_are_in_doubt() -> None:
    listed = (ListedModel("openai/gpt-4"), ListedModel("echo"), ListedModel("openai/*"), *map(ListedModel, OPENAI))
    told = parse_deployments(info("echo openai/echo echo/1", "openai/gpt-4 openai/gpt-4 gpt-4/named", *OPENAI_ROWS))

    assert find_ambiguous_ids(listed, told) == {"gpt-4/named"}
    assert find_ambiguous_ids(listed[:2], told) == frozenset()


@pytest.mark.parametrize("body", [None, [], {}, {"data": None}, {"error": {"message": "no"}}])
def test_what_is_no_list_of_models_is_none(body: object) -> None:
    assert parse_model_list(body) is None


def test_entries_and_rows_without_a_name_or_id_are_left_out() -> None:
    assert parse_model_list({"data": [{"id": "a"}, {"id": 7}, "b", {}]}) == (ListedModel("a"),)
    told = {"data": [{"model_name": "a", "model_info": {"id": "1"}}, {"model_name": "b"}, None]}
    assert parse_deployments(told) == (DeploymentInfo("a", "", "1"),)
