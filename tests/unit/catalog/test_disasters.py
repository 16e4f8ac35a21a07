"""What earlier tools lost models and prices by: nothing is deleted, nothing wrong is written, and it is said why."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fake_providers import FakeProvider, bomb, cut, drip, hang, large, raw, status
from labs import SHORT, USUAL, Lab

PRICED = 50


def entry(number: int) -> dict[str, Any]:
    return {
        "id": f"v/m{number:02}",
        "pricing": {"prompt": f"0.00000{number + 10}", "completion": f"0.0000{number + 10}"},
        "context_length": 131072,
    }


def usual() -> list[dict[str, Any]]:
    return [entry(number) for number in range(PRICED)]


@pytest.fixture
def refreshed(lab: Lab, fake: FakeProvider) -> Lab:
    """A provider with a good catalog, before the disaster; one of its models is a layer of a virtual model."""
    fake.answers |= {"GET /models": {"data": usual()}, "GET /embeddings/models": {"data": []}}
    lab.providers["openrouter"] = {"kind": "openrouter", "api_base": fake.url, "api_key": "sk-planted-0f3a"}
    lab.more["gateway_virtual_models"] = [{"name": "auto", "layers": [{"provider": "openrouter", "id": "v/m03"}]}]
    lab.refreshed()
    return lab


def repriced(price: Callable[[str], Any]) -> dict[str, Any]:
    return {
        "data": [model | {"pricing": {name: price(usd) for name, usd in model["pricing"].items()}} for model in usual()]
    }


def times_thirty(usd: str) -> str:
    return f"{float(usd) * 30:.8f}"


DISASTERS: dict[str, tuple[Any, str]] = {
    "empty list": ({"data": []}, "the list is empty"),
    "no list": ({"object": "list"}, "the answer is not a list of models: 'data' is missing"),
    "null": ({"data": None}, "the answer is not a list of models: 'data' is missing"),
    "half list": ({"data": usual()[::2]}, "25 of 50 models are gone, more than 20%"),
    "truncated JSON": (json.dumps({"data": usual()}).encode()[:2000], "{url}/models: the answer is not complete JSON"),
    "HTML with 200": (
        raw(b"<html>Just a moment...</html>"),
        "{url}/models: the answer is a web page, not a list of models",
    ),
    "error with 200": ({"error": {"code": 502, "message": "upstream"}}, "the answer is an error: 'upstream'"),
    "error and empty list with 200": ({"error": "upstream", "data": []}, "the list is empty"),
    "nothing with 200": (raw(b""), "{url}/models: the answer is empty"),
    "500": (status(500), "{url}/models: answered 500, internal server error"),
    "401": (status(401), "{url}/models: answered 401, the key is not accepted"),
    "429 for days": (status(429, Retry_After="1587827"), "{url}/models: answered 429, too many requests"),
    "redirection": (status(302, Location="/login"), "{url}/models: answered 302, it moved to '/login'"),
    "cut": (cut, "{url}/models: the connection failed: peer closed connection without sending complete message body"),
    "hang": (hang, "{url}: no complete answer within 0.4 s"),
    "drip": (drip, "{url}: no complete answer within 0.4 s"),
    "50 MB": (large(50), "{url}/models: the answer is larger than 32 MB"),
    "gzip bomb": (bomb(64), "{url}/models: the answer is larger than 32 MB"),
    "-1": (repriced(lambda usd: "-1"), "50 of 50 models would have unlikely prices"),
    "-2": (
        repriced(lambda usd: -2),
        "none of the list's 50 entries can be used; the first is v/m00: pricing.prompt '-2' is negative; check kind "
        "and api_base, or try again later\n",
    ),
    "times 30": (repriced(times_thirty), "50 of 50 models would have unlikely prices"),
    "per million": (
        repriced(lambda usd: float(usd) * 1e6),
        "none of the list's 50 entries can be used; the first is v/m00: pricing.prompt '1.0' would be 1000000 USD per "
        "million tokens",
    ),
    "NaN": (
        repriced(lambda usd: "NaN"),
        "none of the list's 50 entries can be used; the first is v/m00: pricing.prompt 'NaN' is not a number",
    ),
    "NaN itself": (
        repriced(lambda usd: float("nan")),
        "none of the list's 50 entries can be used; the first is v/m00: pricing.prompt 'NaN' is not a number",
    ),
    "all zero": (repriced(lambda usd: "0"), "50 of 50 models would have unlikely prices"),
    "no prices": (repriced(lambda usd: None), "50 of 50 models would have unlikely prices"),
    "other ids": ({"data": [model | {"id": f"x{model['id']}"} for model in usual()]}, "50 of 50 models are gone"),
    "one id": ({"data": [model | {"id": "v/m00"} for model in usual()]}, "49 of 50 models are gone, more than 20%"),
}


@pytest.mark.parametrize(("answer", "sentence"), DISASTERS.values(), ids=DISASTERS)
def test_a_disaster_changes_nothing_and_is_said(refreshed: Lab, fake: FakeProvider, answer: Any, sentence: str) -> None:
    before = refreshed.files()
    fake.answers["GET /models"] = answer
    refreshed.settings |= SHORT if answer in (hang, drip) else {}
    outcome = refreshed.refresh()
    assert outcome.code == 1
    said = sentence.format(url=fake.url)
    assert f"  not refreshed, its last good catalog stays: {said}" in outcome.out
    assert outcome.out.count(said) == 1
    assert "nothing changed; not refreshed: openrouter" in outcome.out
    assert outcome.err == ""
    assert "sk-planted" not in outcome.out
    assert refreshed.files() == before
    # And when it is over, all is as it was.
    refreshed.settings |= USUAL
    fake.answers["GET /models"] = {"data": usual()}
    assert refreshed.refreshed().out.startswith("no changes: openrouter\n")
    assert refreshed.files() == before


@pytest.mark.parametrize("page", ["500", "empty list", "truncated JSON", "hang"])
def test_a_disaster_of_the_second_page_costs_the_list(refreshed: Lab, fake: FakeProvider, page: str) -> None:
    before = refreshed.files()
    fake.answers["GET /models"] = {"data": usual()[:25], "links": {"next": "?offset=25"}}
    fake.answers["GET /models?offset=25"] = DISASTERS[page][0]
    refreshed.settings |= SHORT if page == "hang" else {}
    assert refreshed.refresh().code == 1
    assert refreshed.files() == before


def test_a_disaster_of_one_price_costs_that_model_alone(refreshed: Lab, fake: FakeProvider) -> None:
    wrong = usual()
    wrong[1]["pricing"]["prompt"] = "-1"
    wrong[2]["pricing"]["prompt"] = "NaN"
    wrong[3]["pricing"]["prompt"] = times_thirty(wrong[3]["pricing"]["prompt"])
    wrong[4]["pricing"]["prompt"] = "0.0000015"
    before = refreshed.models("openrouter")
    fake.answers["GET /models"] = {"data": wrong}
    assert refreshed.refresh().code == 1
    after = refreshed.models("openrouter")
    assert {name for name in before if before[name] != after[name]} == {"v/m04"}
    assert after["v/m04"]["prices"]["input"][0] == "0.0000015"


def test_one_provider_s_disaster_does_not_stop_the_others(refreshed: Lab, fake: FakeProvider) -> None:
    fake.answers |= {"GET /models": status(500), "GET /v1/models": {"data": [{"id": "qwen"}]}}
    refreshed.providers["box"] = {"kind": "openai_compatible", "api_base": f"{fake.url}/v1"}
    before = refreshed.path("openrouter").read_bytes()
    outcome = refreshed.refresh()
    assert outcome.code == 1
    assert set(refreshed.models("box")) == {"qwen"}
    assert refreshed.path("openrouter").read_bytes() == before
    assert "1 written to" in outcome.out
    assert "; not refreshed: openrouter" in outcome.out


def test_a_refresh_that_is_killed_while_it_writes_leaves_the_old_catalog(refreshed: Lab, fake: FakeProvider) -> None:
    before = refreshed.files()
    fake.answers["GET /models"] = repriced(lambda usd: f"{float(usd) * 1.1:.8f}")
    refreshed.refresh("--dry-run")
    slow = "import os, time; os.fsync = lambda file: (print('writing', flush=True), time.sleep(60))"
    words = ["platelayer", "catalog", "refresh", "--env", "lab", "--root", str(refreshed.root)]
    program = f"{slow}; import sys; sys.argv = {words!r}; from platelayer.cli.main import main; main()"
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "writing\n"
        os.kill(running.pid, signal.SIGKILL)
    left = refreshed.files()
    assert left.pop("openrouter.json") == before["openrouter.json"]
    assert len(left) == 1
    refreshed.refreshed()
    assert list(refreshed.files()) == ["openrouter.json"]
    assert refreshed.models("openrouter")["v/m00"]["prices"]["input"][0] == "0.0000011"


def test_a_full_disk_is_an_error_in_words(refreshed: Lab, fake: FakeProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    before = refreshed.files()
    fake.answers["GET /models"] = {"data": [*usual(), entry(50)]}

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    outcome = refreshed.refresh()
    assert outcome.code == 1
    path = refreshed.path("openrouter")
    assert f"its last good catalog stays: {path}: cannot be written, No space left on device" in " ".join(
        outcome.out.split()
    )
    assert refreshed.files() == before


def test_a_damaged_catalog_is_not_replaced_by_a_guess(refreshed: Lab) -> None:
    path = refreshed.path("openrouter")
    path.write_text(path.read_text()[:-500])
    before = refreshed.files()
    outcome = refreshed.refresh()
    assert outcome.code == 1
    words = f"not refreshed: {path}: is damaged; restore it, or remove it and refresh that provider again"
    assert words in " ".join(outcome.out.split())
    assert refreshed.files() == before


def test_a_merge_conflict_is_solved_by_either_side_and_a_refresh(refreshed: Lab, fake: FakeProvider) -> None:
    path = refreshed.path("openrouter")
    ours = path.read_text()
    head, brace, rest = ours.partition("{")
    path.write_text(f"{head}{brace}\n<<<<<<< HEAD\n{rest[:99]}\n=======\n{rest[:99]}\n>>>>>>> other\n{rest[99:]}")
    before = refreshed.files()
    outcome = refreshed.refresh()
    assert outcome.code == 1
    words = f"has conflict markers of a git merge; keep one side with `git checkout --ours {path}`, then refresh"
    assert f"  not refreshed: {path}: {words}\n" in outcome.out
    assert refreshed.files() == before
    path.write_text(ours)
    fake.answers["GET /models"] = {"data": [*usual(), entry(50)]}
    refreshed.refreshed()
    assert "v/m50" in refreshed.models("openrouter")
