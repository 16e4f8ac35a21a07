"""Two LiteLLM configs by what they mean: the words that remain say what is different, never what is secret."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from platelayer.gateway.names import is_served
from platelayer.migrate import groups, routing, words
from platelayer.migrate.address import Place, Unusable, address
from platelayer.migrate.chains import pairs
from platelayer.migrate.entries import TIMES, limits, metrics, order_of
from platelayer.migrate.references import Key
from platelayer.migrate.secrecy import are_headers, is_secret
from platelayer.migrate.turns import called, turns
from platelayer.migrate.values import alias as alias_of
from platelayer.migrate.values import as_number, is_no_price, mapping, several, whole

NOTHING, _HIDDEN = "nothing", "(not shown)"
_ADDRESS = frozenset({"model", "api_base", "base_url", "api_key", "custom_llm_provider"})
_GROUP = frozenset({"order", "weight"})
_TURN = ("order", "share")
# Compared by what they do, or decided by Platelayer and told elsewhere.
_FALLBACKS = {"fallbacks", "default_fallbacks", *routing.LISTS}
_ROUTER = {*routing.OPTIONS, *_FALLBACKS, "model_group_alias", "cache_kwargs"}
_LITELLM = {*routing.ELSEWHERE.values(), *_FALLBACKS, "drop_params", "cache", "cache_params"}


def differences(original: Mapping[str, Any], rendered: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(place, what is different) for everything that the original says and the rendered one says otherwise."""
    mine, theirs = _groups(original), _groups(rendered)
    for name, members in mine.items():
        yield from ((name, words) for words in _members(members, theirs.get(name, [])))
    for name in theirs.keys() - mine.keys():
        yield name, "is served now, and was not before"
    yield from _settings(_routing(original), _routing(rendered), "gateway.yml")
    yield from _settings(_rest(original), _rest(rendered), "litellm_config_extra of litellm.yml")


