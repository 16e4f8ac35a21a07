"""What `platelayer catalog refresh --json` says, for programs that read it."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from fake_providers import FakeProvider, status
from labs import TEN, Lab, models


def test_json_tells_everything(two: Lab, fake: FakeProvider) -> None:
    changed = models(*TEN[1:], "k", b="0.0000012", c="0.00009")
    changed["data"].append({"id": "wrong", "input_price": -1})
    fake.answers |= {"GET /one/models": changed, "GET /two/models": status(500)}
    two.more["gateway_models"] = [{"name": "best", "provider": "one", "id": "b"}]
    outcome = two.refresh("--json", "--dry-run")
    assert outcome.code == 1
    found = json.loads(outcome.out)
    assert (found["environment"], found["problems"]) == ("lab", [])
    for provider in found["providers"]:
        assert provider.pop("seconds") >= 0
    until = date.fromisoformat(found["providers"][0]["plan"][1].pop("until"))
    assert until in (datetime.now(UTC).date() + timedelta(days=days) for days in (6, 7))
    assert found["providers"] == [
        {
            "provider": "one",
            "state": "held back",
            "error": None,
            "changes": True,
            "count": 11,
            "served": 1,
            "models_dev_failed": False,
            "plan": [
                {
                    "change": "added",
                    "id": "k",
                    "differences": [
                        {"field": "input", "old": None, "new": "0.000001"},
                        {"field": "output", "old": None, "new": "0.000002"},
                    ],
                    "touches": [],
                },
                {"change": "missing", "id": "a", "differences": [], "touches": []},
                {
                    "change": "repriced",
                    "id": "b",
                    "differences": [{"field": "input", "old": "0.000001", "new": "0.0000012", "percent": 20.0}],
                    "touches": ["best"],
                },
            ],
            "refusals": [
                {
                    "guard": "price",
                    "id": "c",
                    "reason": "input 1.00 → 90.00 USD per million tokens, times 90",
                    "touches": [],
                }
            ],
            "warnings": [{"where": "wrong", "words": "input_price '-1' is negative"}],
        },
        {
            "provider": "two",
            "state": "failed",
            "error": f"{fake.url}/two/models: answered 500, internal server error",
            "changes": False,
            "count": 10,
            "served": 0,
            "models_dev_failed": False,
            "plan": [],
            "refusals": [],
            "warnings": [],
        },
    ]


@pytest.mark.parametrize(
    ("answer", "state", "changes", "count"),
    [
        (models(*TEN), "unchanged", False, 10),
        (models(*TEN, "k"), "changed", True, 11),
        (models(*TEN, "k", a="0.00009"), "held back", True, 11),
        (models(*TEN, a="0.00009"), "held back", False, 10),
        (models(), "refused", False, 10),
        (status(500), "failed", False, 10),
    ],
)
def test_a_word_tells_what_became_of_a_provider_and_its_catalog_is_counted(
    two: Lab, fake: FakeProvider, answer: Any, state: str, changes: bool, count: int
) -> None:
    two.providers["one"]["include"] = ["a", "b"]
    fake.answers["GET /one/models"] = answer
    one, other = two.json()["providers"]
    assert (one["state"], one["changes"], one["count"], one["served"]) == (state, changes, count, 2)
    assert (other["state"], other["count"], other["served"]) == ("unchanged", 10, 0)


def test_a_catalog_that_cannot_be_read_counts_nothing(two: Lab) -> None:
    two.path("one").write_text("{")
    one = two.json()["providers"][0]
    assert (one["state"], one["count"], one["served"]) == ("failed", 0, 0)
