"""A refresh says when the catalogs that it leaves cannot be deployed with the inventory."""

from typing import Any

import pytest
from fake_providers import FakeProvider, status
from labs import Lab

SHARED = (
    "'glm' would be the name of two: the catalog of box: a/glm, and the catalog of box: b/glm; give "
    "gateway_providers.box a 'prefix' or another of 'names', or join them in gateway_model_groups"
)


def answer(fake: FakeProvider, *ids: str) -> None:
    fake.answers["GET /models"] = {"data": [{"id": name} for name in ids]}


@pytest.fixture
def renamed(lab: Lab, fake: FakeProvider) -> Lab:
    """A provider that serves all that it lists, without its vendors; and one that is fine."""
    lab.providers = {
        "box": {
            "kind": "openai_compatible",
            "api_base": fake.url,
            "include": ["*"],
            "rename": [{"pattern": "^.*/", "name": ""}],
        },
        "other": {"kind": "openai_compatible", "api_base": f"{fake.url}/other", "include": ["*"]},
    }
    lab.more["gateway_models"] = [{"name": "mine", "provider": "box", "id": "a/glm", "fallbacks": ["qwen"]}]
    fake.answers["GET /other/models"] = {"data": [{"id": "qwen"}]}
    answer(fake, "a/glm")
    lab.refreshed()
    return lab


def test_new_models_that_would_share_a_name_are_told(renamed: Lab, fake: FakeProvider) -> None:
    answer(fake, "a/glm", "b/glm")
    outcome = renamed.refresh()
    assert outcome.code == 1
    assert f"\n\nthe inventory cannot be deployed with these catalogs:\n  {SHARED}\n\n2 providers in " in outcome.out
    assert outcome.out.endswith(": box; the inventory cannot be deployed with these catalogs\n")
    # The list is true, and is what the inventory must be mended for; until then each run says so.
    assert set(renamed.models("box")) == {"a/glm", "b/glm"}
    assert renamed.json()["problems"] == [SHARED]
    assert renamed.refresh("other").code == 1
    renamed.providers["box"]["names"] = {"b/glm": "glm-b"}
    assert renamed.refreshed().out.startswith("no changes: box, other\n")


@pytest.mark.parametrize("look", ["--dry-run", "--check-only"])
def test_a_look_tells_it_before_anything_is_written(renamed: Lab, fake: FakeProvider, look: str) -> None:
    before = renamed.files()
    answer(fake, "a/glm", "b/glm")
    outcome = renamed.refresh(look)
    assert (outcome.code, outcome.out.count(SHARED)) == (1, 1)
    assert renamed.files() == before


def test_what_stays_as_it_was_counts_as_it_was(renamed: Lab, fake: FakeProvider) -> None:
    fake.answers |= {"GET /models": status(500), "GET /other/models": {"data": [{"id": "glm"}, {"id": "qwen"}]}}
    (problem,) = renamed.json()["problems"]
    assert problem.startswith(
        "'glm' would be the name of two: the catalog of box: a/glm, and the catalog of other: glm"
    )


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (
            {"gateway_model_groups": [{"name": "g", "ids": {"bxo": "a/glm"}}]},
            "gateway_model_groups[0] (g): provider 'bxo' is not in gateway_providers; did you mean 'box'?",
        ),
        (
            {"gateway_models": [{"name": "m", "provider": "box", "id": "x", "fallbacks": ["nobody"]}]},
            "'m' falls back to 'nobody', which no model is named; write one of: glm, m, qwen",
        ),
    ],
)
def test_an_inventory_that_was_wrong_before_is_told_too(renamed: Lab, more: dict[str, Any], sentence: str) -> None:
    renamed.more = more
    outcome = renamed.refresh()
    assert outcome.code == 1
    assert f"\nthe inventory cannot be deployed with these catalogs:\n  {sentence}" in outcome.out


@pytest.mark.parametrize("key", [{}, {"api_key": ""}])
def test_a_key_that_a_list_does_not_want_may_still_be_missing(
    lab: Lab, fake: FakeProvider, key: dict[str, str]
) -> None:
    answer(fake, "a")
    lab.providers["requesty"] = {"kind": "requesty", "api_base": fake.url, **key}
    assert lab.refreshed().code == 0