def _groups(config: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    strategy = routing.strategy(mapping(config.get("router_settings")))
    found: dict[str, list[tuple[dict[str, Any], Mapping[str, Any], Mapping[str, Any]]]] = {}
    for entry in map(mapping, several(config.get("model_list"))):
        params, info = mapping(entry.get("litellm_params")), mapping(entry.get("model_info"))
        try:
            meaning = _meaning(params, info)
        except Unusable:
            continue
        if isinstance(name := entry.get("model_name"), str):
            found.setdefault(name, []).append((meaning, params, info))
    return {name: list(_in_turn(members, strategy)) for name, members in found.items()}


def _meaning(params: Mapping[str, Any], info: Mapping[str, Any]) -> dict[str, Any]:
    asked = address(params)
    params = {key: value for key, value in params.items() if value is not None}
    costs = {key: value for key, value in {**info, **params}.items() if key in words.PRICES}
    rest = {key: value for key, value in params.items() if key not in _ADDRESS | _GROUP | costs.keys()}
    said = {
        "model": f"{asked.prefix}/{asked.id}",
        "api_base": _base(asked.place),
        "api_key": asked.place.key,
        "mode": info.get("mode"),
        **{key: as_number(value) for key, value in costs.items() if not is_no_price(value)},
        "base_model": info.get("base_model"),
        **{key: whole(value) for key, value in limits(info).items()},
        **{".".join(path): value for path, value in _flat(rest) if path},
        **{key: as_number(rest[key]) for key in TIMES if key in rest},
    }
    return {key: value for key, value in said.items() if value is not None}


def _base(place: Place) -> str | None:
    return (place.base.variable or place.base.text) if place.base else place.api_base


def _in_turn(
    members: Sequence[tuple[dict[str, Any], Mapping[str, Any], Mapping[str, Any]]], strategy: str
) -> Iterator[dict[str, Any]]:
    """Each meaning with its rank and its share of the requests among those of the same rank."""
    orders = [order_of(params, info) for _, params, info in members]
    ranks = sorted({order for order in orders if order is not None})
    rank = [ranks.index(order) if order is not None else len(ranks) for order in orders]
    for index, (meaning, _, _) in enumerate(members):
        peers = [other for other, its in enumerate(rank) if its == rank[index]]
        found = groups.shares([metrics(members[other][1]) for other in peers], strategy)
        share = Fraction(1, len(peers)) if found is None else found[peers.index(index)] / sum(found)
        yield {**meaning, "order": rank[index] + 1, "share": share}


def _members(mine: Sequence[dict[str, Any]], theirs: Sequence[dict[str, Any]]) -> Iterator[str]:
    left, right = list(mine), list(theirs)
    moved = False
    for same in (_says, _asks_the_same, lambda *_: True):
        for member in list(left):
            if (other := next((other for other in right if same(other, member)), None)) is not None:
                left.remove(member)
                right.remove(other)
                moved |= any(member[key] != other[key] for key in _TURN)
                yield from _options(member, other)
    yield from (
        f"{called(member, mine)} was asked too, and is not any more; see what is not carried over" for member in left
    )
    yield from (f"{called(member, theirs)} is asked too now, and was not before" for member in right)
    if moved:
        yield f"requests went {turns(mine)}; now they go {turns(theirs)}; {_way_back(mine)}"


def _way_back(mine: Sequence[Mapping[str, Any]]) -> str:
    if max(member["order"] for member in mine) == 1:
        return "to share them as before, write each under gateway_models with a weight and without an order"
    return "to have the old turns, write each under gateway_models with its order and weight"


def _asks_the_same(mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> bool:
    return all(mine.get(key) == theirs.get(key) for key in ("model", "api_base", "api_key"))


def _says(rendered: Mapping[str, Any], original: Mapping[str, Any]) -> bool:
    """Whether one says all that the other says; a mode that is only made explicit is no difference."""
    return {"mode": rendered.get("mode"), **original} == dict(rendered)


def _options(mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> Iterator[str]:
    for key in {**mine, **theirs}:
        old, new = mine.get(key), theirs.get(key)
        if not _same(key, old, new) and key not in _TURN and not (key == "mode" and old is None):
            yield _changed(key, old, new, f"{mine['model']}: {key} ", "its entry in gateway.yml")


def _same(key: str, old: Any, new: Any) -> bool:
    """Whether nothing differs that a sentence could show: an empty list says no more than none."""
    return bool(old == new or NOTHING == _shown(key, old) == _shown(key, new))


def _changed(key: str, old: Any, new: Any, subject: str, place: str) -> str:
    was, now = _shown(key, old), _shown(key, new)
    change = "is another one now, which is not shown" if was == now == _HIDDEN else f"was {was}, is {now} now"
    return f"{subject}{change}; if that is wrong, mend it in {place}"


def _shown(key: str, value: Any) -> str:
    if value is None:
        return NOTHING
    values = value if isinstance(value, list) else [value]
    *above, name = key.split(".")
    header = any(map(are_headers, above))
    if any(isinstance(item, (Mapping, Key)) or is_secret(name, str(item), header=header) for item in values):
        return _HIDDEN
    return ", ".join(map(str, values)) or NOTHING


def _routing(config: Mapping[str, Any]) -> dict[str, Any]:
    """Fallbacks and aliases of models that are there, and the router's settings, in one form."""
    router, litellm = mapping(config.get("router_settings")), mapping(config.get("litellm_settings"))
    aliases = {str(alias): item for alias, item in mapping(router.get("model_group_alias")).items()}
    names = {str(mapping(entry).get("model_name")) for entry in several(config.get("model_list"))}
    names |= aliases.keys()
    found = {f"router_settings.{key}": as_number(value) for key, value in routing.said(router, litellm).items()}
    for alias, item in aliases.items():
        target, hidden = alias_of(item)
        if is_served(target, names - {alias}):
            found[f"model_group_alias.{alias}"] = f"{target}, hidden" if hidden else target
    raw = [*pairs(router.get("fallbacks") or litellm.get("fallbacks"))]
    if everyone := router.get("default_fallbacks") or litellm.get("default_fallbacks"):
        raw.insert(0, ("*", several(everyone)))
    found |= _chains("fallbacks", raw, names)
    for section, settings in (("router_settings", router), ("litellm_settings", litellm)):
        for key in routing.LISTS:
            found |= _chains(f"{section}.{key}", list(pairs(settings.get(key))), names)
    return found


def _chains(place: str, raw: Sequence[tuple[str, list[Any]]], names: set[str]) -> dict[str, list[Any]]:
    """What each served name falls back to; of a name that is there twice LiteLLM takes the first."""
    found = {}
    for name, targets in reversed(raw):
        served = [target for target in targets if target != name and is_served(str(target), names)]
        if served and (name == "*" or is_served(name, names)):
            found[f"{place}.{name}"] = served
    return found


def _rest(config: Mapping[str, Any]) -> dict[str, Any]:
    """Everything else, down to single values, so that no secret is shown with its neighbours."""
    known = {"router_settings": _ROUTER, "litellm_settings": _LITELLM}
    return {
        ".".join(path): value
        for section, settings in config.items()
        if section != "model_list" and settings != {}
        for path, value in _flat(settings, (section,))
        if not {*path[1:2]} & known.get(section, set()) and not path[-1].startswith("redis_")
    }


def _flat(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """(path, value) of everything in nested mappings."""
    if isinstance(value, Mapping) and value:
        for key, item in value.items():
            yield from _flat(item, (*path, str(key)))
    else:
        yield path, value


def _settings(mine: Mapping[str, Any], theirs: Mapping[str, Any], place: str) -> Iterator[tuple[str, str]]:
    for key, old in mine.items():
        if not _same(key, old, new := theirs.get(key)):
            yield key, _changed(key, old, new, "", place)
