"""What clients get while providers fail: the next layer or the fallback, and the first choice again afterwards."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator

import pytest
from gateways import Gateway, GatewayAnswer, wait_until

LAYERS = ("auto-chat/1-relay", "auto-chat/2-paid", "auto-chat/3-box")
# The scenario's cooldown_time, stream_timeout and timeout, in seconds.
COOLDOWN, STREAM_TIMEOUT, TIMEOUT = 3, 3, 10


@pytest.fixture(scope="module", autouse=True)
def healthy_afterwards(gateways) -> Iterator[None]:
    """Other modules find no deployment that is still left alone."""
    yield
    for gateway in gateways.values():
        wait_until_healthy(gateway)


@pytest.fixture
def healthy(gateways, upstreams, request) -> Gateway:
    """A gateway, by its name, of which no deployment is left alone any more."""
    wait_until_healthy(gateways[request.param])
    upstreams.reset()
    return gateways[request.param]


# Tests take turns, so that the deployments of one gateway come back while the other is asked.
on_12 = pytest.mark.parametrize("healthy", ["gateway12"], indirect=True)
on_13 = pytest.mark.parametrize("healthy", ["gateway13"], indirect=True)


def wait_for(gateway: Gateway, model: str, deployment: str) -> None:
    """Return when a deployment answers; layers before it are tried again once their cooldown is over."""
    wait_until(lambda: gateway.chat(model), lambda answer: answer.deployment == deployment)


def wait_until_healthy(gateway: Gateway) -> None:
    """Return when the first choice of every model answers."""
    for model, deployment in {"auto-chat": LAYERS[0], "local": "local/box", "chat": "chat/relay"}.items():
        wait_for(gateway, model, deployment)


def answered(answer: GatewayAnswer) -> tuple[int, str | None, str]:
    """What a client sees."""
    return answer.status, answer.deployment, answer.text


@on_12
def test_the_first_layer_takes_everything_while_it_can(healthy, upstreams) -> None:
    served = Counter(healthy.chat("auto-chat").deployment for _ in range(20))
    assert served == {LAYERS[0]: 20}
    assert upstreams.asked() == {"relay": 20}


@pytest.mark.parametrize(
    ("healthy", "ask", "fault"),
    [
        pytest.param("gateway13", Gateway.chat, {"kind": "status", "status": 500}, id="500"),
        pytest.param("gateway12", Gateway.stream, {"kind": "status", "status": 500}, id="500-streamed"),
        pytest.param("gateway13", Gateway.chat, {"kind": "status", "status": 429}, id="429"),
        pytest.param("gateway12", Gateway.stream, {"kind": "refuse"}, id="connection-refused-streamed"),
    ],
    indirect=["healthy"],
)
def test_the_second_layer_answers_when_the_first_fails(healthy, upstreams, ask, fault) -> None:
    upstreams.fail("relay", **fault)
    assert answered(ask(healthy, "auto-chat")) == (200, LAYERS[1], "echo: hello")
    # Each was asked once, no layer a second time. A closed port counts nothing.
    assert upstreams.asked() == ({"relay": 1} if fault["kind"] == "status" else {}) | {"paid": 1}


@on_13
def test_a_layer_that_hangs_costs_no_more_than_the_stream_timeout(healthy, upstreams) -> None:
    upstreams.fail("relay", kind="hang")
    begin = time.monotonic()
    assert answered(healthy.stream("auto-chat")) == (200, LAYERS[1], "echo: hello")
    assert STREAM_TIMEOUT - 0.5 < time.monotonic() - begin < TIMEOUT


@on_12
def test_a_failing_layer_is_left_alone_and_then_taken_back(healthy, upstreams) -> None:
    upstreams.fail("relay", kind="status", status=500)
    begin = time.monotonic()
    served = Counter(healthy.chat("auto-chat").deployment for _ in range(10))
    retaken = (time.monotonic() - begin) // COOLDOWN
    assert served == {LAYERS[1]: 10}
    asked = upstreams.asked()
    assert asked.keys() == {"relay", "paid"}
    assert asked["paid"] == 10
    assert 1 <= asked["relay"] <= 1 + retaken
    upstreams.mend("relay")
    wait_for(healthy, "auto-chat", LAYERS[0])


@on_13
def test_the_third_layer_answers_when_two_fail_and_the_first_afterwards(healthy, upstreams) -> None:
    upstreams.fail("relay", kind="refuse")
    upstreams.fail("paid", kind="status", status=500)
    served = Counter(healthy.chat("auto-chat").deployment for _ in range(5))
    assert served == {LAYERS[2]: 5}
    upstreams.mend("*")
    wait_for(healthy, "auto-chat", LAYERS[0])


@on_12
def test_a_model_falls_back_to_another(healthy, upstreams) -> None:
    upstreams.fail("box", kind="refuse")
    assert answered(healthy.chat("local")) == (200, "chat/relay", "echo: hello")
    assert answered(healthy.stream("local")) == (200, "chat/relay", "echo: hello")
    upstreams.mend("box")
    wait_for(healthy, "local", "local/box")


@on_13
def test_a_failing_provider_does_not_touch_the_models_of_others(healthy, upstreams) -> None:
    upstreams.fail("relay", kind="status", status=500)
    assert healthy.chat("chat").status == 500
    assert answered(healthy.chat("local")) == (200, "local/box", "echo: hello")
    assert answered(healthy.chat("any/thing")) == (200, "any/*/box", "echo: hello")
    # Where load is shared without retries, the first failure is the client's; after it the others take everything.
    begin = time.monotonic()
    served = Counter(healthy.chat("shared").deployment for _ in range(10))
    retaken = (time.monotonic() - begin) // COOLDOWN
    assert served["shared/paid"] >= 9 - retaken, served


@on_12
def test_a_failing_model_does_not_touch_others_of_its_provider(healthy, upstreams) -> None:
    upstreams.fail("relay", kind="status", status=500, match_model="auto-1")
    assert answered(healthy.chat("auto-chat")) == (200, LAYERS[1], "echo: hello")
    assert answered(healthy.chat("chat")) == (200, "chat/relay", "echo: hello")


@on_12
def test_a_model_that_nothing_can_replace_is_asked_again_at_once(healthy, upstreams) -> None:
    upstreams.fail("relay", kind="status", status=500)
    assert [healthy.chat("chat").status for _ in range(3)] == [500] * 3
    assert upstreams.asked() == {"relay": 3}
    upstreams.mend("relay")
    assert answered(healthy.chat("chat")) == (200, "chat/relay", "echo: hello")


@on_13
def test_a_call_that_a_server_does_not_have_takes_its_model_from_nobody(healthy, upstreams) -> None:
    for model in ("auto-chat", "chat"):
        wrong = healthy.ask("POST", "/v1/moderations", {"model": model, "input": "hello"})
        assert wrong.status == 404, wrong
    assert answered(healthy.chat("auto-chat")) == (200, LAYERS[0], "echo: hello")
    assert answered(healthy.chat("chat")) == (200, "chat/relay", "echo: hello")


@on_12
def test_the_fallback_of_a_model_answers_for_its_alias_too(healthy, upstreams) -> None:
    upstreams.fail("box", kind="status", status=500)
    assert answered(healthy.chat("local-too")) == (200, "chat/relay", "echo: hello")
