"""`platelayer model find`."""

import json

import pytest
from homes import PROVIDERS, Home, listed, said

from platelayer.inventory.model_search import find_models


def test_a_model_is_found_at_each_provider_with_prices_and_limits(home: Home) -> None:
    home.catalog(
        "novita",
        [
            listed("zai-org/glm-5", "0.55", "2.1", abilities=("tools",), missing_since="2026-09-20T01:02:03Z"),
            listed("minimax/minimax-m2.5", "1", "1"),
        ],
    )
    assert said(home.run("model", "find", "GLM 5")) == [
        "Model Provider Id Input Output Cache read Context Max output Abilities Price since Missing since",
        "glm-5 novita zai-org/glm-5 0.55 2.10 - - - tools 2026-09-01 2026-09-20",
        "openrouter z-ai/glm-5 0.60 2.20 0.11 200k 8192 - 2026-09-01",
        "glm-5:free openrouter z-ai/glm-5:free free free - - - - 2026-09-01",
        "glm-4.6 openrouter z-ai/glm-4.6 0.50 2.00 - - - - 2026-09-01",
        "Prices are USD per million tokens.",
    ]


IDS = (
    "z-ai/glm-5",
    "z-ai/glm-5-air",
    "z-ai/glm-4.5",
    "anthropic/claude-sonnet-4.5",
    "anthropic/claude-sonnet-4.5:thinking",
    "anthropic/claude-opus-4.1",
    "claude-sonnet-4-5-20250929",
    "openai/gpt-5",
    "openai/gpt-5-mini",
    "openai/gpt-4o",
    "qwen/qwen3.5-397b-a17b",
    "deepseek/deepseek-v3.2",
    "meta-llama/llama-3.3-70b-instruct:free",
    "moonshotai/kimi-k2.5",
    "google/gemini-2.5-flash",
)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("glm-5", "glm-5"),
        ("z-ai/glm-5-air", "glm-5-air"),
        ("gpt5 mini", "gpt-5-mini"),
        ("sonnet", "claude-sonnet-4.5"),
        ("cluade sonet", "claude-sonnet-4.5"),
        ("sonnet thinking", "claude-sonnet-4.5:thinking"),
        ("deepsek", "deepseek-v3.2"),
        ("llama free", "llama-3.3-70b-instruct:free"),
        ("Qwen 3.5", "qwen3.5-397b-a17b"),
        ("flash gemini", "gemini-2.5-flash"),
    ],
)
def test_the_best_comes_first(text: str, first: str) -> None:
    catalogs = {"p": {identity: listed(identity) for identity in IDS}}
    assert find_models(text, catalogs)[0].name == first


def test_ids_of_one_model_are_one_find_under_the_commonest_name_and_the_cheapest_comes_first() -> None:
    models = find_models(
        "claude sonnet",
        {
            "a": {"x": listed("anthropic/claude-sonnet-4.5", "3", "15")},
            "b": {"x": listed("claude-sonnet-4-5-20250929")},
            "c": {"x": listed("Claude_Sonnet_4.5", "2.9", "15")},
            "d": {"x": listed("claude-sonnet-4.5", "3", "16")},
        },
    )
    assert [(model.name, [offer.provider for offer in model.offers]) for model in models] == [
        ("claude-sonnet-4.5", ["c", "a", "d", "b"])
    ]


def test_only_a_model_of_several_rows_stands_apart(home: Home) -> None:
    lines = home.run("model", "find", "glm").output.splitlines()
    assert [line.split()[0] if line.strip() else "" for line in lines[2:-1]] == [
        *("glm-5", "openrouter", ""),
        *("glm-4.6", "glm-5:free", "glm-4.6-251222"),
    ]


def test_twenty_rows_are_enough_unless_all_are_wanted(home: Home) -> None:
    home.catalog("novita", [listed(f"glm-5-{number:02}", "1", "1") for number in range(30)])
    first_rows, all_rows = said(home.run("model", "find", "glm")), said(home.run("model", "find", "glm", "--all"))

    assert len(first_rows) == 1 + 20 + 1
    assert first_rows[-1] == "Prices are USD per million tokens. 13 more rows; --all shows them."
    assert len(all_rows) == 1 + 33 + 1


def test_json_has_all_rows_with_exact_prices(home: Home) -> None:
    facts = json.loads(home.run("model", "find", "qwen", "--json").output)
    assert facts == {
        "environment": "home",
        "models": [
            {
                "name": "qwen3-embedding",
                "likeness": facts["models"][0]["likeness"],
                "offers": [
                    {
                        "provider": "openrouter",
                        "id": "qwen/qwen3-embedding",
                        "mode": "embedding",
                        "free": False,
                        "variable": False,
                        "prices": {
                            "input": {"usd": "0.00000001", "source": "pricing", "since": "2026-09-01T00:00:00Z"}
                        },
                        "max_input_tokens": None,
                        "max_output_tokens": None,
                        "abilities": [],
                        "missing_since": None,
                    }
                ],
            }
        ],
        "notes": [],
    }


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "xyzzy",
            "'xyzzy': no model in 2 catalogs has a name like that; "
            "write a part of its name, or run `platelayer catalog refresh` for newer lists",
        ),
        ("qwn-mbdng", "'qwn-mbdng': no model in 2 catalogs has a name like that; did you mean 'qwen3-embedding'?"),
    ],
)
def test_nothing_alike_is_a_failure_that_says_what_is_near(home: Home, text: str, sentence: str) -> None:
    result = home.run("model", "find", text)
    assert (result.exit_code, str(result.exception)) == (1, sentence)

    result = home.run("model", "find", text, "--json")
    assert (result.exit_code, json.loads(result.stdout)) == (
        1,
        {"environment": "home", "models": [], "notes": [], "error": sentence},
    )


def test_without_catalogs_it_says_how_to_get_them(home: Home) -> None:
    for path in (home.root / "catalogs/home").iterdir():
        path.unlink()
    assert str(home.run("model", "find", "glm").exception) == (
        f"{home.root}/catalogs/home: has no catalog; run `platelayer catalog refresh --env home`"
    )


def test_a_catalog_of_no_provider_is_mentioned_and_not_searched(home: Home) -> None:
    """Somebody removed the provider by hand. That of a disabled provider may come back."""
    home.write("\n".join(line for line in PROVIDERS.splitlines() if "novita" not in line))
    result = home.run("model", "find", "glm-5")
    catalog = home.root / "catalogs/home/novita.json"
    note = f"{catalog} belongs to no provider of the inventory; remove it if you do not need it"

    assert "novita " not in result.output
    assert said(result)[-1] == note
    assert json.loads(home.run("model", "find", "glm-5", "--json").output)["notes"] == [note]

    home.write(PROVIDERS.replace("kind: novita,", "kind: novita, enabled: false,"))
    assert said(home.run("model", "find", "glm-5"))[-1] == "Prices are USD per million tokens."


def test_prices_that_are_no_numbers_are_words(home: Home) -> None:
    by_request = listed("x/by-request")
    by_request.prices["request"] = listed("x", "50000").prices["input"]
    home.catalog("novita", [listed("x/by-router", variable=True), by_request, listed("x/by-nobody")])

    assert sorted(said(home.run("model", "find", "x/by"))[1:-1]) == [
        "by-nobody novita x/by-nobody - - - - - - -",
        "by-request novita x/by-request 0.05 per request - - - - - 2026-09-01",
        "by-router novita x/by-router variable variable - - - - -",
    ]
