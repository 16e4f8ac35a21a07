"""What changed since another time, or what a refresh would change, as the page shows it. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from platelayer.catalog.plan import ChangeKind, ModelChange, Uses, compare_catalogs
from platelayer.catalog.result import RefreshResult
from platelayer.catalog.snapshot import Snapshot
from platelayer.page.model_rows import NOTHING, format_minute
from platelayer.page.snapshots import PastCatalogs
from platelayer.wording.catalog_changes import CHANGE_WORDS, ChangedValue, describe_difference
from platelayer.wording.refresh_results import HELD_BACK_IN_PART, RefusalGroup, group_refusals


@dataclass(frozen=True, slots=True)
class ProviderNews:
    """The news of one provider. span: from when to when, or how far a refresh came; may be empty."""

    result: RefreshResult
    span: str

    @property
    def has_news(self) -> bool:
        """Return whether there is anything to show."""
        result = self.result
        return bool(result.plan.changes or result.error or result.refusals or result.warnings)

    @property
    def changes(self) -> dict[ChangeKind, list[ModelChange]]:
        """The changes by their kind, in the order of CHANGE_WORDS; kinds without any are left out."""
        return {kind: changes for kind in CHANGE_WORDS if (changes := self.result.plan.list_changes(kind))}

    @property
    def rejections(self) -> list[RefusalGroup]:
        """Why the whole list was rejected."""
        return [group for group in group_refusals(self.result) if not group.refusals]

    @property
    def held_back(self) -> list[RefusalGroup]:
        """What was held back of single models."""
        return [group for group in group_refusals(self.result) if group.refusals]


@dataclass(frozen=True, slots=True)
class CatalogNews:
    """The first part of the page."""

    title: str
    providers: tuple[ProviderNews, ...]

    @property
    def count(self) -> int:
        """How many changes there are."""
        return sum(len(news.result.plan.changes) for news in self.providers)

    @property
    def quiet(self) -> list[str]:
        """The providers without news."""
        return [news.result.provider for news in self.providers if not news.has_news]

    @property
    def kinds_by_model(self) -> dict[tuple[str, str], list[ChangeKind]]:
        """(provider, id) → the kinds of its changes, in the order of CHANGE_WORDS."""
        kinds: dict[tuple[str, str], list[ChangeKind]] = {}
        for news in self.providers:
            for kind, changes in news.changes.items():
                for change in changes:
                    kinds.setdefault((news.result.provider, change.id), []).append(kind)
        return kinds


def make_news_since(past: PastCatalogs, catalogs: Mapping[str, Snapshot | None], names: Uses) -> CatalogNews:
    """Return what differs from catalogs of another time. names: what clients ask for."""
    return CatalogNews(
        f"Changed since {past.label}",
        tuple(
            _compare(provider, past.catalogs.get(provider), catalog, names)
            for provider, catalog in sorted(catalogs.items())
            if catalog is not None
        ),
    )


def make_news_of_plan(results: Iterable[RefreshResult], providers: Collection[str]) -> CatalogNews:
    """Return what a refresh changes at these providers; those that need a decision come first."""
    shown = sorted(
        (result for result in results if result.provider in providers), key=lambda result: not result.has_refusals
    )
    return CatalogNews("Plan of a refresh", tuple(ProviderNews(result, _describe_state(result)) for result in shown))


def describe_change(change: ModelChange) -> list[ChangedValue]:
    """Return the values of a change as text: of a new model without the old ones, of a missing one its last day."""
    until = [ChangedValue("kept until", None, change.until)] if change.until else []
    values = [describe_difference(difference, NOTHING) for difference in change.differences]
    if change.kind == "added":
        values = [ChangedValue(value.field, None, value.new) for value in values]
    return [*until, *values]


def _describe_state(result: RefreshResult) -> str:
    """Return how far a refresh came, if no reason beside it says so."""
    return HELD_BACK_IN_PART if result.has_refusals and not result.is_rejected else ""


def _compare(provider: str, past: Snapshot | None, current: Snapshot, names: Uses) -> ProviderNews:
    plan = compare_catalogs(
        past.models if past else {}, current.models, lambda model: names.get((provider, model.id), ())
    )
    until = format_minute(current.fetched_at)
    span = f"{format_minute(past.fetched_at)} to {until}" if past else f"first catalog, {until}"
    return ProviderNews(RefreshResult(provider=provider, plan=plan), span)
