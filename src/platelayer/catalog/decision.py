"""From a provider's answer to its next catalog: completed, guarded and compared. Pure."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from platelayer import __version__
from platelayer.advice import end_with_suggestion
from platelayer.catalog import guards
from platelayer.catalog.answers import ProviderAnswer
from platelayer.catalog.guards import GuardSettings, Refusal
from platelayer.catalog.model_merge import (
    date_prices,
    extract_models_dev,
    extract_provider,
    fill_from_models_dev,
    hold_back_prices,
)
from platelayer.catalog.plan import CatalogPlan, NameLookup, Uses, compare_catalogs
from platelayer.catalog.request import CatalogSource, RefreshRequest
from platelayer.catalog.result import RefreshResult
from platelayer.catalog.snapshot import Snapshot, is_same_catalog
from platelayer.gateway.price_policy import apply_price_policy
from platelayer.schema.catalog import CatalogModel


def judge_answer(
    source: CatalogSource, request: RefreshRequest, last: Snapshot | None, answer: ProviderAnswer
) -> RefreshResult:
    """Return the result of a refresh after an answer. Its catalog is the last one if a guard rejects the whole list.

    Refusals that the request accepts are not in it.
    """
    known = last.models if last else {}
    present = last.list_present() if last else {}
    list_said = answer.parsed.models if answer.parsed else tuple(map(extract_provider, present.values()))
    listed = {model.id: _complete(model, source, last, answer) for model in list_said}
    unusable = dict(answer.parsed.refused) if answer.parsed else {}
    is_accepted = guards.accept_refusals(request.accept, source.name)
    find_names = _make_name_lookup(source, request, known, listed)

    def reject(*refusals: Refusal) -> RefreshResult:
        return keep_last(source, request, last, refusals=refusals, **_describe_answer(source, answer))

    gone = present.keys() - listed.keys() - unusable.keys() - answer.public_ids
    doubts = list(guards.check_list(len(gone), len(present) if last else None, len(listed), unusable, source.guards))
    if rejections := [refusal for refusal in doubts if not is_accepted(refusal)]:
        return reject(*rejections)

    models: dict[str, CatalogModel] = {}
    refusals: list[Refusal] = []
    for model in listed.values():
        models[model.id], doubts = _check_prices(model, known.get(model.id), source.guards, is_accepted)
        refusals += [replace(refusal, touches=find_names(model)) for refusal in doubts]
    held_back = {refusal.id for refusal in refusals}
    doubts = list(guards.check_share_held_back(len(held_back), len(listed), source.guards))
    if rejections := [refusal for refusal in doubts if not is_accepted(refusal)]:
        return reject(*rejections, *refusals)

    for name, model in known.items():
        if name in listed:
            continue
        if name in unusable:
            models[name] = model
            continue
        kept, refusals_of_model = _check_missing(model, source, request, answer, find_names)
        refusals += refusals_of_model
        if kept is not None:
            models[name] = kept
    return _take(source, request, last, answer, models, refusals)


def keep_last(source: CatalogSource, request: RefreshRequest, last: Snapshot | None, **fields: Any) -> RefreshResult:
    """Return the result of a refresh that leaves the last catalog as it is. fields: more fields of the result."""
    models = last.models if last else {}
    return RefreshResult(
        provider=source.name,
        plan=CatalogPlan(count=len(models)),
        catalog=last,
        served=_count_served(source, request, models),
        is_first=last is None,
        **fields,
    )


def _take(
    source: CatalogSource,
    request: RefreshRequest,
    last: Snapshot | None,
    answer: ProviderAnswer,
    models: Mapping[str, CatalogModel],
    refusals: Collection[Refusal],
) -> RefreshResult:
    """Return the result of a refresh whose list was taken, perhaps in part."""
    in_use = {refusal.id for refusal in refusals if refusal.guard == guards.USED}
    last_days = {
        name: _format_day(source.guards.find_end(model))
        for name, model in models.items()
        if model.missing_since and name not in in_use
    }
    known = last.models if last else {}
    catalog = Snapshot(
        provider=source.name,
        kind=source.kind.name,
        url=source.base,
        api_base=source.api_base,
        fetched_at=answer.received_at,
        with_key=source.key is not None,
        written_by=__version__,
        # What was held back must be read again next time, when it may be accepted.
        etags={} if refusals else answer.etags,
        models=models,
    )
    fields = _describe_answer(source, answer)
    return RefreshResult(
        provider=source.name,
        plan=compare_catalogs(known, models, _make_name_lookup(source, request, known, models), last_days),
        refusals=tuple(refusals),
        warnings=(*fields.pop("warnings"), *_warn_of_catalog(source, request.uses, models)),
        catalog=catalog,
        served=_count_served(source, request, models),
        is_first=last is None,
        is_changed=last is None or not is_same_catalog(last, catalog),
        **fields,
    )


def _describe_answer(source: CatalogSource, answer: ProviderAnswer) -> dict[str, Any]:
    """Return the fields of a result that follow from the answer alone."""
    warnings = [*answer.parsed.refused, *answer.parsed.notes] if answer.parsed else []
    if source.name in answer.models_dev.errors:
        warnings.append(("models.dev", answer.models_dev.errors[source.name]))
    return {
        "warnings": tuple(warnings),
        "lacks_models_dev": answer.models_dev.is_down and source.models_dev is not None,
    }


def _make_name_lookup(
    source: CatalogSource, request: RefreshRequest, *catalogs: Mapping[str, CatalogModel]
) -> NameLookup:
    """Return a function from a model to its names: those that the inventory writes, and those of these catalogs."""

    # Most lists bring no news, so this is computed when it is first asked for.
    @cache
    def list_catalog_names() -> dict[str, list[str]]:
        names: dict[str, list[str]] = {}
        for catalog in catalogs:
            for model_id, name in source.list_catalog_names(catalog):
                names.setdefault(model_id, []).append(name)
        return names

    return lambda model: tuple(
        dict.fromkeys((*request.uses.get((source.name, model.id), ()), *list_catalog_names().get(model.id, ())))
    )


def _count_served(source: CatalogSource, request: RefreshRequest, models: Mapping[str, CatalogModel]) -> int:
    """Return how many of these models clients can ask for."""
    served_ids = {model_id for provider, model_id in request.uses if provider == source.name}
    served_ids.update(model_id for model_id, _ in source.list_catalog_names(models))
    return len(models.keys() & served_ids)


def _complete(
    model: CatalogModel, source: CatalogSource, last: Snapshot | None, answer: ProviderAnswer
) -> CatalogModel:
    """Return a model of the list with what models.dev and the inventory add, and with dates on its prices."""
    last_model = last.models.get(model.id) if last else None
    all_there = answer.models_dev.find_models(source.name)
    # A model that models.dev has dropped keeps what was known: entries there get lost.
    supplement = (all_there or {}).get(model.id) or (None if all_there == {} else extract_models_dev(last_model))
    model = apply_price_policy(fill_from_models_dev(model, supplement), source.policy)
    return date_prices(model, last_model, answer.received_at)


def _check_prices(
    model: CatalogModel, last: CatalogModel | None, settings: GuardSettings, is_accepted: Callable[[Refusal], bool]
) -> tuple[CatalogModel, list[Refusal]]:
    """Return a model of the list as it is, or at its last prices and with why the new ones are not believed."""
    if last is None:
        return model, []
    held_back = hold_back_prices(model, last)
    refusals = [refusal for refusal in guards.check_model(held_back, model, settings) if not is_accepted(refusal)]
    return (held_back if refusals else model), refusals


def _check_missing(
    model: CatalogModel,
    source: CatalogSource,
    request: RefreshRequest,
    answer: ProviderAnswer,
    find_names: NameLookup,
) -> tuple[CatalogModel | None, list[Refusal]]:
    """Return a model that is no longer listed, as it is kept, or None if it leaves; and what was not accepted."""
    is_accepted = guards.accept_refusals(request.accept, source.name)
    users = ", ".join(request.uses.get((source.name, model.id), ()))
    if model.id in answer.public_ids:
        narrowed = "is listed, but not for this key; it may need approval"
        refusals = [Refusal(guards.NARROWED, model.id, narrowed, find_names(model))]
        if users:
            refusals.append(Refusal(guards.USED, model.id, f"is not listed for this key, but used by {users}"))
        refusals = [refusal for refusal in refusals if not is_accepted(refusal)]
        return (model if refusals else None), refusals
    missing = replace(model, missing_since=model.missing_since or answer.received_at)
    end = source.guards.find_end(missing)
    is_over = end <= datetime.fromisoformat(answer.received_at)
    if users:
        until = "stays" if is_over else f"stays after {_format_day(end)}"
        used = Refusal(
            guards.USED,
            model.id,
            f"is no longer listed, but used by {users}; it {until} until its removal is accepted",
        )
        if not is_accepted(used):
            return missing, [used]
    leaves = is_over or is_accepted(Refusal(guards.GONE, model.id, ""))
    return (None if leaves else missing), []


def _format_day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"


def _warn_of_catalog(
    source: CatalogSource, uses: Uses, models: Mapping[str, CatalogModel]
) -> Iterator[tuple[str, str]]:
    """Yield what the inventory names and the catalog does not have: patterns of `include`, and ids."""
    for pattern in source.find_unmatched_patterns(models.values()):
        yield "include", f"'{pattern}' matches no model"
    for (provider, model_id), users in uses.items():
        # An id may be misspelt, or callable without being listed.
        if provider == source.name and model_id not in models and "*" not in model_id:
            advice = end_with_suggestion(model_id, models)
            has_price = apply_price_policy(CatalogModel(id=model_id), source.policy).prices
            price = "with the price of prices_per_million_tokens" if has_price else "without a price"
            yield model_id, f"is not in the list; it is served as {', '.join(users)}, {price}{advice}"
