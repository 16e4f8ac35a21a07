"""Questions to the gateway itself: is it up, does it ask for a key, what does it serve."""

import secrets

from . import words
from .errors import NoAnswerError
from .gateway import Answer, GatewayClient
from .models import Entry, Row, entries, rows
from .report import CheckResult

LIST = "/v1/models"


async def liveness(gateway: GatewayClient) -> CheckResult:
    """Ask whether the process answers. Raises NoAnswerError when there is no HTTP answer at all."""
    return _is_200("liveness", gateway, await gateway.get("/health/liveliness", key=""), "/health/liveliness")


async def readiness(gateway: GatewayClient) -> CheckResult:
    """Ask whether the gateway takes requests."""
    try:
        answer = await gateway.get("/health/readiness", key="")
    except NoAnswerError as error:
        return CheckResult("readiness", "failed", None, str(error))
    return _is_200("readiness", gateway, answer, "/health/readiness")


async def refuses_no_key(gateway: GatewayClient) -> CheckResult:
    """Ask without a key; only 401 will do."""
    return await _refuses("no key", gateway, "")


async def refuses_wrong_key(gateway: GatewayClient) -> CheckResult:
    """Ask with a random key; 401 will do, and so will the 400 that LiteLLM gives when it has no database."""
    return await _refuses("wrong key", gateway, f"sk-{secrets.token_hex(16)}")


async def model_list(gateway: GatewayClient) -> tuple[CheckResult, tuple[Entry, ...]]:
    """Ask for the list of models, wildcards in it unexpanded and expanded; an empty list is a failure."""
    try:
        answer = await gateway.get(LIST, return_wildcard_routes="true")
    except NoAnswerError as error:
        return CheckResult("model list", "failed", None, str(error)), ()
    found = entries(answer.body)
    if answer.status != 200 or found is None:
        detail = gateway.refused(answer)
        if words.error_type(answer.body) == "no_db_connection":
            detail += " (without a database LiteLLM says so of every key but its master key: is this the right key?)"
        return CheckResult("model list", "failed", answer.status, detail), ()
    if not found:
        return CheckResult("model list", "failed", 200, f"{LIST} is empty: this key is served no model"), ()
    names = len({entry.name for entry in found if not entry.is_pattern})
    expanded = ", wildcards expanded" if any(entry.is_pattern for entry in found) else ""
    return CheckResult("model list", "passed", 200, f"{LIST} names {names} model{'s' * (names != 1)}{expanded}"), found


async def model_rows(gateway: GatewayClient) -> tuple[Row, ...]:
    """Ask which deployments stand behind the names; nothing when the gateway will not tell."""
    try:
        answer = await gateway.get("/v1/model/info")
    except NoAnswerError:
        return ()
    return rows(answer.body)


async def configured_name(gateway: GatewayClient, deployment: str) -> str:
    """Ask what one deployment is called in the config, where a wildcard is still a wildcard; empty when not told."""
    try:
        answer = await gateway.get("/v1/model/info", litellm_model_id=deployment)
    except NoAnswerError:
        return ""
    return next((row.name for row in rows(answer.body)), "")


def _is_200(name: str, gateway: GatewayClient, answer: Answer, path: str) -> CheckResult:
    if answer.status == 200 and not answer.text.lstrip().startswith("<"):
        return CheckResult(name, "passed", 200, f"{path} answered 200")
    return CheckResult(name, "failed", answer.status, f"{path}: {gateway.refused(answer)}")


async def _refuses(name: str, gateway: GatewayClient, key: str) -> CheckResult:
    try:
        answer = await gateway.get(LIST, key=key)
    except NoAnswerError as error:
        return CheckResult(name, "failed", None, str(error))
    if answer.status == 401:
        return CheckResult(name, "passed", 401, f"a request with {_article(name)} was refused with 401")
    if key and answer.status == 400 and words.error_type(answer.body) == "no_db_connection":
        detail = "a request with a wrong key was refused with 400 no_db_connection, as LiteLLM does without a database"
        return CheckResult(name, "passed", 400, detail)
    said = f"a request with {_article(name)} was not refused with 401"
    if 200 <= answer.status < 300:
        return CheckResult(
            name, "failed", answer.status, f"{said} but served with {answer.status}: anyone may use this gateway"
        )
    return CheckResult(name, "failed", answer.status, f"{said}: {gateway.refused(answer)}")


def _article(name: str) -> str:
    return name if name.startswith("no ") else f"a {name}"
