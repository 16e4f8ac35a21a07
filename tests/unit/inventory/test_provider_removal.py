"""`platelayer provider remove`."""

import json
from collections.abc import Callable

import pytest
from homes import PROVIDERS, Home, drawn, said

from platelayer.errors import InventoryError

MODELS = """\
gateway_models:
  - {name: a, provider: novita, id: x}
  - {name: b, provider: openrouter, id: y}
gateway_model_groups:
  - {name: g, ids: {novita: zai-org/glm-5, openrouter: {id: z-ai/glm-5, order: 1}}}
  - {name: h, ids: {novita: zai-org/glm-5}}
"""


def test_it_goes_with_its_models_and_its_ids(edited: Callable[..., str]) -> None:
    before, after = drawn("""
          |gateway_providers:
          |  # the first
          |  openrouter: {kind: openrouter, api_key: x}
        - |  # the second
        - |  novita:
        - |    kind: novita
        - |    # its key
        - |    api_key: x
          |  # third: {kind: skeleton}
          |
          |gateway_models:
        - |  - {name: a, provider: novita, id: x}
          |  - {name: b, provider: openrouter, id: y}
          |gateway_model_groups:
        - |  - {name: g, ids: {novita: {id: v, order: 2}, openrouter: {id: w, order: 1}}}   # two
        + |  - {name: g, ids: {openrouter: {id: w, order: 1}}}   # two
        - |  - name: h
        - |    ids:
        - |      novita: zai-org/glm-5
          |  - name: i
          |    ids:
          |      openrouter: {id: v, order: 1}
        - |      novita: {id: w, order: 2}
    """)
    assert edited(before, "provider", "remove", "novita") == after


def test_it_says_what_goes_and_what_is_left_to_do(home: Home) -> None:
    home.write(PROVIDERS + MODELS)
    catalog = home.root / "catalogs/home/novita.json"
    result = home.run("provider", "remove", "novita", "--dry-run")

    assert said(result)[-5:] == [
        "Nothing was written.",
        "Would remove models: a",
        "Would remove its ids from groups: g, h",
        "No longer used in the vault: vault_novita",
        f"{catalog}: kept; --purge-catalog removes it",
    ]
    assert (home.text, catalog.exists()) == (PROVIDERS + MODELS, True)


def test_its_catalog_goes_only_when_that_is_asked_for(home: Home) -> None:
    home.write(PROVIDERS + MODELS)
    catalog = home.root / "catalogs/home/novita.json"
    home.run("provider", "remove", "novita", "--dry-run", "--purge-catalog")
    assert catalog.exists()

    result = home.run("provider", "remove", "novita", "--purge-catalog")
    assert said(result)[-1] == f"Removed {catalog}"
    assert not catalog.exists()
    assert (home.root / "catalogs/home/openrouter.json").exists()


def test_json_tells_it_all(home: Home) -> None:
    home.write(
        "gateway_providers:\n  openrouter: {kind: openrouter, api_key: '{{ vault_a }}', include: ['z-ai/*']}\n"
        "gateway_model_groups: [{name: g, ids: {openrouter: z-ai/glm-5}}]\n"
    )
    facts = json.loads(home.run("provider", "remove", "openrouter", "--json", "--purge-catalog").output)
    files = facts.pop("files")

    assert facts == {
        "environment": "home",
        "written": True,
        "provider": "openrouter",
        "models": [],
        "groups": ["g"],
        "listed": 2,
        "unused_secrets": ["vault_a"],
        "catalog": str(home.root / "catalogs/home/openrouter.json"),
        "catalog_purged": True,
    }
    assert [file["path"] for file in files] == [str(home.file)]
    assert home.text == "gateway_providers: {}\ngateway_model_groups: []\n"


@pytest.mark.parametrize(
    "elsewhere", ["other: '{{ vault_novita }}'", 'other:\n  deep: "{{ [vault_novita,\n  1] }}"', "x: 1  # nothing"]
)
def test_a_secret_that_something_uses_is_not_called_unused(home: Home, elsewhere: str) -> None:
    home.write("# {{ vault_novita }}\n" + elsewhere + "\n", "group_vars/all/other.yml")
    home.write("vault_novita: EXAMPLE\n", "group_vars/all/vault.yml")
    facts = json.loads(home.run("provider", "remove", "novita", "--json", "--dry-run").output)
    assert facts["unused_secrets"] == ([] if "vault" in elsewhere else ["vault_novita"])


REFUSALS = [
    ("", "novta", "gateway_providers: 'novta' is not there; did you mean 'novita'?"),
    (
        "gateway_virtual_models:\n"
        "  - {name: v, layers: [{provider: openrouter, id: x}, {provider: novita, id: y}]}\n"
        "  - {name: w, layers: [{provider: novita, id: z}]}\n",
        "novita",
        "gateway_virtual_models[0] (v).layers[1]: uses novita; remove that layer first\n"
        "gateway_virtual_models[1] (w).layers[0]: uses novita; remove that layer first",
    ),
    (
        "gateway_models:\n"
        "  - {name: a, provider: novita, id: x}\n"
        "  - {name: b, provider: openrouter, id: y, fallbacks: [a]}\n"
        "gateway_router: {default_model: a}\n",
        "novita",
        "gateway_models (b).fallbacks: needs 'a', which would be removed; change it first\n"
        "gateway_router.default_model: needs 'a', which would be removed; change it first",
    ),
]


@pytest.mark.parametrize(("more", "name", "sentence"), REFUSALS)
def test_what_is_needed_stays(home: Home, more: str, name: str, sentence: str) -> None:
    home.write(PROVIDERS + more)
    result = home.run("provider", "remove", name, "--purge-catalog")

    assert isinstance(result.exception, InventoryError)
    assert str(result.exception) == sentence
    assert home.text == PROVIDERS + more
    assert (home.root / "catalogs/home/novita.json").exists()


def test_variables_may_be_in_several_files(home: Home) -> None:
    home.write("gateway_models: [{name: a, provider: novita, id: x}]\n", "group_vars/gateway/models.yml")
    assert home.run("provider", "remove", "novita").exit_code == 0

    assert home.text == PROVIDERS.replace(
        "  novita: {kind: novita, api_key: \"{{ vault_novita | default('x') }}\"}\n", ""
    )
    assert (home.root / "inventories/home/group_vars/gateway/models.yml").read_text() == "gateway_models: []\n"


def test_where_there_is_no_provider_none_is_proposed(home: Home) -> None:
    home.write("gateway_providers: {}\n")
    assert str(home.run("provider", "remove", "novita").exception) == (
        "gateway_providers: 'novita' is not there; there is none"
    )
