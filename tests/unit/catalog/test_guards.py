"""What a refresh does not change unasked, guard by guard, and what `--accept` allows."""

from dataclasses import replace
from decimal import Decimal

import pytest
from decisions import ALL, NOW, TEN, THEN, decided, model, said

from platelayer.catalog.guards import GuardSettings
from platelayer.schema.catalog import CatalogModel, Price, PriceTier

WHOLE = {
    "empty": (ALL, [], [], ["empty: : the list is empty"]),
    "shrunken": (ALL, ALL[3:], [], ["shrunken: : 3 of 10 models are gone, more than 20%"]),
    "unreadable": (ALL, ALL[3:], TEN[:3], ["unreadable: : 3 of 10 entries are wrong, the first is m0: id is wrong"]),
    "unlikely": (
        ALL,
        [*(model(name, "0.00006") for name in TEN[:3]), *ALL[3:]],
        [],
        [
            "unlikely: : 3 of 10 models would have unlikely prices",
            "price: m0: input 2.00 → 60.00 USD per million tokens, times 30",
            "price: m1: input 2.00 → 60.00 USD per million tokens, times 30",
            "price: m2: input 2.00 → 60.00 USD per million tokens, times 30",
        ],
    ),
}


@pytest.mark.parametrize(("last", "listed", "refused", "sentences"), WHOLE.values(), ids=WHOLE)
def test_a_list_that_is_not_believed_changes_nothing(
    last: list[CatalogModel], listed: list[CatalogModel], refused: list[str], sentences: list[str]
) -> None:
    result = decided(last, listed, refused)
    assert said(result) == sentences
    assert result.is_rejected
    assert result.models == {each.id: each for each in last}
    assert (result.plan.changes, result.plan.count) == ((), 10)


@pytest.mark.parametrize("name", ["{guard}", "lab:{guard}"])
@pytest.mark.parametrize("case", WHOLE)
def test_each_of_them_can_be_accepted_by_name(case: str, name: str) -> None:
    last, listed, refused, _ = WHOLE[case]
    result = decided(last, listed, refused, accept=[name.format(guard=case)])
    assert not result.is_rejected
    # Nothing leaves by that: what is gone is marked, what is wrong or unlikely stays as it was.
    assert set(result.models) == set(TEN)
    missing = {name for name, found in result.models.items() if found.missing_since}
    assert missing == set(TEN) - {each.id for each in listed} - set(refused)
    assert [refusal.guard for refusal in result.refusals] == (["price"] * 3 if case == "unlikely" else [])
    assert {found.prices["input"].usd for found in result.models.values()} == {Decimal("0.000002")}


@pytest.mark.parametrize("name", ["other:empty", "price", "lab:shrunken", "empty:lab"])
def test_another_name_accepts_nothing(name: str) -> None:
    assert said(decided(ALL, [], accept=[name])) == ["empty: : the list is empty"]


@pytest.mark.parametrize(
    ("settings", "gone", "believed"),
    [
        (GuardSettings(), 2, True),
        (GuardSettings(), 3, False),
        (GuardSettings(max_gone=0.5), 5, True),
        (GuardSettings(max_gone=0.5), 6, False),
        # One model may always go.
        (GuardSettings(max_gone=0), 1, True),
        (GuardSettings(max_gone=0), 2, False),
        (GuardSettings(max_gone=1), 9, True),
    ],
)
def test_max_gone_is_a_share_of_the_list(settings: GuardSettings, gone: int, believed: bool) -> None:
    assert decided(ALL, ALL[gone:], settings=settings).is_rejected != believed
    wrong = decided(ALL, ALL[gone:], TEN[:gone], settings=settings)
    assert wrong.is_rejected != believed
    dear = [model(name, "0.00006") for name in TEN[:gone]]
    assert decided(ALL, [*dear, *ALL[gone:]], settings=settings).is_rejected != believed


