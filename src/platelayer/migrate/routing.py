"""Fallbacks, aliases and router settings: to the models they concern, to `gateway_router`, or as they are."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from platelayer.gateway.names import is_served
from platelayer.migrate.chains import mended
from platelayer.migrate.findings import Findings
from platelayer.migrate.values import alias as alias_of
from platelayer.migrate.values import fits, mapping, several
from platelayer.schema.inventory import RouterSettings

OPTIONS = (
    "routing_strategy", "num_retries", "retry_after", "allowed_fails", "cooldown_time", "timeout", "stream_timeout",
)  # fmt: skip
# What LiteLLM does where the config says nothing.
LITELLM_DEFAULTS: Mapping[str, Any] = {
    "routing_strategy": "simple-shuffle",
    "num_retries": 2,
    "retry_after": 0,
    "allowed_fails": 3,
    "cooldown_time": 5,
    "timeout": 6000,
    "stream_timeout": "that of timeout",
}
# Router settings that LiteLLM also takes from litellm_settings, where router_settings has none.
ELSEWHERE = {"num_retries": "num_retries", "allowed_fails": "allowed_fails", "timeout": "request_timeout"}
LISTS = ("context_window_fallbacks", "content_policy_fallbacks")


@dataclass(frozen=True, slots=True)
class Routing:
    """router: options of `gateway_router`; extra: `router_settings` for `litellm_config_extra`."""

    router: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)


def strategy(router: Mapping[str, Any]) -> str:
    """How LiteLLM chooses among the deployments of a group."""
    return str(router.get("routing_strategy") or LITELLM_DEFAULTS["routing_strategy"])


def said(router: Mapping[str, Any], litellm: Mapping[str, Any]) -> dict[str, Any]:
    """What a config says of the options of `gateway_router`, wherever LiteLLM reads it."""
    found = {}
    for option in OPTIONS:
        value = router.get(option)
        if value is None and option in ELSEWHERE:
            value = litellm.get(ELSEWHERE[option])
        if value is not None:
            found[option] = value
    if "drop_params" in litellm:
        found["drop_params"] = litellm["drop_params"]
    return found


def routing(
    router: dict[str, Any],
    litellm: dict[str, Any],
    groups: Mapping[str, dict[str, Any]],
    lost: Set[str],
    findings: Findings,
) -> Routing:
    """Take what is known out of `router_settings` and `litellm_settings`, both of which are changed.

    groups: model group → the entry of the inventory that gets its aliases and fallbacks; lost: those not carried over.
    """
    made = Routing()
    names = _Names(set(groups), lost, findings)
    _options(router, litellm, made)
    _aliases(router, groups, names, made)
    _fallbacks(router, litellm, groups, names, made)
    _default_fallbacks(router, litellm, names, made)
    for settings, section in ((router, "router_settings"), (litellm, "litellm_settings")):
        for key in LISTS:
            _other_fallbacks(settings, section, key, names)
    made.extra.update(router)
    _say_unsaid(made, findings)
    return made


class _Names:
    """What clients may ask for, and what is to be said of other names."""

    def __init__(self, groups: set[str], lost: Set[str], findings: Findings) -> None:
        self.writable = groups
        self.served = set(groups)
        self.findings = findings
        self._lost = lost

    def alias(self, name: str, *, writable: bool) -> None:
        """One more name; writable: whether the inventory's own lists may name it."""
        self.served.add(name)
        if writable:
            self.writable.add(name)

    def served_of(self, targets: Sequence[Any], place: str) -> list[Any]:
        """Those that are served, or that are no names at all; the others are findings."""
        return [target for target in targets if not isinstance(target, str) or self.has(target, place)]

    def has(self, name: str, place: str) -> bool:
        """Whether a name is served; if not, that is a finding."""
        if is_served(name, self.served):
            return True
        if name in self._lost:
            self.findings.add("not_carried", place, f"'{name}' is not carried over")
        else:
            self.findings.add("never_worked", place, f"no model is named '{name}'")
        return False


def _say_unsaid(made: Routing, findings: Findings) -> None:
    settings, ours = {**made.router, **made.extra}, RouterSettings().model_dump()
    words = "; ".join(
        f"{option} was {LITELLM_DEFAULTS[option]}, is {ours[option]} now"
        for option in OPTIONS
        if settings.get(option) is None and ours[option] != LITELLM_DEFAULTS[option]
    )
    if words:
        findings.add(
            "check",
            "router_settings",
            f"leaves to LiteLLM what Platelayer has values of its own for: {words}; to have LiteLLM's, write them into "
            "gateway_router",
        )


