"""`platelayer model remove`."""

import json
from collections.abc import Callable

import pytest
from homes import PROVIDERS, Home, drawn, said

from platelayer.errors import InventoryError

ROUTER = "gateway_router: {default_model: a, default_fallbacks: [b]}\n"


def test_models_and_groups_go_by_name_with_their_lines(edited: Callable[..., str]) -> None:
    before, after = drawn("""
          |gateway_models:
          |  # the first
          |  - {name: a, provider: novita, id: x}
        - |  - {name: b, provider: novita, id: y, weight: 1}   # beside
          |  - {name: c, provider: novita, id: z}
        - |  - {name: b, provider: openrouter, id: y, weight: 2}
          |  # - {name: skeleton}
        - |gateway_model_groups:
        + |gateway_model_groups: []
        - |  - name: g
        - |    ids: {novita: zai-org/glm-5}
    """)
    assert edited(PROVIDERS + before, "model", "remove", "b", "g") == PROVIDERS + after


def test_dry_run_shows_and_writes_nothing(home: Home) -> None:
    before = f"{PROVIDERS}gateway_models:\n  - {{name: a, provider: novita, id: x}}\n"
    home.write(before)

    assert said(home.run("model", "remove", "a", "--dry-run")) == [
        f"--- {home.file}",
        f"+++ {home.file}",
        "@@ -3,3 +3,2 @@",
        "novita: {kind: novita, api_key: \"{{ vault_novita | default('x') }}\"}",
        "-gateway_models:",
        "- - {name: a, provider: novita, id: x}",
        "+gateway_models: []",
        "Nothing was written.",
    ]
    assert home.text == before
    facts = json.loads(home.run("model", "remove", "a", "--json").output)
    assert (facts["written"], facts["removed"], facts["notes"]) == (True, ["a"], [])
    assert home.text == f"{PROVIDERS}gateway_models: []\n"


NEEDED = [
    (
        "gateway_models: [{name: a, provider: novita, id: x}, {name: b, provider: novita, id: y, fallbacks: [a]}]\n",
        "gateway_models (b).fallbacks: needs 'a', which would be removed; change it first",
    ),
    (
        "gateway_models: [{name: a, provider: novita, id: x, aliases: [short]}]\n"
        "gateway_virtual_models: [{name: v, layers: [{provider: novita, id: y}], fallbacks: [short]}]\n",
        "gateway_virtual_models (v).fallbacks: needs 'short', which would be removed; change it first",
    ),
    (
        "gateway_models: [{name: a, provider: novita, id: x}]\n"
        "gateway_model_groups: [{name: g, ids: {novita: y}, fallbacks: [a]}]\n",
        "gateway_model_groups (g).fallbacks: needs 'a', which would be removed; change it first",
    ),
    (
        "gateway_models: [{name: a, provider: novita, id: x}]\n"
        "gateway_router: {default_model: a, default_fallbacks: [a]}\n",
        "gateway_router.default_model: needs 'a', which would be removed; change it first\n"
        "gateway_router.default_fallbacks: needs 'a', which would be removed; change it first",
    ),
    (
        "gateway_models: [{name: a, provider: novita, id: x}, {name: b, provider: novita, id: y, fallbacks: [x/y]}, "
        '{name: "x/*", provider: novita, id: "*"}]\n',
        "'b' falls back to 'x/y', which no model is named; write one of: a, b",
    ),
]


@pytest.mark.parametrize(("more", "sentence"), NEEDED)
def test_what_others_need_stays(home: Home, more: str, sentence: str) -> None:
    home.write(PROVIDERS + more)
    result = home.run("model", "remove", "x/*" if "x/*" in more else "a")

    assert isinstance(result.exception, InventoryError)
    assert str(result.exception) == sentence
    assert home.text == PROVIDERS + more


def test_what_needs_it_may_go_along(edited: Callable[..., str]) -> None:
    models = "[{name: a, provider: novita, id: x}, {name: b, provider: novita, id: y, fallbacks: [a]}]"
    after = edited(f"{PROVIDERS}gateway_models: {models}\n", "model", "remove", "a", "b")
    assert after == f"{PROVIDERS}gateway_models: []\n"


def test_what_is_not_written_cannot_be_removed(home: Home) -> None:
    before = (
        "gateway_providers:\n  openrouter: {kind: openrouter, api_key: x, include: ['z-ai/*']}\n"
        "gateway_models: [{name: sonnet, provider: openrouter, id: x, aliases: [alias]}]\n"
        "gateway_virtual_models: [{name: v, layers: [{provider: openrouter, id: y}]}]\n"
    )
    home.write(before)

    result = home.run("model", "remove", "sonnet", "sonet", "z-ai/glm-5", "v", "alias")
    assert str(result.exception) == (
        "'sonet': no model has this name; did you mean 'sonnet'?\n"
        "'z-ai/glm-5': is served by 'include' of gateway_providers.openrouter; write exclude: [\"z-ai/glm-5\"] there\n"
        "'v': is gateway_virtual_models[0], not in gateway_models or gateway_model_groups; remove it by hand\n"
        "'alias': is an alias of 'sonnet', not in gateway_models or gateway_model_groups; remove it by hand"
    )
    assert home.text == before


def test_a_name_that_is_like_no_other_is_not_taken_for_one(home: Home) -> None:
    home.write(
        f"{PROVIDERS}gateway_models:\n  - {{name: openrouter/auto, provider: openrouter, id: openrouter/auto}}\n"
    )
    assert str(home.run("model", "remove", "nothere").exception) == (
        "'nothere': no model has this name; write one of: openrouter/auto"
    )
    assert str(home.run("model", "remove", "auto").exception) == (
        "'auto': no model has this name; did you mean 'openrouter/auto'?"
    )


def test_it_says_when_a_catalog_still_brings_the_model(home: Home) -> None:
    home.write(
        "gateway_providers:\n  openrouter: {kind: openrouter, api_key: x, include: ['z-ai/*']}\n"
        "gateway_models: [{name: z-ai/glm-5, provider: openrouter, id: z-ai/glm-5}]\n"
    )
    assert said(home.run("model", "remove", "z-ai/glm-5"))[-1] == (
        "'z-ai/glm-5': is served by 'include' of gateway_providers.openrouter; write exclude: [\"z-ai/glm-5\"] there"
    )


def test_old_problems_do_not_hinder_a_removal(edited: Callable[..., str]) -> None:
    """Here two models have one name, and another has a provider that is not there; removing them is the repair."""
    before = """\
gateway_models:
  - {name: x, provider: novita, id: x}
  - {name: a, provider: novita, id: x}
  - {name: a, provider: novita, id: y}
  - {name: b, provider: nobody, id: z}
"""
    assert edited(PROVIDERS + before, "model", "remove", "x") == PROVIDERS + before.replace(
        "  - {name: x, provider: novita, id: x}\n", ""
    )


def test_a_name_that_a_catalog_has_taken_can_be_removed(edited: Callable[..., str]) -> None:
    before = "gateway_providers:\n  openrouter: {kind: openrouter, api_key: x, include: ['z-ai/*']}\n"
    models = "gateway_models:\n  - {name: z-ai/glm-5, provider: openrouter, id: other}\n"
    assert edited(before + models, "model", "remove", "z-ai/glm-5") == f"{before}gateway_models: []\n"
