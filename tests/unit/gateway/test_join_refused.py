"""What catalogs and the inventory cannot be joined to, in which words."""

import pytest
from samples import joined, priced

from platelayer.errors import InventoryError
from platelayer.gateway.build import build
from platelayer.schema import parse


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (
            {"models": [{"name": "z-ai/glm-5", "provider": "novita", "id": "zai-org/glm-5"}]},
            "'z-ai/glm-5' would be the name of two: gateway_models (novita: zai-org/glm-5), and the catalog of "
            "openrouter: z-ai/glm-5; give gateway_providers.openrouter a 'prefix' or another of 'names', or join them "
            "in gateway_model_groups",
        ),
        (
            {
                "providers": {
                    "novita": {
                        "kind": "novita",
                        "api_key": "k",
                        "include": ["*"],
                        "rename": [{"pattern": "zai-org", "name": "z-ai"}],
                    }
                }
            },
            "'z-ai/glm-5' would be the name of two: the catalog of openrouter: z-ai/glm-5, and the catalog of novita: "
            "zai-org/glm-5; give gateway_providers.novita a 'prefix' or another of 'names', or join them in "
            "gateway_model_groups",
        ),
        (
            {"virtual_models": [{"name": "z-ai/glm-5", "layers": [{"provider": "novita", "id": "x"}]}]},
            "'z-ai/glm-5' would be the name of two: gateway_virtual_models, and the catalog of openrouter: z-ai/glm-5; "
            "give gateway_providers.openrouter a 'prefix' or another of 'names', or join them in gateway_model_groups",
        ),
        (
            {"model_groups": [{"name": "z-ai/glm-5", "ids": {"novita": "zai-org/glm-5"}}]},
            "'z-ai/glm-5' would be the name of two: gateway_model_groups, and the catalog of openrouter: z-ai/glm-5; "
            "give gateway_providers.openrouter a 'prefix' or another of 'names', or join them in gateway_model_groups",
        ),
        (
            {
                "virtual_models": [
                    {"name": "v", "layers": [{"provider": "novita", "id": "x"}], "aliases": ["z-ai/glm-5"]},
                ],
            },
            "'z-ai/glm-5' would be the name of two: an alias of 'v' in gateway_virtual_models, and the catalog of "
            "openrouter: z-ai/glm-5; give gateway_providers.openrouter a 'prefix' or another of 'names', or join them "
            "in gateway_model_groups",
        ),
        (
            {"model_groups": [{"name": "glm", "ids": {"novita": "zai-org/glm-5"}, "aliases": ["z-ai/glm-5"]}]},
            "'z-ai/glm-5' would be the name of two: an alias of 'glm' in gateway_model_groups, and the catalog of "
            "openrouter: z-ai/glm-5; give gateway_providers.openrouter a 'prefix' or another of 'names', or join them "
            "in gateway_model_groups",
        ),
        (
            {
                "models": [{"name": "glm", "provider": "novita", "id": "x"}],
                "model_groups": [{"name": "glm", "ids": {"novita": "zai-org/glm-5"}}],
            },
            "gateway_model_groups (glm): gateway_models (novita: x) has that name too; rename one of them",
        ),
    ],
)
def test_two_origins_of_one_name_are_refused(raw, problem) -> None:
    assert joined({"include": ["z-ai/glm-5"]}, **raw).problems == (problem,)


def test_twins_of_two_vendors_are_not_twins_of_each_other() -> None:
    names = ("a/glm", "a/glm:free", "b/glm", "b/glm:free")
    catalog = {name: priced(name, "0" if name.endswith(":free") else "0.000001") for name in names}
    provider = {"kind": "novita", "api_key": "k", "include": ["*"], "free_twins": True}
    provider["rename"] = [{"pattern": "^.*/", "name": ""}]
    assert build(parse({"providers": {"novita": provider}}), {"novita": catalog}).problems == (
        "'glm' would be the name of two: the catalog of novita: a/glm, and the catalog of novita: b/glm; give "
        "gateway_providers.novita a 'prefix' or another of 'names', or join them in gateway_model_groups",
    )


@pytest.mark.parametrize(
    ("chooses", "problem"),
    [
        (
            {"include": ["z-ai/glm-5"], "rename": [{"pattern": ".*", "name": ""}]},
            "gateway_providers.openrouter: its catalog's 'z-ai/glm-5' would be named ''; change 'rename' or 'prefix', "
            "or write 'names', so that no name is empty, or begins or ends with a blank",
        ),
        (
            {"include": ["anthropic/*"], "prefix": " "},
            "gateway_providers.openrouter: its catalog's 'anthropic/claude-haiku' would be named "
            "' anthropic/claude-haiku', and 1 more like that; change 'rename' or 'prefix', or write 'names', so that "
            "no name is empty, or begins or ends with a blank",
        ),
    ],
)
def test_what_rules_make_of_an_id_must_be_a_name(chooses, problem) -> None:
    assert joined(chooses).problems == (problem,)


@pytest.mark.parametrize(
    ("name", "reason"),
    [(r"\2", "invalid group reference 2 at position 1"), (r"\g<x>", "unknown group name 'x'")],
)
def test_a_rule_names_only_groups_that_its_expression_has(name, reason) -> None:
    rules = [{"pattern": "^z-ai/(.*)$", "name": name}]
    with pytest.raises(InventoryError) as refused:
        joined({"include": ["*"], "rename": rules})
    assert refused.value.problems == (
        f"gateway_providers.openrouter.rename[0] ({name}): 'name' is not what a match can become: {reason}",
    )


def test_a_deployment_id_that_an_included_model_has_is_changed_where_it_is_written() -> None:
    model = {"name": "glm", "provider": "novita", "id": "x", "deployment_id": "z-ai/glm-5/openrouter"}
    assert joined({"include": ["z-ai/glm-5"]}, models=[model]).problems == (
        "openrouter: z-ai/glm-5 (z-ai/glm-5): its deployment id 'z-ai/glm-5/openrouter' is that of gateway_models[0] "
        "too; write another as 'deployment_id' of gateway_models[0]",
    )
