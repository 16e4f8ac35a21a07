"""`platelayer model add`."""

import json
from collections.abc import Callable

import pytest
from homes import PROVIDERS, Home, drawn, listed, said

from platelayer.errors import PlatelayerError


def test_a_model_is_one_line_and_its_prices_stay_in_the_catalog(edited: Callable[..., str]) -> None:
    before, after = drawn("""
          |gateway_models:
          |  # daily
          |  - {name: glm,   provider: openrouter, id: z-ai/glm-4.6}   # good
        + |  - {name: z-ai/glm-5, provider: openrouter, id: z-ai/glm-5}
          |  # - {name: skeleton}
    """)
    assert edited(PROVIDERS + before, "model", "add", "openrouter", "z-ai/glm-5") == PROVIDERS + after


def test_it_says_what_it_wrote_and_what_the_catalog_knows(home: Home) -> None:
    result = home.run("model", "add", "openrouter", "z-ai/glm-5", "qwen/qwen3-embedding")

    assert said(result) == [
        f"--- {home.file}",
        f"+++ {home.file}",
        "@@ -3 +3,5 @@",
        "novita: {kind: novita, api_key: \"{{ vault_novita | default('x') }}\"}",
        "+",
        "+gateway_models:",
        "+ - {name: z-ai/glm-5, provider: openrouter, id: z-ai/glm-5}",
        "+ - {name: qwen/qwen3-embedding, provider: openrouter, id: qwen/qwen3-embedding, mode: embedding}",
        f"Written: {home.file}",
        "Name Mode Input Output Cache read Context Max output Abilities Price since",
        "z-ai/glm-5 chat 0.60 2.20 0.11 200k 8192 - 2026-09-01",
        "qwen/qwen3-embedding embedding 0.01 - - - - - 2026-09-01",
        "Prices are USD per million tokens. Prices and limits always come from the catalog.",
        "'z-ai/glm-5:free' is the same model for free, with its own limits; set free_twins, or add it too.",
    ]


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ("", "z-ai/glm-5"),
        ("prefix: or-", "or-z-ai/glm-5"),
        ("names: {z-ai/glm-5: best}", "best"),
        ("rename: [{pattern: '.*/', name: ''}]", "glm-5"),
    ],
)
def test_the_name_is_what_the_provider_makes_of_an_id(edited: Callable[..., str], options: str, name: str) -> None:
    before = f"gateway_providers:\n  openrouter: {{kind: openrouter, api_key: x, {options}}}\ngateway_models: []\n"
    after = edited(before, "model", "add", "openrouter", "z-ai/glm-5")
    assert after.endswith(f"gateway_models:\n  - {{name: {name}, provider: openrouter, id: z-ai/glm-5}}\n")


def test_a_name_may_be_given(edited: Callable[..., str]) -> None:
    after = edited(PROVIDERS, "model", "add", "openrouter", "z-ai/glm-5", "--name", "glm: 5")
    assert after == f"{PROVIDERS}\ngateway_models:\n  - {{name: 'glm: 5', provider: openrouter, id: z-ai/glm-5}}\n"


def test_one_name_is_not_for_two_models(home: Home) -> None:
    result = home.run("model", "add", "openrouter", "z-ai/glm-5", "z-ai/glm-4.6", "--name", "glm")
    assert result.exit_code == 2
    assert "--name is for one model; leave it out, or add the models one by one" in " ".join(
        result.output.replace("│", " ").split()
    )
    assert home.text == PROVIDERS


def test_dry_run_shows_the_same_and_writes_nothing(home: Home) -> None:
    dry = home.run("model", "add", "openrouter", "z-ai/glm-5", "--dry-run")
    assert home.text == PROVIDERS
    wet = home.run("model", "add", "openrouter", "z-ai/glm-5")
    assert dry.output.replace("Nothing was written.", f"Written: {home.file}") == wet.output


def test_json_tells_it_all(home: Home) -> None:
    facts = json.loads(home.run("model", "add", "openrouter", "z-ai/glm-5", "--dry-run", "--json").output)

    assert (facts["environment"], facts["written"], [file["path"] for file in facts["files"]]) == (
        "home",
        False,
        [str(home.file)],
    )
    assert facts["models"] == [
        {
            "name": "z-ai/glm-5",
            "provider": "openrouter",
            "id": "z-ai/glm-5",
            "catalog": {
                "id": "z-ai/glm-5",
                "mode": "chat",
                "free": False,
                "variable": False,
                "prices": {
                    "input": {"usd": "0.0000006", "source": "pricing", "since": "2026-09-01T00:00:00Z"},
                    "output": {"usd": "0.0000022", "source": "pricing", "since": "2026-09-01T00:00:00Z"},
                    "cache_read": {"usd": "0.00000011", "source": "pricing", "since": "2026-09-01T00:00:00Z"},
                },
                "max_input_tokens": 200000,
                "max_output_tokens": 8192,
                "abilities": [],
                "missing_since": None,
            },
            "free_twin": "z-ai/glm-5:free",
        }
    ]


