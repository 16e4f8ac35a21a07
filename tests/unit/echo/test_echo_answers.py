"""What the echo provider answers when nothing is wrong with it."""

import base64
import math
import struct

import pytest

OPENAI_ERROR = {"message", "type", "param", "code"}


def test_chat_answers_with_what_the_user_said_last(echo):
    answer = echo.chat(
        messages=[
            {"role": "system", "content": "be brief"},
            {"role": "user", "content": "first"},
            {"role": "assistant", "content": None},
            {"role": "user", "content": "and  second"},
        ],
        model="any/model",
    )

    body = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.headers["x-echo-upstream"] == "a"
    assert body.pop("id").startswith("chatcmpl-")
    assert body.pop("created") > 1_700_000_000
    assert body == {
        "object": "chat.completion",
        "model": "any/model",
        "system_fingerprint": "echo-a",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": "echo: and  second", "refusal": None},
                "logprobs": None,
                "finish_reason": "stop",
            }
        ],
        "usage": {"prompt_tokens": 5, "completion_tokens": 3, "total_tokens": 8},
    }


def test_each_upstream_says_its_name(echo):
    answer = echo.chat(name="b")

    assert (answer.headers["x-echo-upstream"], answer.json()["system_fingerprint"]) == ("b", "echo-b")


def test_content_parts_are_read_and_images_are_passed_over(echo):
    parts = [
        {"type": "text", "text": "what is"},
        {"type": "image_url", "image_url": {"url": "data:,"}},
        {"type": "text", "text": "this"},
    ]

    assert echo.chat(parts).json()["choices"][0]["message"]["content"] == "echo: what is this"


@pytest.mark.parametrize("name", ["max_tokens", "max_completion_tokens"])
def test_a_limit_of_tokens_cuts_the_words(echo, name):
    body = echo.chat("one two three", **{name: 2}).json()

    assert body["choices"][0]["message"]["content"].split() == ["echo:", "one"]
    assert body["choices"][0]["finish_reason"] == "length"
    assert body["usage"]["completion_tokens"] == 2


def test_a_limit_that_is_just_reached_is_no_cut(echo):
    assert echo.chat("one two", max_tokens=3).json()["choices"][0]["finish_reason"] == "stop"


def test_a_prompt_of_some_megabytes_is_answered(echo):
    text = "word " * 500_000

    assert echo.chat(text).json()["usage"]["prompt_tokens"] == 500_000


def test_models_lists_what_was_asked_for(start_echo):
    assert [model["id"] for model in start_echo().models().json()["data"]] == ["echo", "echo-embedding"]
    listed = start_echo(models=["x/one", "two"]).models("b").json()
    assert listed == {
        "object": "list",
        "data": [
            {"id": "x/one", "object": "model", "created": 0, "owned_by": "echo-b"},
            {"id": "two", "object": "model", "created": 0, "owned_by": "echo-b"},
        ],
    }


def test_embeddings_are_the_same_for_the_same_text_and_have_length_one(echo):
    body = echo.embed(["one two", "three", "one two"]).json()

    first, second, third = (entry["embedding"] for entry in body["data"])
    assert [entry["index"] for entry in body["data"]] == [0, 1, 2]
    assert first == third
    assert first != second
    assert len(first) == 256
    assert math.hypot(*first) == pytest.approx(1, abs=1e-5)
    assert body["usage"] == {"prompt_tokens": 5, "total_tokens": 5}
    assert echo.embed("one two", name="b").json()["data"][0]["embedding"] == first


def test_embeddings_in_base64_are_the_same_numbers(echo):
    plain = echo.embed("text", dimensions=5).json()["data"][0]["embedding"]
    packed = echo.embed("text", dimensions=5, encoding_format="base64").json()["data"][0]["embedding"]

    assert len(plain) == 5
    assert list(struct.unpack("<5f", base64.b64decode(packed))) == plain


def test_health_is_answered_and_not_counted(echo):
    answer = echo.client.get(echo.url("/healthz"))

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert echo.counters()["requests"] == 0