def _options(router: dict[str, Any], litellm: dict[str, Any], made: Routing) -> None:
    for option, value in said(router, litellm).items():
        source = litellm if option == "drop_params" or router.get(option) is None else router
        key = option if source is router or option == "drop_params" else ELSEWHERE[option]
        fit = fits(RouterSettings, option, value)
        if fit is not None:
            made.router[option] = fit
            del source[key]


def _aliases(router: dict[str, Any], groups: Mapping[str, dict[str, Any]], names: _Names, made: Routing) -> None:
    written = router.pop("model_group_alias", None)
    if written is not None and not isinstance(written, Mapping):
        names.findings.add("never_worked", "model_group_alias", "is not a mapping of aliases")
    raw = {str(alias): item for alias, item in mapping(written).items()}
    others = {}
    for alias, item in raw.items():
        target, hidden = alias_of(item)
        if target in groups and alias not in groups and alias.strip() == alias != "":
            groups[target].setdefault("aliases", []).append({"name": alias, "hidden": True} if hidden else alias)
            names.alias(alias, writable=True)
        elif (target in raw and target != alias) or names.has(target, f"model_group_alias.{alias}"):
            others[alias] = item
            names.alias(alias, writable=False)
    if others:
        made.extra["model_group_alias"] = others


def _fallbacks(
    router: dict[str, Any],
    litellm: dict[str, Any],
    groups: Mapping[str, dict[str, Any]],
    names: _Names,
    made: Routing,
) -> None:
    mine, other = router.pop("fallbacks", None), litellm.pop("fallbacks", None)
    if mine and other:
        names.findings.add("never_worked", "litellm_settings.fallbacks", "LiteLLM reads router_settings.fallbacks only")
    found: dict[str, list[Any]] = {}
    for name, targets in mended(mine or other, "fallbacks", names.findings):
        place = f"fallbacks.{name}"
        if name in found:
            names.findings.add("never_worked", place, "is there twice; LiteLLM takes the first")
        elif name == "*" or names.has(name, place):
            if name in targets:
                names.findings.add("never_worked", place, "falls back to itself")
            found[name] = names.served_of([target for target in targets if target != name], place)
    # LiteLLM's word for every model, unless it is the name of one.
    everyone = [] if "*" in groups else found.pop("*", [])
    found = {name: targets for name, targets in found.items() if targets}
    plain = all(
        isinstance(target, str) and is_served(target, names.writable)
        for targets in (everyone, *found.values())
        for target in targets
    )
    if plain and all(name in groups for name in found):
        for name, targets in found.items():
            groups[name]["fallbacks"] = targets
        if everyone:
            made.router["default_fallbacks"] = everyone
    elif found or everyone:
        # The list replaces what is written at the models, so it is kept whole.
        made.extra["fallbacks"] = [*({name: targets} for name, targets in found.items())]
        made.extra["fallbacks"] += [{"*": everyone}] if everyone else []


def _other_fallbacks(settings: dict[str, Any], section: str, key: str, names: _Names) -> None:
    """Those for long requests and refused answers stay as they are, but for names that nobody serves."""
    kept = []
    for name, targets in mended(settings.pop(key, None), f"{section}.{key}", names.findings):
        place = f"{section}.{key}.{name}"
        if (name == "*" or names.has(name, place)) and (served := names.served_of(targets, place)):
            kept.append({name: served})
    if kept:
        settings[key] = kept


def _default_fallbacks(router: dict[str, Any], litellm: dict[str, Any], names: _Names, made: Routing) -> None:
    mine, other = router.pop("default_fallbacks", None), litellm.pop("default_fallbacks", None)
    if (mine or other) and not isinstance(mine or other, list):
        names.findings.add("never_worked", "default_fallbacks", "is not a list of names")
        return
    served = names.served_of(several(mine or other), "default_fallbacks")
    if served and all(isinstance(target, str) and is_served(target, names.writable) for target in served):
        made.router["default_fallbacks"] = served
    elif served:
        made.extra["default_fallbacks"] = served
