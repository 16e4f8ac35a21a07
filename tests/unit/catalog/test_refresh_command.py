"""`platelayer catalog refresh`: what it may be told, what it says, how it ends."""

from typing import Any

import pytest
from aiohttp import web
from fake_providers import FakeProvider, hang
from labs import TEN, Lab, Outcome, models

GUARDS = "empty, shrunken, unreadable, unlikely, price, paid, free, used, narrowed, gone"


def usage(outcome: Outcome) -> str:
    """The sentence in the frame of a usage error."""
    return " ".join(outcome.err.translate(str.maketrans("│╭╮╰╯─", "      ")).split())


def test_those_without_news_share_one_line(two: Lab) -> None:
    outcome = two.refreshed()
    *lines, closing = outcome.out.splitlines()
    assert lines == ["no changes: one, two", ""]
    assert closing.startswith("2 providers in ")
    assert closing.endswith(" s; nothing changed")


@pytest.mark.parametrize("words", [("--dry-run",), ("--check-only",)])
def test_looking_writes_nothing(two: Lab, fake: FakeProvider, words: tuple[str, ...]) -> None:
    before = two.files()
    fake.answers["GET /one/models"] = models(*TEN, a="0.0000012")
    outcome = two.refresh(*words)
    assert outcome.code == (3 if "--check-only" in words else 0)
    assert "~  a  input  1.00  →  1.20  +20.0 %" in outcome.out
    assert "1 would change: one; nothing was written" in outcome.out
    assert two.files() == before


def test_a_first_look_makes_no_folder(lab: Lab, fake: FakeProvider) -> None:
    fake.answers["GET /models"] = models("a")
    lab.providers["one"] = {"kind": "requesty", "api_base": fake.url}
    assert lab.refresh("--check-only").code == 3
    assert not lab.folder.exists()


@pytest.mark.parametrize(
    ("answer", "code"), [(models(*TEN), 0), (models(*TEN, "k"), 3), (models(), 1), (models(*TEN, a="0.00009"), 1)]
)
def test_check_only_ends_with_what_it_found(two: Lab, fake: FakeProvider, answer: Any, code: int) -> None:
    fake.answers["GET /one/models"] = answer
    assert two.refresh("--check-only").code == code


def test_only_those_that_are_named_are_asked(two: Lab, fake: FakeProvider) -> None:
    fake.asked.clear()
    outcome = two.refresh("two")
    assert (outcome.code, outcome.out.splitlines()[0]) == (0, "no changes: two")
    assert fake.asked == ["GET /two/models"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ("--accept", "prices"),
            f"Invalid value: 'prices' is not a guard; write one of: {GUARDS}",
        ),
        (
            ("--accept", "one:all"),
            f"Invalid value: 'one:all' is not a guard; write one of: {GUARDS}",
        ),
        (
            ("--accept", "three:price"),
            "Invalid value: 'three:price' names no provider of this refresh; write one of: one, two",
        ),
        (
            ("--accept", "twoo:price"),
            "Invalid value: 'twoo:price' names no provider of this refresh; did you mean 'two'?",
        ),
        (
            ("one", "--accept", "two:price"),
            "Invalid value: 'two:price' names no provider of this refresh; write one of: one",
        ),
        (("--no-such-option",), "No such option: --no-such-option"),
    ],
)
def test_wrong_usage_is_code_2_and_asks_nobody(
    two: Lab, fake: FakeProvider, words: tuple[str, ...], sentence: str
) -> None:
    fake.asked.clear()
    outcome = two.refresh(*words)
    assert outcome.code == 2
    assert sentence in usage(outcome)
    assert fake.asked == []


@pytest.mark.parametrize("accept", ["price", "one:price"])
def test_a_guard_is_allowed_by_name_for_one_run(two: Lab, fake: FakeProvider, accept: str) -> None:
    # Something else changes too, so a catalog is written; what is held back is asked for again all the same.
    fake.answers |= {"GET /one/models": models(*TEN, a="0.00009", b="0.0000012")}
    refused = two.refresh()
    assert refused.code == 1
    assert "; if that is right, --accept one:price takes the new prices\n" in refused.out
    assert two.models("one")["b"]["prices"]["input"][0] == "0.0000012"
    assert two.refresh("--accept", "two:price").code == 1
    assert two.models("one")["a"]["prices"]["input"][0] == "0.000001"
    assert two.refresh("--accept", accept).code == 0
    assert two.models("one")["a"]["prices"]["input"][0] == "0.00009"


