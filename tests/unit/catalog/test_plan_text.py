"""The plan of a list of real size, as people read it, compared whole with tests/golden/catalog-plan.txt."""

import re
import sys
from pathlib import Path
from typing import Any

import pytest
from fake_providers import FakeProvider, status
from labs import Lab

GOLDEN = Path(__file__).parents[2] / "golden" / "catalog-plan.txt"
VENDORS = ("anthropic", "deepseek", "google", "meta-llama", "mistralai", "moonshotai", "openai", "qwen", "x-ai", "z-ai")
SIZES = ("nano", "mini", "flash", "small", "medium", "large", "pro", "max", "ultra", "instruct-2026-05-preview")


def listed() -> dict[str, dict[str, Any]]:
    """500 models, as OpenRouter tells them, by their ids."""
    models = {}
    for number, (vendor, version, size) in enumerate((v, n, s) for v in VENDORS for n in range(1, 6) for s in SIZES):
        name = f"{vendor}/{vendor.split('-')[0]}-{version}-{size}"
        prompt = (number % 37 + 1) * 2
        models[name] = {
            "id": name,
            "context_length": 8192 * (number % 16 + 1),
            "top_provider": {"max_completion_tokens": 4096},
            "supported_parameters": ["tools"],
            "pricing": {
                "prompt": f"0.0000{prompt:04}",
                "completion": f"0.0000{prompt * 4:04}",
                "input_cache_read": f"0.00000{prompt:04}",
            },
        }
    return models


def changed() -> dict[str, dict[str, Any]]:
    """The same list a week later, with 30 changes and a few things that are wrong."""
    models = listed()
    for name in ("deepseek/deepseek-1-nano", "x-ai/x-2-max", "z-ai/z-1-mini", "qwen/qwen-5-pro"):
        del models[name]
    for number, name in enumerate(list(models)[20:32]):
        pricing = models[name]["pricing"]
        for part in ("prompt", "completion", "input_cache_read")[: number % 3 + 1]:
            pricing[part] = f"{float(pricing[part]) * (0.8, 1.25, 2)[number % 3]:.10f}"
    models["google/google-2-pro"]["context_length"] = 1048576
    models["google/google-2-max"] |= {"context_length": 2097152, "top_provider": {"max_completion_tokens": 65536}}
    models["openai/openai-5-ultra"]["top_provider"] = {}
    models["openai/openai-5-pro"]["supported_parameters"] = ["tools", "reasoning", "structured_outputs"]
    models["openai/openai-1-mini"]["expiration_date"] = "2026-12-31"
    models["mistralai/mistralai-1-mini"]["pricing"]["prompt"] = "0.003"
    models["mistralai/mistralai-1-large"]["pricing"] = {"prompt": "0", "completion": "0"}
    models["mistralai/mistralai-1-small"]["pricing"]["prompt"] = "-2"
    new: list[dict[str, Any]] = [
        {
            "id": "anthropic/claude-opus-5",
            "context_length": 1000000,
            "pricing": {"prompt": "0.000005", "completion": "0.000025"},
        },
        {
            "id": "google/gemini-3-flash-image",
            "context_length": 65536,
            "pricing": {"prompt": "0.0000003", "completion": "0.0000025", "request": "0.00124"},
        },
        {
            "id": "google/gemini-3-flash-lite",
            "context_length": 1048576,
            "pricing": {"prompt": "0.000000125", "completion": "0.000001"},
        },
        {
            "id": "meta-llama/llama-5-70b-instruct:free",
            "context_length": 131072,
            "pricing": {"prompt": "0", "completion": "0"},
        },
        {"id": "openrouter/auto", "context_length": 2000000, "pricing": {"prompt": "-1", "completion": "-1"}},
        {"id": "z-ai/glm-6", "context_length": 202752, "pricing": {"prompt": "0.0000006", "completion": "0.0000022"}},
    ]
    return models | {model["id"]: model for model in new}


