"""The control API and the counters."""

import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

ZERO = {
    "requests": 0,
    "chat": 0,
    "embeddings": 0,
    "models": 0,
    "other": 0,
    "streams": 0,
    "faulted": 0,
    "completed": 0,
    "aborted_by_client": 0,
    "cut_by_fault": 0,
    "by_status": {},
    "concurrent": {"now": 0, "max": 0},
    "last_request": None,
}


def test_without_control_no_fault_can_be_switched_on(start_echo):
    echo = start_echo(control=None)

    assert echo.control is None
    for path in ("/upstreams", "/upstreams/a/fault", "/reset"):
        assert echo.client.put(echo.url(path), json={"kind": "empty"}).status_code == 404
    assert echo.chat().status_code == 200


def test_the_state_of_all_upstreams(echo):
    state = echo.client.get(f"{echo.control}/upstreams").json()

    assert list(state) == ["a", "b"]
    address = echo.url("").removeprefix("http://")
    assert state["a"] == {
        "address": address,
        "url": f"http://{address}/v1",
        "listening": True,
        "fault": None,
        "counters": ZERO,
    }
    assert echo.client.get(f"{echo.control}/upstreams/b").json() == {"b": state["b"]}


def test_requests_are_counted_where_they_arrive(echo):
    begun = time.monotonic()
    echo.chat(model="x/y")
    echo.chat(stream=True)
    echo.embed()
    echo.models()
    echo.client.get(echo.url("/nothing"))
    echo.client.post(echo.url("/v1/chat/completions"), content=b"?")
    echo.chat(name="b", model="x/z")

    counters = echo.counters()
    last = counters.pop("last_request")
    assert counters | {"last_request": None} == ZERO | {
        "requests": 6,
        "chat": 3,
        "embeddings": 1,
        "models": 1,
        "other": 1,
        "streams": 1,
        "completed": 6,
        "by_status": {"200": 4, "400": 1, "404": 1},
        "concurrent": {"now": 0, "max": 1},
    }
    assert (last["path"], last["model"]) == ("/v1/chat/completions", None)
    last = echo.counters("b")["last_request"]
    assert (last["path"], last["model"]) == ("/v1/chat/completions", "x/z")
    assert 0 <= last["seconds_ago"] <= time.monotonic() - begun


def test_concurrency_now_and_at_most(start_echo, end_pause):
    echo = start_echo(delay=0.4)
    with ThreadPoolExecutor() as pool:
        waiting = [pool.submit(echo.chat) for _ in range(3)]
        echo.wait_until(lambda counters: counters["concurrent"]["now"] == 3)
        assert echo.counters()["concurrent"] == {"now": 3, "max": 3}
        echo.client.post(f"{echo.control}/upstreams/a/reset")
        assert echo.counters() == ZERO | {"concurrent": {"now": 3, "max": 3}}
        for _ in range(4):
            end_pause()
        assert {one.result().status_code for one in waiting} == {200}
    echo.models()
    counters = echo.counters()
    assert (counters["requests"], counters["completed"], counters["concurrent"]) == (1, 1, {"now": 0, "max": 3})


def test_a_client_that_leaves_a_stream_is_counted_soon(echo):
    echo.fail(kind="slow_tokens", seconds=30)
    with httpx.Client() as client:
        body = {"model": "m", "messages": [{"role": "user", "content": "x"}], "stream": True}
        with client.stream("POST", echo.url("/v1/chat/completions"), json=body) as answer:
            next(answer.iter_lines())
    echo.wait_until(lambda counters: counters["aborted_by_client"] == 1)

    counters = echo.counters()
    assert (counters["aborted_by_client"], counters["completed"], counters["concurrent"]["now"]) == (1, 0, 0)


def test_star_switches_all_and_delete_switches_off(echo):
    answer = echo.client.put(f"{echo.control}/upstreams/*/fault", json={"kind": "status", "status": 500, "times": 1})

    assert {name: state["fault"]["times_left"] for name, state in answer.json().items()} == {"a": 1, "b": 1}
    # Each upstream counts its own.
    assert [echo.chat(name=name).status_code for name in "aabb"] == [500, 200, 500, 200]
    echo.fail("*", kind="empty")
    answer = echo.client.delete(f"{echo.control}/upstreams/*/fault")
    assert {name: state["fault"] for name, state in answer.json().items()} == {"a": None, "b": None}


def test_reset_clears_faults_and_counters_everywhere(echo):
    echo.chat()
    echo.chat(name="b")
    echo.fail("a", kind="refuse")
    echo.fail("b", kind="hang")

    answer = echo.client.post(f"{echo.control}/reset")

    assert answer.status_code == 200
    for state in answer.json().values():
        assert (state["listening"], state["fault"], state["counters"]) == (True, None, ZERO)
    assert (echo.chat().status_code, echo.chat(name="b").status_code) == (200, 200)


def test_reset_of_counters_leaves_the_fault(echo):
    echo.fail(kind="status", status=500)
    echo.chat()

    answer = echo.client.post(f"{echo.control}/upstreams/a/reset").json()

    assert (answer["a"]["counters"], answer["a"]["fault"]) == (ZERO, {"kind": "status", "status": 500})


@pytest.mark.parametrize(
    ("method", "path", "content", "status", "error"),
    [
        ("PUT", "/upstreams/c/fault", '{"kind": "hang"}', 404, "there is no upstream 'c'; write one of: a, b, *"),
        ("POST", "/upstreams/c/reset", "", 404, "there is no upstream 'c'; write one of: a, b, *"),
        ("GET", "/upstream", "", 404, "404: Not Found"),
        ("POST", "/upstreams", "", 405, "405: Method Not Allowed"),
        (
            "PUT",
            "/upstreams/a/fault",
            "kind: hang",
            422,
            'the body is not JSON; write for example {"kind": "status", "status": 429}',
        ),
        (
            "PUT",
            "/upstreams/a/fault",
            '{"kind": "status", "status": 42}',
            422,
            "status: 42 cannot be used; write a whole number from 400 to 599",
        ),
    ],
)
def test_what_cannot_be_done_is_said_in_words(echo, method, path, content, status, error):
    echo.fail(kind="empty")

    answer = echo.client.request(method, f"{echo.control}{path}", content=content)

    assert (answer.status_code, answer.json()) == (status, {"error": error})
    assert echo.state()["fault"] == {"kind": "empty"}


def test_a_port_that_was_taken_meanwhile_is_said_and_tried_again(echo, start_echo):
    address = echo.state()["address"]
    echo.fail(kind="refuse")
    thief = start_echo(upstreams=[f"thief={address}"])

    answer = echo.client.delete(f"{echo.control}/upstreams/a/fault")

    sentence = f"'a' cannot listen on {address}: address already in use; free that port or choose another"
    assert (answer.status_code, answer.json()) == (503, {"error": sentence})
    assert echo.state()["fault"] == {"kind": "refuse"}
    thief.fail("thief", kind="refuse")
    echo.mend()
    assert echo.chat().status_code == 200
