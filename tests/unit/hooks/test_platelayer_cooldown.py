"""The rule for cooldowns, with a stand-in for the function of LiteLLM that it replaces."""

import sys
from types import ModuleType, SimpleNamespace

import pytest

from platelayer.hooks.platelayer_cooldown import install, names_model

PREFIX = "litellm.NotFoundError: NotFoundError: OpenaiException - "
NO_PATH = PREFIX + '{"error": {"message": "File Not Found: POST /v1/responses", "code": 404}}'
NO_MODEL = PREFIX + '{"error": {"message": "The model `qwen/qwen3` does not exist", "code": "model_not_found"}}'


@pytest.mark.parametrize(
    ("error", "model", "named"),
    [
        (NO_PATH, "hosted_vllm/qwen/qwen3", False),
        (NO_MODEL, "hosted_vllm/qwen/qwen3", True),
        (NO_MODEL, "hosted_vllm/qwen/qwen", False),
        (NO_MODEL, "hosted_vllm/qwen3", False),
        (PREFIX + "No model hosted_vllm/x here", "hosted_vllm/x", True),
        (PREFIX + "no such model: x.", "openai/x", True),
        # The words of LiteLLM itself are no answer of an upstream.
        (NO_PATH, "openai/OpenaiException", False),
        ("model x not found", "x", True),
        ("", "openai/x", False),
    ],
)
def test_an_error_names_the_model_or_not(error: str, model: str, named: bool) -> None:
    assert names_model(error, model) is named


@pytest.mark.parametrize(
    ("status", "error", "asked"),
    [
        (404, NO_PATH, False),
        ("404", NO_PATH, False),
        (404, NO_MODEL, True),
        (404, None, True),
        (401, NO_PATH, True),
        (500, NO_PATH, True),
    ],
)
def test_only_a_404_without_the_model_is_decided_otherwise(
    monkeypatch: pytest.MonkeyPatch, status: str | int, error: str | None, asked: bool
) -> None:
    handlers = ModuleType("litellm.router_utils.cooldown_handlers")
    handlers._is_cooldown_required = lambda *arguments: ("asked", *arguments[1:])
    package = ModuleType("litellm.router_utils")
    package.cooldown_handlers = handlers
    for module in (ModuleType("litellm"), package, handlers):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    install()
    deployment = SimpleNamespace(litellm_params=SimpleNamespace(model="hosted_vllm/qwen/qwen3"))
    router = SimpleNamespace(get_deployment=lambda model_id: deployment if model_id == "d" else None)
    answer = handlers._is_cooldown_required(
        litellm_router_instance=router, model_id="d", exception_status=status, exception_str=error
    )
    assert answer == (("asked", "d", status, error) if asked else False)
    unknown = handlers._is_cooldown_required(router, "gone", status, error)
    assert unknown == ("asked", "gone", status, error)
