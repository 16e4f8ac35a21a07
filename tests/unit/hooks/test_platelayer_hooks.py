"""The hooks, with a stand-in for the class of LiteLLM that they extend."""

import asyncio
import importlib
import sys
from types import ModuleType
from typing import Any

import pytest


@pytest.fixture
def hooks(monkeypatch: pytest.MonkeyPatch) -> Any:
    custom_logger = ModuleType("litellm.integrations.custom_logger")
    custom_logger.CustomLogger = type("CustomLogger", (), {})
    for name in ("litellm", "litellm.integrations"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setitem(sys.modules, custom_logger.__name__, custom_logger)
    monkeypatch.delitem(sys.modules, "platelayer.hooks.platelayer_hooks", raising=False)
    monkeypatch.setenv("PLATELAYER_DEFAULT_MODEL", "chat")
    return importlib.import_module("platelayer.hooks.platelayer_hooks")


@pytest.mark.parametrize(
    ("call_type", "data", "model"),
    [
        ("acompletion", {"messages": []}, "chat"),
        ("acompletion", {"model": None}, "chat"),
        ("acompletion", {"model": ""}, "chat"),
        ("acompletion", {"model": "other"}, "other"),
        ("aembedding", {"input": "x"}, None),
    ],
)
def test_a_chat_without_a_model_gets_the_default(hooks: Any, call_type: str, data: dict[str, Any], model: str) -> None:
    answered = asyncio.run(hooks.default_model.async_pre_call_hook({}, None, dict(data), call_type))
    assert answered.get("model") == model
    assert {**answered, "model": None} == {**data, "model": None}
