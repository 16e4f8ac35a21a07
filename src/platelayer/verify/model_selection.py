"""The choice of models to try: pure functions over the answers of `/v1/models` and `/v1/model/info`.

LiteLLM expands a wildcard into hundreds of names from its own cost map. To try them would cost money and prove nothing,
so only names in the config, and its visible aliases, are tried. What LiteLLM 1.106.2 answers (measured):

- In `/v1/model/info`, an entry that a wildcard expanded to has its own name as `litellm_params.model`; named models and
  aliases have that of their target.
- `/v1/model/info?litellm_model_id=ID` gives the name as configured, with its wildcard.
- `/v1/models?return_wildcard_routes=true` lists the configured names, then each wildcard followed by its expansion.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import takewhile

from ..advice import suggest_word
from .errors import UsageError

WILDCARD = "wildcard"
"""The mode that the report gives to a wildcard, which has none in LiteLLM."""
_MAX_NAMES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class ListedModel:
    """One entry of `/v1/models`: a model name, an alias or a wildcard such as `openai/*`."""

    name: str
    mode: str | None = None

    @property
    def is_wildcard(self) -> bool:
        """True if the name is a pattern."""
        return "*" in self.name


@dataclass(frozen=True, slots=True)
class DeploymentInfo:
    """One entry of `/v1/model/info`: deployment `id` answers for `name` and sends `model` upstream.

    `order`: its place among the deployments of that name, the lowest is tried first; None if they share the load.
    """

    name: str
    model: str
    id: str
    mode: str | None = None
    order: int | None = None

    @property
    def may_be_expanded(self) -> bool:
        """True if a wildcard may have been expanded to this entry."""
        return self.name == self.model


@dataclass(frozen=True, slots=True)
class ProbeTarget:
    """A model to try. `own`: the deployments of which one should answer; empty if they are unknown."""

    name: str
    mode: str
    own: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class WildcardExpansion:
    """A wildcard of the config, and the number of names that the gateway lists for it."""

    pattern: str
    names: int


@dataclass(frozen=True, slots=True)
class ProbePlan:
    """The models to try and the wildcards to skip, in the order of the gateway's list."""

    models: tuple[ProbeTarget, ...]
    wildcards: tuple[WildcardExpansion, ...]


def parse_model_list(body: object) -> tuple[ListedModel, ...] | None:
    """Return the entries of a decoded `/v1/models`, or None if it is not one."""
    match body:
        case {"data": list(items)}:
            return tuple(
                ListedModel(name, _get_text(item, "mode")) for item in items if (name := _get_text(item, "id"))
            )
    return None


def parse_deployments(body: object) -> tuple[DeploymentInfo, ...]:
    """Return the entries of a decoded `/v1/model/info`, without those that lack a name or an id."""
    deployments = []
    match body:
        case {"data": list(items)}:
            for item in items:
                match item:
                    case {"model_name": str(name), "model_info": {"id": str(id_)} as info}:
                        params = item.get("litellm_params")
                        order = params.get("order") if isinstance(params, dict) else None
                        deployments.append(
                            DeploymentInfo(
                                name=name,
                                model=_get_text(params, "model") or "",
                                id=id_,
                                mode=_get_text(info, "mode"),
                                order=order if isinstance(order, int) else None,
                            )
                        )
    return tuple(deployments)


def find_wildcard_ids(deployments: Iterable[DeploymentInfo]) -> frozenset[str]:
    """Return the ids that are certainly wildcards: they have several upstream models, where others have one."""
    models: defaultdict[str, set[str]] = defaultdict(set)
    for deployment in deployments:
        models[deployment.id].add(deployment.model)
    return frozenset(id_ for id_, upstream_models in models.items() if len(upstream_models) > 1)


def find_ambiguous_ids(listed: Iterable[ListedModel], deployments: Sequence[DeploymentInfo]) -> frozenset[str]:
    """Return the ids that may be wildcards expanded to a single name; only the gateway can tell."""
    if not any(model.is_wildcard for model in listed):
        return frozenset()
    candidates = frozenset(deployment.id for deployment in deployments if deployment.may_be_expanded)
    return candidates - find_wildcard_ids(deployments)


