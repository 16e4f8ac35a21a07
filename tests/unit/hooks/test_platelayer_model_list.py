"""What clients are told about models, with stand-ins for the functions of LiteLLM that are replaced."""

import sys
from types import ModuleType
from typing import Any

import pytest

from platelayer.hooks.platelayer_model_list import install

DEPLOYMENT = {
    "model_name": "a",
    "litellm_params": {
        "model": "hosted_vllm/x",
        "api_base": "http://192.0.2.20:8080/v1",
        "input_cost_per_token": 1e-6,
        "extra_headers": {"X-Key": "planted"},
    },
    "model_info": {"id": "a/box"},
}
SHOWN = {**DEPLOYMENT, "litellm_params": {"model": "hosted_vllm/x", "input_cost_per_token": 1e-6}}


@pytest.fixture
def modules(monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any]:
    server, checks = ModuleType("litellm.proxy.proxy_server"), ModuleType("litellm.proxy.auth.model_checks")
    server._model_info_json_response = lambda data: {"data": data}
    checks.get_known_models_from_wildcard = lambda wildcard_model: ["gpt-4o"]
    proxy, auth = ModuleType("litellm.proxy"), ModuleType("litellm.proxy.auth")
    proxy.proxy_server, auth.model_checks = server, checks
    for module in (ModuleType("litellm"), proxy, auth, server, checks):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    install()
    return server, checks


def test_model_info_shows_no_address(modules: tuple[Any, Any]) -> None:
    server, _ = modules
    assert server._model_info_json_response([DEPLOYMENT]) == {"data": [SHOWN]}
    assert server._model_info_json_response(DEPLOYMENT) == {"data": SHOWN}
    assert server._model_info_json_response([{"model_name": "b"}]) == {
        "data": [{"model_name": "b", "litellm_params": {}}]
    }


def test_a_wildcard_lists_no_models(modules: tuple[Any, Any]) -> None:
    _, checks = modules
    assert checks.get_known_models_from_wildcard(wildcard_model="*") == []
