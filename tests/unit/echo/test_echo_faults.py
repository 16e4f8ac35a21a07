"""Every fault, as a client meets it."""

import contextlib
import json
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest


@pytest.mark.parametrize(
    ("status", "message", "kind", "code"),
    [
        (400, "Invalid request.", "invalid_request_error", None),
        (
            401,
            "Incorrect API key provided. You can find your API key at https://platform.openai.com/account/api-keys.",
            "invalid_request_error",
            "invalid_api_key",
        ),
        (
            402,
            "Insufficient credits. Add more using https://openrouter.ai/settings/credits",
            "insufficient_credits",
            402,
        ),
        (403, "user quota is not enough", "new_api_error", "insufficient_user_quota"),
        (
            404,
            "The model does not exist or you do not have access to it.",
            "invalid_request_error",
            "model_not_found",
        ),
        (408, "Request timed out.", "timeout", None),
        (429, "Rate limit reached for requests. Please try again later.", "requests", "rate_limit_exceeded"),
        (500, "The server had an error while processing your request. Sorry about that!", "server_error", None),
        (502, "Bad gateway.", "server_error", None),
        (503, "The engine is currently overloaded, please try again later.", "server_error", None),
        (504, "Gateway timeout.", "server_error", None),
        (529, "Overloaded", "overloaded_error", None),
        (418, "The request failed with status 418.", "invalid_request_error", None),
        (599, "The request failed with status 599.", "server_error", None),
    ],
)
def test_status(echo, status, message, kind, code):
    echo.fail(kind="status", status=status)

    for answer in (echo.chat(), echo.chat(stream=True), echo.embed(), echo.models()):
        assert answer.status_code == status
        assert answer.json() == {"error": {"message": message, "type": kind, "param": None, "code": code}}
        assert "retry-after" not in answer.headers
    assert echo.chat(name="b").status_code == 200
    assert echo.counters()["by_status"] == {str(status): 4}


def test_status_with_its_options(echo):
    echo.fail(kind="status", status=429, retry_after=1.5, message="Slow down.")

    answer = echo.chat()
    assert (answer.headers["retry-after"], answer.json()["error"]["message"]) == ("1.5", "Slow down.")
    assert answer.json()["error"]["code"] == "rate_limit_exceeded"
    echo.fail(kind="status", status=429, retry_after=2592000)
    assert echo.chat().headers["retry-after"] == "2592000"


def test_refuse_closes_the_port_of_one_upstream_and_opens_the_same_again(echo):
    assert echo.chat().status_code == 200  # leaves an open connection in the client's pool
    url = echo.url("/v1/models")

    state = echo.fail(kind="refuse")["a"]

    assert (state["listening"], state["fault"]) == (False, {"kind": "refuse"})
    for _ in range(2):
        with pytest.raises(httpx.ConnectError, match="Connection refused"):
            echo.client.get(url)
    assert echo.chat(name="b").status_code == 200
    echo.mend()
    assert echo.url("/v1/models") == url
    assert echo.client.get(url).status_code == 200
    assert echo.state()["listening"] is True


def test_refuse_drops_requests_under_way_at_once(start_echo):
    # Who waits for their answers fails by the client's patience.
    echo = start_echo(delay=3600)
    with ThreadPoolExecutor() as pool:
        waiting = [pool.submit(echo.chat) for _ in range(3)]
        echo.wait_until(lambda counters: counters["concurrent"]["now"] == 3)

        echo.fail(kind="refuse")

        for one in waiting:
            with pytest.raises(httpx.RemoteProtocolError):
                one.result()
    echo.wait_until(lambda counters: counters["concurrent"]["now"] == 0)
    counters = echo.counters()
    assert (counters["requests"], counters["cut_by_fault"], counters["aborted_by_client"]) == (3, 3, 0)


def test_another_fault_in_place_of_refuse_opens_the_port(echo):
    echo.fail(kind="refuse")
    echo.fail(kind="refuse")
    echo.fail(kind="status", status=500)

    assert echo.chat().status_code == 500


def test_refuse_under_load_is_quick_and_loses_no_count(echo):
    stop = threading.Event()

    def client():
        with httpx.Client() as own:
            while not stop.is_set():
                with contextlib.suppress(httpx.TransportError):
                    own.get(echo.url("/v1/models"))
                # Server, clients and test share one interpreter.
                time.sleep(0.005)

    with ThreadPoolExecutor() as pool:
        clients = [pool.submit(client) for _ in range(4)]
        try:
            # Waiting for idle connections would take a minute, which is more than the client's patience.
            for _ in range(5):
                echo.fail(kind="refuse")
                echo.mend()
        finally:
            stop.set()
        for one in clients:
            one.result()
    echo.wait_until(lambda counters: counters["concurrent"]["now"] == 0)
    counters = echo.counters()
    ended = counters["completed"] + counters["aborted_by_client"] + counters["cut_by_fault"]
    assert (ended, counters["aborted_by_client"]) == (counters["requests"], 0)


