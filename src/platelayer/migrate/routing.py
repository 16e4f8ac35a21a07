"""Fallbacks, aliases and router settings: to the models they concern, to `gateway_router`, or as they are."""

from collections.abc import Mapping
from typing import Any

from platelayer.advice import end_with_suggestion
from platelayer.gateway.litellm_reading import (
    LITELLM_DEFAULTS,
    OTHER_FALLBACKS,
    Section,
    find_options,
    read_alias,
    read_fallbacks,
)
from platelayer.gateway.name_index import is_caught
from platelayer.migrate.import_findings import ImportFindings
from platelayer.migrate.model_groups import ImportedModels
from platelayer.schema import fit_option
from platelayer.schema.inventory import RouterSettings
from platelayer.schema.raw_values import as_mapping


def import_routing(sections: dict[str, Section], models: ImportedModels, findings: ImportFindings) -> Section:
    """Return the options of `gateway_router`; what becomes of the inventory is taken out of the sections."""
    router, litellm = sections["router_settings"], sections["litellm_settings"]
    options = {}
    for option, section, key in list(find_options(router, litellm)):
        if (fitted := fit_option(RouterSettings, option, section[key])) is not None:
            options[option] = fitted
            del section[key]
    _NamesImport(models, findings, options).take_all(router, litellm)
    left = {option: ours for option, ours in RouterSettings() if options.get(option, router.get(option)) is None}
    changes = [(option, LITELLM_DEFAULTS.get(option, ours), ours) for option, ours in left.items()]
    if texts := [f"{option} was {theirs}, is {ours} now" for option, theirs, ours in changes if theirs != ours]:
        findings.add("other-defaults", "router_settings", changes="; ".join(texts))
    return options


class _NamesImport:
    """Names that are served, and those of them that the inventory's own lists may have."""

    def __init__(self, models: ImportedModels, findings: ImportFindings, options: Section) -> None:
        self._groups, self._lost, self._options, self._findings = models.names, models.lost, options, findings
        self._writable, self._served = set(self._groups), set(self._groups)
        self._aliases: dict[str, str] = {}

    def take_all(self, router: Section, litellm: Section) -> None:
        """Take aliases and fallbacks out of both sections, and leave there what the inventory cannot have."""
        self._take_aliases(router)
        ours, theirs = router.pop("fallbacks", None), litellm.pop("fallbacks", None)
        if ours and theirs:
            self._findings.add("router-wins", "litellm_settings.fallbacks", key="fallbacks")
        self._take_fallbacks(self._clean_fallbacks(ours or theirs, "fallbacks"), router)
        ours, theirs = router.pop("default_fallbacks", None), litellm.pop("default_fallbacks", None)
        if (ours or theirs) and not isinstance(ours or theirs, list):
            self._findings.add("not-names", "default_fallbacks")
        elif served := self._keep_served(ours or theirs or [], "default_fallbacks"):
            (self._options if self._are_writable(served) else router)["default_fallbacks"] = served
        for key in OTHER_FALLBACKS:
            if router.get(key) and litellm.get(key):
                self._findings.add("router-wins", f"litellm_settings.{key}", key=key)
            for section, settings in (("router_settings", router), ("litellm_settings", litellm)):
                if fallbacks := self._clean_fallbacks(settings.pop(key, None), f"{section}.{key}"):
                    settings[key] = [{name: targets} for name, targets in fallbacks.items()]

    def _take_aliases(self, router: Section) -> None:
        """Give aliases to the models that they stand for; those that stand for something else stay."""
        raw = router.pop("model_group_alias", None)
        if raw is not None and not isinstance(raw, Mapping):
            self._findings.add("not-aliases", "model_group_alias")
        aliases = as_mapping(raw)
        for alias, item in aliases.items():
            target, hidden = read_alias(item)
            if target in self._groups and alias not in self._groups and alias.strip() == alias != "":
                entry = {"name": alias, "hidden": True} if hidden else alias
                self._groups[target].setdefault("aliases", []).append(entry)
                self._aliases[alias] = target
                self._writable.add(alias)
                self._served.add(alias)
            elif target == alias in self._groups:
                self._findings.add("alias-of-itself", f"model_group_alias.{alias}")
            elif (target in aliases and target != alias) or self._is_served(target, f"model_group_alias.{alias}"):
                router.setdefault("model_group_alias", {})[alias] = item
                self._served.add(alias)

    def _take_fallbacks(self, fallbacks: dict[str, list[Any]], router: Section) -> None:
        """Give fallbacks to their models; LiteLLM's `*` is every model, unless one is called so."""
        # An alias has the fallbacks of its model by itself.
        own = {
            name: targets
            for name, targets in fallbacks.items()
            if targets != fallbacks.get(self._aliases.get(name, ""))
        }
        can_have = self._groups.keys() | {"*"}
        if own and not (own.keys() <= can_have and all(map(self._are_writable, own.values()))):
            # The list replaces what is written at the models, so it is kept whole.
            router["fallbacks"] = [{name: targets} for name, targets in fallbacks.items()]
            return
        for name, targets in own.items():
            if name in self._groups:
                self._groups[name]["fallbacks"] = targets
            else:
                self._options["default_fallbacks"] = targets

    def _clean_fallbacks(self, raw: Any, place: str) -> dict[str, list[Any]]:
        """Return name → what it falls back to, of names that are served; everything else is reported."""
        written = read_fallbacks(raw)
        if raw is not None and raw != [{name: targets} for name, targets in written]:
            # Of the three lists LiteLLM checks two before it starts.
            fails = "misreads it" if "context_window" in place else "does not start with it"
            meant = ", ".join(f"{{{name}: [{', '.join(map(str, targets))}]}}" for name, targets in written)
            advice = f"carried over as [{meant}]" if written else "it is left out"
            self._findings.add("fallbacks-form", place, fails=fails, advice=advice)
        fallbacks: dict[str, list[Any] | None] = {}
        for name, targets in written:
            if name in fallbacks:
                self._findings.add("fallbacks-twice", f"{place}.{name}")
            elif name == "*" or self._is_served(name, f"{place}.{name}"):
                others = [target for target in targets if not self._is_same(target, name)]
                if len(others) < len(targets):
                    self._findings.add("falls-back-to-itself", f"{place}.{name}")
                served = self._keep_served(others, f"{place}.{name}")
                # What was written as empty keeps default_fallbacks away.
                fallbacks[name] = served if served or not targets else None
        return {name: targets for name, targets in fallbacks.items() if targets is not None}

    def _is_same(self, target: Any, name: str) -> bool:
        return isinstance(target, str) and self._aliases.get(target, target) == self._aliases.get(name, name)

    def _are_writable(self, targets: list[Any]) -> bool:
        return all(isinstance(target, str) and is_caught(target, self._writable) for target in targets)

    def _keep_served(self, targets: list[Any], place: str) -> list[Any]:
        """Return those that are served, or that are no names at all; the others are reported."""
        return [target for target in targets if not isinstance(target, str) or self._is_served(target, place)]

    def _is_served(self, name: str, place: str) -> bool:
        if is_caught(name, self._served):
            return True
        message = "lost-model" if name in self._lost else "no-such-model"
        self._findings.add(message, place, name=name, advice=end_with_suggestion(name, sorted(self._served)))
        return False
