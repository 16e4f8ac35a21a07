"""models.dev fills what a provider's list leaves out; when it fails, what it said before stays."""

from typing import Any

import pytest
from fake_providers import FakeProvider, Fault, hang, raw, status
from labs import SHORT, Lab

KNOWN = {
    "volcengine": {
        "models": {
            "doubao": {"cost": {"input": 0.11, "output": 0.28}, "limit": {"context": 262144, "output": 32768}},
            "deepseek": {"cost": {"input": 0.28, "output": 0.42}, "limit": {"context": 131072, "output": 8192}},
        }
    },
    "openrouter": {"models": {"a": {"cost": {"input": 77, "output": 77}, "limit": {"context": 7, "output": 4096}}}},
}


@pytest.fixture
def ark(lab: Lab, fake: FakeProvider, second: FakeProvider) -> Lab:
    """Volces Ark, whose list tells no prices."""
    second.answers["GET /api.json"] = KNOWN
    fake.answers["GET /models"] = {"data": [{"id": "doubao"}, {"id": "deepseek"}, {"id": "unknown"}]}
    lab.settings["models_dev"] = True
    lab.providers["ark"] = {"kind": "volces_ark", "list_base": fake.url, "api_key": "sk-planted-ark"}
    lab.providers["ark"]["models_dev"] = "volcengine"
    return lab


def test_prices_and_limits_come_from_the_second_source(ark: Lab, second: FakeProvider) -> None:
    ark.refreshed()
    found = ark.models("ark")
    assert [value[:2] for value in found["doubao"]["prices"].values()] == [
        ["0.00000011", "models.dev cost.input"],
        ["0.00000028", "models.dev cost.output"],
    ]
    assert (found["doubao"]["max_input_tokens"], found["doubao"]["max_output_tokens"]) == (262144, 32768)
    assert found["doubao"]["sources"] == {"max_input_tokens": "models.dev", "max_output_tokens": "models.dev"}
    assert set(found["unknown"]) == {"id", "mode"}
    assert second.keys == [None]


def test_it_never_overrules_a_provider(ark: Lab, fake: FakeProvider) -> None:
    model = {"id": "a", "context_length": 8192, "pricing": {"prompt": "0.000001", "completion": "0.000002"}}
    fake.answers |= {"GET /or/models": {"data": [model]}, "GET /or/embeddings/models": {"data": []}}
    ark.providers["openrouter"] = {"kind": "openrouter", "api_base": f"{fake.url}/or"}
    ark.refreshed()
    found = ark.models("openrouter")["a"]
    assert [value[:2] for value in found["prices"].values()] == [
        ["0.000001", "pricing.prompt"],
        ["0.000002", "pricing.completion"],
    ]
    assert (found["max_input_tokens"], found["max_output_tokens"]) == (8192, 4096)
    assert found["sources"] == {"max_output_tokens": "models.dev"}


def without(provider: str, model: str) -> dict[str, Any]:
    models = {name: said for name, said in KNOWN[provider]["models"].items() if name != model}
    return KNOWN | {provider: {"models": models}}


DISASTERS: dict[str, tuple[Any, str]] = {
    "500": (status(500), "{url}: answered 500, internal server error"),
    "404": (status(404), "{url}: answered 404, there is no such address"),
    "hang": (hang, "{url}: no complete answer within 0.4 s"),
    "HTML": (raw(b"<html>"), "{url}: the answer is a web page, not a list of models"),
    "truncated": (raw(b'{"volcengine": {"models": {"dou'), "{url}: the answer is not complete JSON"),
    "empty": ({}, "the answer has no models of 'volcengine'"),
    "error with 200": ({"error": {"message": "busy"}}, "the answer has no models of 'volcengine'"),
    "no such provider": ({"openrouter": KNOWN["openrouter"]}, "the answer has no models of 'volcengine'"),
    "no models": (KNOWN | {"volcengine": {"models": {}}}, "the answer has no models of 'volcengine'"),
}


# It answers, and only does not know this provider.
ANSWERS = [DISASTERS[name][0] for name in ("no such provider", "no models")]


@pytest.mark.parametrize(("answer", "sentence"), DISASTERS.values(), ids=DISASTERS)
def test_when_it_fails_its_prices_and_limits_stay(
    ark: Lab, second: FakeProvider, answer: Fault | dict[str, Any], sentence: str
) -> None:
    ark.refreshed()
    before = ark.files()
    second.answers["GET /api.json"] = answer
    ark.settings |= SHORT if answer is hang else {}
    outcome = ark.refresh()
    is_down = answer not in ANSWERS
    assert outcome.code == (1 if is_down else 0)
    assert ("models.dev did not answer, its last prices and limits stay" in outcome.out) == is_down
    assert f"warning: models.dev: {sentence.format(url=second.url + '/api.json')}" in outcome.out
    assert ark.files() == before


