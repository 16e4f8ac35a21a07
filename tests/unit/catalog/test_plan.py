"""A plan says all that changes: applied to the old catalog it gives the new one, and the next refresh has none."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from catalogs import THOROUGH, WHEN, catalogs, policies, snapshots
from hypothesis import given
from hypothesis import strategies as st

from platelayer.catalog.answers import ModelsDevAnswer, ProviderAnswer
from platelayer.catalog.decision import judge_answer
from platelayer.catalog.guards import GUARDS
from platelayer.catalog.plan import CatalogPlan, compare_catalogs
from platelayer.catalog.request import CatalogSource, RefreshRequest
from platelayer.catalog.snapshot import Snapshot
from platelayer.gateway.price_policy import PricePolicy
from platelayer.providers import load_kinds
from platelayer.schema.catalog import CatalogModel, ParsedList, Price, PriceTier

SOURCE = CatalogSource(name="lab", kind=load_kinds()["openai_compatible"], base="http://x/v1")
REQUEST = RefreshRequest(folder=Path("catalogs"))
LATER = "2026-11-20T00:00:00Z"
Models = Mapping[str, CatalogModel]


def applied(old: Models, plan: CatalogPlan) -> dict[str, CatalogModel]:
    """The catalog that a plan leads to."""
    new = dict(old)
    for change in plan.changes:
        if change.kind == "gone":
            del new[change.id]
        else:
            assert change.model is not None
            new[change.id] = change.model
    return new


@THOROUGH
@given(catalogs(), catalogs())
def test_a_plan_applied_to_the_old_catalog_gives_the_new_one(old: Models, new: Models) -> None:
    plan = compare_catalogs(old, new)
    assert applied(old, plan) == new
    assert plan.count == len(new)
    assert bool(plan.changes) == (old != new)


@THOROUGH
@given(
    snapshots(),
    catalogs(is_own=True),
    st.none() | catalogs(is_own=True),
    policies,
    st.sampled_from([(), ("empty", "shrunken", "unlikely"), tuple(GUARDS)]),
)
def test_a_second_refresh_changes_nothing(
    last: Snapshot, listed: Models, second: Models, policy: PricePolicy, accept: tuple[str, ...]
) -> None:
    source = replace(SOURCE, policy=policy)
    request = replace(REQUEST, accept=accept)
    supplement = ModelsDevAnswer(errors={"lab": "down"}) if second is None else ModelsDevAnswer({"lab": second})
    answer = ProviderAnswer(LATER, ParsedList(tuple(listed.values())), models_dev=supplement)
    first = judge_answer(source, request, last, answer)
    if first.is_rejected:
        assert first.refusals
        assert first.plan.changes == ()
        assert first.catalog is last
        return
    assert applied(last.models, first.plan) == first.models
    kept = replace(last, models=first.models)
    again = judge_answer(source, request, kept, answer)
    assert (again.is_rejected, again.models, again.plan.changes) == (False, first.models, ())
    # An answer of 304 says the same as the list itself, where every entry of it was believed, and the inventory's
    # prices hide none of it.
    if not first.refusals and not policy:
        unchanged = judge_answer(source, request, kept, replace(answer, parsed=None))
        assert (unchanged.is_rejected, unchanged.models) == (False, first.models)


def priced(**usd: str) -> CatalogModel:
    prices = {name: Price(Decimal(value), f"p.{name}", WHEN) for name, value in usd.items()}
    return CatalogModel(id="m", prices=prices)  # type: ignore[arg-type]


OLD = replace(priced(input="0.000001", output="0.000002"), max_input_tokens=8192, abilities=("tools",))


@pytest.mark.parametrize(
    ("new", "change", "differences"),
    [
        (
            replace(OLD, prices=priced(input="0.0000012", output="0").prices),
            "repriced",
            [
                {"field": "input", "old": "0.000001", "new": "0.0000012", "percent": 20.0},
                {"field": "output", "old": "0.000002", "new": "0", "percent": -100.0},
            ],
        ),
        (
            replace(OLD, prices=priced(input="0.000001", cache_read="0.0000001").prices),
            "repriced",
            [
                {"field": "output", "old": "0.000002", "new": None},
                {"field": "cache_read", "old": None, "new": "0.0000001"},
            ],
        ),
        (
            replace(OLD, tiers=(PriceTier(200000, {"input": Price(Decimal("0.000002"), "p")}),)),
            "repriced",
            [{"field": "input from 200000 tokens", "old": None, "new": "0.000002"}],
        ),
        (
            replace(OLD, max_input_tokens=4096, max_output_tokens=1024),
            "limits",
            [
                {"field": "max_input_tokens", "old": 8192, "new": 4096},
                {"field": "max_output_tokens", "old": None, "new": 1024},
            ],
        ),
        (
            replace(OLD, abilities=("tools", "vision"), deprecation_date="2026-12-31"),
            "changed",
            [
                {"field": "abilities", "old": ["tools"], "new": ["tools", "vision"]},
                {"field": "deprecation_date", "old": None, "new": "2026-12-31"},
            ],
        ),
        (
            replace(OLD, sources={"max_input_tokens": "models.dev"}),
            "changed",
            [{"field": "source of max_input_tokens", "old": None, "new": "models.dev"}],
        ),
        (
            replace(OLD, prices={**OLD.prices, "input": Price(Decimal("0.000001"), "models.dev cost.input", WHEN)}),
            "changed",
            [{"field": "source of input", "old": "p.input", "new": "models.dev cost.input"}],
        ),
        (replace(OLD, missing_since=WHEN), "missing", []),
    ],
)
def test_what_differs_is_said_as_plain_data(new: CatalogModel, change: str, differences: list[object]) -> None:
    plan = compare_catalogs({"m": OLD}, {"m": new}, lambda model: ("auto", model.id))
    assert [change.as_dict() for change in plan.changes] == [
        {"change": change, "id": "m", "differences": differences, "touches": ["auto", "m"]}
    ]


def test_a_model_that_is_listed_again_has_returned() -> None:
    plan = compare_catalogs({"m": replace(OLD, missing_since=WHEN)}, {"m": OLD})
    assert [change.kind for change in plan.changes] == ["returned"]


def test_a_price_that_stays_keeps_its_date_and_one_that_moves_gets_a_new_one() -> None:
    last = Snapshot(provider="lab", kind="openai_compatible", url="http://x/v1", fetched_at=WHEN, models={"m": OLD})
    new = replace(OLD, prices=priced(input="0.000001", output="0.000003").prices)
    undated = replace(new, prices={name: replace(price, since="") for name, price in new.prices.items()})
    result = judge_answer(SOURCE, REQUEST, last, ProviderAnswer(LATER, ParsedList((undated,))))
    assert not result.is_rejected
    assert {name: price.since for name, price in result.models["m"].prices.items()} == {"input": WHEN, "output": LATER}
