"""One entry of `model_list` becomes what the inventory says of one deployment."""

import re
from dataclasses import dataclass
from math import inf
from typing import Any, get_args

from platelayer.gateway import litellm_words as words
from platelayer.gateway.costs import ABILITY_KEYS
from platelayer.gateway.deployments import NEVER
from platelayer.gateway.litellm_reading import (
    LIMITS,
    SHARES,
    RawSettings,
    Section,
    as_number,
    read_limits,
    read_number,
    read_order,
    read_shares,
)
from platelayer.migrate.import_findings import ImportFindings
from platelayer.migrate.imported_providers import ModelAddress, Report, read_address
from platelayer.migrate.secret_store import SecretStore
from platelayer.providers import load_kinds
from platelayer.providers.model_modes import guess_mode
from platelayer.providers.recognition import UnusableDeploymentError, find_host_problem
from platelayer.schema import fit_option
from platelayer.schema.inventory import Mode, ModelSpec, NativePath
from platelayer.schema.raw_values import as_mapping

TIMES = ("timeout", "stream_timeout")
# What a layer of a virtual model can say as a model can.
LAYER_OPTIONS = (*TIMES, "native_paths", "abilities")
_ABILITIES = {key: ability for ability, key in ABILITY_KEYS.items()}
COSTS = tuple(key for key in ModelSpec.model_fields if "cost" in key)
# Not repeated in `extra`: the inventory says it by provider, id, weight and order.
_READ_ELSEWHERE = frozenset({"model", "api_base", "base_url", "api_key", "order", "weight"})
# A token that costs so much, in USD, was meant to be a million of them.
_ABSURD = 0.01
_INFO_MESSAGES = {
    "max_tokens": "older-limit",
    "base_model": "base-model",
    "fallback_order": "fallback-order",
    **dict.fromkeys(SHARES, "share-in-info"),
}


@dataclass(frozen=True, slots=True)
class ImportedDeployment:
    """A deployment as the inventory will have it. options: of `gateway_models`, without name, provider and id.

    order, shares: what LiteLLM chooses by; hoped_order: what its author hoped to choose by.
    """

    name: str
    address: ModelAddress
    mode: str
    options: Section
    extra: Section
    order: float | None
    shares: dict[str, float]
    hoped_order: float | None
    deployment_id: str | None

    @property
    def provider_in_id(self) -> str | None:
        """The provider that an id such as `NAME/PROVIDER` or `NAME/1-PROVIDER` tells, as Platelayer writes them."""
        own = (self.deployment_id or "").removeprefix(f"{self.name}/")
        match = re.fullmatch(r"(?:\d+-)?([A-Za-z][A-Za-z0-9_-]*)", own)
        return match[1] if match else None


