"""The hook of the default model, with a stand-in for the class of LiteLLM that it changes."""

import asyncio
import sys
from types import ModuleType
from typing import Any

import pytest

from platelayer.hooks import platelayer_default_model


class Processing:
    """LiteLLM's preparation of a request: returns what it was given."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data

    async def common_processing_pre_call_logic(self, request: str, *, route_type: str) -> tuple[dict[str, Any], str]:
        return self.data, request


@pytest.mark.parametrize(
    ("route_type", "data", "model"),
    [
        ("acompletion", {"messages": []}, "chat"),
        ("acompletion", {"model": None}, "chat"),
        ("acompletion", {"model": ""}, "chat"),
        ("acompletion", {"model": "other"}, "other"),
        ("aembedding", {"input": "x"}, None),
    ],
)
def test_a_chat_without_a_model_gets_the_default(
    monkeypatch: pytest.MonkeyPatch, route_type: str, data: dict[str, Any], model: str | None
) -> None:
    module = ModuleType("litellm.proxy.common_request_processing")
    module.ProxyBaseLLMRequestProcessing = type("Processing", (Processing,), {})
    for name in ("litellm", "litellm.proxy"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setenv("PLATELAYER_DEFAULT_MODEL", "chat")
    platelayer_default_model.install()
    processing = module.ProxyBaseLLMRequestProcessing(dict(data))
    answered, request = asyncio.run(processing.common_processing_pre_call_logic("the request", route_type=route_type))
    assert (answered.get("model"), request) == (model, "the request")
    assert {**answered, "model": None} == {**data, "model": None}
