"""Checks of the gateway itself: its health, its refusal of missing and wrong keys, and its model list."""

import secrets

from . import messages
from .client import GatewayAnswer, GatewayClient
from .errors import NoAnswerError
from .model_selection import DeploymentInfo, ListedModel, parse_deployments, parse_model_list
from .report import CheckResult

MODELS_PATH = "/v1/models"


async def check_liveness(gateway: GatewayClient) -> CheckResult:
    """Check that the process answers. Raises NoAnswerError if there is no HTTP answer at all."""
    path = "/health/liveliness"
    return _judge_health("liveness", gateway, await gateway.get(path, key=""), path)


async def check_readiness(gateway: GatewayClient) -> CheckResult:
    """Check that the gateway takes requests."""
    path = "/health/readiness"
    try:
        answer = await gateway.get(path, key="")
    except NoAnswerError as error:
        return CheckResult("readiness", "failed", None, str(error))
    return _judge_health("readiness", gateway, answer, path)


async def check_missing_key(gateway: GatewayClient) -> CheckResult:
    """Check that a request without a key is refused with 401."""
    return await _check_refusal("no key", gateway, "")


async def check_wrong_key(gateway: GatewayClient) -> CheckResult:
    """Check that a random key is refused: with 401, or with the 400 of a LiteLLM without a database."""
    return await _check_refusal("wrong key", gateway, f"sk-{secrets.token_hex(16)}")


async def check_model_list(gateway: GatewayClient) -> tuple[CheckResult, tuple[ListedModel, ...]]:
    """Fetch the model list, wildcards included both as such and expanded. An empty list is a failure."""
    try:
        answer = await gateway.get(MODELS_PATH, return_wildcard_routes="true")
    except NoAnswerError as error:
        return CheckResult("model list", "failed", None, str(error)), ()
    listed = parse_model_list(answer.body)
    if answer.status != 200 or listed is None:
        detail = gateway.describe_refusal(answer)
        if messages.extract_error_type(answer.body) == "no_db_connection":
            detail += " (LiteLLM without a database answers this to every key but its master key; check the key)"
        return CheckResult("model list", "failed", answer.status, detail), ()
    if not listed:
        return CheckResult("model list", "failed", 200, f"{MODELS_PATH} lists no model for this key"), ()
    count = len({model.name for model in listed if not model.is_wildcard})
    expanded = ", wildcards expanded" if any(model.is_wildcard for model in listed) else ""
    detail = f"{MODELS_PATH} lists {count} model{'s' * (count != 1)}{expanded}"
    return CheckResult("model list", "passed", 200, detail), listed


async def fetch_deployments(gateway: GatewayClient) -> tuple[DeploymentInfo, ...]:
    """Return the deployments behind the model names; empty if the gateway does not tell."""
    try:
        answer = await gateway.get("/v1/model/info")
    except NoAnswerError:
        return ()
    return parse_deployments(answer.body)


async def fetch_configured_name(gateway: GatewayClient, deployment: str) -> str:
    """Return the `model_name` of a deployment id as configured, wildcards unexpanded; empty if unknown."""
    try:
        answer = await gateway.get("/v1/model/info", litellm_model_id=deployment)
    except NoAnswerError:
        return ""
    return next((info.name for info in parse_deployments(answer.body)), "")


def _judge_health(name: str, gateway: GatewayClient, answer: GatewayAnswer, path: str) -> CheckResult:
    if answer.status == 200 and not answer.text.lstrip().startswith("<"):
        return CheckResult(name, "passed", 200, f"{path} answered 200")
    return CheckResult(name, "failed", answer.status, f"{path}: {gateway.describe_refusal(answer)}")


async def _check_refusal(name: str, gateway: GatewayClient, key: str) -> CheckResult:
    try:
        answer = await gateway.get(MODELS_PATH, key=key)
    except NoAnswerError as error:
        return CheckResult(name, "failed", None, str(error))
    request = "a request with a wrong key" if key else "a request without a key"
    if answer.status == 401:
        return CheckResult(name, "passed", 401, f"{request} was refused with 401")
    if key and answer.status == 400 and messages.extract_error_type(answer.body) == "no_db_connection":
        detail = f"{request} was refused with 400 no_db_connection, as LiteLLM does without a database"
        return CheckResult(name, "passed", 400, detail)
    if 200 <= answer.status < 300:
        detail = f"{request} was answered with {answer.status} instead of 401: anyone can use this gateway"
    else:
        detail = f"{request} was not refused with 401: {gateway.describe_refusal(answer)}"
    return CheckResult(name, "failed", answer.status, detail)