def test_hang_lasts_until_the_client_leaves(echo):
    echo.fail(kind="hang")

    url = httpx.URL(echo.url("/v1/chat/completions"))
    for stream in ("false", "true"):
        body = f'{{"model": "m", "messages": [{{"role": "user", "content": "x"}}], "stream": {stream}}}'
        with socket.create_connection((url.host, url.port)) as client:
            head = f"POST {url.path} HTTP/1.1\r\nhost: x\r\ncontent-length: {len(body)}\r\n\r\n"
            client.sendall(f"{head}{body}".encode())
            echo.wait_until(lambda counters: counters["concurrent"]["now"] == 1)
            client.settimeout(0.2)
            with pytest.raises(TimeoutError):
                client.recv(1)
        echo.wait_until(lambda counters: counters["concurrent"]["now"] == 0)
    assert echo.counters()["aborted_by_client"] == 2
    counters = echo.counters()
    assert (counters["completed"], counters["concurrent"]["now"], counters["by_status"]) == (0, 0, {})


def test_hang_with_seconds_breaks_the_connection_unanswered(echo):
    echo.fail(kind="hang", seconds=0.2)

    begin = time.monotonic()
    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        echo.chat()
    assert time.monotonic() - begin >= 0.2
    assert echo.counters()["cut_by_fault"] == 1


def test_slow_first_token_is_slow(echo):
    echo.fail(kind="slow_first_token", seconds=3600)
    with echo.stream() as answer:
        assert answer.status_code == 200
    echo.fail(kind="slow_first_token", seconds=0.1)
    for answer in (echo.chat(), echo.embed(), echo.models()):
        assert answer.status_code == 200
        assert answer.elapsed.total_seconds() >= 0.1


def test_slow_first_token_is_the_first_alone(echo, events, pauses):
    echo.fail(kind="slow_first_token", seconds=0.3)

    with echo.stream("one two") as answer:
        list(events(answer))
    assert pauses == [0.3, 0, 0]


def test_slow_tokens(echo, events, pauses):
    echo.fail(kind="slow_tokens", seconds=0.2)

    with echo.stream("one two") as answer:
        list(events(answer))
    assert pauses == [0, 0.2, 0.2]
    echo.chat("one")
    assert pauses[3:] == [0.2]
    # There are no tokens here: the fault is not seen, and not counted.
    echo.embed()
    assert sum(pauses[4:]) == 0
    assert echo.counters()["faulted"] == 2


@pytest.mark.parametrize(
    ("after_chunks", "arrives"),
    [
        (0, []),
        (1, ["", "echo: "]),
        (3, ["", "echo: ", "one ", "two"]),
        # There are only three: the cut comes after the last one, before the stream's end.
        (99, ["", "echo: ", "one ", "two"]),
    ],
)
def test_cut_in_a_stream(echo, events, after_chunks, arrives):
    echo.fail(kind="cut", after_chunks=after_chunks)

    content = []

    def read(answer):
        for event in events(answer):
            content.append(event["choices"][0]["delta"]["content"])

    with echo.stream("one two") as answer:
        assert answer.status_code == 200
        with pytest.raises(httpx.RemoteProtocolError, match="incomplete chunked read"):
            read(answer)
    assert content == arrives
    assert echo.counters()["cut_by_fault"] == 1


def test_a_cut_leaves_the_client_time_to_read_what_came_before(echo, events, pauses):
    echo.fail(kind="cut")

    with echo.stream() as answer, pytest.raises(httpx.TransportError):
        list(events(answer))
    assert pauses[-1] > 0.05


def test_cut_without_a_stream(echo):
    echo.fail(kind="cut")

    for ask in (echo.chat, echo.embed, echo.models):
        with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
            ask()
    counters = echo.counters()
    assert (counters["cut_by_fault"], counters["by_status"]) == (3, {"200": 3})


def test_malformed_chunk_in_a_stream_is_one_and_the_stream_goes_on(echo, events):
    echo.fail(kind="malformed_chunk", after_chunks=2)

    with echo.stream("one two") as answer:
        *chunks, done = events(answer)
    broken = chunks.pop(3)
    assert isinstance(broken, str)
    assert broken.startswith('{"id":"chatcmpl-')
    assert [chunk["choices"][0]["delta"].get("content") for chunk in chunks] == ["", "echo: ", "one ", "two", None]
    assert done == "[DONE]"


