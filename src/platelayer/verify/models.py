"""Which models to try, and how: pure functions over what `/v1/models` and `/v1/model/info` say.

LiteLLM lists a wildcard as hundreds of names from its own cost map. Trying them would cost money and prove nothing, so
only names that the config holds, and its visible aliases, are tried. Measured on LiteLLM 1.106.2, a row of
`/v1/model/info` that was made from a wildcard has the row's own name as `litellm_params.model`, while named models and
aliases keep the target's; asked for one id (`?litellm_model_id=`), the gateway gives the name as configured,
wildcard and all. And `/v1/models?return_wildcard_routes=true` lists what is named first, then each pattern followed by
the names made from it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import takewhile

from .errors import UsageError

WILDCARD = "wildcard"
"""Reported as the mode of a pattern, which LiteLLM gives none."""
_MOST_NAMES = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of `/v1/models`."""

    name: str
    mode: str | None = None

    @property
    def is_pattern(self) -> bool:
        """True of a wildcard such as `openai/*`."""
        return "*" in self.name


@dataclass(frozen=True, slots=True)
class Row:
    """One row of `/v1/model/info`: `name` is served by deployment `id`, which sends `model` upstream.

    `order`: its place among the deployments of that name, the lowest is asked first; None where they share the load.
    """

    name: str
    model: str
    id: str
    mode: str | None = None
    order: int | None = None

    @property
    def could_be_expanded(self) -> bool:
        """True when the row may have been made from a wildcard."""
        return self.name == self.model


@dataclass(frozen=True, slots=True)
class Model:
    """A model to try. `own`: the deployments of which one answers when all is well; empty where that is not known."""

    name: str
    mode: str
    own: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Wildcard:
    """A pattern of the config, and how many names the gateway lists for it."""

    pattern: str
    names: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What to try and what not, in the order of the gateway's list."""

    models: tuple[Model, ...]
    wildcards: tuple[Wildcard, ...]


def entries(body: object) -> tuple[Entry, ...] | None:
    """Return the entries of a decoded `/v1/models`, or None when it is not one."""
    match body:
        case {"data": list(items)}:
            return tuple(Entry(name, _text(item.get("mode"))) for item in items if (name := _named(item, "id")))
    return None


def rows(body: object) -> tuple[Row, ...]:
    """Return the rows of a decoded `/v1/model/info`; those that lack a name or an id are left out."""
    found = []
    match body:
        case {"data": list(items)}:
            for item in items:
                match item:
                    case {"model_name": str(name), "model_info": {"id": str(id_)} as info, **rest}:
                        params = rest.get("litellm_params")
                        model = params.get("model") if isinstance(params, dict) else None
                        order = params.get("order") if isinstance(params, dict) else None
                        order = order if isinstance(order, int) else None
                        found.append(Row(name, _text(model) or "", id_, _text(info.get("mode")), order))
    return tuple(found)


def wildcard_ids(found: Iterable[Row]) -> frozenset[str]:
    """Return the deployments that are certainly wildcards: they show several upstream models, where others have one."""
    models: defaultdict[str, set[str]] = defaultdict(set)
    for row in found:
        models[row.id].add(row.model)
    return frozenset(id_ for id_, sent in models.items() if len(sent) > 1)


def doubtful_ids(listed: Iterable[Entry], found: Sequence[Row]) -> frozenset[str]:
    """Return the deployments that only the gateway can tell from a wildcard for which it knows a single name."""
    if not any(entry.is_pattern for entry in listed):
        return frozenset()
    return frozenset(row.id for row in found if row.could_be_expanded) - wildcard_ids(found)


def choose(
    listed: Sequence[Entry], found: Sequence[Row], wildcards: frozenset[str], wanted: Sequence[str] = ()
) -> Plan:
    """Plan what to try: every name and alias that is not there only by a wildcard, or exactly what is `wanted`.

    `wildcards` holds the ids of the deployments that are wildcards. Raises UsageError for a wanted name nobody serves.
    """
    named = _named_ones(listed, found, wildcards)
    modes, own = _modes(listed, found), _own(found, wildcards)
    if wanted:
        _refuse_unknown(wanted, listed, named)
    asked = dict.fromkeys(wanted or named)
    models = tuple(Model(name, modes.get(name, "chat"), own.get(name, frozenset())) for name in asked)
    return Plan(models, () if wanted else tuple(_patterns(listed, set(named))))


def _own(found: Iterable[Row], wildcards: frozenset[str]) -> Mapping[str, frozenset[str]]:
    """Return the deployments that answer a name unless something is wrong: those that come first in its order."""
    groups: defaultdict[str, list[Row]] = defaultdict(list)
    for row in found:
        if row.id not in wildcards:
            groups[row.name].append(row)
    first = {name: min((row.order or 0) for row in group) for name, group in groups.items()}
    return {
        name: frozenset(row.id for row in group if (row.order or 0) == first[name]) for name, group in groups.items()
    }


def _named_ones(listed: Sequence[Entry], found: Sequence[Row], wildcards: frozenset[str]) -> list[str]:
    shown: defaultdict[str, list[Row]] = defaultdict(list)
    for row in found:
        shown[row.name].append(row)
    first = {entry.name for entry in takewhile(lambda entry: not entry.is_pattern, listed)}

    def is_named(name: str) -> bool:
        if name in shown:
            return any(row.id not in wildcards or not row.could_be_expanded for row in shown[name])
        return name in first

    return [name for name in dict.fromkeys(entry.name for entry in listed if not entry.is_pattern) if is_named(name)]


def _modes(listed: Iterable[Entry], found: Iterable[Row]) -> Mapping[str, str]:
    """Return the mode of every name that has one; what the list says counts before what a deployment says."""
    told_by_rows = {row.name: row.mode for row in found if row.mode}
    return told_by_rows | {entry.name: entry.mode for entry in listed if entry.mode}


def _patterns(listed: Iterable[Entry], named: set[str]) -> Iterable[Wildcard]:
    made: dict[str, set[str]] = {}
    pattern = "*"
    for entry in listed:
        if entry.is_pattern:
            pattern = entry.name
            made.setdefault(pattern, set())
        elif entry.name not in named:
            made.setdefault(pattern, set()).add(entry.name)
    return (Wildcard(pattern, len(names)) for pattern, names in made.items())


def _refuse_unknown(wanted: Sequence[str], listed: Sequence[Entry], named: Sequence[str]) -> None:
    served = {entry.name for entry in listed if not entry.is_pattern}
    patterns = list(dict.fromkeys(entry.name for entry in listed if entry.is_pattern))
    for name in wanted:
        if "*" in name:
            raise UsageError(f"--model {name}: a wildcard cannot be tried; name one model that it serves")
        if name not in served and not any(fnmatchcase(name, pattern) for pattern in patterns):
            known = [*named, *patterns]
            more = f" and {len(known) - _MOST_NAMES} more" if len(known) > _MOST_NAMES else ""
            raise UsageError(
                f"--model {name}: the gateway lists no such model; it lists {', '.join(known[:_MOST_NAMES])}{more}"
            )


def _named(item: object, field: str) -> str:
    return (_text(item.get(field)) or "") if isinstance(item, dict) else ""


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
