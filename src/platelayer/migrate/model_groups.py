"""The whole `model_list` becomes providers, models and virtual models: who is asked when, and for how much."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

from platelayer.gateway.litellm_reading import BY_COST, BY_WEIGHT, LIMITS, RawSettings, share_requests
from platelayer.migrate.import_findings import ImportFindings
from platelayer.migrate.imported_providers import ImportedProvider, ProviderAddress, name_providers
from platelayer.migrate.model_entries import LAYER_OPTIONS, ImportedDeployment, read_deployment
from platelayer.migrate.secret_store import SecretStore
from platelayer.providers.recognition import UnusableDeploymentError
from platelayer.schema.raw_values import as_mapping

# (order, weight) of a deployment in the inventory.
Turn = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class ImportedModels:
    """What was carried over of a `model_list`.

    entries: how many there were; lost: names of which nothing came over.
    """

    providers: Mapping[ProviderAddress, ImportedProvider]
    models: list[dict[str, Any]]
    virtual_models: list[dict[str, Any]]
    entries: int
    lost: frozenset[str]

    @property
    def names(self) -> dict[str, dict[str, Any]]:
        """Model group → its first entry, which has what concerns the group: aliases and fallbacks."""
        return {entry["name"]: entry for entry in reversed([*self.models, *self.virtual_models])}


def import_models(raw: Any, strategy: str, findings: ImportFindings, store: SecretStore) -> ImportedModels:
    """Read `model_list`; what cannot come over is a finding. strategy: the router's."""
    entries = raw if isinstance(raw, list) else []
    if raw is not None and not isinstance(raw, list):
        findings.add("not-a-model-list", "model_list")
    deployments = _read_deployments(entries, findings, store)
    providers = name_providers([(member.address, member.provider_in_id) for member in deployments], store)
    groups: dict[str, list[ImportedDeployment]] = {}
    for member in deployments:
        groups.setdefault(member.name, []).append(member)
    virtual_models: list[dict[str, Any]] = []
    written: dict[int, dict[str, Any]] = {}
    for name, group in groups.items():
        if strategy != BY_WEIGHT and len({member.shares.get("weight") for member in group}) > 1:
            findings.add("vain-weight", name, by_weight=BY_WEIGHT, strategy=strategy)
        if _has_hoped_order(group):
            group.sort(key=lambda member: member.hoped_order or 0)
        turns = _assign_turns(group, strategy)
        layers = [_write_layer(member, providers[member.address.provider].name) for member in group]
        mode = {} if group[0].mode == "chat" else {"mode": group[0].mode}
        if _are_layers(group, turns, layers):
            virtual_models.append({"name": name, **mode, "layers": layers})
            continue
        for member, (order, weight), layer in zip(group, turns, layers, strict=True):
            mode = {} if member.mode == "chat" else {"mode": member.mode}
            model = {"name": name, "provider": layer["provider"], "id": member.address.id, **mode}
            model["deployment_id"] = member.deployment_id
            options = {"weight": weight, "order": order, **member.options}
            model |= {key: value for key, value in options.items() if value is not None}
            written[id(member)] = model | ({"extra": member.extra} if member.extra else {})
    models = [written[id(member)] for member in deployments if id(member) in written]
    _choose_ids(models, findings)
    names = {str(as_mapping(entry).get("model_name")) for entry in entries}
    return ImportedModels(providers, models, virtual_models, len(entries), frozenset(names - groups.keys()))


def _read_deployments(entries: Sequence[Any], findings: ImportFindings, store: SecretStore) -> list[ImportedDeployment]:
    deployments = []
    for number, entry in enumerate(entries):
        place, name = f"model_list[{number}]", as_mapping(entry).get("model_name")
        if not isinstance(name, str) or not name:
            is_word = isinstance(name, (bool, int, float))
            advice = f"; YAML reads its model_name as {str(name).lower()}, so write it in quotes" if is_word else ""
            findings.add("no-name", place, advice=advice)
            continue
        try:
            deployments.append(read_deployment(entry, place, findings, store))
        except UnusableDeploymentError as error:
            findings.add(error.problem, name, **error.values)
    return deployments


