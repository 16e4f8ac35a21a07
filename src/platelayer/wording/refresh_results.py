"""How the result of a refresh is worded: what was held back and how to accept it, and summaries."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from platelayer.catalog.guards import EFFECTS, GUARDS, Refusal
from platelayer.catalog.result import RefreshResult
from platelayer.wording.catalog_changes import CHANGE_WORDS

# option: `--accept PROVIDER:GUARD`; effect: what it does.
ADVICE = "if that is right, {option} {effect}"
HELD_BACK, NO_CHANGES = "held back", "no changes"
HELD_BACK_IN_PART = "held back in part"
UNDEPLOYABLE = "the inventory cannot be deployed with these catalogs"


@dataclass(frozen=True, slots=True)
class RefusalGroup:
    """What one guard held back at a provider.

    reason: why it rejects the whole list, or when the guard refuses a model. option: what accepts it. effect: what that
    does. refusals: of single models; none if the whole list is rejected.
    """

    guard: str
    reason: str
    option: str
    effect: str
    refusals: tuple[Refusal, ...]


def group_refusals(result: RefreshResult) -> Iterator[RefusalGroup]:
    """Yield the refusals of a provider, guard by guard."""
    for guard in dict.fromkeys(refusal.guard for refusal in result.refusals):
        refusals = tuple(refusal for refusal in result.refusals if refusal.guard == guard)
        is_of_list = not refusals[0].id
        yield RefusalGroup(
            guard=guard,
            reason=refusals[0].reason if is_of_list else GUARDS[guard],
            option=f"--accept {result.provider}:{guard}",
            effect=EFFECTS[guard],
            refusals=() if is_of_list else refusals,
        )


def explain_rejection(*, has_catalog: bool) -> str:
    """Return how the reason begins why nothing of a list was taken."""
    return f"not refreshed, {'its last good catalog stays' if has_catalog else 'it has no catalog yet'}"


def format_count(number: int, noun: str) -> str:
    """Return a number with its noun: `1 model`, `1,200 models`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def summarize_provider(result: RefreshResult, *, verbose: bool) -> str:
    """Return what became of one provider, in a line."""
    if result.is_rejected:
        return result.state
    models = format_count(result.plan.count, "model")
    if result.is_first:
        hint = "" if verbose else " (--verbose lists them)"
        return f"{models}, its first catalog; {result.served:,} of them served{hint}"
    counts = [f"{len(result.plan.list_changes(kind))} {CHANGE_WORDS[kind].counted}" for kind in result.plan.kinds]
    if result.refusals:
        counts.append(f"{len({refusal.id for refusal in result.refusals})} {HELD_BACK}")
    if result.is_changed and not counts:
        counts = [f"{NO_CHANGES} of models; the provider's kind, address or use of a key is new"]
    return f"{models}: {', '.join(counts) or NO_CHANGES}"


def summarize_refresh(
    results: Sequence[RefreshResult], *, is_written: bool, folder: Path, problems: Sequence[str]
) -> str:
    """Return what was done and what was not, in a line. problems: why the inventory cannot be deployed."""
    changed = [result.provider for result in results if result.is_changed]
    rejected = [result.provider for result in results if result.is_rejected]
    held_back = [result.provider for result in results if result.has_refusals and not result.is_rejected]
    slowest = max(result.seconds for result in results)
    parts = [f"{format_count(len(results), 'provider')} in {slowest:.1f} s"]
    if not changed:
        parts.append("nothing changed")
    elif is_written:
        parts.append(f"{len(changed)} written to {folder}: {', '.join(changed)}")
    else:
        parts += [f"{len(changed)} would change: {', '.join(changed)}", "nothing was written"]
    if rejected:
        parts.append(f"not refreshed: {', '.join(rejected)}")
    if held_back:
        parts.append(f"{HELD_BACK_IN_PART}: {', '.join(held_back)}")
    if any(result.lacks_models_dev for result in results):
        parts.append("models.dev did not answer, its last prices and limits stay")
    if problems:
        parts.append(UNDEPLOYABLE)
    return "; ".join(parts)
