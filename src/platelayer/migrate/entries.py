"""One entry of `model_list` becomes what the inventory says of one deployment."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from platelayer.migrate import known, words
from platelayer.migrate.address import Address, Unusable, address
from platelayer.migrate.findings import Category, Findings
from platelayer.migrate.shelter import Shelter
from platelayer.migrate.typos import meant_in_info, say_passed_on
from platelayer.migrate.values import as_number, fits, is_no_price, mapping, number, whole
from platelayer.providers import kinds
from platelayer.schema.inventory import Mode, ModelSpec

COSTS = (
    "input_cost_per_token",
    "output_cost_per_token",
    "cache_read_input_token_cost",
    "cache_creation_input_token_cost",
)
LIMITS = ("max_input_tokens", "max_output_tokens")
# LiteLLM weighs by the first of these that any deployment of a group has.
METRICS = ("weight", "rpm", "tpm")
# A token that costs so much, in USD, was meant to be a million of them.
_ABSURD = 0.01
TIMES = ("timeout", "stream_timeout")
# What is read of `litellm_params` elsewhere, and need not be written again.
_ADDRESS = frozenset({"model", "api_base", "base_url", "api_key"})
_ENTRY = frozenset({"model_name", "litellm_params", "model_info"})
_MODES: tuple[str, ...] = get_args(Mode)


@dataclass(slots=True)
class Deployment:
    """A deployment as the inventory will have it. options: of `gateway_models`, without name, provider and id.

    order, metrics: what LiteLLM chooses by; fallback_order: what its author hoped to choose by.
    """

    name: str
    address: Address
    mode: str
    options: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)
    order: float | None = None
    metrics: dict[str, float] = field(default_factory=dict)
    fallback_order: float | None = None
    deployment_id: str | None = None

    @property
    def provider_by_id(self) -> str | None:
        """The provider that an id such as `NAME/PROVIDER` or `NAME/1-PROVIDER` tells, as Platelayer writes them."""
        found = re.fullmatch(
            r"(?:\d+-)?([A-Za-z][A-Za-z0-9_-]*)", (self.deployment_id or "").removeprefix(f"{self.name}/")
        )
        return found[1] if found else None


def deployment(entry: Mapping[str, Any], place: str, findings: Findings, shelter: Shelter) -> Deployment:
    """Read the entry that stands at `place`; raises Unusable. Credentials are looked up before, see `credentials`."""
    name = str(entry["model_name"])
    params, info = mapping(entry.get("litellm_params")), mapping(entry.get("model_info"))
    found = address(params, f"{place}.litellm_params")
    if _fits("name", name) is None or _fits("id", found.id) is None:
        raise Unusable("not_carried", "its name or id begins or ends with a blank")
    for category, what in found.notes:
        findings.add(category, name, what)
    for key in sorted(mapping(entry).keys() - _ENTRY):
        findings.add("never_worked", name, f"'{key}' stands beside litellm_params, where LiteLLM does not look")
    made = Deployment(name, found, _mode(name, found.id, info, findings))
    _take_numbers(made, params, info, findings)
    rest = {key: value for key, value in params.items() if key not in _ADDRESS}
    _take(made, TIMES, rest)
    _take_costs(made, rest, info, findings)
    _take_limits(made, info, findings)
    _list_rest(made, info, findings)
    exact = found.model
    if exact is None:
        rest.pop("custom_llm_provider", None)
    elif kinds()[found.place.kind].format_model(found.id, made.mode) != exact and (
        "/" in exact or "custom_llm_provider" in rest
    ):
        made.extra["model"] = exact
    say_passed_on(name, rest.keys(), findings)
    if info.get("base_model") is not None:
        rest.setdefault("base_model", info["base_model"])
    made.extra |= shelter.keep(name, {key: value for key, value in rest.items() if key not in ("order", "weight")})
    return made


def _fits(key: str, value: Any) -> Any:
    return fits(ModelSpec, key, value, **{other: "x" for other in ("name", "provider", "id") if other != key})


def _mode(name: str, identity: str, info: Mapping[str, Any], findings: Findings) -> str:
    said = info.get("mode")
    if said in _MODES:
        return str(said)
    guessed = next((mode for mode, words in known.MODES if words.search(identity.lower())), "chat")
    if said is not None:
        findings.add(
            "not_carried", name, f"model_info.mode '{said}': the inventory has no such mode; '{guessed}' is written"
        )
    elif guessed != "chat":
        findings.add("check", name, f"names no mode; taken for {guessed} by its id")
    return guessed


def _take_numbers(made: Deployment, params: Mapping[str, Any], info: Mapping[str, Any], findings: Findings) -> None:
    for key in ("order", "weight"):
        if params.get(key) is not None and number(params[key]) is None:
            findings.add("never_worked", made.name, f"litellm_params.{key} is no number; LiteLLM fails on it")
    made.order = order_of(params, info)
    made.metrics = metrics(params)
    made.fallback_order = number(info.get("fallback_order"))
    identity = info.get("id")
    made.deployment_id = None if identity is None else _fits("deployment_id", str(identity))


def metrics(params: Mapping[str, Any]) -> dict[str, float]:
    """What LiteLLM may weigh a deployment by."""
    read = {key: number(params.get(key)) if key == "weight" else whole(params.get(key)) for key in METRICS}
    return {key: value for key, value in read.items() if value is not None}


def order_of(params: Mapping[str, Any], info: Mapping[str, Any]) -> float | None:
    """LiteLLM takes it from either place."""
    return number(params.get("order") if params.get("order") is not None else info.get("order"))


def _take(made: Deployment, keys: tuple[str, ...], rest: dict[str, Any]) -> None:
    """Move what the inventory has options for; the rest stays for `extra`."""
    for key in keys:
        if rest.get(key) is not None and (value := _fits(key, rest[key])) is not None:
            made.options[key] = value
            del rest[key]


def _take_costs(made: Deployment, rest: dict[str, Any], info: Mapping[str, Any], findings: Findings) -> None:
    """Costs of either place; LiteLLM prefers those in litellm_params, and cost-based routing reads no others."""
    moved = {key: value for key, value in info.items() if key in words.PRICES and rest.get(key) is None}
    rest |= {key: value for key, value in moved.items() if value is not None}
    for key in [key for key in rest if key in words.PRICES]:
        if is_no_price(rest[key]):
            findings.add("never_worked", made.name, f"{key} is below zero or no number; no price is written")
            del rest[key]
        elif isinstance(rest[key], str):
            # `3e-07` is a text for YAML.
            rest[key] = as_number(rest[key])
        if "token" in key and isinstance(rest.get(key), (int, float)) and rest[key] >= _ABSURD:
            what = f"{key} is {rest[key]:g} USD for one token; if that was meant for a million, divide it by 1e6"
            findings.add("check", made.name, what)
    _take(made, COSTS, rest)


def _take_limits(made: Deployment, info: Mapping[str, Any], findings: Findings) -> None:
    for key, value in limits(info).items():
        if (fit := _fits(key, value)) is not None:
            made.options[key] = fit
        else:
            findings.add("never_worked", made.name, f"model_info.{key} is no number of tokens; none is written")


def limits(info: Mapping[str, Any]) -> dict[str, Any]:
    """What `model_info` says of the limits in tokens; `max_tokens` is LiteLLM's older word for that of answers."""
    found = {"max_output_tokens": info.get("max_tokens")} | {key: info.get(key) for key in LIMITS if key in info}
    return {key: value for key, value in found.items() if value is not None}