def _has_hoped_order(group: Sequence[ImportedDeployment]) -> bool:
    """Return whether the author put the whole group into an order that LiteLLM never knew of."""
    return len(group) > 1 and all(
        member.hoped_order is not None and member.order is None and "weight" not in member.shares for member in group
    )


def _assign_turns(group: Sequence[ImportedDeployment], strategy: str) -> list[Turn]:
    """Return order and weight of each deployment, such that LiteLLM does what it did before, or was hoped to do."""
    if _has_hoped_order(group):
        return [(order, None) for order in range(1, len(group) + 1)]
    # Orders are whole numbers from 1 in the inventory.
    given = sorted({member.order for member in group if member.order is not None})
    is_whole = all(order >= 1 and order == int(order) for order in given)
    ranks = {order: int(order) if is_whole else rank for rank, order in enumerate(given, start=1)}
    orders = [None if member.order is None else ranks[member.order] for member in group]
    weights = _as_whole([Fraction(str(max(member.shares.get("weight", 0), 0))) for member in group])
    shares = share_requests([member.shares for member in group], strategy)
    if len(group) == 1 or strategy == BY_COST or all(orders):
        return list(zip(orders, weights, strict=True))
    if shares and all(shares):
        return list(zip(orders, _as_whole(shares), strict=True))
    if any(orders):
        # LiteLLM asks those without an order when all that have one are cooling down.
        return [(order or max(ranks.values()) + 1, weight) for order, weight in zip(orders, weights, strict=True)]
    if shares:
        # LiteLLM asks those without a share only while all that have one are cooling down.
        return [(1 if share else 2, share) for share in _as_whole(shares)]
    return [(None, weight or 1) for weight in weights]


def _as_whole(shares: Sequence[Fraction]) -> list[int | None]:
    """Return the same shares as whole numbers; None for no share."""
    factor = lcm(*(share.denominator for share in shares))
    return [int(share * factor) or None for share in shares]


def _are_layers(group: Sequence[ImportedDeployment], turns: Sequence[Turn], layers: Sequence[RawSettings]) -> bool:
    """Return whether a virtual model says the same as these deployments: one after the other, with nothing else."""
    usual_ids = [f"{group[0].name}/{order}-{layer['provider']}" for order, layer in enumerate(layers, start=1)]
    ids = [member.deployment_id for member in group]
    options = {option for member in group for option in member.options}
    if len({member.mode for member in group}) > 1:
        return False
    if _has_hoped_order(group):
        return not any(ids) and not options & {*LIMITS}
    is_sequence = turns == [(order, None) for order in range(1, len(group) + 1)]
    has_own_ids = any(given not in (None, usual) for given, usual in zip(ids, usual_ids, strict=True))
    # One layer alone is only told from a model by its id.
    return is_sequence and not has_own_ids and options <= {*LAYER_OPTIONS} and (len(group) > 1 or ids != [None])


def _write_layer(member: ImportedDeployment, provider: str) -> dict[str, Any]:
    """Return one entry of `layers`; its costs become LiteLLM's own settings."""
    own = {key: value for key, value in member.options.items() if key in LAYER_OPTIONS}
    extra = {key: value for key, value in member.options.items() if key not in LAYER_OPTIONS} | member.extra
    return {"provider": provider, "id": member.address.id, **own} | ({"extra": extra} if extra else {})


def _choose_ids(models: Sequence[dict[str, Any]], findings: ImportFindings) -> None:
    """Give each model an id of its own, by which LiteLLM tells deployments apart, and drop those that are usual."""
    taken: set[str] = set()
    written = {model["deployment_id"] for model in models}
    for model in models:
        usual, wanted = f"{model['name']}/{model['provider']}", model["deployment_id"]
        if wanted in taken:
            findings.add("same-id", model["name"])
            wanted = None
        number, chosen = 1, wanted or usual
        while chosen in taken or (not wanted and chosen in written):
            number += 1
            chosen = f"{usual}-{number}"
        taken.add(chosen)
        model["deployment_id"] = chosen
        if chosen == usual:
            del model["deployment_id"]