@pytest.fixture
def week(lab: Lab, fake: FakeProvider) -> Lab:
    """Three providers a week later: much news, none, and one that does not answer."""
    embeddings = [{"id": "openai/text-embedding-3-small", "context_length": 8192, "pricing": {"prompt": "0.00000002"}}]
    fake.answers |= {
        "GET /or/models": {"data": list(listed().values())},
        "GET /or/embeddings/models": {"data": embeddings},
        "GET /box/models": {"data": [{"id": "qwen3.5-35b-a3b", "max_model_len": 65536}]},
        "GET /rq/models": {"data": [{"id": "openai/gpt-5-mini", "input_price": 2.5e-7, "output_price": 2e-6}]},
    }
    kinds = {
        "openrouter": ("openrouter", "or"),
        "gpu_box": ("openai_compatible", "box"),
        "requesty": ("requesty", "rq"),
    }
    for name, (kind, path) in kinds.items():
        lab.providers[name] = {"kind": kind, "api_base": f"{fake.url}/{path}"}
    lab.more["gateway_virtual_models"] = [
        {"name": "auto", "layers": [{"provider": "openrouter", "id": "z-ai/z-1-mini"}]},
        {"name": "smart", "layers": [{"provider": "openrouter", "id": "anthropic/anthropic-3-flash"}]},
    ]
    lab.more["gateway_models"] = [
        {"name": "claude", "provider": "openrouter", "id": "anthropic/anthropic-3-flash"},
        {"name": "gemini", "provider": "openrouter", "id": "google/google-2-max"},
    ]
    lab.refreshed()
    fake.answers["GET /or/models"] = {"data": list(changed().values())}
    fake.answers["GET /rq/models"] = status(503)
    return lab


def told(lab: Lab, fake: FakeProvider, *words: str) -> str:
    """The text of a plan, without what differs from run to run."""
    text = lab.refresh(*words).out.replace(fake.url, "http://127.0.0.1:8791").replace(f"{lab.root}/", "")
    text = re.sub(r"(until|after) \d{4}-\d\d-\d\d", r"\1 2026-11-28", text)
    return re.sub(r"in \d+\.\d s;", "in 0.4 s;", text)


def test_the_plan_of_a_real_list_is_this_text(week: Lab, fake: FakeProvider) -> None:
    text = told(week, fake)
    assert text == GOLDEN.read_text(), "tests/golden/catalog-plan.txt says something else"
    assert all(line == line.rstrip() for line in text.splitlines())


def test_a_first_catalog_is_listed_only_when_that_is_asked_for(week: Lab, fake: FakeProvider) -> None:
    week.path("gpu_box").unlink()
    assert told(week, fake, "gpu_box", "--dry-run") == (
        "gpu_box  1 model, its first catalog; 0 of them served (--verbose lists them)\n"
        "\n"
        "1 provider in 0.4 s; 1 would change: gpu_box; nothing was written\n"
    )
    assert told(week, fake, "gpu_box", "--verbose") == (
        "gpu_box  1 model, its first catalog; 0 of them served\n"
        "\n"
        "  added, USD per million tokens (1)\n"
        "                      input  output  context\n"
        "  +  qwen3.5-35b-a3b      -       -      65k  no price known\n"
        "\n"
        "1 provider in 0.4 s; 1 written to catalogs/lab: gpu_box\n"
    )


def test_in_a_narrow_window_lines_are_folded_and_nothing_is_cut_off(
    week: Lab, fake: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "80")
    text = re.sub(r"\x1b\[[0-9;]*m", "", told(week, fake, "openrouter"))
    assert all(len(line) <= 80 for line in text.splitlines())
    for word in (
        "smart",
        "chooses",
        "+100.0 %",
        "structured_output",
        "2,097,152",
        "--accept",
        "openrouter:price",
        "8,820",
    ):
        assert word in text
    # What does not fit into one line has a line each.
    assert "input / output" not in text