def _list_rest(made: Deployment, info: Mapping[str, Any], findings: Findings) -> None:
    for key, value in info.items():
        silent = key in ("id", "mode", "order", *LIMITS) or key in words.PRICES
        if key == "max_tokens":
            # It says something else only beside its newer word.
            silent = info.get("max_output_tokens") in (None, value)
        if not silent and value is not None:
            category, what = _told(key)
            findings.add(category, made.name, what)


def _told(key: str) -> tuple[Category, str]:
    """What is to be said of a word of `model_info` that the inventory has no option for."""
    if key == "fallback_order":
        return "never_worked", "model_info.fallback_order is no word of LiteLLM, which chose at random"
    if key in METRICS:
        return "never_worked", f"model_info.{key}: LiteLLM reads it in litellm_params only"
    if key == "base_model":
        what = "is written as extra.base_model: LiteLLM takes prices from there too, but /model/info shows none of them"
        return "check", f"model_info.{key} {what}"
    if key == "max_tokens":
        return "not_carried", "model_info.max_tokens says something else than max_output_tokens, which comes over"
    if advice := meant_in_info(key):
        return "never_worked", f"model_info.{key}: LiteLLM does not read it, so it is left out{advice}"
    instead = "; a refreshed catalog tells it" if key.startswith("supports_") else ""
    return "not_carried", f"model_info.{key}: the inventory has no place for it{instead}"