def plan_probes(
    listed: Sequence[ListedModel],
    deployments: Sequence[DeploymentInfo],
    wildcard_ids: frozenset[str],
    requested: Sequence[str] = (),
) -> ProbePlan:
    """Plan to try every name and alias that is not only the expansion of a wildcard, or exactly those `requested`.

    Raises UsageError for a requested name that the gateway does not list.
    """
    configured = _find_configured_names(listed, deployments, wildcard_ids)
    modes, own = _collect_modes(listed, deployments), _collect_own_ids(deployments, wildcard_ids)
    if requested:
        _refuse_unknown(requested, listed, configured)
    names = dict.fromkeys(requested or configured)
    targets = tuple(ProbeTarget(name, modes.get(name, "chat"), own.get(name, frozenset())) for name in names)
    return ProbePlan(targets, () if requested else tuple(_count_expansions(listed, set(configured))))


def _collect_own_ids(
    deployments: Iterable[DeploymentInfo], wildcard_ids: frozenset[str]
) -> Mapping[str, frozenset[str]]:
    """Return, per name, the ids that answer unless something is wrong: those with the lowest order."""
    by_name: defaultdict[str, defaultdict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for deployment in deployments:
        if deployment.id not in wildcard_ids:
            by_name[deployment.name][deployment.order or 0].add(deployment.id)
    return {name: frozenset(by_order[min(by_order)]) for name, by_order in by_name.items()}


def _find_configured_names(
    listed: Sequence[ListedModel], deployments: Sequence[DeploymentInfo], wildcard_ids: frozenset[str]
) -> list[str]:
    by_name: defaultdict[str, list[DeploymentInfo]] = defaultdict(list)
    for deployment in deployments:
        by_name[deployment.name].append(deployment)
    listed_first = {model.name for model in takewhile(lambda model: not model.is_wildcard, listed)}

    def is_configured(name: str) -> bool:
        if name in by_name:
            return any(info.id not in wildcard_ids or not info.may_be_expanded for info in by_name[name])
        return name in listed_first

    return [
        name for name in dict.fromkeys(model.name for model in listed if not model.is_wildcard) if is_configured(name)
    ]


def _collect_modes(listed: Iterable[ListedModel], deployments: Iterable[DeploymentInfo]) -> Mapping[str, str]:
    """Return the mode of every name that has one; the model list takes precedence over the deployments."""
    modes = {deployment.name: deployment.mode for deployment in deployments if deployment.mode}
    return modes | {model.name: model.mode for model in listed if model.mode}


def _count_expansions(listed: Iterable[ListedModel], configured: set[str]) -> Iterable[WildcardExpansion]:
    expansions: dict[str, set[str]] = {}
    pattern = "*"
    for model in listed:
        if model.is_wildcard:
            pattern = model.name
            expansions.setdefault(pattern, set())
        elif model.name not in configured:
            expansions.setdefault(pattern, set()).add(model.name)
    return (WildcardExpansion(pattern, len(names)) for pattern, names in expansions.items())


def _refuse_unknown(requested: Sequence[str], listed: Sequence[ListedModel], configured: Sequence[str]) -> None:
    names = {model.name for model in listed if not model.is_wildcard}
    patterns = list(dict.fromkeys(model.name for model in listed if model.is_wildcard))
    for name in requested:
        if "*" in name:
            raise UsageError(f"--model {name}: a wildcard cannot be tried; write one model name that it matches")
        if name not in names and not any(fnmatchcase(name, pattern) for pattern in patterns):
            advice = suggest_word(name, [*configured, *patterns], most=_MAX_NAMES_SHOWN)
            raise UsageError(f"--model {name}: the gateway lists no such model; {advice}")


def _get_text(item: object, field: str) -> str | None:
    value = item.get(field) if isinstance(item, dict) else None
    return value if isinstance(value, str) and value else None