def test_of_many_wrong_things_the_first_are_shown(week: Lab, fake: FakeProvider) -> None:
    wrong = list(listed().values())
    for model in wrong[:25]:
        model["pricing"]["prompt"] = "0.009"
    for model in wrong[25:50]:
        model["pricing"]["prompt"] = "-2"
    fake.answers["GET /or/models"] = {"data": wrong}
    text = told(week, fake, "openrouter", "--dry-run")
    assert text.count("  !  ") == 10
    assert text.count("warning: ") == 10
    assert "\n  and 15 more models; --verbose shows them\n" in text
    assert "\n  and 15 more warnings; --verbose shows them\n" in text
    whole = told(week, fake, "openrouter", "--dry-run", "--verbose")
    assert (whole.count("  !  "), whole.count("warning: ")) == (25, 25)


def test_a_model_that_is_held_back_counts_once_with_its_prices_under_each_other(week: Lab, fake: FakeProvider) -> None:
    dear = listed()
    dear["qwen/qwen-5-pro"]["pricing"] = {"prompt": "0.009", "completion": "0", "input_cache_read": "0.0000001"}
    for name in list(dear)[:11]:
        dear[name]["pricing"] = dict.fromkeys(dear[name]["pricing"], "0.009")
    fake.answers["GET /or/models"] = {"data": list(dear.values())}
    text = told(week, fake, "openrouter", "--dry-run", "--verbose")
    assert text.startswith("openrouter  501 models: 12 held back\n")
    assert (
        "\n  held back: a price moves by more than max_price_factor, or is no longer listed (12); if that is right, "
        "--accept openrouter:price takes the new prices\n"
    ) in text
    assert (
        f"\n  !  {'qwen/qwen-5-pro':48}input 0.54 → 9000.00 USD per million tokens, times 16,700\n"
        f"{'':53}output 2.16 → 0.00 USD per million tokens, -100.0 %\n"
    ) in text
    assert "\n  and 2 more models; --verbose shows them\n" in told(week, fake, "openrouter", "--dry-run")


def test_prices_that_move_by_the_same_share_a_line(week: Lab, fake: FakeProvider) -> None:
    moved = listed()
    moved["openai/openai-5-pro"]["pricing"] |= {"prompt": "0.00000025", "completion": "0.000001"}
    moved["google/google-2-max"]["pricing"] |= {"prompt": "0.0000002", "request": "0.01"}
    moved["google/google-2-pro"]["pricing"] |= {"prompt": "0.0000116", "completion": "0.0000464"}
    fake.answers["GET /or/models"] = {"data": list(moved.values())}
    text = told(week, fake, "openrouter", "--dry-run", "--accept", "price")
    assert text.partition("(3)\n")[2].startswith(
        "  ~  google/google-2-max  input            0.14         →  0.20              +42.9 %  → gemini\n"
        "                          USD per request  -            →  0.01\n"
        "     not served:\n"
        "  ~  google/google-2-pro  input / output   0.12 / 0.48  →  11.60 / 46.40  times 96.7\n"
        "  ~  openai/openai-5-pro  input / output   0.28 / 1.12  →  0.25 / 1.00       -10.7 %\n"
    )


def test_what_a_provider_says_is_no_markup(lab: Lab, fake: FakeProvider) -> None:
    name = "[bold red]x[/bold red]"
    lab.providers["gate"] = {"kind": "litellm", "api_base": fake.url}
    fake.answers["GET /model/info"] = {"data": [{"model_name": name, "model_info": {"mode": "[/red]"}}]}
    assert f"+  {name}      -       -        -  [/red], no price known" in lab.refresh("--verbose").out
    fake.answers["GET /model/info"] = {
        "data": [{"model_name": name, "model_info": {"mode": "[x]", "max_tokens": "[/]"}}]
    }
    text = lab.refresh().out
    assert f"~  {name}  mode  [/red]  →  [x]" in text
    assert f"warning: {name}: model_info.max_tokens '[/]' is not a number of tokens" in text