def test_when_it_fails_what_providers_say_is_done(ark: Lab, fake: FakeProvider, second: FakeProvider) -> None:
    ark.refreshed()
    second.answers["GET /api.json"] = status(503)
    fake.answers["GET /models"] = {"data": [{"id": "doubao"}, {"id": "deepseek"}, {"id": "unknown"}, {"id": "new"}]}
    assert ark.refresh().code == 1
    assert set(ark.models("ark")) == {"doubao", "deepseek", "unknown", "new"}
    assert ark.models("ark")["doubao"]["max_output_tokens"] == 32768


def test_a_model_that_it_forgets_keeps_what_it_said(ark: Lab, second: FakeProvider) -> None:
    ark.refreshed()
    before = ark.files()
    second.answers["GET /api.json"] = without("volcengine", "deepseek")
    assert "no changes" in ark.refreshed().out
    assert ark.files() == before


def test_its_new_price_is_news(ark: Lab, second: FakeProvider) -> None:
    ark.refreshed()
    known: dict[str, Any] = without("volcengine", "doubao")
    known["volcengine"]["models"]["doubao"] = {"cost": {"input": 0.12, "output": 0.28}, "limit": {"context": 1000}}
    second.answers["GET /api.json"] = known
    assert [(entry["change"], entry["id"]) for entry in ark.json()["providers"][0]["plan"]] == [
        ("repriced", "doubao"),
        ("limits", "doubao"),
    ]


@pytest.mark.parametrize("off", ["everywhere", "for this provider"])
def test_it_can_be_switched_off(ark: Lab, second: FakeProvider, off: str) -> None:
    ark.refreshed()
    if off == "everywhere":
        ark.settings["models_dev"] = False
    else:
        ark.providers["ark"]["models_dev"] = ""
    second.asked.clear()
    ark.refresh("--accept", "price", "--accept", "unlikely")
    assert second.asked == []
    assert all(set(model) == {"id", "mode"} for model in ark.models("ark").values())


def test_a_price_of_the_inventory_wins_over_everybody_s(ark: Lab) -> None:
    ark.providers["ark"]["prices_per_million_tokens"] = {"d*": {"input": 1}, "doubao": {"input": 2, "output": 3}}
    ark.refreshed()
    prices = {name: model.get("prices") for name, model in ark.models("ark").items()}
    assert {name: said[:2] for name, said in prices["doubao"].items()} == {
        "input": ["0.000002", "policy"],
        "output": ["0.000003", "policy"],
    }
    assert {name: said[:2] for name, said in prices["deepseek"].items()} == {
        "input": ["0.000001", "policy"],
        "output": ["0.00000042", "models.dev cost.output"],
    }
    assert prices["unknown"] is None


def _longer(ark: Lab) -> list[tuple[object, ...]]:
    """(start, name, USD, source) of what longer prompts cost."""
    tiers = ark.models("ark")["doubao"]["tiers"]
    return [(each["start"], name, *each[name][:2]) for each in tiers for name in each if name != "start"]


def test_a_price_of_the_inventory_is_the_same_for_prompts_of_any_length(ark: Lab, second: FakeProvider) -> None:
    cost = {"input": 1, "output": 2, "context_over_200k": {"input": 3, "output": 4}}
    second.answers["GET /api.json"] = {"volcengine": {"models": {"doubao": {"cost": cost}}}}
    ark.refreshed()
    assert _longer(ark) == [
        (200001, "input", "0.000003", "models.dev cost.context_over_200k.input"),
        (200001, "output", "0.000004", "models.dev cost.context_over_200k.output"),
    ]
    ark.providers["ark"]["prices_per_million_tokens"] = {"doubao": {"input": 1.5}}
    ark.refreshed()
    assert _longer(ark) == [(200001, "output", "0.000004", "models.dev cost.context_over_200k.output")]


def test_where_every_provider_fails_nobody_waits_for_it(ark: Lab, fake: FakeProvider, second: FakeProvider) -> None:
    fake.answers["GET /models"] = status(401)
    second.answers["GET /api.json"] = hang
    ark.settings["deadline"] = 3600
    found = ark.json()["providers"][0]
    assert found["error"] == f"{fake.url}/models: answered 401, the key is not accepted"
