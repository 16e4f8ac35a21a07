"""`switchyard model find`."""

import json
from io import StringIO

import pytest
from homes import Home, listed, said
from rich.console import Console

from switchyard.cli.model_table import found
from switchyard.inventory.find_models import find


def test_a_model_is_found_at_each_provider_with_prices_and_limits(home: Home) -> None:
    home.catalog(
        "novita",
        [
            listed("zai-org/glm-5", "0.55", "2.1", abilities=("tools",), missing_since="2026-09-20T01:02:03Z"),
            listed("minimax/minimax-m2.5", "1", "1"),
        ],
    )
    assert said(home.run("model", "find", "GLM 5")) == [
        "Model Provider Id Input Output Cache read Context Max output Abilities Price since",
        "glm-5 novita zai-org/glm-5 0.55 2.10 - - - tools 2026-09-01, missing since 2026-09-20",
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
    assert find(text, catalogs)[0].name == first


def test_ids_of_one_model_are_one_find_under_the_commonest_name_and_the_cheapest_comes_first() -> None:
    found = find(
        "claude sonnet",
        {
            "a": {"x": listed("anthropic/claude-sonnet-4.5", "3", "15")},
            "b": {"x": listed("claude-sonnet-4-5-20250929")},
            "c": {"x": listed("Claude_Sonnet_4.5", "2.9", "15")},
            "d": {"x": listed("claude-sonnet-4.5", "3", "16")},
        },
    )
    assert [(each.name, [offer.provider for offer in each.offers]) for each in found] == [
        ("claude-sonnet-4.5", ["c", "a", "d", "b"])
    ]


def test_a_narrow_terminal_shows_less_of_each() -> None:
    by_provider = found(
        find("qwen", {"p": {"x": listed("qwen3", "1", "2", "0.1", max_input_tokens=32_000)}}), None, 100
    )
    console = Console(file=StringIO(), width=100)
    console.print(by_provider)
    assert [" ".join(line.split()) for line in console.file.getvalue().splitlines()][::2] == [
        "Model Provider Id Input Output Context Price since",
        "qwen3 p qwen3 1.00 2.00 32k 2026-09-01",
    ]


def test_twenty_rows_are_enough_unless_all_are_wanted(home: Home) -> None:
    home.catalog("novita", [listed(f"glm-5-{number:02}", "1", "1") for number in range(30)])
    some, everything = said(home.run("model", "find", "glm")), said(home.run("model", "find", "glm", "--all"))

    assert len(some) == 1 + 20 + 1
    assert some[-1] == "Prices are USD per million tokens. 13 more rows; --all shows them."
    assert len(everything) == 1 + 33 + 1


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
    }


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "xyzzy",
            "'xyzzy': no model of 2 catalogs has such a name; "
            "write a part of its name, or `switchyard catalog refresh` for newer lists",
        ),
        ("qwn-mbdng", "'qwn-mbdng': no model of 2 catalogs has such a name; did you mean 'qwen3-embedding'?"),
    ],
)
def test_nothing_alike_is_a_failure_that_says_what_is_near(home: Home, text: str, sentence: str) -> None:
    result = home.run("model", "find", text)
    assert (result.exit_code, str(result.exception)) == (1, sentence)

    result = home.run("model", "find", text, "--json")
    assert (result.exit_code, json.loads(result.stdout)) == (
        1,
        {"environment": "home", "models": [], "error": sentence},
    )


def test_without_catalogs_it_says_how_to_get_them(home: Home) -> None:
    for path in (home.root / "catalogs/home").iterdir():
        path.unlink()
    assert str(home.run("model", "find", "glm").exception) == (
        f"{home.root}/catalogs/home: holds no catalog; run `switchyard catalog refresh --env home`"
    )


def test_prices_that_are_no_numbers_are_words(home: Home) -> None:
    by_request = listed("x/by-request")
    by_request.prices["request"] = listed("x", "50000").prices["input"]
    home.catalog("novita", [listed("x/by-router", variable=True), by_request, listed("x/by-nobody")])

    assert sorted(said(home.run("model", "find", "x/by"))[1:-1]) == [
        "by-nobody novita x/by-nobody - - - - - - -",
        "by-request novita x/by-request 0.05 per request - - - - - 2026-09-01",
        "by-router novita x/by-router variable variable - - - - -",
    ]
