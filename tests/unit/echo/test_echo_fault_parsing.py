"""Parsing of faults: which are accepted, and with which sentence the others are refused."""

import pytest

from platelayer.echo.errors import FaultError
from platelayer.echo.fault_parsing import parse_fault

KINDS = (
    "content_policy, context_window, cut, empty, error_in_stream, hang, malformed_chunk, refuse, "
    "slow_first_token, slow_tokens, status, wrong_content_type"
)


@pytest.mark.parametrize(
    "data",
    [
        {"kind": "status", "status": 429, "retry_after": 0.5, "message": "no", "times": 3},
        {
            "kind": "status",
            "status": 599,
            "probability": 0.5,
            "seed": 7,
            "match_model": "gpt-*",
            "match_path": "models",
        },
        {"kind": "refuse"},
        {"kind": "hang"},
        {"kind": "hang", "seconds": 0},
        {"kind": "slow_first_token", "seconds": 1.5},
        {"kind": "slow_tokens", "seconds": 1},
        {"kind": "cut", "after_chunks": 0},
        {"kind": "malformed_chunk", "after_chunks": 2},
        {"kind": "error_in_stream", "after_chunks": 1, "status": 429, "message": "later"},
        {"kind": "wrong_content_type"},
        {"kind": "empty", "times": 1},
        {"kind": "context_window", "match_path": "chat"},
        {"kind": "content_policy"},
    ],
    ids=lambda data: data["kind"],
)
def test_a_fault_can_be_read_and_shown_again(data):
    assert parse_fault(data).as_json() == data


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ([], 'a fault is a JSON object; write for example {"kind": "status", "status": 429}'),
        ({}, f"kind: null is not a fault; write one of: {KINDS}"),
        ({"kind": "slow"}, f"kind: 'slow' is not a fault; write one of: {KINDS}"),
        ({"kind": ["hang"]}, f"kind: ['hang'] is not a fault; write one of: {KINDS}"),
        ({"kind": "status"}, "status: 'status' needs it; write a whole number from 400 to 599"),
        ({"kind": "status", "status": 200}, "status: 200 cannot be used; write a whole number from 400 to 599"),
        ({"kind": "status", "status": 600}, "status: 600 cannot be used; write a whole number from 400 to 599"),
        ({"kind": "status", "status": "429"}, "status: '429' cannot be used; write a whole number from 400 to 599"),
        ({"kind": "status", "status": True}, "status: True cannot be used; write a whole number from 400 to 599"),
        (
            {"kind": "status", "status": 429, "retry_after": -1},
            "retry_after: -1 cannot be used; write seconds, 0 or more",
        ),
        ({"kind": "status", "status": 429, "message": ""}, "message: '' cannot be used; write a text"),
        ({"kind": "slow_tokens"}, "seconds: 'slow_tokens' needs it; write seconds, 0 or more"),
        (
            {"kind": "hang", "seconds": float("inf")},
            "seconds: inf cannot be used; write seconds, 0 or more",
        ),
        ({"kind": "hang", "seconds": None}, "seconds: null cannot be used; write seconds, 0 or more"),
        ({"kind": "cut", "after_chunks": -1}, "after_chunks: -1 cannot be used; write a whole number, 0 or more"),
        ({"kind": "empty", "times": 0}, "times: 0 cannot be used; write a whole number, 1 or more"),
        ({"kind": "empty", "probability": 1.1}, "probability: 1.1 cannot be used; write a number from 0 to 1"),
        ({"kind": "empty", "seed": 0.5}, "seed: 0.5 cannot be used; write a whole number"),
        ({"kind": "empty", "match_model": 1}, "match_model: 1 cannot be used; write a shell pattern such as 'gpt-*'"),
        (
            {"kind": "empty", "match_path": "/v1/models"},
            "match_path: '/v1/models' cannot be used; write one of: chat, embeddings, models",
        ),
        (
            {"kind": "context_window", "match_path": "models"},
            "match_path: 'context_window' has no effect on 'models' requests; write one of: chat, embeddings",
        ),
        (
            {"kind": "cut", "afterchunks": 1},
            "afterchunks: 'cut' has no such option; "
            "write one of: after_chunks, match_model, match_path, probability, seed, times",
        ),
        ({"kind": "refuse", "times": 1}, "times: 'refuse' has no such option; it has no options"),
    ],
)
def test_a_fault_that_cannot_be_used_is_refused_in_words(data, sentence):
    with pytest.raises(FaultError) as refused:
        parse_fault(data)

    assert str(refused.value) == sentence
