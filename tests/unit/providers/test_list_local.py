"""Servers that tell no prices: Ollama, vLLM, llama.cpp, CLIProxyAPI, Volces Ark."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest
from lists import HOST, Canned, answers, by_id, gathered, listed, parsed, words

from platelayer.gateway.build import build
from platelayer.providers.ollama import fetch_list
from platelayer.schema import parse
from platelayer.schema.catalog import CatalogModel, Price

# A server of one's own costs nothing by the token.
NOTHING = Price(Decimal(0), "a server of one's own")
FREE = {"input": NOTHING, "output": NOTHING}
NO_COST = dict.fromkeys(FREE, Price(Decimal(0), "a subscription"))
OLLAMA = [
    # `num_ctx` is what it serves, less than what the model was trained for.
    CatalogModel(id="llama3:latest", prices=FREE, max_input_tokens=4096, abilities=("tools",)),
    CatalogModel(
        id="qwen3-vl:8b",
        prices=FREE,
        max_input_tokens=262144,
        input_modalities=("text", "image"),
        abilities=("tools", "vision", "reasoning"),
    ),
    # More than it was trained for is of no use.
    CatalogModel(id="nomic-embed-text:latest", prices={"input": NOTHING}, mode="embedding", max_input_tokens=2048),
    CatalogModel(id="mystery:1b", prices=FREE),
]
COMPATIBLE = [
    CatalogModel(id="Qwen/Qwen3.5-35B-A3B", max_input_tokens=65536),
    CatalogModel(
        id="/models/gemma-3-27b.gguf",
        max_input_tokens=16384,
        input_modalities=("text", "image"),
        abilities=("vision",),
    ),
    CatalogModel(id="unloaded", max_input_tokens=32768),
    CatalogModel(id="bare"),
    CatalogModel(id="generous", max_input_tokens=8192, max_output_tokens=1024),
]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("ollama", OLLAMA),
        ("openai_compatible", COMPATIBLE),
        ("cliproxyapi", [CatalogModel(id=name, prices=NO_COST) for name in ("claude-sonnet-4-6", "gpt-5")]),
        ("volces_ark", [CatalogModel(id="doubao-seed-2-0-pro-260215"), CatalogModel(id="deepseek-v3-2-251201")]),
    ],
)
def test_every_field_is_read(kind: str, expected: list[CatalogModel]) -> None:
    found = listed(kind, kind)
    assert list(found.models) == expected
    assert (found.refused, found.notes) == ((), ())


@pytest.mark.parametrize(
    ("kind", "models", "refused", "notes"),
    [
        (
            "openai_compatible",
            [
                # Its price has no unit that anyone knows.
                CatalogModel(id="priced"),
                CatalogModel(id="odd"),
                CatalogModel(id="#comment: {}", max_input_tokens=4096),
                CatalogModel(id="../../etc/passwd"),
            ],
            ["[0]: the entry is the value 'True'", "[1]: id an object is not a string"],
            [
                "odd: max_model_len 'a lot' is not a number of tokens",
                "#comment: {}: max_output_tokens '1E+30' is not a number of tokens",
            ],
        ),
        (
            "cliproxyapi",
            [CatalogModel(id="gpt-5", prices=NO_COST)],
            [
                "[1]: id is missing",
                "gpt-5: id appears twice; the first entry is used",
                "[3]: the entry is the value '0'",
            ],
            [],
        ),
        (
            "volces_ark",
            [CatalogModel(id="豆包-seed")],
            ["[1]: id '�gpj.exe' has a blank at an end or characters that cannot be printed", "[2]: id is missing"],
            ["豆包-seed: max_model_len 'True' is not a number of tokens"],
        ),
        (
            "ollama",
            [
                CatalogModel(id="odd:1b", prices=FREE),
                CatalogModel(id="text:1b", prices=FREE, max_input_tokens=32768, abilities=("audio",)),
                CatalogModel(id="{{ 7 - 7 }}:1b", prices=FREE),
            ],
            [
                "[0]: the entry is missing",
                "[1]: name is missing",
                "[2]: name a list is not a string",
                f"fails:1b: /api/show {HOST}/api/show: answered 404, there is no such address",
                "says-no:1b: /api/show answered 'model 'says-no:1b' �[31mnot found'",
                "a-list:1b: /api/show answered a list",
                "odd:1b: name appears twice; the first entry is used",
            ],
            [
                "odd:1b: llama.context_length '-1' is not a number of tokens",
                "text:1b: num_ctx '99999999999999999999999' is not a number of tokens",
            ],
        ),
    ],
)
def test_each_wrong_entry_costs_itself_and_says_why(
    kind: str, models: list[CatalogModel], refused: list[str], notes: list[str]
) -> None:
    found = listed(kind, f"{kind}_hostile")
    assert words(found.refused) == refused
    assert words(found.notes) == notes
    assert list(found.models) == models


MODELS = {"data": [{"id": "qwen3.5-35b-a3b"}, {"id": "BAAI/bge-m3"}, {"id": "bge-reranker-v2-m3"}]}


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("openai_compatible", MODELS),
        ("volces_ark", MODELS),
        ("cliproxyapi", MODELS),
        ("new_api", {"models": MODELS, "pricing": {"data": []}}),
        ("litellm", {"data": [{"model_name": model["id"], "model_info": {"mode": None}} for model in MODELS["data"]]}),
    ],
)
def test_where_a_list_tells_no_mode_the_id_decides_what_include_serves(kind: str, payload: Any) -> None:
    provider = {"kind": kind, "api_base": HOST, "api_key": "k", "include": ["*"]}
    gateway = build(parse({"providers": {"box": provider}}), {"box": by_id(parsed(kind, payload))}).raise_problems()
    assert {deployment.model_name: deployment.model_info["mode"] for deployment in gateway.deployments} == {
        "qwen3.5-35b-a3b": "chat",
        "BAAI/bge-m3": "embedding",
        "bge-reranker-v2-m3": "rerank",
    }


def test_what_ollama_says_is_kept_without_tensors_licences_and_vocabularies() -> None:
    shown = gathered("ollama", answers("ollama"))["show"]["llama3:latest"]
    assert shown == {
        "parameters": 'stop "<|eot_id|>"\nnum_ctx 4096\ntemperature 0.7',
        "model_info": {
            "general.architecture": "llama",
            "general.parameter_count": 8030261312,
            "llama.context_length": 8192,
        },
        "capabilities": ["completion", "tools"],
    }


@pytest.mark.parametrize("base", ["", "/", "/v1", "/v1/"])
def test_ollama_is_asked_beside_v1_once_per_model(base: str) -> None:
    transport = Canned(answers("ollama"))
    asyncio.run(fetch_list(transport, HOST + base))
    assert sorted(transport.asked) == [
        "GET /api/tags",
        "POST /api/show llama3:latest",
        "POST /api/show mystery:1b",
        "POST /api/show nomic-embed-text:latest",
        "POST /api/show qwen3-vl:8b",
    ]


def test_a_bare_list_of_ollama_s_kind_is_a_list_too() -> None:
    said: dict[str, Any] = answers("ollama")
    said["GET /api/tags"] = said["GET /api/tags"]["models"]
    assert list(parsed("ollama", gathered("ollama", said)).models) == OLLAMA
