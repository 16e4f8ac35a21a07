"""`platelayer model map`."""

import json
from collections.abc import Callable

import pytest
from homes import PROVIDERS, Home, drawn, listed, said

from platelayer.errors import PlatelayerError

BY_COST = "gateway_router: {routing_strategy: cost-based-routing}\n"


def test_sure_ids_are_joined_under_the_name(edited: Callable[..., str]) -> None:
    before, after = drawn("""
          |gateway_model_groups:
          |  # groups
          |  - {name: other, ids: {novita: x}}
        + |  - {name: glm-5, ids: {novita: zai-org/glm-5, openrouter: z-ai/glm-5}}
          |gateway_router: {routing_strategy: cost-based-routing}
    """)
    assert edited(PROVIDERS + before, "model", "map", "glm-5") == PROVIDERS + after


def test_where_costs_do_not_decide_the_cheapest_comes_first(edited: Callable[..., str]) -> None:
    """Two ids of one name need an order or a weight then; the rules of the inventory refuse them bare."""
    after = edited(PROVIDERS, "model", "map", "glm-5")
    ids = "{novita: {id: zai-org/glm-5, order: 1}, openrouter: {id: z-ai/glm-5, order: 2}}"
    assert after == f"{PROVIDERS}\ngateway_model_groups:\n  - {{name: glm-5, ids: {ids}}}\n"


def test_a_second_run_changes_nothing(home: Home) -> None:
    home.run("model", "map", "glm-5")
    before = home.text
    result = home.run("model", "map", "glm-5")

    assert (result.exit_code, said(result)) == (
        0,
        [
            "Provider State Id Match Input Output Cache read Context Max output Abilities Price since",
            "openrouter in the group z-ai/glm-5 - 0.60 2.20 0.11 200k 8192 - 2026-09-01",
            "novita in the group zai-org/glm-5 - 0.55 2.10 - - - - 2026-09-01",
            "Prices are USD per million tokens.",
            "Nothing to do.",
        ],
    )
    assert home.text == before


def test_unsure_ids_are_shown_and_not_written(home: Home) -> None:
    result = home.run("model", "map", "glm-4.6", "--dry-run")
    assert said(result) == [
        "Provider State Id Match Input Output Cache read Context Max output Abilities Price since",
        "openrouter new z-ai/glm-4.6 same without vendor 0.50 2.00 - - - - 2026-09-01",
        "novita unsure zai-org/glm-4.6-251222 same without suffix 0.40 1.80 - - - - 2026-09-01",
        "Prices are USD per million tokens.",
        "Unsure ids are not written; --accept novita=zai-org/glm-4.6-251222 writes this one.",
        f"--- {home.file}",
        f"+++ {home.file}",
        "@@ -3 +3,4 @@",
        "novita: {kind: novita, api_key: \"{{ vault_novita | default('x') }}\"}",
        "+",
        "+gateway_model_groups:",
        "+ - {name: glm-4.6, ids: {openrouter: {id: z-ai/glm-4.6, order: 1}}}",
        "Nothing was written.",
    ]
    assert home.text == PROVIDERS


def test_what_is_accepted_joins_the_group_that_is_there(home: Home) -> None:
    home.run("model", "map", "glm-4.6")
    home.run("model", "map", "glm-4.6", "--accept", "novita=zai-org/glm-4.6-251222")
    ids = "{openrouter: {id: z-ai/glm-4.6, order: 1}, novita: {id: zai-org/glm-4.6-251222, order: 2}}"
    assert home.text == f"{PROVIDERS}\ngateway_model_groups:\n  - {{name: glm-4.6, ids: {ids}}}\n"


@pytest.mark.parametrize(
    ("ids", "grown"),
    [
        ("{ openrouter: x }", "{ openrouter: x, novita: zai-org/glm-5 }"),
        (
            "{openrouter: {id: x, weight: 9}}",
            "{openrouter: {id: x, weight: 9}, novita: {id: zai-org/glm-5, weight: 1}}",
        ),
        ("{openrouter: {id: x, order: 7}}", "{openrouter: {id: x, order: 7}, novita: {id: zai-org/glm-5, order: 8}}"),
    ],
)
def test_a_group_grows_in_its_own_way_and_loses_nothing(edited: Callable[..., str], ids: str, grown: str) -> None:
    router = BY_COST if "weight" not in ids and "order" not in ids else ""
    before = f"{PROVIDERS}{router}gateway_model_groups:\n  - {{ids: {ids}, name: glm-5, fallbacks: []}}   # mine\n"
    assert edited(before, "model", "map", "glm-5") == before.replace(ids, grown)


def test_a_block_grows_by_a_line_with_what_its_ids_name(edited: Callable[..., str]) -> None:
    before, after = drawn("""
          |gateway_router: {routing_strategy: cost-based-routing}
          |gateway_model_groups:
          |  - name: best
          |    ids:
          |      openrouter: zai-org/glm-5   # paid
        + |      novita: zai-org/glm-5
          |    free_twins: true
    """)
    assert edited(PROVIDERS + before, "model", "map", "best") == PROVIDERS + after