REFUSALS = [
    (
        "",
        ("openrouter", "z-ai/glm5", "nothing-like-it"),
        "the catalog of openrouter has no 'z-ai/glm5'; "
        "did you mean 'z-ai/glm-5' or 'z-ai/glm-5:free' or 'z-ai/glm-4.6'?\n"
        "the catalog of openrouter has no 'nothing-like-it'; "
        "write one of: anthropic/claude-sonnet-4.5, qwen/qwen3-embedding, "
        "z-ai/glm-4.6, z-ai/glm-5, z-ai/glm-5:free",
    ),
    (
        "gateway_models: [{name: a, provider: openrouter, id: z-ai/glm-5}]\n",
        ("openrouter", "z-ai/glm-5"),
        "gateway_models[0]: already serves 'z-ai/glm-5' of openrouter as 'a'; change it there",
    ),
    (
        "gateway_models: [{name: a, provider: novita, id: x}]\n",
        ("openrouter", "z-ai/glm-5", "--name", "a"),
        "gateway_models[0]: already has the name 'a'; choose another with --name",
    ),
    (
        "gateway_models: [{name: a, provider: novita, id: x, aliases: [b]}]\n",
        ("openrouter", "z-ai/glm-5", "--name", "b"),
        "an alias of 'a': already has the name 'b'; choose another with --name",
    ),
    (
        "gateway_model_groups: [{name: g, ids: {openrouter: z-ai/glm-5}}]\n",
        ("openrouter", "z-ai/glm-5"),
        "gateway_model_groups[0].ids.openrouter: already serves 'z-ai/glm-5' of openrouter as 'g'; change it there",
    ),
    (
        "gateway_model_groups: [{name: g, ids: {novita: zai-org/glm-5}}]\n",
        ("openrouter", "z-ai/glm-5", "--name", "g"),
        "gateway_model_groups[0]: already has the name 'g'; choose another with --name",
    ),
    (
        "gateway_virtual_models: [{name: v, layers: [{provider: novita, id: x}]}]\n",
        ("openrouter", "z-ai/glm-5", "--name", "v"),
        "gateway_virtual_models[0]: already has the name 'v'; choose another with --name",
    ),
    (
        "",
        ("openrouter", "z-ai/glm-5", "--name", " a"),
        "gateway_models[0] ( a): 'name' must not begin or end with a blank",
    ),
    ("", ("openroute", "x"), "gateway_providers: 'openroute' is not there; did you mean 'openrouter'?"),
]


@pytest.mark.parametrize(("more", "words", "sentence"), REFUSALS)
def test_what_cannot_be_added_is_refused_in_words(home: Home, more: str, words: tuple[str, ...], sentence: str) -> None:
    home.write(PROVIDERS + more)
    result = home.run("model", "add", *words)

    assert isinstance(result.exception, PlatelayerError)
    assert str(result.exception) == sentence
    assert home.text == PROVIDERS + more


@pytest.mark.parametrize(("options", "name"), [((), "NAME"), (("--name", "best"), "best")])
def test_what_include_brings_is_there_already_and_can_be_renamed_or_left_out(
    home: Home, options: tuple[str, ...], name: str
) -> None:
    before = "gateway_providers:\n  openrouter: {kind: openrouter, api_key: x, include: ['z-ai/*']}\n"
    home.write(before)

    assert str(home.run("model", "add", "openrouter", "z-ai/glm-5", *options).exception) == (
        f"{home.file}: gateway_providers.openrouter.include already serves 'z-ai/glm-5' as 'z-ai/glm-5'; "
        f'rename it with names: {{"z-ai/glm-5": {name}}}, or exclude it with exclude: ["z-ai/glm-5"] '
        "and add it again"
    )
    assert str(home.run("model", "add", "openrouter", "qwen/qwen3-embedding", "--name", "z-ai/glm-5").exception) == (
        "the catalog of openrouter (z-ai/glm-5): already has the name 'z-ai/glm-5'; choose another with --name"
    )
    assert home.text == before


def test_two_ids_of_one_name_are_refused(home: Home) -> None:
    home.write(
        "gateway_providers:\n  openrouter: {kind: openrouter, api_key: x, rename: [{pattern: '.*', name: one}]}\n"
    )
    assert str(home.run("model", "add", "openrouter", "z-ai/glm-5", "z-ai/glm-4.6").exception) == (
        "'z-ai/glm-5': already has the name 'one'; choose another with --name"
    )


def test_without_a_catalog_it_says_how_to_get_one(home: Home) -> None:
    (home.root / "catalogs/home/novita.json").unlink()
    assert str(home.run("model", "add", "novita", "zai-org/glm-5").exception) == (
        f"{home.root}/catalogs/home/novita.json: there is no catalog yet; run "
        "`platelayer catalog refresh novita --env home`"
    )


@pytest.mark.parametrize("identity", ["a{{ lookup('pipe', 'id') }}", "a{% raw %}", "a{# x", "a\x1b[31m", "a\nb"])
def test_what_ansible_would_run_is_never_written(home: Home, identity: str) -> None:
    """An id comes from a provider, and Ansible templates what an inventory holds."""
    home.catalog("openrouter", [listed(identity, "1", "1")])
    result = home.run("model", "add", "openrouter", identity)

    shown = "".join(character if character.isprintable() else "�" for character in identity)
    assert str(result.exception) == (
        f"'{shown}': contains an expression or unprintable characters; choose another model or name"
    )
    assert home.text == PROVIDERS


def test_of_many_ids_the_first_are_proposed(home: Home) -> None:
    home.catalog("novita", [listed(f"vendor/model-{letter}") for letter in "abcdefghij"])
    assert str(home.run("model", "add", "novita", "xyzzy").exception) == (
        "the catalog of novita has no 'xyzzy'; "
        "write one of: vendor/model-a, vendor/model-b, vendor/model-c, vendor/model-d, "
        "vendor/model-e, vendor/model-f, vendor/model-g, vendor/model-h and 2 more"
    )
