"""What changed: between two times, and by a plan."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from report_samples import THEN, catalog, model

from platelayer.catalog.guards import ALLOWED, NAMES, Refusal
from platelayer.catalog.plan import plan
from platelayer.catalog.refresh import Outcome
from platelayer.errors import CatalogError
from platelayer.page import planned
from platelayer.page.before import Before
from platelayer.page.news import Held, Line, News, Step, of_plan, of_time
from platelayer.schema.catalog import Price, PriceTier

OLD = [
    model("dearer", prices={"input": "1", "output": "4"}),
    model("cheaper", prices={"input": "1"}),
    model("larger", max_input_tokens=131_072),
    model("leaves"),
    model("stays"),
]
TIER = PriceTier(200_000, {"input": Price(Decimal("0.000006"), "p")})
NEW = [
    model("dearer", prices={"input": "1.2", "output": "4"}),
    model("cheaper", prices={"input": "0.9"}),
    model("larger", max_input_tokens=262_144),
    model("stays"),
    model("comes", prices={"input": "3", "cache_read": "0"}, tiers=(TIER,)),
]
USES = {("a", "dearer"): ("auto", "smart")}
LINES = {
    "gone": [Line("leaves", (), ())],
    "repriced": [
        Line("dearer", (Step("input", "1.00", "1.20", "+20.0 %", "up"),), ("auto", "smart")),
        Line("cheaper", (Step("input", "1.00", "0.90", "\N{MINUS SIGN}10.0 %", "down"),), ()),
    ],
    "limits": [Line("larger", (Step("context", "131,072", "262,144"),), ())],
    "added": [
        Line("comes", (Step("input", None, "3.00"), Step("cache read", None, "0.00"),
                       Step("input from 200k tokens", None, "6.00")), ()),
    ],
}  # fmt: skip


def lines(news: News) -> dict[str, list[Line]]:
    return {group.change: list(group.lines) for provider in news.providers for group in provider.groups}


def since(old: dict, new: dict) -> News:
    return of_time(Before("HEAD~3", old), new, USES)


def test_what_changed_since_then_is_told_by_kind() -> None:
    news = since({"a": catalog("a", OLD, THEN)}, {"a": catalog("a", NEW), "never": None})
    assert lines(news) == LINES
    assert news.title == "Changed since HEAD~3"
    assert [provider.span for provider in news.providers] == ["2026-11-14 15:00 UTC to 2026-11-21 15:01 UTC"]
    assert news.count == 5
    assert news.changed == {
        ("a", "comes"): ["added"],
        ("a", "leaves"): ["gone"],
        ("a", "cheaper"): ["repriced"],
        ("a", "dearer"): ["repriced"],
        ("a", "larger"): ["limits"],
    }


def test_a_provider_without_news_is_quiet() -> None:
    news = since({"a": catalog("a", OLD, THEN)}, {"a": catalog("a", OLD)})
    assert (news.quiet, news.count) == (["a"], 0)


def test_a_provider_that_had_no_catalog_is_all_new() -> None:
    (provider,) = since({}, {"a": catalog("a", OLD)}).providers
    assert provider.span == "first catalog, 2026-11-21 15:01 UTC"
    assert [len(group.lines) for group in provider.groups] == [5]


OUTCOMES = [
    Outcome(
        provider="a",
        plan=plan("a", catalog("a", OLD).models, catalog("a", NEW).models, lambda model: USES.get(("a", model.id), ())),
        refusals=(Refusal("price", "x", "input moves times 30", ("auto",)), Refusal("empty", "", "the list is empty")),
        warnings=(("data[3]", "has no id"),),
        seconds=0.25,
        changes=True,
    ),
    Outcome(provider="b", plan=plan("b", {}, {}), error="no whole answer within 30 s"),
]


def saved(path: Path, data: object) -> Path:
    path.write_text(data if isinstance(data, str) else json.dumps(data))
    return path


def as_json(outcomes: list[Outcome], environment: str = "lab") -> dict:
    return {"environment": environment, "providers": [outcome.as_dict() for outcome in outcomes]}


def test_a_plan_is_read_as_it_was_written(tmp_path: Path) -> None:
    read = planned.read(saved(tmp_path / "plan.json", as_json(OUTCOMES)), "lab")
    assert as_json(read) == as_json(OUTCOMES)
    assert lines(of_plan(read, {"a", "b"})) == LINES


def test_a_plan_tells_until_when_a_missing_model_is_kept(tmp_path: Path) -> None:
    missing = catalog("a", [model("leaves", missing_since=THEN)]).models
    planned_entries = plan("a", catalog("a", OLD[3:4]).models, missing, until={"leaves": "2026-11-28"})
    read = planned.read(saved(tmp_path / "plan.json", as_json([Outcome(provider="a", plan=planned_entries)])), "lab")
    assert lines(of_plan(read, ["a"])) == {"missing": [Line("leaves", (Step("kept until", None, "2026-11-28"),), ())]}


def test_a_plan_tells_what_was_held_back_and_who_failed() -> None:
    first, second = of_plan(OUTCOMES, ["a", "b"]).providers
    assert first.whole == (Held("the list is empty", "a:empty", ALLOWED["empty"]),)
    assert first.held == (
        Held(NAMES["price"], "a:price", ALLOWED["price"], (("x", "input moves times 30", ("auto",)),)),
    )
    assert first.warnings == (("data[3]", "has no id"),)
    assert second.error == "no whole answer within 30 s"


def test_what_one_guard_held_back_stands_together() -> None:
    refusals = [Refusal("price", "x", "times 30"), Refusal("free", "y", "free"), Refusal("price", "z", "times 9")]
    (news,) = of_plan([Outcome(provider="b", plan=plan("b", {}, {}), refusals=tuple(refusals))], ["b"]).providers
    assert news.span == "held back in part"
    assert [(held.accept, [identity for identity, *_ in held.lines]) for held in news.held] == [
        ("b:price", ["x", "z"]),
        ("b:free", ["y"]),
    ]


def test_what_may_hurt_stands_first() -> None:
    calm = Outcome(provider="calm", plan=OUTCOMES[0].plan)
    news = of_plan([calm, *OUTCOMES], ["a", "b", "calm"])
    assert [provider.provider for provider in news.providers] == ["a", "b", "calm"]
    assert [group.change for group in news.providers[0].groups] == ["gone", "repriced", "limits", "added"]


def test_a_plan_is_shown_of_the_providers_that_are_asked_for() -> None:
    assert [provider.provider for provider in of_plan(OUTCOMES, ["b"]).providers] == ["b"]


INSTEAD = "write a plan with `platelayer catalog refresh --env lab --dry-run --json`"
NO_PLAN = f"is no plan, or one of another version of Platelayer; {INSTEAD}"
ENTRY = {"change": "gone", "id": "x", "differences": [], "touches": []}
OUTCOME = Outcome(provider="a", plan=plan("a", {}, {})).as_dict()


def plan_with(**changes: object) -> dict:
    return {"environment": "lab", "providers": [{**OUTCOME, **changes}]}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("<html>", f"is not JSON; {INSTEAD}"),
        ([], NO_PLAN),
        ({"environment": "lab"}, NO_PLAN),
        (plan_with(plan=[{**ENTRY, "change": "exploded"}]), NO_PLAN),
        (plan_with(refusals=[{"guard": "nobody", "id": "", "reason": ""}]), NO_PLAN),
        (
            plan_with(plan=[{**ENTRY, "differences": [{"field": "input", "old": "-1", "new": None}]}]),
            NO_PLAN,
        ),
        (as_json([], "prod"), "is a plan of 'prod'; write --env prod, or make one of lab"),
    ],
)
def test_what_is_no_plan_is_refused(tmp_path: Path, data: object, reason: str) -> None:
    path = saved(tmp_path / "plan.json", data)
    with pytest.raises(CatalogError) as caught:
        planned.read(path, "lab")
    assert str(caught.value) == f"--plan {path}: {reason}"


def test_a_plan_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    with pytest.raises(CatalogError) as caught:
        planned.read(path, "lab")
    assert str(caught.value) == f"--plan {path}: cannot be read, No such file or directory; {INSTEAD}"
