"""What changed, or would change, in the words of the page. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from platelayer.catalog.guards import ALLOWED, NAMES, Refusal
from platelayer.catalog.plan import Change, Difference, Entry, Uses, plan
from platelayer.catalog.refresh import Outcome
from platelayer.catalog.snapshot import Snapshot
from platelayer.page import words
from platelayer.page.before import Before


@dataclass(frozen=True, slots=True)
class Step:
    """One value that moves; `old` is None of a new model. percent: such as "+20.0 %", and which way it goes."""

    field: str
    old: str | None
    new: str
    percent: str = ""
    way: Literal["", "up", "down"] = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One model that changed, and the names that clients ask for which it touches."""

    id: str
    steps: tuple[Step, ...]
    touches: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The lines of one kind."""

    change: Change
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """What one guard held back. reason: of the whole list, or the guard's own; lines: models, why, and the names that
    it touches, none of a whole list; accept: what to write behind `--accept`; effect: what that does."""

    reason: str
    accept: str
    effect: str
    lines: tuple[tuple[str, str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class ProviderNews:
    """All of one provider. span: between which times, or how far it was refreshed; error: why there is nothing; whole,
    held: guards that refused the list, or some models of it."""

    provider: str
    span: str
    error: str | None
    groups: tuple[Group, ...]
    whole: tuple[Held, ...]
    held: tuple[Held, ...]
    warnings: tuple[tuple[str, str], ...]

    @property
    def loud(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.groups or self.error or self.whole or self.held or self.warnings)


@dataclass(frozen=True, slots=True)
class News:
    """The page's first part."""

    title: str
    providers: tuple[ProviderNews, ...]

    @property
    def count(self) -> int:
        """How many changes there are."""
        return sum(len(group.lines) for provider in self.providers for group in provider.groups)

    @property
    def quiet(self) -> list[str]:
        """Providers of which there is nothing to say."""
        return [provider.provider for provider in self.providers if not provider.loud]

    @property
    def changed(self) -> dict[tuple[str, str], list[Change]]:
        """(provider, id) → what changed of it."""
        found: dict[tuple[str, str], list[Change]] = {}
        for provider in self.providers:
            for group in provider.groups:
                for line in group.lines:
                    found.setdefault((provider.provider, line.id), []).append(group.change)
        return found


def of_time(before: Before, catalogs: Mapping[str, Snapshot | None], names: Uses) -> News:
    """What is different from catalogs of another time."""
    found = ((name, before.catalogs.get(name), now) for name, now in sorted(catalogs.items()) if now is not None)
    return News(f"Changed since {before.label}", tuple(_difference(name, old, now, names) for name, old, now in found))


def of_plan(outcomes: Iterable[Outcome], catalogs: Collection[str]) -> News:
    """What a refresh changed or would change, of these providers; those that need a person come first."""
    asked = sorted((outcome for outcome in outcomes if outcome.provider in catalogs), key=lambda each: not each.failed)
    return News("Plan of a refresh", tuple(_provider(outcome, _state(outcome)) for outcome in asked))


def _state(outcome: Outcome) -> str:
    """How far a refresh came, where the reason does not say it; in the words of the terminal."""
    return "held back in part" if outcome.failed and not outcome.stays else ""


def _difference(provider: str, old: Snapshot | None, now: Snapshot, names: Uses) -> ProviderNews:
    entries = plan(provider, old.models if old else {}, now.models, lambda model: names.get((provider, model.id), ()))
    until = words.minute(now.fetched_at)
    span = f"{words.minute(old.fetched_at)} to {until}" if old else f"first catalog, {until}"
    return _provider(Outcome(provider=provider, plan=entries), span)


def _provider(outcome: Outcome, span: str) -> ProviderNews:
    return ProviderNews(
        provider=outcome.provider,
        span=span,
        error=outcome.error,
        groups=tuple(_groups(outcome)),
        whole=tuple(_held(outcome, [refusal]) for refusal in outcome.refusals if not refusal.id),
        held=tuple(_held(outcome, some) for some in _by_guard(outcome)),
        warnings=outcome.warnings,
    )


def _groups(outcome: Outcome) -> Iterator[Group]:
    for change, title in words.TITLES.items():
        if entries := outcome.plan.of(change):
            yield Group(change, title, tuple(Line(entry.id, tuple(_steps(entry)), entry.touches) for entry in entries))


def _steps(entry: Entry) -> Iterator[Step]:
    if entry.until:
        yield Step("kept until", None, entry.until)
    for difference in entry.differences:
        field = words.field(difference.field)
        new = words.value(difference.field, difference.new)
        if entry.change == "added":
            yield Step(field, None, new)
        else:
            yield Step(field, words.value(difference.field, difference.old), new, *_percent(difference))


def _percent(difference: Difference) -> tuple[str, Literal["", "up", "down"]]:
    percent = difference.percent
    if percent is None:
        return "", ""
    return f"{percent:+.1f} %".replace("-", "\N{MINUS SIGN}"), "up" if percent > 0 else "down"


def _by_guard(outcome: Outcome) -> Iterator[list[Refusal]]:
    """Refusals of single models."""
    single = [refusal for refusal in outcome.refusals if refusal.id]
    for guard in dict.fromkeys(refusal.guard for refusal in single):
        yield [refusal for refusal in single if refusal.guard == guard]


def _held(outcome: Outcome, refusals: Sequence[Refusal]) -> Held:
    """What one guard said."""
    first = refusals[0]
    return Held(
        reason=NAMES[first.guard] if first.id else first.reason,
        accept=f"{outcome.provider}:{first.guard}",
        effect=ALLOWED[first.guard],
        lines=tuple((refusal.id, refusal.reason, refusal.touches) for refusal in refusals if refusal.id),
    )
