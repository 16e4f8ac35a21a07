"""How LiteLLM reads its own config: values of any type, options of the router, aliases, fallbacks, shares, orders."""

import json
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from math import isfinite
from typing import Any

from platelayer.schema.raw_values import as_list, as_mapping

RawSettings = Mapping[str, Any]
Section = dict[str, Any]
# LiteLLM starts with these only.
STRATEGIES = (
    "simple-shuffle", "least-busy", "latency-based-routing", "cost-based-routing", "usage-based-routing-v2",
    "usage-based-routing", "provider-budget-routing",
)  # fmt: skip
BY_COST, BY_WEIGHT = "cost-based-routing", "simple-shuffle"
LIMITS = ("max_input_tokens", "max_output_tokens")
# LiteLLM shares requests by the first of these that any deployment of a group has.
SHARES = ("weight", "rpm", "tpm")
# What LiteLLM does where the config says nothing of an option of `gateway_router`.
LITELLM_DEFAULTS: RawSettings = {
    "routing_strategy": "simple-shuffle",
    "num_retries": 2,
    "retry_after": 0,
    "allowed_fails": 3,
    "cooldown_time": 5,
    "timeout": 6000,
    "stream_timeout": "that of timeout",
}
# Options that LiteLLM also takes from litellm_settings, where router_settings has none.
ELSEWHERE = {"num_retries": "num_retries", "allowed_fails": "allowed_fails", "timeout": "request_timeout"}
OTHER_FALLBACKS = ("context_window_fallbacks", "content_policy_fallbacks")


def as_number(value: Any) -> Any:
    """Return a number, also from its text; everything else as it is."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return value


def read_number(value: Any, *, from_text: bool = False) -> float | None:
    """Return a number that LiteLLM can weigh or order by, or None. from_text: it reads limits such as "100" too."""
    if from_text and isinstance(value, str):
        value = int(value) if value.strip().removeprefix("-").isdecimal() else None
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value)
    return value if is_number else None


def read_strategy(router: Section) -> str:
    """Return how LiteLLM chooses among the deployments of a group."""
    return str(router.get("routing_strategy") or LITELLM_DEFAULTS["routing_strategy"])


def find_options(router: Section, litellm: Section) -> Iterator[tuple[str, Section, str]]:
    """Yield (option of `gateway_router`, section that has it, its key there), where LiteLLM reads it."""
    for option in LITELLM_DEFAULTS:
        if router.get(option) is not None:
            yield option, router, option
        elif option in ELSEWHERE and litellm.get(ELSEWHERE[option]) is not None:
            yield option, litellm, ELSEWHERE[option]
    if "drop_params" in litellm:
        yield "drop_params", litellm, "drop_params"


def read_alias(item: Any) -> tuple[str, bool]:
    """Return what an entry of `model_group_alias` stands for, and whether it is hidden."""
    return (str(item.get("model")), bool(item.get("hidden"))) if isinstance(item, Mapping) else (str(item), False)


def parse_json(text: str) -> Any:
    """Return what a text holds as JSON, or None if it holds none."""
    try:
        return json.loads(text)
    except ValueError:
        return None


def read_fallbacks(raw: Any) -> list[tuple[str, list[Any]]]:
    """Return (name, what it falls back to) of a list of fallbacks, in whatever form it is written."""
    items = as_list(parse_json(raw) if isinstance(raw, str) else raw)
    return [(name, as_list(targets)) for item in items for name, targets in as_mapping(item).items()]


def read_shares(params: RawSettings) -> dict[str, float]:
    """Return what LiteLLM may share requests by."""
    shares = {key: read_number(params.get(key), from_text=key != "weight") for key in SHARES}
    return {key: value for key, value in shares.items() if value is not None}


def read_order(params: RawSettings, info: RawSettings) -> float | None:
    """Return the place among the deployments of a name, which LiteLLM takes from either mapping."""
    return read_number(params.get("order") if params.get("order") is not None else info.get("order"))


def read_limits(info: RawSettings) -> Section:
    """Return the limits in tokens; `max_tokens` is LiteLLM's older word for that of answers."""
    limits = {"max_output_tokens": info.get("max_tokens")} | {key: info[key] for key in LIMITS if key in info}
    return {key: value for key, value in limits.items() if value is not None}


def share_requests(group: Sequence[RawSettings], strategy: str) -> list[Fraction] | None:
    """Return how LiteLLM spreads requests over a group, relative to each other; None where each gets the same."""
    for share in SHARES if strategy == BY_WEIGHT else ():
        values = [member.get(share, 0) for member in group]
        if max(values) > 0:
            return [Fraction(str(max(value, 0))) for value in values]
    return None
