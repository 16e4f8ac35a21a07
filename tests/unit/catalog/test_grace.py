"""A model that is not listed any more is served for a while, for lists often lose models for an hour."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fake_providers import FakeProvider, by_key
from labs import Lab

from platelayer.catalog.guards import GuardSettings
from platelayer.catalog.refresh import CatalogSource, RefreshRequest, RefreshResult, refresh
from platelayer.catalog.snapshot import locate_snapshot, read_snapshot
from platelayer.providers import load_kinds

START = datetime(2026, 11, 1, tzinfo=UTC)
FIVE = ("a", "b", "c", "d", "e")


def models(*ids: str) -> dict[str, Any]:
    return {"data": [{"id": name} for name in ids]}


class Days:
    """One provider, asked on several days."""

    def __init__(self, folder: Path, fake: FakeProvider, **settings: float) -> None:
        self.folder, self.fake = folder, fake
        kind = load_kinds()["openai_compatible"]
        self.source = CatalogSource(name="box", kind=kind, base=fake.url, guards=GuardSettings(**settings))  # type: ignore[arg-type]

    def on(self, day: float, *ids: str, **options: Any) -> RefreshResult:
        self.fake.answers["GET /models"] = models(*ids)
        now = START + timedelta(days=day)
        request = RefreshRequest(folder=self.folder, models_dev_url=None, now=lambda: now, **options)
        (result,) = asyncio.run(refresh([self.source], request))
        assert result.error is None
        return result

    def changes(self, day: float, *ids: str, **options: Any) -> list[tuple[str, str]]:
        return [(change.kind, change.id) for change in self.on(day, *ids, **options).plan.changes]

    def missing(self) -> dict[str, str | None]:
        kept = read_snapshot(locate_snapshot(self.folder, "box"))
        assert kept is not None
        return {name: model.missing_since for name, model in kept.models.items() if model.missing_since}


@pytest.fixture
def days(tmp_path: Path, fake: FakeProvider) -> Days:
    days = Days(tmp_path, fake)
    days.on(0, *FIVE)
    return days


def test_a_missing_model_stays_for_seven_days(days: Days) -> None:
    assert days.changes(1, *FIVE[1:]) == [("missing", "a")]
    assert days.missing() == {"a": "2026-11-02T00:00:00Z"}
    # The list is answered with 304 from now on, and time goes on.
    assert days.changes(2, *FIVE[1:]) == []
    assert days.changes(7.99, *FIVE[1:]) == []
    assert days.missing() == {"a": "2026-11-02T00:00:00Z"}
    assert days.changes(8, *FIVE[1:]) == [("gone", "a")]
    assert days.changes(9, *FIVE[1:]) == []
    assert None in days.fake.conditions[:1]
    assert None not in days.fake.conditions[-3:]


def test_a_model_that_returns_is_as_good_as_before(days: Days) -> None:
    days.on(1, *FIVE[1:])
    assert days.changes(3, *FIVE) == [("returned", "a")]
    assert days.missing() == {}
    assert days.changes(4, *FIVE[1:]) == [("missing", "a")]
    assert days.missing() == {"a": "2026-11-05T00:00:00Z"}


def test_missing_models_do_not_make_a_list_look_shrunken_again(days: Days) -> None:
    # One of five each day is little; five of five would not be.
    for day, name in enumerate(FIVE[:4], start=1):
        assert days.changes(day, *FIVE[day:]) == [("missing", name)]
    assert set(days.missing()) == set(FIVE[:4])


@pytest.mark.parametrize(("grace", "day", "change"), [(0, 0, "gone"), (1, 1, "gone"), (1, 0.5, None), (30, 29, None)])
def test_the_grace_period_is_a_setting(
    tmp_path: Path, fake: FakeProvider, grace: float, day: float, change: str | None
) -> None:
    days = Days(tmp_path, fake, grace_days=grace)
    days.on(0, *FIVE)
    first = days.changes(1, *FIVE[1:])
    assert first == [("gone" if grace == 0 else "missing", "a")]
    if grace:
        assert days.changes(1 + day, *FIVE[1:]) == ([(change, "a")] if change else [])


def test_accepted_it_leaves_at_once(days: Days) -> None:
    assert days.changes(1, *FIVE[1:], accept=["gone"]) == [("gone", "a")]
    days.on(2, *FIVE[2:])
    assert days.changes(3, *FIVE[2:], accept=["box:gone"]) == [("gone", "b")]


def test_a_model_in_use_never_leaves_unasked(days: Days) -> None:
    uses = {("box", "a"): ("auto",)}
    for day in (1, 9, 99):
        result = days.on(day, *FIVE[1:], uses=uses)
        assert [(refusal.guard, refusal.id) for refusal in result.refusals] == [("used", "a")]
        assert days.missing() == {"a": "2026-11-02T00:00:00Z"}
    result = days.on(100, *FIVE[1:], uses=uses, accept=["used"])
    assert (result.refusals, days.missing()) == ((), {})


def test_an_empty_list_that_was_accepted_is_not_refused_again(days: Days) -> None:
    assert [refusal.guard for refusal in days.on(1).refusals] == ["empty"]
    assert [change for change, _ in days.changes(1, accept=["empty"])] == ["missing"] * 5
    later = days.on(2)
    assert (later.refusals, later.plan.changes) == ((), ())
    assert [change for change, _ in days.changes(8)] == ["gone"] * 5
    assert days.on(9).refusals == ()


def test_a_plan_tells_until_when_a_missing_model_is_kept(days: Days) -> None:
    uses = {("box", "a"): ("auto",)}
    result = days.on(1, *FIVE[1:], uses=uses)
    assert [(change.id, change.until) for change in result.plan.changes] == [("a", None)]
    words = "is no longer listed, but used by auto; it {} until its removal is accepted"
    assert [refusal.reason for refusal in result.refusals] == [words.format("stays after 2026-11-09")]
    result = days.on(2, *FIVE[1:4], uses=uses, accept=["used"])
    assert result.refusals == ()
    assert [(change.id, change.until) for change in result.plan.changes] == [("e", "2026-11-10")]
    assert [refusal.reason for refusal in days.on(8, *FIVE[1:4], uses=uses).refusals] == [words.format("stays")]


def test_a_list_that_a_key_narrows_is_told_apart(lab: Lab, fake: FakeProvider) -> None:
    """Requesty tells everybody all models, and a key those that its organisation approved."""
    approved, listed = ["a", "b"], [*FIVE]

    fake.answers["GET /models"] = by_key(lambda key: models(*(approved if key else listed)))
    lab.providers["requesty"] = {"kind": "requesty", "api_base": fake.url}
    lab.refreshed()
    lab.providers["requesty"]["api_key"] = "sk-planted-narrow"
    listed.remove("e")
    outcome = lab.refresh()
    assert outcome.code == 1
    assert "c  is listed, but not for this key; it may need approval" in outcome.out
    assert set(lab.models("requesty")) == set(FIVE)
    assert [name for name, model in lab.models("requesty").items() if "missing_since" in model] == ["e"]
    assert lab.refresh("--accept", "narrowed").code == 0
    assert set(lab.models("requesty")) == {"a", "b", "e"}
