"""A whole verification, from liveness to the last model."""

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from . import checks
from .client import GatewayClient, connect_gateway
from .errors import NoAnswerError
from .model_selection import (
    WILDCARD,
    ProbePlan,
    ProbeTarget,
    WildcardExpansion,
    find_ambiguous_ids,
    find_wildcard_ids,
    plan_probes,
)
from .probe import find_skip_reason, probe_model
from .report import CheckResult, ModelResult, VerifyReport

_In = TypeVar("_In")
_Out = TypeVar("_Out")

ProgressCallback = Callable[[CheckResult | ProbePlan | ModelResult], None]
"""Called with each result as it comes, and with the plan before the first model is called."""


@dataclass(frozen=True, slots=True)
class VerifyOptions:
    """What to verify, and how. `url` has no trailing slash; `timeout_seconds` bounds each answer.

    `models`: the only models to try, empty for all; `concurrency`: how many at once; `completions`: False calls none.
    `ca`: httpx's `verify`, by default the system's CAs.
    """

    url: str
    key: str
    models: tuple[str, ...] = ()
    concurrency: int = 4
    timeout_seconds: float = 60.0
    completions: bool = True
    ca: ssl.SSLContext | bool = True


async def verify_gateway(options: VerifyOptions, on_progress: ProgressCallback = lambda _: None) -> VerifyReport:
    """Run all checks, then try the models. Raises UsageError for a model that the gateway does not list."""
    started = time.perf_counter()
    async with connect_gateway(
        options.url,
        options.key,
        timeout=options.timeout_seconds,
        connections=options.concurrency,
        ca=options.ca,
    ) as gateway:
        results: list[CheckResult] = []

        def add_result(result: CheckResult) -> None:
            results.append(result)
            on_progress(result)

        def make_report(reached: bool, models: Sequence[ModelResult] = ()) -> VerifyReport:
            seconds = time.perf_counter() - started
            return VerifyReport(options.url, reached, gateway.version, seconds, tuple(results), tuple(models))

        try:
            add_result(await checks.check_liveness(gateway))
        except NoAnswerError as error:
            hint = "; is the gateway running, and is its address right?"
            add_result(CheckResult("liveness", "failed", None, f"{error}{hint}"))
            return make_report(reached=False)
        for check in (checks.check_readiness, checks.check_missing_key, checks.check_wrong_key):
            add_result(await check(gateway))
        result, listed = await checks.check_model_list(gateway)
        add_result(result)
        if not listed:
            return make_report(reached=True)
        deployments = await checks.fetch_deployments(gateway)
        ambiguous = sorted(find_ambiguous_ids(listed, deployments))
        names = await _map_concurrently(
            options.concurrency, ambiguous, lambda id_: checks.fetch_configured_name(gateway, id_)
        )
        wildcard_ids = find_wildcard_ids(deployments)
        wildcard_ids |= {id_ for id_, name in zip(ambiguous, names, strict=True) if "*" in name}
        plan = plan_probes(listed, deployments, wildcard_ids, options.models)
        on_progress(plan)
        return make_report(reached=True, models=await _probe_models(gateway, options, plan, on_progress))


async def _probe_models(
    gateway: GatewayClient, options: VerifyOptions, plan: ProbePlan, on_progress: ProgressCallback
) -> list[ModelResult]:
    async def probe(target: ProbeTarget) -> ModelResult:
        reason = find_skip_reason(target) if options.completions else "completions are switched off"
        if reason:
            result = _make_skipped(gateway, target.name, target.mode, reason)
        else:
            result = await probe_model(gateway, target)
        on_progress(result)
        return result

    probed = await _map_concurrently(options.concurrency, plan.models, probe)
    skipped = [_skip_wildcard(gateway, wildcard) for wildcard in plan.wildcards]
    for result in skipped:
        on_progress(result)
    return [*probed, *skipped]


def _skip_wildcard(gateway: GatewayClient, wildcard: WildcardExpansion) -> ModelResult:
    reason = f"wildcard with {wildcard.names} name{'s' * (wildcard.names != 1)}, not tried"
    return _make_skipped(gateway, wildcard.pattern, WILDCARD, reason)


def _make_skipped(gateway: GatewayClient, name: str, mode: str, reason: str) -> ModelResult:
    return ModelResult(gateway.sanitize(name), gateway.sanitize(mode), "skipped", detail=gateway.sanitize(reason))


async def _map_concurrently(limit: int, items: Iterable[_In], function: Callable[[_In], Awaitable[_Out]]) -> list[_Out]:
    """Call `function` for each item, at most `limit` at once; the results are in the order of the items."""
    semaphore = asyncio.Semaphore(limit)

    async def call(item: _In) -> _Out:
        async with semaphore:
            return await function(item)

    return list(await asyncio.gather(*map(call, items)))