@pytest.mark.parametrize(
    ("body", "message", "param"),
    [
        (b"{not json", "We could not parse the JSON body of your request. The API expects a JSON object.", None),
        (b"[]", "We could not parse the JSON body of your request. The API expects a JSON object.", None),
        (b"\xff", "We could not parse the JSON body of your request. The API expects a JSON object.", None),
        (b'{"messages": [{"role": "user", "content": "x"}]}', "you must provide a model parameter", "model"),
        (b'{"model": "m"}', "'messages' must be a list of at least one message object.", "messages"),
        (b'{"model": "m", "messages": ["x"]}', "'messages' must be a list of at least one message object.", "messages"),
        (
            b'{"model": "m", "messages": [{}], "max_tokens": 0}',
            "'max_tokens' must be a whole number, 1 or more.",
            "max_tokens",
        ),
    ],
)
def test_a_chat_request_that_is_wrong_gets_400_with_the_reason(echo, body, message, param):
    answer = echo.client.post(echo.url("/v1/chat/completions"), content=body)

    assert answer.status_code == 400
    assert answer.json() == {
        "error": {"message": message, "type": "invalid_request_error", "param": param, "code": None}
    }


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"input": []}, "'input' must be a text or a list of at least one text, none of them empty."),
        ({"input": ["a", ""]}, "'input' must be a text or a list of at least one text, none of them empty."),
        ({"encoding_format": "hex"}, "'encoding_format' must be 'float' or 'base64'."),
        ({"dimensions": 0}, "'dimensions' must be a whole number, 1 or more."),
        ({"dimensions": 8193}, "'dimensions' must be at most 8192."),
        ({"model": ""}, "you must provide a model parameter"),
    ],
)
def test_an_embeddings_request_that_is_wrong_gets_400_with_the_reason(echo, fields, message):
    answer = echo.embed(**fields) if "input" not in fields else echo.embed(fields["input"])

    assert (answer.status_code, answer.json()["error"]["message"]) == (400, message)


def test_an_unknown_path_gets_404_and_a_wrong_method_405(echo):
    unknown = echo.client.get(echo.url("/v1/nothing"))
    assert (unknown.status_code, unknown.json()) == (
        404,
        {
            "error": {
                "message": "Invalid URL (GET /v1/nothing)",
                "type": "invalid_request_error",
                "param": None,
                "code": None,
            }
        },
    )
    wrong = echo.client.get(echo.url("/v1/chat/completions"))
    assert (wrong.status_code, wrong.json()["error"]["message"]) == (405, "Not allowed to GET on /v1/chat/completions.")
    assert set(wrong.json()["error"]) == OPENAI_ERROR


def test_a_required_key_is_asked_for_at_its_upstream_only(start_echo):
    echo = start_echo(require_key=["a=KEY_OF_A"], environment={"KEY_OF_A": "sk-right-ä"})

    assert echo.chat(name="b").status_code == 200
    for key in (None, "Bearer sk-wrong", "Bearer", "sk-right-ä"):
        headers = {} if key is None else {"authorization": key.encode()}
        answer = echo.client.get(echo.url("/v1/models"), headers=headers)
        assert answer.status_code == 401
        assert answer.json()["error"] == {
            "message": "Incorrect API key provided. You can find your API key at "
            "https://platform.openai.com/account/api-keys.",
            "type": "invalid_request_error",
            "param": None,
            "code": "invalid_api_key",
        }
    right = echo.client.get(echo.url("/v1/models"), headers={"authorization": "Bearer sk-right-ä".encode()})
    assert right.status_code == 200
    assert echo.counters()["by_status"] == {"200": 1, "401": 4}


def test_delays_are_kept_where_tokens_are_made(start_echo, pauses):
    echo = start_echo(delay=0.2, chunk_delay=0.1)

    echo.models()
    assert sum(pauses) == 0
    echo.embed()
    assert sum(pauses) == 0.2
    pauses.clear()
    echo.chat("one two")
    assert sum(pauses) == pytest.approx(0.4)


def test_a_delay_takes_its_time(start_echo):
    assert start_echo(delay=0.2, chunk_delay=0.1).chat("one two").elapsed.total_seconds() >= 0.4
