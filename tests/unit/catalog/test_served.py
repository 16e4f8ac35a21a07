"""A plan says what of it clients can ask for: by name in the inventory, or by `include`."""

import pytest
from fake_providers import FakeProvider
from labs import Lab

from platelayer.gateway.build import build
from platelayer.inventory.catalogs import find_environment_catalogs


def answer(fake: FakeProvider, *ids: str) -> None:
    fake.answers["GET /models"] = {"data": [{"id": name} for name in ids]}


def box(fake: FakeProvider, **options: object) -> dict[str, object]:
    return {"box": {"kind": "openai_compatible", "api_base": fake.url, **options}}


def test_what_include_brings_is_named_and_comes_first(lab: Lab, fake: FakeProvider) -> None:
    lab.providers = box(fake, include=["z/*"], prefix="our-")
    answer(fake, "a/old", "z/old")
    assert lab.refreshed().out.startswith("box  2 models, its first catalog; 1 of them served")
    answer(fake, "a/old", "z/old", "a/new", "z/new")
    added = [line.split() for line in lab.refreshed().out.splitlines() if line.startswith("  + ")]
    assert [(words[1], words[-1]) for words in added] == [("z/new", "our-z/new"), ("a/new", "known")]


def touched(lab: Lab) -> dict[str, list[str]]:
    """id → the names that the plan says it touches."""
    return {entry["id"]: entry["touches"] for entry in lab.json()["providers"][0]["plan"]}


def test_a_free_twin_touches_the_name_that_it_shares(lab: Lab, fake: FakeProvider) -> None:
    lab.providers = box(fake, include=["z/*"], free_twins=True)
    answer(fake, "z/glm", "z/glm:free", "z/alone:free")
    assert touched(lab) == {"z/glm": ["z/glm"], "z/glm:free": ["z/glm"], "z/alone:free": ["z/alone:free"]}


def test_a_free_twin_that_costs_something_keeps_its_own_name(lab: Lab, fake: FakeProvider) -> None:
    lab.providers = box(fake, include=["z/*"], free_twins=True, prices_per_million_tokens={"*": {"input": 1}})
    lab.more["gateway_model_groups"] = [{"name": "five", "ids": {"box": "z/five"}, "free_twins": True}]
    answer(fake, "z/glm", "z/glm:free", "z/five", "z/five:free")
    names = {"z/glm": ["z/glm"], "z/glm:free": ["z/glm:free"], "z/five": ["five"], "z/five:free": ["z/five:free"]}
    assert touched(lab) == names


def test_all_names_of_a_model_are_touched_however_it_has_them(lab: Lab, fake: FakeProvider) -> None:
    lab.providers = box(fake, include=["z/*"])
    lab.more = {
        "gateway_models": [{"name": "mine", "provider": "box", "id": "z/glm"}],
        "gateway_virtual_models": [{"name": "auto", "layers": [{"provider": "box", "id": "z/glm"}]}],
    }
    answer(fake, "z/glm", "z/other")
    assert touched(lab) == {"z/glm": ["mine", "auto", "z/glm"], "z/other": ["z/other"]}


def test_a_model_that_select_would_lose_touches_its_name(lab: Lab, fake: FakeProvider) -> None:
    lab.providers = box(fake, include=["z/*"], select={"max_input_cost_per_token": 0.000002})
    lab.providers["box"]["prices_per_million_tokens"] = {"*": {"input": 1}}
    answer(fake, "z/glm")
    lab.refreshed()
    lab.providers["box"]["prices_per_million_tokens"] = {"*": {"input": 3}}
    assert touched(lab) == {"z/glm": ["z/glm"]}


@pytest.mark.parametrize("free_twins", [False, True])
@pytest.mark.parametrize("group", [None, {"box": "z/glm"}, {"box": "z/glm", "other": "z/glm"}])
def test_a_plan_names_what_the_inventory_then_serves(
    lab: Lab, fake: FakeProvider, group: dict[str, str] | None, free_twins: bool
) -> None:
    rules = {"prefix": "our-", "rename": [{"pattern": "^z/", "name": ""}], "names": {"z/five": "best"}}
    lab.providers = box(fake, include=["z/*"], exclude=["*-old"], free_twins=free_twins, **rules)
    lab.providers["other"] = {"kind": "openai_compatible", "api_base": fake.url}
    lab.more = {
        "gateway_models": [{"name": "mine", "provider": "box", "id": "z/five"}],
        "gateway_virtual_models": [{"name": "auto", "layers": [{"provider": "box", "id": "a/one"}]}],
        "gateway_model_groups": [{"name": "glm", "ids": group, "free_twins": free_twins}] if group else [],
    }
    answer(fake, "a/one", "z/five", "z/five:free", "z/glm", "z/glm:free", "z/glm-old", "z/alone:free")
    lab.json("--dry-run")
    told = {
        (found["provider"], entry["id"]): set(entry["touches"])
        for found in lab.json()["providers"]
        for entry in found["plan"]
        if entry["touches"]
    }
    catalogs = find_environment_catalogs(lab.root, "lab")
    served = build(catalogs.gateway, catalogs.load()).names.uses
    assert told == {target: set(names) for target, names in served.items()}


def test_a_pattern_that_matches_nothing_is_a_warning(lab: Lab, fake: FakeProvider) -> None:
    lab.providers = box(fake, include=["z/*", "zz/*"])
    answer(fake, "z/one")
    assert "  warning: include: 'zz/*' matches no model\n" in lab.refreshed().out


def test_an_id_that_the_list_does_not_have_is_a_warning(lab: Lab, fake: FakeProvider) -> None:
    lab.providers = box(fake)
    lab.more = {
        "gateway_models": [
            {"name": "mine", "provider": "box", "id": "z/onne"},
            {"name": "any", "provider": "box", "id": "*"},
        ]
    }
    answer(fake, "z/one")
    said = lab.refreshed().out
    assert (
        "  warning: z/onne: is not in the list; it is served as mine, without a price; did you mean 'z/one'?\n"
    ) in said
    assert said.count("warning") == 1


def test_an_id_with_a_price_of_the_inventory_is_not_said_to_have_none(lab: Lab, fake: FakeProvider) -> None:
    lab.providers = box(fake, prices_per_million_tokens={"code-latest": {"input": 1}})
    lab.more = {"gateway_models": [{"name": "mine", "provider": "box", "id": "code-latest"}]}
    answer(fake, "z/one")
    assert (
        "  warning: code-latest: is not in the list; it is served as mine, with the price of "
        "prices_per_million_tokens\n" in lab.refreshed().out
    )


def test_a_provider_that_never_had_a_catalog_has_none(lab: Lab, fake: FakeProvider) -> None:
    lab.providers = box(fake)
    assert "not refreshed, it has no catalog yet: " in lab.refresh().out
    answer(fake)
    assert lab.refresh().out.splitlines()[:3] == [
        "box  refused",
        "  not refreshed, it has no catalog yet: the list is empty; if that is right, --accept box:empty "
        "marks the missing models, which leave after grace_days",
        "",
    ]
