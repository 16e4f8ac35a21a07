"""Numbers over finished requests. Times are in seconds; percentiles are of requests without error."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from asking import Outcome

SHOWN_ERRORS = 20


def compute_percentiles(values: Iterable[float]) -> dict[str, float] | None:
    """Return p50, p95, p99 and the maximum (each one of the values), or None when there are no values."""
    ordered = sorted(values)
    if not ordered:
        return None
    ranks = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
    return {name: round(ordered[math.ceil(rank * len(ordered)) - 1], 4) for name, rank in ranks.items()}


def summarize(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return the figures of a whole run."""
    errors = [outcome for outcome in outcomes if outcome.error]
    starts = [outcome.start for outcome in outcomes] or [0.0]
    # Of the time in which requests began: at the end, streams alone go on for a while.
    busy = max(starts) - min(starts)
    return {
        "start": round(min(starts), 3),
        "end": round(max((outcome.end for outcome in outcomes), default=0.0), 3),
        "requests": len(outcomes),
        "requests_per_second": round(len(outcomes) / busy, 2) if busy else 0.0,
        "errors": len(errors),
        "unary": _summarize_kind([outcome for outcome in outcomes if outcome.kind == "unary"]),
        "stream": _summarize_kind([outcome for outcome in outcomes if outcome.kind == "stream"]),
        "statuses": Counter(str(outcome.status) for outcome in outcomes),
        "deployments": Counter(str(outcome.deployment) for outcome in outcomes),
        "instances": Counter(str(outcome.instance) for outcome in outcomes),
        "first_errors": [vars(outcome) for outcome in errors[:SHOWN_ERRORS]],
        "by_second": _summarize_seconds(outcomes),
    }


def _summarize_kind(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    good = [outcome for outcome in outcomes if outcome.error is None]
    return {
        "requests": len(outcomes),
        "errors": len(outcomes) - len(good),
        "on_new_connections": sum(outcome.connection == "new" for outcome in outcomes),
        "latency": compute_percentiles(outcome.duration for outcome in good),
        "first_byte": compute_percentiles(outcome.first_byte for outcome in good if outcome.first_byte is not None),
        "added": compute_percentiles(outcome.added for outcome in good),
        "stall": compute_percentiles(outcome.stall for outcome in good if outcome.stall is not None),
    }


def _summarize_seconds(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """Return for each second what its requests met: the most added to a unary one, the longest first byte."""
    seconds: dict[int, list[Outcome]] = {}
    for outcome in outcomes:
        seconds.setdefault(int(outcome.start), []).append(outcome)
    return [
        {
            "second": second,
            "requests": len(begun),
            "errors": sum(outcome.error is not None for outcome in begun),
            "unary_added": _find_worst(outcome.added for outcome in begun if outcome.kind == "unary"),
            "stream_added": _find_worst(outcome.added for outcome in begun if outcome.kind == "stream"),
            "stream_first_byte": _find_worst(outcome.first_byte for outcome in begun if outcome.kind == "stream"),
        }
        for second, begun in sorted(seconds.items())
    ]


def _find_worst(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(max(known), 4) if known else None