def test_a_provider_s_guards_win_over_everybody_s(two: Lab, fake: FakeProvider) -> None:
    fake.answers |= {"GET /one/models": models(*TEN[5:]), "GET /two/models": models(*TEN[5:], f="0.000005")}
    two.settings |= {"max_gone": 0.5, "max_price_factor": 9}
    two.providers["one"]["guards"] = {"max_gone": 0.4}
    two.providers["two"]["guards"] = {"max_price_factor": 4}
    outcome = two.refresh()
    assert outcome.code == 1
    assert "5 of 10 models are gone, more than 40%" in outcome.out
    assert "f  input 1.00 → 5.00 USD per million tokens, times 5" in outcome.out
    assert [entry["id"] for entry in two.models("two").values() if "missing_since" in entry] == list(TEN[:5])


@pytest.mark.parametrize(
    ("provider", "words", "sentence"),
    [
        ({}, ("nosuch",), "gateway_providers: 'nosuch' is not there; write one of: one, two"),
        ({}, ("tow",), "gateway_providers: 'tow' is not there; did you mean 'two'?"),
        ({"enabled": False}, ("one",), "gateway_providers.one: is disabled; enable it, or do not name it"),
        ({"catalog": False}, ("one",), "gateway_providers.one: has 'catalog: false'; remove that, or do not name it"),
        (
            {"kind": "anthropic"},
            ("one",),
            "gateway_providers.one: kind 'anthropic' has no list; these have one: cliproxyapi, litellm, nano_gpt, "
            "new_api, novita, ollama, openai_compatible, openrouter, requesty, volces_ark",
        ),
    ],
)
def test_who_cannot_be_asked_is_said(two: Lab, provider: dict[str, Any], words: tuple[str, ...], sentence: str) -> None:
    two.providers["one"] |= provider
    outcome = two.refresh(*words)
    assert (outcome.code, outcome.out, outcome.err) == (1, "", f"{sentence}\n")


def test_what_is_wrong_with_a_whole_list_is_said_once_each(two: Lab, fake: FakeProvider) -> None:
    wrong = models(*TEN[:4])
    wrong["data"] += [{"id": f"x{number}", "input_price": -1} for number in range(3)]
    fake.answers |= {"GET /one/models": wrong, "GET /two/models": models(*TEN, a="0.00009")}
    said = two.refresh().out.splitlines()
    assert said[:3] == [
        "one  refused",
        "  not refreshed, its last good catalog stays: 6 of 10 models are gone, more than 20%; if that is right, "
        "--accept one:shrunken marks the missing models, which leave after grace_days",
        "  and 3 of 7 entries are wrong, the first is x0: input_price '-1' is negative; if that is right, "
        "--accept one:unreadable takes the other entries; wrong ones stay as in the last catalog",
    ]
    assert said[-1].endswith("; nothing changed; not refreshed: one; held back in part: two")


@pytest.mark.parametrize("off", [{"enabled": False}, {"catalog": False}, {"kind": "echo"}])
def test_where_nobody_has_a_catalog_that_is_an_error(two: Lab, fake: FakeProvider, off: dict[str, Any]) -> None:
    fake.asked.clear()
    for provider in two.providers.values():
        provider.update(off)
    outcome = two.refresh()
    words = f"{two.root}/inventories/lab: no enabled provider has a catalog; see docs/catalogs.md\n"
    assert (outcome.code, outcome.out, outcome.err) == (1, "", words)
    assert fake.asked == []


def test_hanging_providers_cost_their_deadline_once(lab: Lab, fake: FakeProvider) -> None:
    waiting, most = 0, 0

    async def counted(request: web.Request) -> web.StreamResponse:
        nonlocal waiting, most
        waiting += 1
        most = max(most, waiting)
        try:
            return await hang(request)
        finally:
            waiting -= 1

    fake.answers["GET /api/tags"] = counted
    lab.providers |= {f"box{number}": {"kind": "ollama", "api_base": fake.url} for number in range(12)}
    lab.settings["deadline"] = 2
    found = lab.json()["providers"]
    assert [provider["error"] for provider in found] == [f"{fake.url}: no complete answer within 2 s"] * 12
    assert most == 12
