"""What `platelayer model map` shows beside what it writes."""

import json
from collections.abc import Callable

import pytest
from homes import PROVIDERS, Home, listed, said

BY_COST = "gateway_router: {routing_strategy: cost-based-routing}\n"
THIRD = "  third: {kind: openai_compatible, api_base: http://127.0.0.1/v1}\n"


@pytest.fixture
def rows(home: Home) -> Callable[..., list[str]]:
    """The rows of the table, without prices."""

    def run(*words: str) -> list[str]:
        lines = said(home.run("model", "map", *words, "--dry-run"))
        return [line.split(" - ")[0] for line in lines[1 : lines.index("Prices are USD per million tokens.")]]

    return run


def test_letters_and_digits_run_together_are_unsure(home: Home) -> None:
    result = home.run("model", "map", "GLM5")

    assert result.exit_code == 1
    assert said(result)[1:] == [
        "openrouter unsure z-ai/glm-5 same without dashes 0.60 2.20 0.11 200k 8192 - 2026-09-01",
        "novita unsure zai-org/glm-5 same without dashes 0.55 2.10 - - - - 2026-09-01",
        "Prices are USD per million tokens.",
        "Unsure ids are not written; --accept openrouter=z-ai/glm-5 writes this one.",
    ]
    assert home.text == PROVIDERS


def test_rivals_at_a_provider_are_shown_and_not_written(home: Home, rows: Callable[..., list[str]]) -> None:
    home.catalog("openrouter", [listed("glm-5", "1"), listed("z-ai/GLM-5", "2"), listed("z-ai/glm-5-fp8", "3")])
    assert rows("glm-5") == [
        "openrouter new glm-5 same id 1.00",
        "also there z-ai/GLM-5 same in other spelling 2.00",
        "also there z-ai/glm-5-fp8 same without suffix 3.00",
        "novita new zai-org/glm-5 same without vendor 0.55 2.10",
    ]
    home.run("model", "map", "glm-5", "--provider", "openrouter")
    assert home.text.endswith("  - {name: glm-5, ids: {openrouter: {id: glm-5, order: 1}}}\n")


def test_where_two_vendors_are_named_as_often_nothing_is_sure(home: Home, rows: Callable[..., list[str]]) -> None:
    home.catalog("openrouter", [listed("one/x", "1")])
    home.catalog("novita", [listed("two/x", "2")])
    home.catalog("third", [listed("x", "3")])
    home.write(PROVIDERS + THIRD + BY_COST)

    assert rows("x") == [
        "openrouter unsure one/x vendors differ 1.00",
        "novita unsure two/x vendors differ 2.00",
        "third unsure x vendors differ 3.00",
    ]
    result = home.run("model", "map", "x")
    assert (result.exit_code, str(result.exception)) == (
        1,
        "'x': no provider has a certain match; choose ids with --accept",
    )
    assert home.text == PROVIDERS + THIRD + BY_COST


def test_the_vendor_that_most_providers_name_is_meant(home: Home, rows: Callable[..., list[str]]) -> None:
    home.catalog("novita", [listed("thudm/glm-5", "1"), listed("zai/GLM-5", "2")])
    home.catalog("third", [listed("zai-org/glm-5", "3")])
    home.write(PROVIDERS + THIRD + BY_COST)

    assert [line.split(" 200k")[0] for line in rows("glm-5")] == [
        "openrouter new z-ai/glm-5 same without vendor 0.60 2.20 0.11",
        "novita new zai/GLM-5 same in other spelling 2.00",
        "also there thudm/glm-5 vendors differ 1.00",
        "third new zai-org/glm-5 same without vendor 3.00",
    ]


def test_the_ids_of_a_group_say_whose_model_it_is(home: Home) -> None:
    home.catalog("openrouter", [listed("one/x", "1")])
    home.catalog("novita", [listed("two/x", "2")])
    home.write(f"{PROVIDERS}{THIRD}{BY_COST}gateway_model_groups:\n  - {{name: x, ids: {{third: one-ai/x}}}}\n")
    home.run("model", "map", "x")
    assert home.text.endswith("  - {name: x, ids: {third: one-ai/x, openrouter: one/x}}\n")


def test_what_is_listed_no_more_is_said_with_its_date(home: Home, rows: Callable[..., list[str]]) -> None:
    gone = listed("z-ai/glm-5", "1", missing_since="2026-09-20T01:02:03Z")
    home.catalog("openrouter", [gone])
    assert rows("glm-5") == [
        "openrouter missing z-ai/glm-5 same without vendor 1.00",
        "novita new zai-org/glm-5 same without vendor 0.55 2.10",
    ]
    home.catalog("openrouter", [gone, listed("glm-5-fp8", "2")])
    assert rows("glm-5")[:2] == [
        "openrouter unsure glm-5-fp8 same without suffix 2.00",
        "missing z-ai/glm-5 same without vendor 1.00",
    ]
    lines = said(home.run("model", "map", "glm-5", "--dry-run"))
    assert lines[0].endswith(" Price since Missing since")
    assert lines[2] == "missing z-ai/glm-5 same without vendor 1.00 - - - - - 2026-09-01 2026-09-20"


def test_who_does_not_have_it_is_told_in_one_line(home: Home) -> None:
    home.catalog("third", [listed("x", "3")])
    home.catalog("fourth", [listed("y", "3")])
    home.write(PROVIDERS + THIRD + THIRD.replace("third", "fourth") + BY_COST)
    lines = said(home.run("model", "map", "glm-5", "--dry-run"))
    assert [line.split()[0] for line in lines[:5]] == ["Provider", "openrouter", "novita", "Prices", "Not"]
    assert lines[4] == "Not found at: third, fourth"


def test_where_nobody_has_it_there_is_no_table(home: Home) -> None:
    result = home.run("model", "map", "nothing")
    assert (result.exit_code, result.output) == (1, "")
    assert str(result.exception).startswith("'nothing': no model in 2 catalogs has a name like that; ")


def test_a_model_that_nobody_lists_any_more_is_not_mapped(home: Home) -> None:
    home.catalog("openrouter", [listed("z-ai/glm-5", missing_since="2026-09-20T01:02:03Z")])
    result = home.run("model", "map", "glm-5", "--provider", "openrouter")
    assert str(result.exception) == (
        "'glm-5': no provider lists it any more; choose another with `platelayer model find`"
    )
    assert home.text == PROVIDERS


def test_an_id_of_a_group_that_its_catalog_does_not_know_is_told(home: Home, rows: Callable[..., list[str]]) -> None:
    home.write(f"{PROVIDERS}{BY_COST}gateway_model_groups:\n  - {{name: x, ids: {{novita: nobody/x}}}}\n")
    assert rows("x", "--provider", "novita") == ["novita in the group, not listed nobody/x"]


def test_a_failure_is_one_json_object_with_the_reason(home: Home) -> None:
    result = home.run("model", "map", "GLM5", "--json")
    facts = json.loads(result.stdout)

    assert (result.exit_code, facts["written"], facts["files"]) == (1, False, [])
    assert [row["state"] for row in facts["providers"]] == ["unsure", "unsure"]
    assert facts["error"].startswith("'GLM5': no provider has a certain match; ")
    assert result.stderr == facts["error"] + "\n"


def test_what_is_not_written_can_be_tried_first(home: Home) -> None:
    """As with all the other commands that edit."""
    assert home.run("model", "map", "glm-5", "--dry-run").exit_code == 0
    assert home.text == PROVIDERS
    assert home.run("model", "map", "glm-5", "--write").exit_code == 2
