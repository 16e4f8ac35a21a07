"""The whole question, from liveness to the last model."""

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from . import checks, probe
from .errors import NoAnswerError
from .gateway import GatewayClient, gateway_at
from .models import WILDCARD, Model, Plan, Wildcard, choose, doubtful_ids, wildcard_ids
from .report import CheckResult, ModelResult, Report

_In = TypeVar("_In")
_Out = TypeVar("_Out")

Progress = Callable[[CheckResult | Plan | ModelResult], None]
"""Called with each result as it comes, and with the plan before the first model is asked."""


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask. `url` has no trailing slash; `timeout_seconds` bounds each answer, `concurrency` how many at once.

    `authority` says which certificates are believed, the system's by default.
    `models` restricts what is tried, empty for all; without `completions` no model is called at all.
    """

    url: str
    key: str
    models: tuple[str, ...] = ()
    concurrency: int = 4
    timeout_seconds: float = 60.0
    completions: bool = True
    authority: ssl.SSLContext | bool = True


async def verify(question: Question, on_progress: Progress = lambda _: None) -> Report:
    """Ask everything once and report it. Raises UsageError when a model is asked for that is not served."""
    started = time.perf_counter()
    async with gateway_at(
        question.url,
        question.key,
        timeout=question.timeout_seconds,
        connections=question.concurrency,
        authority=question.authority,
    ) as gateway:
        done: list[CheckResult] = []

        def checked(result: CheckResult) -> None:
            done.append(result)
            on_progress(result)

        def report(reached: bool, models: Sequence[ModelResult] = ()) -> Report:
            seconds = time.perf_counter() - started
            return Report(question.url, reached, gateway.version, seconds, tuple(done), tuple(models))

        try:
            checked(await checks.liveness(gateway))
        except NoAnswerError as error:
            hint = "; is the gateway running, and is its address right?"
            checked(CheckResult("liveness", "failed", None, f"{error}{hint}"))
            return report(reached=False)
        for check in (checks.readiness, checks.refuses_no_key, checks.refuses_wrong_key):
            checked(await check(gateway))
        result, listed = await checks.model_list(gateway)
        checked(result)
        if not listed:
            return report(reached=True)
        found = await checks.model_rows(gateway)
        doubtful = sorted(doubtful_ids(listed, found))
        names = await _each(question.concurrency, doubtful, lambda id_: checks.configured_name(gateway, id_))
        wildcards = wildcard_ids(found) | {id_ for id_, name in zip(doubtful, names, strict=True) if "*" in name}
        plan = choose(listed, found, wildcards, question.models)
        on_progress(plan)
        return report(reached=True, models=await _models(gateway, question, plan, on_progress))


async def _models(gateway: GatewayClient, question: Question, plan: Plan, on_progress: Progress) -> list[ModelResult]:
    async def tried(model: Model) -> ModelResult:
        reason = probe.why_not(model) if question.completions else "completions are switched off"
        result = _skipped(gateway, model.name, model.mode, reason) if reason else await probe.ask(gateway, model)
        on_progress(result)
        return result

    results = await _each(question.concurrency, plan.models, tried)
    untried = [_wildcard(gateway, wildcard) for wildcard in plan.wildcards]
    for result in untried:
        on_progress(result)
    return [*results, *untried]


def _wildcard(gateway: GatewayClient, wildcard: Wildcard) -> ModelResult:
    names = f"{wildcard.names} name{'s' * (wildcard.names != 1)}"
    return _skipped(gateway, wildcard.pattern, WILDCARD, f"{names} by wildcard, not tried")


def _skipped(gateway: GatewayClient, name: str, mode: str, reason: str) -> ModelResult:
    return ModelResult(gateway.shown(name), gateway.shown(mode), "skipped", detail=gateway.shown(reason))


async def _each(limit: int, items: Iterable[_In], ask: Callable[[_In], Awaitable[_Out]]) -> list[_Out]:
    """Ask about each item, at most `limit` at once; answers in the order of the items."""
    turn = asyncio.Semaphore(limit)

    async def one(item: _In) -> _Out:
        async with turn:
            return await ask(item)

    return list(await asyncio.gather(*map(one, items)))