def test_a_bare_group_cannot_grow_where_costs_do_not_decide(home: Home) -> None:
    before = f"{PROVIDERS}gateway_model_groups: [{{name: glm-5, ids: {{openrouter: z-ai/glm-5}}}}]\n"
    home.write(before)
    assert str(home.run("model", "map", "glm-5").exception) == (
        "gateway_model_groups[0].ids.openrouter, gateway_model_groups[0].ids.novita are all named 'glm-5'; give each a "
        "'weight' if they shall share the load, or an 'order' if one comes after the other, else rename"
    )
    assert home.text == before


def test_only_the_providers_that_are_named_are_asked(edited: Callable[..., str]) -> None:
    after = edited(PROVIDERS + BY_COST, "model", "map", "glm-5", "--provider", "novita")
    assert after.endswith("  - {name: glm-5, ids: {novita: zai-org/glm-5}}\n")


def test_two_that_are_as_good_are_unsure(home: Home) -> None:
    home.catalog("novita", [listed("azure/glm-5", "1", "1"), listed("openai/glm-5", "2", "2")])
    rows = {row["provider"]: row for row in json.loads(home.run("model", "map", "glm-5", "--json").output)["providers"]}

    assert (rows["openrouter"]["state"], rows["openrouter"]["id"]) == ("sure", "z-ai/glm-5")
    assert (rows["novita"]["state"], rows["novita"]["id"]) == ("unsure", None)
    assert [(candidate["tier"], candidate["id"]) for candidate in rows["novita"]["candidates"]] == [
        ("vendor", "azure/glm-5"),
        ("vendor", "openai/glm-5"),
    ]
    assert home.text.endswith("  - {name: glm-5, ids: {openrouter: {id: z-ai/glm-5, order: 1}}}\n")


def test_a_model_for_something_else_is_unsure(home: Home) -> None:
    home.catalog("novita", [listed("qwen3-embedding", "1", "1")])
    home.catalog("third", [listed("qwen-team/qwen3-embedding", "1", mode="embedding")])
    home.write(PROVIDERS + "  third: {kind: openai_compatible, api_base: http://127.0.0.1/v1}\n" + BY_COST)
    home.run("model", "map", "qwen3-embedding")

    ids = "{openrouter: qwen/qwen3-embedding, third: qwen-team/qwen3-embedding}"
    assert home.text.endswith(f"  - {{name: qwen3-embedding, mode: embedding, ids: {ids}}}\n")


REFUSALS = [
    (
        "",
        ("nothing",),
        "'nothing': no model in 2 catalogs has a name like that; "
        "write a part of its name, or run `platelayer catalog refresh` for newer lists",
    ),
    ("", ("glmm5",), "'glmm5': no model in 2 catalogs has a name like that; did you mean 'glm-5' or 'glm-5:free'?"),
    (
        "",
        ("GLM5",),
        "'GLM5': no provider has a certain match; map 'glm-5' if you mean that, or choose ids with --accept",
    ),
    ("", ("glm-5", "--accept", "novita=glm5"), "the catalog of novita has no 'glm5'; did you mean 'zai-org/glm-5'?"),
    ("", ("glm-5", "--provider", "novta"), "gateway_providers: 'novta' is not there; did you mean 'novita'?"),
    (
        "gateway_model_groups: [{name: glm-5, ids: {novita: x}}]\n",
        ("glm-5", "--accept", "novita=zai-org/glm-5"),
        "gateway_model_groups (glm-5).ids.novita: is 'x'; change it by hand",
    ),
    (
        "gateway_models: [{name: glm-5, provider: novita, id: x}]\n",
        ("glm-5",),
        "gateway_model_groups (glm-5): gateway_models (novita: x) has that name too; rename one of them",
    ),
    (
        "some: {novita: x}\ngateway_model_groups: [{name: glm-5, ids: '{{ some }}'}]\n" + BY_COST,
        ("glm-5",),
        "FILE: gateway_model_groups[0].ids is an expression; edit it by hand",
    ),
    (
        "ids: &ids {novita: x}\ngateway_model_groups: [{name: glm-5, ids: *ids}]\n" + BY_COST,
        ("glm-5",),
        "FILE: gateway_model_groups[0].ids is not written out, but comes from an alias or a merge; edit it by hand",
    ),
]


@pytest.mark.parametrize(("more", "words", "sentence"), REFUSALS)
def test_what_cannot_be_mapped_is_refused_in_words(
    home: Home, more: str, words: tuple[str, ...], sentence: str
) -> None:
    home.write(PROVIDERS + more)
    result = home.run("model", "map", *words)

    assert isinstance(result.exception, PlatelayerError)
    assert str(result.exception) == sentence.replace("FILE", str(home.file))
    assert home.text == PROVIDERS + more


@pytest.mark.parametrize("text", ["novita", "novita=", "=x"])
def test_what_is_accepted_must_say_whose_it_is(home: Home, text: str) -> None:
    result = home.run("model", "map", "glm-5", "--accept", text)
    assert result.exit_code == 2
    assert f"'{text}' is not PROVIDER=ID" in result.output