def test_malformed_without_a_stream_is_half_of_the_json(echo):
    whole = echo.models().text
    echo.fail(kind="malformed_chunk")

    answer = echo.models()
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.text == whole[: len(whole) // 2]
    with pytest.raises(json.JSONDecodeError):
        echo.chat().json()


def test_wrong_content_type(echo):
    echo.fail(kind="wrong_content_type")

    for answer in (echo.chat(), echo.chat(stream=True), echo.embed(), echo.models()):
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert answer.text.startswith("<!doctype html>")


def test_empty(echo):
    echo.fail(kind="empty")

    for answer in (echo.chat(), echo.embed(), echo.models()):
        assert (answer.status_code, answer.headers["content-type"], answer.content) == (200, "application/json", b"")
    stream = echo.chat(stream=True)
    assert (stream.headers["content-type"], stream.content) == ("text/event-stream; charset=utf-8", b"")


def test_context_window(echo):
    echo.fail(kind="context_window")

    for answer in (echo.chat("one two three"), echo.chat("one two three", stream=True), echo.embed("one two three")):
        assert answer.status_code == 400
        assert answer.json() == {
            "error": {
                "message": "This model's maximum context length is 8192 tokens. However, your messages resulted in "
                "8195 tokens. Please reduce the length of the messages.",
                "type": "invalid_request_error",
                "param": "messages",
                "code": "context_length_exceeded",
            }
        }
    assert echo.models().status_code == 200


def test_content_policy(echo):
    echo.fail(kind="content_policy")

    assert (echo.chat().status_code, echo.models().status_code) == (400, 200)
    assert echo.chat().json() == {
        "error": {
            "message": "Your request was rejected as a result of our safety system. Your prompt may contain text that "
            "is not allowed by our safety system.",
            "type": "invalid_request_error",
            "param": None,
            "code": "content_policy_violation",
        }
    }


def test_error_in_stream_ends_it_without_done(echo, events):
    echo.fail(kind="error_in_stream", after_chunks=2, status=429)

    with echo.stream("one two") as answer:
        assert answer.status_code == 200
        *chunks, last = events(answer)
    assert [chunk["choices"][0]["delta"]["content"] for chunk in chunks] == ["", "echo: ", "one "]
    error = {
        "message": "Rate limit reached for requests. Please try again later.",
        "type": "requests",
        "param": None,
        "code": "rate_limit_exceeded",
    }
    assert last == {"error": error}
    unary = echo.chat()
    assert (unary.status_code, unary.json()) == (200, {"error": error})
    assert echo.counters()["completed"] == 2


def test_times_counts_faulty_requests_and_then_switches_off(echo):
    echo.fail(kind="status", status=500, times=3, match_model="gpt-*")
    echo.chat(model="other")
    assert echo.state()["fault"] == {
        "kind": "status",
        "status": 500,
        "times": 3,
        "match_model": "gpt-*",
        "times_left": 3,
    }

    assert [echo.chat(model="gpt-5").status_code for _ in range(5)] == [500, 500, 500, 200, 200]
    assert echo.state()["fault"] is None
    assert echo.counters()["faulted"] == 3


def test_match_model_is_a_pattern_and_spares_requests_without_a_model(echo):
    echo.fail(kind="status", status=503, match_model="z-ai/*")

    assert [echo.chat(model=model).status_code for model in ("z-ai/glm", "Z-AI/glm", "glm")] == [503, 200, 200]
    assert (echo.embed(model="z-ai/e").status_code, echo.models().status_code) == (503, 200)


def test_match_path(echo):
    echo.fail(kind="status", status=503, match_path="models")

    assert (echo.models().status_code, echo.chat().status_code, echo.embed().status_code) == (503, 200, 200)


def test_probability_is_repeatable_with_a_seed(echo):
    def draw(seed):
        echo.fail(kind="status", status=500, probability=0.5, seed=seed)
        return [echo.models().status_code for _ in range(40)]

    first = draw(1)
    assert 8 < first.count(500) < 32
    assert draw(1) == first
    assert draw(2) != first


@pytest.mark.parametrize(("probability", "status"), [(0, 200), (1, 500)])
def test_probability_at_its_ends(echo, probability, status):
    echo.fail(kind="status", status=500, probability=probability)

    assert {echo.models().status_code for _ in range(20)} == {status}
