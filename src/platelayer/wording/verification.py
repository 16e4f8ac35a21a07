"""Sentences about the result of a verification."""

from collections.abc import Iterable, Iterator

from platelayer.verify.model_selection import WILDCARD
from platelayer.verify.report import ModelResult, VerifyReport

_MAX_NAMES_TOGETHER = 3
"""Up to so many models that were skipped for one reason are named; more are counted."""


def describe_gateway(report: VerifyReport) -> str:
    """Return the gateway's address, with LiteLLM's version if it is known."""
    return report.url + (f" (LiteLLM {report.version})" if report.version else "")


def describe_reasons(results: Iterable[ModelResult]) -> Iterator[tuple[str, ModelResult]]:
    """Yield each reason as the models it concerns and a result that holds it; models skipped alike share one.

    Skipped models come first, then the others in their order.
    """
    with_reason = [result for result in results if result.detail]
    skipped: dict[tuple[str, str], list[ModelResult]] = {}
    for result in with_reason:
        if result.outcome == "skipped":
            skipped.setdefault((result.detail, result.name if result.mode == WILDCARD else ""), []).append(result)
    for alike in skipped.values():
        names = ", ".join(result.name for result in alike)
        yield names if len(alike) <= _MAX_NAMES_TOGETHER else f"{len(alike)} models", alike[0]
    yield from ((result.name, result) for result in with_reason if result.outcome != "skipped")


def summarize(report: VerifyReport) -> str:
    """Return the totals in one line: models that answered, models skipped, checks passed, and the duration."""
    called = [result for result in report.models if result.outcome != "skipped"]
    answered = sum(result.outcome == "passed" for result in called)
    skipped = len(report.models) - len(called)
    plural = "s" if len(called) != 1 else ""
    parts = [f"{answered} of {len(called)} model{plural} answered" if called else "no model was called"]
    if stand_ins := sum(result.stand_in for result in called):
        parts.append(f"{stand_ins} of them by a fallback or a later layer")
    if skipped:
        parts.append(f"{skipped} skipped")
    passed = sum(result.outcome == "passed" for result in report.checks)
    of_all = "" if passed == len(report.checks) else f" of {len(report.checks)}"
    return f"{', '.join(parts)}, {passed}{of_all} checks passed in {report.seconds:.1f} s"