SINGLE = {
    "up": (
        model("m0"),
        model("m0", "0.000006000001"),
        "price: m0: input 2.00 → 6.000001 USD per million tokens, times 3",
    ),
    "far up": (
        model("m0"),
        model("m0", "0.009"),
        "price: m0: input 2.00 → 9000.00 USD per million tokens, times 4,500",
    ),
    "down": (model("m0"), model("m0", "0.00000066"), "price: m0: input 2.00 → 0.66 USD per million tokens, -67.0 %"),
    "untold": (
        model("m0"),
        model("m0", None),
        "price: m0: cost input 2.00 USD per million tokens, and would have no price",
    ),
    "paid": (model("m0", "0"), model("m0"), "paid: m0: was free and would cost input 2.00 USD per million tokens"),
    "free": (model("m0"), model("m0", "0"), "free: m0: cost input 2.00 USD per million tokens, and would be free"),
}


@pytest.mark.parametrize(("old", "new", "sentence"), SINGLE.values(), ids=SINGLE)
def test_an_unlikely_price_holds_back_the_prices_of_that_model_alone(
    old: CatalogModel, new: CatalogModel, sentence: str
) -> None:
    other = model("m1", "0.0000021", max_input_tokens=4096)
    result = decided([old, *ALL[1:]], [replace(new, max_input_tokens=1), other, *ALL[2:]])
    assert said(result) == [sentence]
    assert not result.is_rejected
    assert result.models["m0"] == replace(old, max_input_tokens=1)
    assert result.models["m1"].max_input_tokens == 4096
    accepted = decided([old, *ALL[1:]], [new, *ALL[1:]], accept=[sentence.split(":")[0]])
    assert accepted.refusals == ()
    assert not accepted.is_rejected
    assert {name: price.usd for name, price in accepted.models["m0"].prices.items()} == {
        name: price.usd for name, price in new.prices.items()
    }


def test_what_else_is_new_of_a_model_comes_through_and_is_in_the_plan() -> None:
    old = replace(
        model("m0", missing_since=THEN), tiers=(PriceTier(200000, {"input": Price(Decimal("0.000004"), "p")}),)
    )
    news = {"max_input_tokens": 8192, "abilities": ("tools",), "deprecation_date": "2026-12-31"}
    # With the price its tiers and its mark are not believed either.
    new = model("m0", None, variable=True, **news)
    result = decided([old, *ALL[1:]], [new, *ALL[1:]])
    assert said(result) == [
        "price: m0: cost input 2.00, input from 200000 tokens 4.00 USD per million tokens, and would have no price"
    ]
    assert not result.is_rejected
    assert result.models["m0"] == replace(old, missing_since=None, **news)  # type: ignore[arg-type]
    assert [(change.kind, [each.field for each in change.differences]) for change in result.plan.changes] == [
        ("returned", []),
        ("limits", ["max_input_tokens"]),
        ("changed", ["abilities", "deprecation_date"]),
    ]


@pytest.mark.parametrize(
    ("old", "new", "settings"),
    [
        (model("m0"), model("m0", "0.000006"), GuardSettings()),
        (model("m0", "0.000003"), model("m0", "0.000001"), GuardSettings()),
        (model("m0"), model("m0", "0.00002"), GuardSettings(max_price_factor=10)),
        (model("m0", None), model("m0", "0.009"), GuardSettings()),
        (model("m0", None), model("m0", "0"), GuardSettings()),
    ],
)
def test_a_likely_price_is_taken(old: CatalogModel, new: CatalogModel, settings: GuardSettings) -> None:
    assert said(decided([old, *ALL[1:]], [new, *ALL[1:]], settings=settings)) == []


def test_a_part_of_a_price_that_cost_nothing_is_guarded_too() -> None:
    def both(input_usd: str) -> CatalogModel:
        return replace(
            model("m0"),
            prices={"input": Price(Decimal(input_usd), "p"), "output": Price(Decimal("0.00001"), "q")},
        )

    result = decided([both("0"), *ALL[1:]], [both("0.000004"), *ALL[1:]])
    assert said(result) == ["price: m0: input 0.00 → 4.00 USD per million tokens"]