def read_deployment(entry: RawSettings, place: str, findings: ImportFindings, store: SecretStore) -> ImportedDeployment:
    """Read the entry that stands at `place`, without secrets and named credentials. Raise UnusableDeploymentError."""
    name = str(entry["model_name"])
    params, info = as_mapping(entry.get("litellm_params")), as_mapping(entry.get("model_info"))

    def report(message: str, **values: Any) -> None:
        findings.add(message, name, **values)

    address = read_address(params, store, f"{place}.litellm_params", report)
    if _fit("name", name) is None or _fit("id", address.id) is None:
        raise UnusableDeploymentError("blank")
    kind, base = load_kinds()[address.provider.kind], address.provider.api_base
    if address.provider.foreign_prefix:
        report("foreign-prefix", prefix=address.prefix, kind=kind.name)
    elif address.prefix == "openai" != kind.prefix:
        report("openai-prefix", kind=kind.name, prefix=kind.prefix)
    if problem := find_host_problem(store.reveal(base) or base):
        report("host", host=problem[0], problem=problem[1])
    for key in sorted(as_mapping(entry).keys() - {"model_name", "litellm_params", "model_info"}):
        report("beside-params", key=key)
    for key in ("order", "weight"):
        if params.get(key) is not None and read_number(params[key]) is None:
            report("no-number", key=key)
    mode = _read_mode(address.id, info, report)
    read_elsewhere = {*_READ_ELSEWHERE, *words.PRICES, *kind.login_params.values()}
    extra = {key: value for key, value in params.items() if key not in read_elsewhere}
    for key in extra:
        if advice := words.advise_on_param(key):
            report("misspelt-param", key=key, advice=advice)
    for key, cost in read_costs(params, info).items():
        if is_no_price(cost):
            report("no-price", key=key)
            continue
        extra[key] = cost
        if "token" in key and isinstance(cost, float) and cost >= _ABSURD:
            report("price-of-million", key=key, cost=cost)
    options = {key: value for key in (*TIMES, *COSTS) if (value := _fit(key, extra.get(key))) is not None}
    extra = {key: value for key, value in extra.items() if key not in options}
    is_written = address.model is not None and ("/" in address.model or "custom_llm_provider" in extra)
    asked = address.model if is_written else f"{address.prefix}/{address.id}"
    if address.model is None:
        extra.pop("custom_llm_provider", None)
    elif kind.format_model(address.id, mode) != asked:
        extra = {"model": asked} | extra
    if kind.is_translated and "model" not in extra and extra.get("use_chat_completions_api") is True:
        extra.pop("use_chat_completions_api")
    if info.get("base_model") is not None:
        extra.setdefault("base_model", info["base_model"])
    options |= _read_info(info, report)
    deployment_id = None if info.get("id") is None else _fit("deployment_id", str(info["id"]))
    order, hoped_order = read_order(params, info), read_number(info.get("fallback_order"))
    shares = read_shares(params)
    return ImportedDeployment(name, address, mode, options, extra, order, shares, hoped_order, deployment_id)


def read_costs(params: RawSettings, info: RawSettings) -> Section:
    """Return the prices of both, as numbers if they are; LiteLLM prefers those of `litellm_params`."""
    costs = {key: value for key, value in params.items() if key in words.PRICES and value is not None}
    costs |= {key: value for key, value in info.items() if key in words.PRICES - costs.keys() and value is not None}
    # `3e-07` is a text to YAML.
    return {key: as_number(value) if isinstance(value, (str, int)) else value for key, value in costs.items()}


def is_no_price(cost: Any) -> bool:
    """Return whether a cost is a text, or a number that nobody can charge."""
    return isinstance(cost, str) or (isinstance(cost, float) and not 0 <= cost < inf)


def _fit(key: str, value: Any) -> Any:
    return fit_option(ModelSpec, key, value, **{other: "x" for other in ("name", "provider", "id") if other != key})


def _read_mode(model_id: str, info: RawSettings, report: Report) -> str:
    mode = info.get("mode")
    if mode in get_args(Mode):
        return str(mode)
    guess = guess_mode(model_id)
    if mode is not None:
        report("no-such-mode", mode=mode, guess=guess)
    elif guess != "chat":
        report("guessed-mode", mode=guess)
    return guess


def _read_info(info: RawSettings, report: Report) -> Section:
    """Return the limits of `model_info`, and report what the inventory has no option for."""
    options: Section = {key: _fit(key, value) for key, value in read_limits(info).items()}
    for key in (key for key, value in options.items() if value is None):
        report("no-limit", key=key)
    for key in (key for key, value in info.items() if value is not None):
        # The older limit says something else only beside its newer word.
        is_same_limit = key == "max_tokens" and info.get("max_output_tokens") in (None, info[key])
        if key in {"id", "mode", "order", *LIMITS, *words.PRICES} or is_same_limit:
            continue
        if key == "supported_endpoints" and isinstance(info[key], list):
            options["native_paths"] = [path for path in get_args(NativePath) if path in info[key]] or None
            continue
        # Platelayer's own word for what nothing can replace, and what is the case without a word.
        if (key, info[key]) == ("allowed_fails", NEVER) or (key.startswith("supports_") and info[key] is False):
            continue
        if key in _ABILITIES and info[key] is True:
            options.setdefault("abilities", []).append(_ABILITIES[key])
            continue
        advice = words.advise_on_info(key)
        usual = "misspelt-info" if advice else "no-option"
        report(_INFO_MESSAGES.get(key, usual), key=key, advice=advice)
    return {key: value for key, value in options.items() if value is not None}
