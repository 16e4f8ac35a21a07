"""Two LiteLLM configs by what they mean: what went into an import, and what its result renders."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from platelayer.gateway import litellm_reading as reading
from platelayer.gateway.litellm_reading import RawSettings
from platelayer.gateway.name_index import is_caught
from platelayer.migrate import model_entries as entries
from platelayer.migrate.import_findings import ImportFindings
from platelayer.migrate.imported_providers import read_address
from platelayer.migrate.secret_store import SecretStore
from platelayer.providers import load_kinds
from platelayer.providers.recognition import UnusableDeploymentError
from platelayer.schema.raw_values import as_list, as_mapping
from platelayer.schema.secret_texts import are_headers, is_secret, read_reference

_HIDDEN, _NOTHING = "(not shown)", "nothing"
_ADDRESS = frozenset(
    {"model", "api_base", "base_url", "api_key", "custom_llm_provider", "order", "weight",
     "use_chat_completions_api"})  # fmt: skip
# Parts of a deployment's meaning that are no difference by themselves.
_SHOWN_ONLY = {"written", "key_variable", "order", "shares", "rank", "share"}
# Compared by what they do, or decided by Platelayer and reported elsewhere.
_FALLBACKS = {"fallbacks", "default_fallbacks", *reading.OTHER_FALLBACKS}
_COMPARED = {
    "router_settings": {*reading.LITELLM_DEFAULTS, *_FALLBACKS, "model_group_alias", "cache_kwargs"},
    "litellm_settings": {*reading.ELSEWHERE.values(), *_FALLBACKS, "drop_params", "cache", "cache_params"},
}
Group = Sequence[RawSettings]


def report_differences(
    original: RawSettings, rendered: RawSettings, store: SecretStore, findings: ImportFindings
) -> None:
    """Report everything that the original says and the rendered config does not."""
    before, after = _read_groups(original, store), _read_groups(rendered, store)
    for name, members in before.items():
        _compare_groups(name, members, after.get(name, []), findings)
    for name in after.keys() - before.keys():
        findings.add("new-name", name)
    for read, file in ((_read_routing, "gateway.yml"), (_read_rest, "litellm_config_extra of litellm.yml")):
        old, new = read(original), read(rendered)
        for key in old:
            _compare(key, old, new, key, file, findings)


def _read_groups(config: RawSettings, store: SecretStore) -> dict[str, list[dict[str, Any]]]:
    """Return model group → what each deployment means, its rank and its share of the requests of that rank."""
    strategy = reading.read_strategy(as_mapping(config.get("router_settings")))
    groups: dict[str, list[dict[str, Any]]] = {}
    for entry in map(as_mapping, as_list(config.get("model_list"))):
        params, info = as_mapping(entry.get("litellm_params")), as_mapping(entry.get("model_info"))
        try:
            meaning = _read_meaning(params, info, store)
        except UnusableDeploymentError:
            continue
        if isinstance(name := entry.get("model_name"), str):
            meaning |= {"order": reading.read_order(params, info), "shares": reading.read_shares(params)}
            groups.setdefault(name, []).append(meaning)
    for members in groups.values():
        # LiteLLM asks those without an order last.
        orders = sorted({member["order"] for member in members}, key=lambda order: (order is None, order or 0))
        for rank, order in enumerate(orders, start=1):
            peers = [member for member in members if member["order"] == order and "rank" not in member]
            shares = reading.share_requests([member["shares"] for member in peers], strategy)
            shares = shares or [Fraction(1) for _ in peers]
            for member, share in zip(peers, shares, strict=True):
                member |= {"rank": rank, "share": share / sum(shares)}
    return groups


def _read_meaning(params: RawSettings, info: RawSettings, store: SecretStore) -> dict[str, Any]:
    address = read_address(params, store)
    params = {key: value for key, value in params.items() if value is not None}
    costs = entries.read_costs(params, info)
    login_words = load_kinds()[address.provider.kind].login_params
    rest = {key: value for key, value in params.items() if key not in {*_ADDRESS, *costs, *login_words.values()}}
    model = f"{address.prefix}/{address.id}"
    meaning = {
        "model": model,
        "written": params["model"] if "/" in params["model"] else model,
        "api_base": address.provider.api_base,
        "api_key": address.provider.api_key,
        "key_variable": None if store.reveal(address.provider.api_key) else read_reference(address.provider.api_key),
        **{login_words.get(option, option): value for option, value in address.provider.login},
        "mode": info.get("mode"),
        "base_model": info.get("base_model"),
        **{key: value for key, value in costs.items() if not entries.is_no_price(value)},
        **{key: reading.read_number(value, from_text=True) for key, value in reading.read_limits(info).items()},
        **dict(_flatten(rest)),
        **{key: reading.as_number(rest[key]) for key in entries.TIMES if key in rest},
    }
    return {key: value for key, value in meaning.items() if value is not None}


def _compare_groups(name: str, before: Group, after: Group, findings: ImportFindings) -> None:
    left, right = list(before), list(after)
    is_moved = False
    # Those that say the same first, then those that ask the same, then any two.
    for must in ((), ("model", "api_base", "api_key"), ("nothing",)):
        for member in list(left):
            if twin := next((other for other in right if not _list_differences(member, other, must)), None):
                left.remove(member)
                right.remove(twin)
                is_moved |= any(member[key] != twin[key] for key in ("rank", "share"))
                for key in _list_differences(member, twin):
                    of = f"{member['written']}: {key} "
                    _compare(key, member, twin, name, "its entry in gateway.yml", findings, of)
    for member in left:
        findings.add("gone-deployment", name, deployment=_describe(member, before))
    for member in right:
        findings.add("new-deployment", name, deployment=_describe(member, after))
    if is_moved:
        message = "shares" if max(member["rank"] for member in before) == 1 else "turns"
        findings.add(message, name, before=_describe_turns(before), after=_describe_turns(after))


def _list_differences(member: RawSettings, twin: RawSettings, only: Sequence[str] = ()) -> list[str]:
    """Return the keys that differ; a mode that is only made explicit is no difference."""
    keys = {**member, **twin}.keys() - _SHOWN_ONLY - ({"mode"} - member.keys())
    return sorted(key for key in only or keys if member.get(key) != twin.get(key))


def _describe(member: RawSettings, group: Group) -> str:
    """Return a deployment's model, with its address or the variable of its key where others have the same model."""
    model, base, key = (member.get(name) for name in ("written", "api_base", "key_variable"))
    if [other["written"] for other in group].count(model) == 1 or not (base or key):
        return str(model)
    return f"{model} at {base}" if base else f"{model} with {key}"