def test_a_model_that_is_used_stays_and_is_reported() -> None:
    uses = {("lab", "m0"): ("auto", "smart"), ("other", "m1"): ("auto",)}
    result = decided(ALL, ALL[2:], uses=uses)
    assert said(result) == [
        "used: m0: is no longer listed, but used by auto, smart; it stays after 2026-11-09 until its removal is "
        "accepted"
    ]
    assert not result.is_rejected
    assert (result.models["m0"].missing_since, result.models["m1"].missing_since) == (NOW, NOW)
    # Accepted, it is like any other: served until the grace period ends.
    accepted = decided(ALL, ALL[2:], uses=uses, accept=["used"])
    assert accepted.refusals == ()
    assert not accepted.is_rejected
    assert accepted.models["m0"].missing_since == NOW
    at_once = decided(ALL, ALL[2:], uses=uses, accept=["used", "gone"])
    assert not at_once.is_rejected
    assert set(at_once.models) == set(TEN) - {"m0", "m1"}


def test_a_list_that_a_key_narrows_loses_nothing() -> None:
    # Half of the list is still told to everybody: it is not gone, this key may not use it.
    result = decided(ALL, ALL[5:], public=TEN)
    assert said(result) == [
        f"narrowed: {name}: is listed, but not for this key; it may need approval" for name in TEN[:5]
    ]
    assert result.models == {each.id: each for each in ALL}
    accepted = decided(ALL, ALL[5:], public=TEN, accept=["narrowed"])
    assert not accepted.is_rejected
    assert (set(accepted.models), accepted.refusals) == (set(TEN[5:]), ())


@pytest.mark.parametrize(
    ("accept", "sentences"),
    [
        (
            (),
            [
                "narrowed: m0: is listed, but not for this key; it may need approval",
                "used: m0: is not listed for this key, but used by auto, smart",
            ],
        ),
        (("narrowed",), ["used: m0: is not listed for this key, but used by auto, smart"]),
        (("used", "gone"), ["narrowed: m0: is listed, but not for this key; it may need approval"]),
        (("narrowed", "used"), []),
    ],
)
def test_a_model_in_use_that_a_key_does_not_list_leaves_only_if_both_are_accepted(
    accept: tuple[str, ...], sentences: list[str]
) -> None:
    uses = {("lab", "m0"): ("auto", "smart")}
    result = decided(ALL, ALL[1:], public=TEN, uses=uses, accept=accept)
    assert said(result) == sentences
    assert not result.is_rejected
    assert ("m0" in result.models) == bool(sentences)
    assert result.models.get("m0", ALL[0]) == ALL[0]


def test_a_model_that_is_missing_leaves_at_once_when_that_is_accepted() -> None:
    result = decided(ALL, ALL[1:], accept=["gone"])
    assert not result.is_rejected
    assert set(result.models) == set(TEN[1:])
    assert [(change.kind, change.id) for change in result.plan.changes] == [("gone", "m0")]


def test_the_first_catalog_of_a_provider_has_nothing_to_be_guarded_against() -> None:
    dear = [model("m0", "0.009"), model("m1", "0"), model("m2", None)]
    result = decided(None, dear, ["x"])
    assert result.refusals == ()
    assert not result.is_rejected
    assert set(result.models) == {"m0", "m1", "m2"}
    assert said(decided(None, [])) == ["empty: : the list is empty"]
    assert said(decided(None, dear, ["x", "y"])) == [
        "unreadable: : 2 of 5 entries are wrong, the first is x: id is wrong"
    ]


def test_an_entry_that_is_wrong_now_stays_what_it_was() -> None:
    result = decided(ALL, ALL[1:], ["m0"])
    assert result.models == {each.id: each for each in ALL}
    assert result.plan.changes == ()


def test_an_id_that_is_listed_twice_is_what_the_first_entry_says() -> None:
    result = decided(ALL, [model("m0", "0.0000021"), *ALL[1:]], ["m0"])
    assert not result.is_rejected
    assert result.models["m0"].prices["input"].usd == Decimal("0.0000021")
