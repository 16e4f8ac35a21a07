"""Whatever catalogs list and the inventory calls it: names are unique, or it is an error."""

from collections import Counter, defaultdict
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from platelayer.gateway.build import build
from platelayer.gateway.name_problems import find_name_conflicts, find_unusable_names
from platelayer.schema import CatalogModel, parse
from platelayer.schema.inventory_part import is_name

PLENTY = settings(max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck))
PROVIDERS = ("p", "q")
IDS = [*(f"{vendor}glm{twin}" for vendor in ("", "a/", "b/") for twin in ("", ":free")), "b/m-1"]
NAMES = [*IDS, "p/glm", "x"]
names, ids, providers = st.sampled_from(NAMES), st.sampled_from(IDS), st.sampled_from(PROVIDERS)
rules = st.sampled_from(
    [
        {"pattern": pattern, "name": name}
        for pattern, name in (("^./", ""), (":free$", ""), ("glm", "m-1"), (".*", ""), ("^(.*)/(.*)$", r"\2 "))
    ]
)
aliases = st.lists(names, max_size=1)
catalogs = st.fixed_dictionaries({name: st.frozensets(ids, min_size=2) for name in PROVIDERS})
provider = st.fixed_dictionaries(
    {
        "kind": st.just("novita"),
        "api_key": st.just("k"),
        "include": st.sampled_from([["*"], ["a/*", "b/*"], ["*glm"], []]),
        "free_twins": st.booleans(),
        "rename": st.one_of(st.just([]), st.lists(rules, min_size=1, max_size=2)),
    },
    optional={
        "enabled": st.booleans(),
        "exclude": st.lists(st.sampled_from(["b/*", "*:free"]), max_size=1),
        "prefix": st.sampled_from(["", "x/", " "]),
        "names": st.dictionaries(ids, names, max_size=2),
    },
)
target = {"provider": providers, "id": ids}
model = st.fixed_dictionaries(
    {"name": names, "weight": st.just(1), **target},
    optional={"aliases": aliases, "deployment_id": st.sampled_from(["x/p", "glm/q:free", "x/1-p", "glm/p"])},
)
group = st.fixed_dictionaries(
    {"name": names, "ids": st.dictionaries(providers, ids, min_size=1)},
    optional={"aliases": aliases, "free_twins": st.booleans()},
)
virtual = st.fixed_dictionaries(
    {"name": names, "layers": st.lists(st.fixed_dictionaries(target), min_size=1, max_size=2)},
    optional={"aliases": aliases},
)
inventories = st.fixed_dictionaries(
    {
        "providers": st.fixed_dictionaries(dict.fromkeys(PROVIDERS, provider)),
        "models": st.lists(model, max_size=2, unique_by=lambda each: (each["name"], each["provider"], each["id"])),
        "model_groups": st.lists(group, max_size=2),
        "virtual_models": st.lists(virtual, max_size=1),
        "router": st.just({"routing_strategy": "cost-based-routing"}),
    }
)


@given(inventories, catalogs)
@PLENTY
def test_names_are_unique_or_an_error(raw: dict[str, Any], listed: dict[str, frozenset[str]]) -> None:
    known = {name: {each: CatalogModel(id=each) for each in sorted(some)} for name, some in listed.items()}
    gateway = build(parse(raw), known)
    if [*find_unusable_names(gateway.spec, gateway.models), *find_name_conflicts(gateway.spec, gateway.models)]:
        assert gateway.problems
        return
    assert all(is_name(each.name) for each in gateway.models)
    assert (
        max(
            Counter((each.name, each.provider, each.id) for each in gateway.models if each.origin != "layer").values(),
            default=1,
        )
        == 1
    )
    origins = defaultdict(set)
    for part in ("models", "model_groups", "virtual_models"):
        for index, each in enumerate(raw[part]):
            # Models that share a name do so on purpose.
            origins[each["name"]].add(part if part == "models" else (part, index))
            for alias in each.get("aliases", ()):
                origins[alias].add((part, each["name"], "alias"))
    joined = {(name, each) for one in raw["model_groups"] for name, each in one["ids"].items()}
    groups = {each["name"] for each in raw["model_groups"]}
    included = [each for each in gateway.models if each.origin == "listed" and each.name not in groups]
    for each in included:
        assert (each.provider, each.id) not in joined
        twins = gateway.spec.providers[each.provider].free_twins
        origins[each.name].add((each.provider, each.id.removesuffix(":free") if twins else each.id))
    assert [each.name for each in included if len(origins[each.name]) > 1] == []
    if not gateway.problems:
        assert [name for name, some in origins.items() if len(some) > 1] == []
        found = [each.model_info["id"] for each in gateway.deployments]
        assert len(found) == len(set(found))