def _describe_turns(group: Group) -> str:
    """Return such as: first to openai/a, when that fails to openai/b (2/3) or openai/c (1/3)."""
    turns: dict[int, list[str]] = {}
    for member in group:
        share = "" if member["share"] == 1 else f" ({member['share'] or 'in reserve'})"
        turns.setdefault(member["rank"], []).append(f"{_describe(member, group)}{share}")
    ranked = [" or ".join(turns[rank]) for rank in sorted(turns)]
    return f"{'first ' if len(ranked) > 1 else ''}to {', when that fails to '.join(ranked)}"


def _read_routing(config: RawSettings) -> dict[str, Any]:
    """Return the router's options, and aliases and fallbacks of names that are served, in one form."""
    router, litellm = as_mapping(config.get("router_settings")), as_mapping(config.get("litellm_settings"))
    aliases = as_mapping(router.get("model_group_alias"))
    names = {str(as_mapping(entry).get("model_name")) for entry in as_list(config.get("model_list"))} | aliases.keys()
    options = reading.find_options(router, litellm)
    meaning: dict[str, Any] = {f"router_settings.{option}": reading.as_number(its[key]) for option, its, key in options}
    for alias, item in aliases.items():
        target, hidden = reading.read_alias(item)
        if is_caught(target, names - {alias}):
            meaning[f"model_group_alias.{alias}"] = f"{target}, hidden" if hidden else target
    everyone = as_list(router.get("default_fallbacks") or litellm.get("default_fallbacks"))
    lists: dict[str, Any] = {
        "fallbacks": [{"*": everyone}, *as_list(router.get("fallbacks") or litellm.get("fallbacks"))]
    }
    for section, settings in (("router_settings", router), ("litellm_settings", litellm)):
        lists |= {f"{section}.{key}": settings.get(key) for key in reading.OTHER_FALLBACKS}
    for place, raw in lists.items():
        # Of a name that is there twice LiteLLM takes the first.
        for name, targets in reversed(reading.read_fallbacks(raw)):
            served = [target for target in targets if target != name and is_caught(str(target), names)]
            if served and (name == "*" or is_caught(name, names)):
                meaning[f"{place}.{name}"] = served
    for alias, item in aliases.items():
        # From now on an alias falls back as its model does.
        target, _ = reading.read_alias(item)
        if meaning.get(f"fallbacks.{alias}") == meaning.get(f"fallbacks.{target}"):
            meaning.pop(f"fallbacks.{alias}", None)
    return meaning


def _read_rest(config: RawSettings) -> dict[str, Any]:
    """Return everything else, down to single values, so that no secret is shown with its neighbours."""
    return {
        path: value
        for section, settings in config.items()
        if section != "model_list" and settings != {}
        for path, value in _flatten(settings, section)
        if not {*path.split(".")[1:2]} & _COMPARED.get(section, set()) and ".redis_" not in path
    }


def _flatten(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield (path, value) of everything in nested mappings."""
    if isinstance(value, Mapping) and value:
        for key, item in value.items():
            yield from _flatten(item, f"{path}.{key}" if path else str(key))
    elif path:
        yield path, value


def _compare(
    key: str, before: RawSettings, after: RawSettings, place: str, file: str, findings: ImportFindings, of: str = ""
) -> None:
    was, now = _show(key, before.get(key)), _show(key, after.get(key))
    # An empty list says no more than none.
    if before.get(key) != after.get(key) and not was == now == _NOTHING:
        findings.add("secret" if was == now == _HIDDEN else "value", place, of=of, was=was, now=now, file=file)


def _show(key: str, value: Any) -> str:
    *above, name = key.split(".")
    is_header, items = any(map(are_headers, above)), as_list(value)
    is_hidden = name == "api_key" or any(
        isinstance(item, Mapping) or is_secret(name, str(item), header=is_header) for item in items
    )
    return _HIDDEN if items and is_hidden else ", ".join(map(str, items)) or _NOTHING
