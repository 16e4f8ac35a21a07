"""Deployments of one name: who gets which share of the requests, and who comes after whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

from platelayer.migrate.entries import LIMITS, METRICS, TIMES, Deployment

BY_COST = "cost-based-routing"
BY_WEIGHT = "simple-shuffle"


@dataclass(frozen=True, slots=True)
class Turn:
    """What a deployment of a group gets in the inventory."""

    order: int | None = None
    weight: int | None = None


def shares(group: Sequence[Mapping[str, float]], strategy: str) -> list[Fraction] | None:
    """How LiteLLM spreads requests over a group, relative to each other; None where each gets the same."""
    for metric in METRICS if strategy == BY_WEIGHT else ():
        values = [member.get(metric, 0) for member in group]
        if max(values) > 0:
            return [Fraction(str(max(value, 0))) for value in values]
    return None


def turns(group: Sequence[Deployment], strategy: str) -> list[Turn]:
    """Order and weight of each deployment, such that LiteLLM does what it did before."""
    orders = _orders(group)
    found = shares([member.metrics for member in group], strategy)
    weights = _whole(found) if found else [None for _ in group]
    written = _whole([Fraction(str(max(member.metrics.get("weight", 0), 0))) for member in group])
    if len(group) == 1 or strategy == BY_COST or all(orders):
        return [Turn(order, weight) for order, weight in zip(orders, written, strict=True)]
    if all(weights):
        return [Turn(order, weight) for order, weight in zip(orders, weights, strict=True)]
    if any(orders):
        # LiteLLM asks those without an order when all that have one are cooling down.
        last = max(order for order in orders if order) + 1
        return [Turn(order or last, weight) for order, weight in zip(orders, written, strict=True)]
    if found is None:
        return [Turn(weight=weight or 1) for weight in written]
    # LiteLLM asks those without a weight only while all that have one are cooling down.
    return [Turn(1 if weight else 2, weight) for weight in weights]


def is_vain(group: Sequence[Deployment], strategy: str) -> bool:
    """Whether weights say who gets how much, under a strategy that reads none."""
    weights = {member.metrics.get("weight") for member in group}
    return strategy != BY_WEIGHT and len(weights) > 1


def hoped_for(group: Sequence[Deployment]) -> bool:
    """Whether the author of the config put the whole group into an order that LiteLLM never knew of."""
    return len(group) > 1 and all(
        member.fallback_order is not None and member.order is None and "weight" not in member.metrics
        for member in group
    )


def are_layers(group: Sequence[Deployment], wanted: Sequence[Turn]) -> bool:
    """Whether a virtual model says the same as these deployments: one after the other, and nothing beside it."""
    return (
        # One layer alone is only told from a model by its id.
        (len(group) > 1 or group[0].deployment_id is not None)
        and [turn.order for turn in wanted] == list(range(1, len(group) + 1))
        and not any(turn.weight for turn in wanted)
        and len({member.mode for member in group}) == 1
        and all(member.options.keys() <= {*TIMES} for member in group)
    )


def fit_layers(group: Sequence[Deployment]) -> bool:
    """Whether the hoped for layers lose nothing as layers: limits have no place there."""
    return len({member.mode for member in group}) == 1 and not any(
        member.deployment_id or member.options.keys() & {*LIMITS} for member in group
    )


def layer(member: Deployment, provider: str) -> dict[str, Any]:
    """One entry of `layers`; its costs become LiteLLM's own settings."""
    options = {key: value for key, value in member.options.items() if key in TIMES}
    extra = {key: value for key, value in member.options.items() if key not in TIMES} | member.extra
    made: dict[str, Any] = {"provider": provider, "id": member.address.id, **options}
    return made | ({"extra": extra} if extra else {})


def _orders(group: Sequence[Deployment]) -> list[int | None]:
    """Orders as the inventory has them: whole numbers from 1."""
    given = sorted({member.order for member in group if member.order is not None})
    if all(order >= 1 and order == int(order) for order in given):
        return [None if member.order is None else int(member.order) for member in group]
    ranks = {order: rank for rank, order in enumerate(given, start=1)}
    return [None if member.order is None else ranks[member.order] for member in group]


def _whole(found: Sequence[Fraction]) -> list[int | None]:
    """The same shares as whole numbers; None for no share."""
    factor = lcm(*(share.denominator for share in found))
    return [int(share * factor) or None for share in found]
