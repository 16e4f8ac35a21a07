"""What `platelayer model map` does to names that are served already."""

import json

import pytest
from homes import Home, drawn, said

from platelayer.errors import CatalogError
from platelayer.inventory.editable_inventory import open_inventory

BEFORE = """\
gateway_providers:
  openrouter: {kind: openrouter, api_key: x, include: ['z-ai/*'], free_twins: true}
  novita: {kind: novita, api_key: x}
gateway_router: {routing_strategy: cost-based-routing}
"""


def test_names_that_go_are_told_or_refused(home: Home) -> None:
    """An id that a group joins is served under the group's name alone."""
    before = "gateway_providers:\n  openrouter: {kind: openrouter, api_key: x, include: ['z-ai/*']}\n"
    home.write(f"{before}gateway_router: {{default_model: z-ai/glm-5}}\n")
    assert str(home.run("model", "map", "glm-5").exception) == (
        "gateway_router.default_model: needs 'z-ai/glm-5', which would be removed; change it first"
    )
    home.write(before)
    assert "No longer served: z-ai/glm-5" in said(home.run("model", "map", "glm-5"))


def test_a_free_twin_goes_into_the_new_group_with_the_paid_model(home: Home) -> None:
    home.write(BEFORE)
    result = home.run("model", "map", "glm-5")
    ids = "{novita: zai-org/glm-5, openrouter: z-ai/glm-5}"
    assert home.text.endswith(f"  - {{name: glm-5, ids: {ids}, free_twins: true}}\n")
    assert not [line for line in said(result) if line.startswith("Also served as")]


def test_a_free_twin_comes_before_an_order_that_is_written_out(home: Home) -> None:
    home.write(BEFORE.replace("gateway_router: {routing_strategy: cost-based-routing}\n", ""))
    home.run("model", "map", "glm-5")
    ids = "{novita: {id: zai-org/glm-5, order: 1}, openrouter: {id: z-ai/glm-5, order: 2}}"
    assert home.text.endswith(f"  - name: glm-5\n    ids: {ids}\n    free_twins: true\n")
    served = open_inventory(home.root, "home").gateway.models
    assert [(model.id, model.order) for model in served if model.name == "glm-5"] == [
        ("zai-org/glm-5", 2),
        ("z-ai/glm-5:free", 1),
        ("z-ai/glm-5", 3),
    ]


@pytest.mark.parametrize(("name", "providers"), [("glm-4.6", ["openrouter"]), ("glm-5", ["novita"])])
def test_without_a_free_twin_nothing_is_said_of_it(home: Home, name: str, providers: list[str]) -> None:
    home.write(BEFORE)
    home.run("model", "map", name, *(f"--provider={provider}" for provider in providers))
    assert "name: glm" in home.text
    assert "free_twins: true}\n" not in home.text.partition("gateway_model_groups")[2]


def test_a_free_twin_that_a_group_leaves_out_is_told_by_its_new_name(home: Home) -> None:
    """The group was written without; whoever wrote it may have meant that."""
    before, after = drawn("""
          |gateway_model_groups:
        - |  - {name: glm-5, ids: {novita: zai-org/glm-5}}
        + |  - {name: glm-5, ids: {novita: zai-org/glm-5, openrouter: z-ai/glm-5}}
    """)
    home.write(BEFORE + before)
    lines = said(home.run("model", "map", "glm-5"))
    assert home.text == BEFORE + after
    assert "No longer served: z-ai/glm-5" in lines
    assert "Also served as: z-ai/glm-5:free" in lines

    home.write(BEFORE + before)
    facts = json.loads(home.run("model", "map", "glm-5", "--json").output)
    assert (facts["lost"], facts["new"]) == (["z-ai/glm-5"], ["z-ai/glm-5:free"])


GROUP = "gateway_model_groups:\n  - {name: glm-5, ids: {novita: zai-org/glm-5}}\n"


def test_an_id_that_another_group_joins_is_not_written_again(home: Home) -> None:
    home.write(BEFORE + GROUP)
    result = home.run("model", "map", "zai-org/glm-5")

    assert (result.exit_code, str(result.exception)) == (
        1,
        "'zai-org/glm-5': the group 'glm-5' already has this model; map 'glm-5' to add to it, or remove it first",
    )
    assert [line for line in said(result) if line.startswith("novita")] == [
        "novita in group 'glm-5' zai-org/glm-5 same id 0.55 2.10 - - - - 2026-09-01"
    ]
    assert home.text == BEFORE + GROUP
    rows = json.loads(home.run("model", "map", "zai-org/glm-5", "--json").stdout)["providers"]
    assert [(row["provider"], row["state"], row["group"]) for row in rows] == [
        ("openrouter", "sure", None),
        ("novita", "elsewhere", "glm-5"),
    ]


def test_a_group_grows_by_what_no_other_joins(home: Home) -> None:
    home.write(f"{BEFORE}{GROUP}  - {{name: 'zai/glm-5', ids: {{openrouter: z-ai/glm-5}}}}\n")
    before = home.text
    result = home.run("model", "map", "zai/glm-5")
    assert (result.exit_code, said(result)[-1], home.text) == (0, "Nothing to do.", before)


def test_an_id_of_another_group_is_not_accepted_either(home: Home) -> None:
    home.write(BEFORE + GROUP)
    result = home.run("model", "map", "mine", "--accept", "novita=zai-org/glm-5")
    assert isinstance(result.exception, CatalogError)
    assert str(result.exception) == (
        "gateway_model_groups (glm-5).ids.novita: already has 'zai-org/glm-5'; remove it there first"
    )
    assert home.text == BEFORE + GROUP
