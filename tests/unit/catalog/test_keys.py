"""A key goes to the provider that it belongs to, and nowhere else."""

import json
from collections.abc import Iterator

import pytest
from fake_providers import FakeProvider, raw, status
from labs import Lab

KEYS = {"one": "sk-planted-one-5d1c", "two": "sk-planted-two-77ab"}
LIST = {"data": [{"id": "a"}]}


@pytest.fixture
def other() -> Iterator[FakeProvider]:
    with FakeProvider({"GET /models": LIST}) as server:
        yield server


@pytest.fixture
def both(lab: Lab, fake: FakeProvider, other: FakeProvider) -> Lab:
    fake.answers["GET /models"] = LIST
    for name, server in (("one", fake), ("two", other)):
        lab.providers[name] = {"kind": "requesty", "api_base": server.url, "api_key": KEYS[name]}
    lab.settings["models_dev"] = True
    return lab


def test_each_provider_gets_its_own_key(
    both: Lab, fake: FakeProvider, other: FakeProvider, second: FakeProvider
) -> None:
    second.answers["GET /api.json"] = {"requesty": {"models": {}}}
    both.refreshed()
    assert fake.keys == [f"Bearer {KEYS['one']}"]
    assert other.keys == [f"Bearer {KEYS['two']}"]
    assert second.keys == [None]


@pytest.mark.parametrize(
    "fault",
    [
        status(401, body=f"wrong key {KEYS['one']}"),
        raw(json.dumps({"error": {"message": f"bad key {KEYS['one']}"}}).encode()),
        raw(json.dumps({"data": [{"id": "a", "input_price": f"for {KEYS['one']}"}]}).encode()),
        raw(f"<html>{KEYS['one']}".encode()),
    ],
)
@pytest.mark.parametrize("words", [("--verbose",), ("--json",)])
def test_a_key_that_a_server_repeats_is_not_shown(
    both: Lab, fake: FakeProvider, fault: object, words: tuple[str, ...]
) -> None:
    fake.answers["GET /models"] = fault
    outcome = both.refresh(*words)
    assert outcome.code == 1
    assert "sk-planted" not in outcome.out + outcome.err
    assert b"sk-planted" not in b"".join(both.files().values())


@pytest.mark.parametrize("key", ["sk-planted\nX-Evil: 1", "sk-planted ", "sk-plänted", "sk-planted\x00"])
def test_a_key_that_cannot_be_one_is_not_sent_and_not_shown(both: Lab, fake: FakeProvider, key: str) -> None:
    both.providers["one"]["api_key"] = key
    outcome = both.refresh("one")
    assert outcome.code == 1
    reason = "api_key has a line break, a blank at an end or a character outside of ASCII; write it again, on one line"
    assert reason in outcome.out
    assert "plant" not in outcome.out + outcome.err
    assert fake.asked == []


def test_without_a_key_a_list_that_wants_one_is_not_asked_for(lab: Lab, fake: FakeProvider) -> None:
    lab.providers["ark"] = {"kind": "volces_ark", "list_base": fake.url}
    found = lab.json()["providers"][0]
    assert found["error"] == "the list needs a key: api_key is empty"
    assert fake.asked == []


def test_a_key_in_a_vault_without_a_password_costs_that_provider_alone(both: Lab) -> None:
    both.providers["two"]["api_key"] = "{{ vault_two_api_key }}"
    both.providers["two"]["kind"] = "novita"
    found = both.json()["providers"]
    assert [provider["error"] for provider in found] == [
        None,
        "the list needs a key: 'vault_two_api_key' is undefined",
    ]


def test_a_provider_without_an_address_is_said_to_need_one(lab: Lab) -> None:
    lab.providers["box"] = {"kind": "openai_compatible"}
    assert lab.json()["providers"][0]["error"] == (
        "the address of its list is unknown; write an api_base, which a provider of the kind openai_compatible needs"
    )
