"""What changed: between two times, and by a plan."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from report_samples import THEN, catalog, model

from platelayer.catalog.guards import EFFECTS, GUARDS, Refusal
from platelayer.catalog.plan import compare_catalogs
from platelayer.catalog.result import RefreshResult
from platelayer.errors import CatalogError
from platelayer.page.news import CatalogNews, describe_change, make_news_of_plan, make_news_since
from platelayer.page.plan_file import read_plan
from platelayer.page.snapshots import PastCatalogs
from platelayer.schema.catalog import Price, PriceTier
from platelayer.wording.catalog_changes import ChangedValue
from platelayer.wording.refresh_results import RefusalGroup

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
# kind → (id, its values and where they move to, the names it touches).
LINES = {
    "gone": [("leaves", [], ())],
    "repriced": [
        ("dearer", [(ChangedValue("input", "1.00", "1.20", "+20.0 %"), "up")], ("auto", "smart")),
        ("cheaper", [(ChangedValue("input", "1.00", "0.90", "-10.0 %"), "down")], ()),
    ],
    "limits": [("larger", [(ChangedValue("context", "131,072", "262,144"), "")], ())],
    "added": [
        ("comes", [(ChangedValue("input", None, "3.00"), ""), (ChangedValue("cache read", None, "0.00"), ""),
                   (ChangedValue("input from 200k tokens", None, "6.00"), "")], ()),
    ],
}  # fmt: skip


def lines(news: CatalogNews) -> dict[str, list[tuple]]:
    return {
        kind: [
            (change.id, [(value, value.direction) for value in describe_change(change)], change.touches)
            for change in changes
        ]
        for provider in news.providers
        for kind, changes in provider.changes.items()
    }


def since(old: dict, new: dict) -> CatalogNews:
    return make_news_since(PastCatalogs("HEAD~3", old), new, USES)


def test_what_changed_since_then_is_told_by_kind() -> None:
    news = since({"a": catalog("a", OLD, THEN)}, {"a": catalog("a", NEW), "never": None})
    assert lines(news) == LINES
    assert news.title == "Changed since HEAD~3"
    assert [provider.span for provider in news.providers] == ["2026-11-14 15:00 UTC to 2026-11-21 15:01 UTC"]
    assert news.count == 5
    assert news.kinds_by_model == {
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
    assert [len(changes) for changes in provider.changes.values()] == [5]


RESULTS = [
    RefreshResult(
        provider="a",
        plan=compare_catalogs(
            catalog("a", OLD).models, catalog("a", NEW).models, lambda model: USES.get(("a", model.id), ())
        ),
        refusals=(Refusal("price", "x", "input moves times 30", ("auto",)), Refusal("empty", "", "the list is empty")),
        warnings=(("data[3]", "has no id"),),
        seconds=0.25,
        is_changed=True,
    ),
    RefreshResult(provider="b", plan=compare_catalogs({}, {}), error="no complete answer within 30 s"),
]


def saved(path: Path, data: object) -> Path:
    path.write_text(data if isinstance(data, str) else json.dumps(data))
    return path


def as_json(results: list[RefreshResult], environment: str = "lab") -> dict:
    return {"environment": environment, "providers": [result.as_dict() for result in results]}


def test_a_plan_is_read_as_it_was_written(tmp_path: Path) -> None:
    read = read_plan(saved(tmp_path / "plan.json", as_json(RESULTS)), "lab")
    assert as_json(read) == as_json(RESULTS)
    assert lines(make_news_of_plan(read, {"a", "b"})) == LINES


def test_a_plan_tells_until_when_a_missing_model_is_kept(tmp_path: Path) -> None:
    missing = catalog("a", [model("leaves", missing_since=THEN)]).models
    plan = compare_catalogs(catalog("a", OLD[3:4]).models, missing, last_days={"leaves": "2026-11-28"})
    read = read_plan(saved(tmp_path / "plan.json", as_json([RefreshResult(provider="a", plan=plan)])), "lab")
    assert lines(make_news_of_plan(read, ["a"])) == {
        "missing": [("leaves", [(ChangedValue("kept until", None, "2026-11-28"), "")], ())]
    }


def test_a_plan_tells_what_was_held_back_and_who_failed() -> None:
    first, second = make_news_of_plan(RESULTS, ["a", "b"]).providers
    assert first.rejections == [
        RefusalGroup("empty", "the list is empty", "--accept a:empty", EFFECTS["empty"], ()),
    ]
    assert first.held_back == [
        RefusalGroup("price", GUARDS["price"], "--accept a:price", EFFECTS["price"], RESULTS[0].refusals[:1])
    ]
    assert first.result.warnings == (("data[3]", "has no id"),)
    assert second.result.error == "no complete answer within 30 s"


def test_what_one_guard_held_back_stands_together() -> None:
    refusals = [Refusal("price", "x", "times 30"), Refusal("free", "y", "free"), Refusal("price", "z", "times 9")]
    (news,) = make_news_of_plan(
        [RefreshResult(provider="b", plan=compare_catalogs({}, {}), refusals=tuple(refusals))], ["b"]
    ).providers
    assert news.span == "held back in part"
    assert [(group.option, [refusal.id for refusal in group.refusals]) for group in news.held_back] == [
        ("--accept b:price", ["x", "z"]),
        ("--accept b:free", ["y"]),
    ]


def test_what_may_hurt_stands_first() -> None:
    calm = RefreshResult(provider="calm", plan=RESULTS[0].plan)
    news = make_news_of_plan([calm, *RESULTS], ["a", "b", "calm"])
    assert [provider.result.provider for provider in news.providers] == ["a", "b", "calm"]
    assert list(news.providers[0].changes) == ["gone", "repriced", "limits", "added"]


def test_a_plan_is_shown_of_the_providers_that_are_asked_for() -> None:
    assert [provider.result.provider for provider in make_news_of_plan(RESULTS, ["b"]).providers] == ["b"]


INSTEAD = "write a plan with `platelayer catalog refresh --env lab --dry-run --json`"
NO_PLAN = f"is not a plan of this version of Platelayer; {INSTEAD}"
ENTRY = {"change": "gone", "id": "x", "differences": [], "touches": []}
RESULT = RefreshResult(provider="a", plan=compare_catalogs({}, {})).as_dict()


def plan_with(**changes: object) -> dict:
    return {"environment": "lab", "providers": [{**RESULT, **changes}]}


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
        read_plan(path, "lab")
    assert str(caught.value) == f"--plan {path}: {reason}"


def test_a_plan_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    with pytest.raises(CatalogError) as caught:
        read_plan(path, "lab")
    assert str(caught.value) == f"--plan {path}: cannot be read, No such file or directory; {INSTEAD}"
