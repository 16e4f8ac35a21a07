"""Whatever a client sends, it gets what it may have or an error that its library can read, and others notice nothing.

The last tests have a mirror in the place of the instances: what it has not seen, no instance sees.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from subprocess import DEVNULL, PIPE, Popen
from typing import Any

import pytest
from gateways import AUTHORITY, PATIENCE, WRONG_KEY, Gateway, GatewayAnswer, wait_until
from load import TOOLS, build_command, measure_latency
from node_clients import install_node_clients
from outside import ClientAnswer, Mirror, check_unharmed, run_mirror, run_probe, send_requests
from testinfra.host import Host

NO_SUCH_PATH = (404, "not_found_error", "this gateway serves no such path")
TOO_LARGE = (413, "invalid_request_error", "the request is larger than 50 MB")
TOO_MANY = (429, "rate_limit_error", "more than 200 connections from your address")
NOT_READY = (503, "service_unavailable", "no instance of the gateway is ready")
LARGEST = 50 * 1_048_576
PER_SOURCE = 200
# edge_request_timeout, in seconds.
CUT_AFTER = 10
# Without an edge, LiteLLM answers this to everybody.
HIDDEN, HIDDEN_ANSWER = "/routes", '{"routes":['

NOT_SERVED = {
    "what describes the gateway": "/ /docs /redoc /openapi.json /routes /robots.txt /test /config /config/yaml "
    "/metrics /debug/memory/details /health /health/drain /health/services /health/readiness/details /healthz",
    "administration": "/ui /ui/ /login /v2/login /sso/key/generate /key/list /key/generate /user/info /team/list "
    "/spend/logs /settings /get_image /public/model_hub /model/info/x /v1/model/info/x /v2/model/info /model/new "
    "/.well-known/litellm-ui-config",
    "what reaches out by itself": "/mcp /v1/mcp/server /agents /v1/agents /v1/skills/x/archive /anthropic/v1/messages "
    "/openai/files /openai/deployments/x/other /v1/traces /v1/logs /v1/memory",
    "what asks for no key below the list": "/models/mcp /files/mcp /models/mcp/ /models/authorize /models/token "
    "/files/register /completions/%6dcp /realtime/calls /v1/realtime/calls /openai/v1/realtime/calls",
    "almost on the list": "/v1 /v1/ /V1/models /v1/Models /v1/modelsx /chat /chat/completionsX /v1/chat/completions2 "
    "/v1/models%20 /v1beta/agents",
    "dots": "/v1/../routes /v1/models/../../routes /v1/models/.. /./routes /v1/%2e%2e/routes /v1/models/%2E%2e/x "
    "/v1/models/.%2E/x /v1/models;/../x /health/readiness/../drain /v1/models%3f/../routes",
    "slashes": "//routes /%2froutes //v1/models /v1//models /v1/models// /v1//../routes /v1/models/%2f..%2fx "
    "/v1/models/..%2f..%2froutes /health%2fdrain",
    "backslashes": "/v1\\..\\routes /v1/models\\..\\x /v1/models/%5c /v1/models/%5C..%5croutes",
    "control characters": "/v1/models/%00 /v1/models%00.html /v1/models/%0a /v1/models/%0D%0Ax /v1/models/%1f "
    "/v1/models/%7F",
    "encoded twice, or wrongly": "/v1/models/%252e%252e/x /v1/models/%252fx /v1/models/%zz /v1/models/%u002e%u002e/ "
    "/%72outes /health/%64rain",
}
# What haproxy takes for no HTTP at all, and answers with a page of its own.
NO_REQUEST = [
    *("", "routes", "/v1/models#/../routes", "/v1/models/\x00", "/v1/models/\xff", "/v1/models HTTP/1.1 /routes"),
    *("http://gateway.example.com/routes", "http://gateway.example.com@/routes"),
]
SERVED = (
    "/v1/chat/completions /chat/completions /v1/completions /completions /v1/embeddings /embeddings /v1/models /models "
    "/v1/models/openai/chat-1 /v1/models/openai%2Fchat-1 /v1/%6dodels /v1/models?x=../y /v1/responses "
    "/responses/resp_1/input_items /v1/messages /v1/messages/count_tokens /messages /openai/v1/responses "
    "/v1/realtime/client_secrets /v1/images/generations /audio/speech /v1/moderations /rerank /v1/rerank /v2/rerank "
    "/v1/files/file-1/content /batches/b1/cancel /openai/deployments/chat-1/chat/completions /engines/m/embeddings "
    "/v1beta/models/gemini:generateContent /models/gemini:streamGenerateContent?alt=sse "
    "/health/liveliness /health/liveness /model/info /v1/model/info"
)


@pytest.fixture(scope="module", params=["gateway13"])
def gateway(request, gateways) -> Iterator[Gateway]:
    """The gateway without TLS."""
    with check_unharmed(gateways[request.param]) as gateway:
        yield gateway


@pytest.fixture(scope="module")
def client(hosts) -> Host:
    """The host of all that is sent here, but for chats of ``gateway.chat``, which come from another address."""
    return hosts["client"]


def chat(path: str, **headers: str) -> dict[str, Any]:
    """A chat, as tests/client/abuse.py takes it."""
    body = {"model": "chat", "messages": [{"role": "user", "content": "hello"}]}
    return {"path": path, "method": "POST", "headers": headers, "body": json.dumps(body)}


@pytest.mark.parametrize("paths", [pytest.param(text.split(), id=name) for name, text in NOT_SERVED.items()])
def test_a_path_off_the_list_is_not_there_even_with_the_key(client, gateway, paths) -> None:
    heard = send_requests(client, gateway.url, paths, key=gateway.key)
    assert {path: one for path, one in zip(paths, heard, strict=True) if one.error != NO_SUCH_PATH} == {}


@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE"])
def test_a_path_off_the_list_is_there_by_no_other_method(client, gateway, method) -> None:
    asked = [{"path": path, "method": method} for path in (HIDDEN, "/config/yaml", "/v1/../routes", "*")]
    statuses = [heard.status for heard in send_requests(client, gateway.url, asked, key=gateway.key)]
    assert statuses[:3] == [404, 404, 404]
    assert statuses[3] in {400, 404}


def test_what_is_no_request_is_refused(client, gateway) -> None:
    heard = send_requests(client, gateway.url, [*NO_REQUEST, {"path": "gateway.example.com:443", "method": "CONNECT"}])
    assert [one.status for one in heard] == [400] * len(heard)


def test_what_clients_need_is_answered(client, gateway) -> None:
    embedding = json.dumps({"model": "chat", "input": "hello"})
    embeddings = [{"path": path, "method": "POST", "body": embedding} for path in ("/v1/embeddings", "/embeddings")]
    chats = [chat("/v1/chat/completions"), chat("/chat/completions"), chat("/openai/deployments/chat/chat/completions")]
    asked = ["/v1/models", "/models", *chats, *embeddings]
    assert [heard.status for heard in send_requests(client, gateway.url, asked, key=gateway.key)] == [200] * len(asked)


def test_only_the_health_of_it_is_told_without_a_key(client, gateway) -> None:
    probes = ["/health/liveliness", "/health/liveness", "/health/readiness"]
    asked = [*probes, "/v1/models", "/models", chat("/v1/chat/completions"), chat("/chat/completions")]
    assert [heard.status for heard in send_requests(client, gateway.url, asked)] == [200] * 3 + [401] * 4
    wrong = send_requests(client, gateway.url, asked[3:], key=WRONG_KEY)
    assert [heard.error for heard in wrong] == [(401, "auth_error", "this gateway does not know the key")] * 4


@pytest.mark.parametrize(
    ("probe", "wanted"),
    [
        pytest.param(("oversized", "--mode=declared", f"--size={LARGEST + 1}"), TOO_LARGE, id="announced"),
        pytest.param(("oversized", "--mode=declared", f"--size={10**18}"), TOO_LARGE, id="announced beyond measure"),
        pytest.param(("oversized", "--mode=real", f"--size={LARGEST + 1}"), TOO_LARGE, id="sent"),
    ],
)
def test_a_body_that_cannot_be_taken_is_refused_in_words(client, gateway, probe, wanted) -> None:
    assert ClientAnswer.of(run_probe(client, gateway.url, *probe)).error == wanted


def test_a_body_in_chunks_is_counted_as_it_arrives(client, gateway) -> None:
    def send(size: int) -> ClientAnswer:
        words = ("chunked", f"--size={size}", "--key-file=/dev/stdin")
        return ClientAnswer.of(run_probe(client, gateway.url, *words, given=gateway.key))

    assert [send(1000).status for _ in range(10)] == [200] * 10
    assert send(LARGEST + 1).error == TOO_LARGE


def test_uploads_by_the_sdk_for_node_reach_the_provider(gateway, upstreams_of, tmp_path) -> None:
    upstreams = upstreams_of(gateway)
    upstreams.reset()
    (tmp_path / "sound.wav").write_bytes(bytes(200_000))
    authority = tmp_path / "ca.pem"
    authority.write_text(gateway.host.file(AUTHORITY).content_string if gateway.tls else "")
    folder = install_node_clients()
    sent = subprocess.run(
        ["node", folder / "upload.mjs", gateway.url, "chat", "10", tmp_path / "sound.wav"],
        input=gateway.key,
        env={"PATH": os.environ["PATH"], "NODE_EXTRA_CA_CERTS": str(authority)},
        capture_output=True,
        text=True,
    )
    # The provider's own answer: it has no transcriptions.
    assert (sent.returncode, sent.stdout.strip()) == (0, str([404] * 10).replace(" ", "")), sent.stderr
    assert upstreams.asked() == {"relay": 10}


def test_a_web_page_can_read_what_the_edge_refuses(client, gateway) -> None:
    origin = {"Origin": "https://app.example.com"}
    oversized = {**chat("/v1/chat/completions", **origin), "headers": {**origin, "Content-Length": str(LARGEST + 1)}}
    asked = [
        *({"path": path, "headers": origin} for path in ("/v1/models", HIDDEN)),
        chat("/v1/chat/completions", **origin),
        oversized,
    ]
    heard = [*send_requests(client, gateway.url, asked), *send_requests(client, gateway.url, asked, key=WRONG_KEY)]
    assert [one.status for one in heard] == [401, 404, 401, 413] * 2
    assert [one.headers.get("access-control-allow-origin") for one in heard] == ["*"] * 8
    # Nobody else is told.
    (plain,) = send_requests(client, gateway.url, [HIDDEN])
    assert "access-control-allow-origin" not in plain.headers


def test_a_holder_of_a_key_sees_what_models_cost_and_not_where_they_are(client, gateway) -> None:
    for path in ("/model/info", "/v1/model/info"):
        models = gateway.ask("GET", path).body["data"]
        assert "chat" in {model["model_name"] for model in models}
        assert {key for model in models for key in model["litellm_params"]} <= {"model", "order", "timeout"}
    assert [one.status for one in send_requests(client, gateway.url, ["/model/info", "/v1/model/info"])] == [401, 401]


def test_also_a_client_that_sends_everything_first_can_read_the_refusal(gateway) -> None:
    assert gateway.ask("POST", "/v1/chat/completions", {"model": "x" * (LARGEST + 1)}).status == 413


def test_no_hidden_request_is_answered(client, gateway) -> None:
    alone = gateway.host.check_output(f"curl --silent http://127.0.0.1:4001{HIDDEN}")
    assert alone.startswith(HIDDEN_ANSWER)
    said = run_probe(client, gateway.url, "smuggle", "--hidden", HIDDEN)
    assert {name for name, one in said.items() if one["too_many"]} == set()
    assert {name for name, one in said.items() for reply in one["replies"] if HIDDEN_ANSWER in reply["body"]} == set()


@dataclass
class Crowd:
    """What slow clients at one address met, by their kind, and what others met at the same time."""

    slow: dict[str, dict[str, Any]] = field(default_factory=dict)
    same_address: list[ClientAnswer] = field(default_factory=list)
    others: list[tuple[GatewayAnswer, float]] = field(default_factory=list)


# How many hold on, what they hold back, and for how long they would; together as many as one address may have.
SLOW = {
    "headers": (150, "headers", 60),
    "bodies": (20, "body", 16),
    "bodies that need not be": (15, "body", 16, "--method=DELETE", "--path=/v1/files/file-1"),
    "silent bodies": (15, "body", 60, "--every=60"),
}


def hold(client: Host, gateway: Gateway, connections: int, what: str, seconds: float, *words: str) -> Popen[str]:
    """Begin to hold so many connections by sending next to nothing."""
    command = [f"{TOOLS}/abuse.py", f"slow-{what}", "--url", gateway.url, *words]
    command += ["--connections", str(connections), "--seconds", str(seconds)]
    return Popen(build_command(client, command), stdin=DEVNULL, stdout=PIPE, text=True)


@pytest.fixture(scope="module")
def crowd(client, gateway) -> Crowd:
    """Slow connections until the edge has ended them or their time is over."""
    found = Crowd()
    with ExitStack() as held:
        begun = {name: held.enter_context(hold(client, gateway, *wanted)) for name, wanted in SLOW.items()}
        for one in begun.values():
            held.callback(one.kill)
        full = time.monotonic() + CUT_AFTER
        while (
            one_more := send_requests(client, gateway.url, ["/v1/models"])[0]
        ).status == 401 and time.monotonic() < full:
            time.sleep(0.2)
        while any(one.poll() is None for one in begun.values()):
            began = time.monotonic()
            found.others.append((gateway.chat("chat"), time.monotonic() - began))
            time.sleep(0.1)
        found.slow = {name: json.loads(one.communicate()[0]) for name, one in begun.items()}
    found.same_address = [one_more, *send_requests(client, gateway.url, ["/v1/models"])]
    return found


def test_slow_headers_are_cut_off(crowd) -> None:
    held = crowd.slow["headers"]
    assert set(held["counts"]) <= {"close", "reset"}, held["counts"]
    assert {connection["status"] for connection in held["connections"]} == {408}
    # All of them before they would have ended by themselves.
    assert held["ended_after"]["min"] > 0.8 * CUT_AFTER


@pytest.mark.parametrize("name", ["bodies", "bodies that need not be", "silent bodies"])
def test_slow_bodies_are_answered_by_the_edge_itself(crowd, name) -> None:
    held = crowd.slow[name]
    assert [json.loads(answer)["error"]["message"] for answer in held["answers"]] == ["the request came too slowly"]
    assert {connection["status"] for connection in held["connections"]} == {408}
    assert all(connection["answered"] > 0.8 * CUT_AFTER for connection in held["connections"])


def test_who_was_answered_and_says_no_more_is_cut_off(crowd) -> None:
    """Who goes on sending what was announced is heard to the end: haproxy 3 wants its answer to be read."""
    held = crowd.slow["silent bodies"]
    assert set(held["counts"]) <= {"close", "reset"}, held["counts"]


def test_meanwhile_others_get_their_answers_as_fast_as_ever(crowd) -> None:
    seconds = sorted(took for _, took in crowd.others)
    print(f"{len(seconds)} chats: median {seconds[len(seconds) // 2]:.3f} s, slowest {seconds[-1]:.3f} s")
    assert len(seconds) > 5
    assert {answer.status for answer, _ in crowd.others} == {200}
    # Who had to wait for one of the slow ones would wait until that is cut off.
    assert seconds[-1] < 0.8 * CUT_AFTER


def test_one_address_gets_no_more_connections_than_its_share(crowd) -> None:
    refused, afterwards = crowd.same_address
    assert refused.error == TOO_MANY
    assert refused.headers["retry-after"] == "1"
    assert afterwards.status == 401


def test_of_more_than_twice_its_share_none_is_let_in(client, gateway) -> None:
    with hold(client, gateway, 2 * PER_SOURCE + 20, "headers", 6) as many:
        counts = json.loads(many.communicate(timeout=PATIENCE)[0])["counts"]
    assert counts.pop("open") == 2 * PER_SOURCE
    assert sum(counts.values()) == 20
    wait_until(lambda: send_requests(client, gateway.url, ["/v1/models"])[0].status, lambda status: status == 401)


def test_the_edge_costs_no_more_than_twice_what_an_instance_does(gateway) -> None:
    """What else the machine does can only add to it: the best of three runs counts. Milliseconds: make bench-deploy."""
    costs = []
    while len(costs) < 3 and min(costs, default=2) >= 2:
        direct, edge = measure_latency(gateway.host, ["http://127.0.0.1:4001", "http://127.0.0.1:4000"], 300)
        print(f"milliseconds, direct: {direct}\nmilliseconds, edge: {edge}")
        costs.append(edge.p50_less_first / direct.p50)
    assert min(costs) < 2


@pytest.fixture(scope="module")
def mirror(gateway) -> Iterator[Mirror]:
    """Behind the edge there is a mirror, from here to the end of the module."""
    with run_mirror(gateway) as mirror:
        yield mirror


def test_a_path_on_the_list_arrives_as_it_was_written(client, gateway, mirror) -> None:
    paths = SERVED.split()
    assert [heard.body["target"] for heard in send_requests(client, gateway.url, paths)] == paths


def test_nothing_that_is_refused_arrives(client, gateway, mirror) -> None:
    before = mirror.seen()
    send_requests(client, gateway.url, [path for text in NOT_SERVED.values() for path in text.split()] + NO_REQUEST)
    run_probe(client, gateway.url, "oversized", "--mode=declared")
    assert mirror.seen() == before


def test_no_body_is_an_empty_body(client, gateway, mirror) -> None:
    (heard,) = send_requests(client, gateway.url, [{"path": "/v1/batches/b/cancel", "method": "POST"}])
    assert (heard.status, heard.body["body_bytes"]) == (200, 0)


def test_the_largest_body_arrives_whole(client, gateway, mirror) -> None:
    heard = ClientAnswer.of(run_probe(client, gateway.url, "oversized", "--mode=real", f"--size={LARGEST}"))
    assert heard.body["body_bytes"] == LARGEST


def test_no_hidden_request_arrives(client, gateway, mirror) -> None:
    before = mirror.seen()
    said = run_probe(client, gateway.url, "smuggle", "--hidden", HIDDEN)
    arrived = mirror.seen()[len(before) :]
    assert set(arrived) <= {"POST /v1/chat/completions", "GET /v1/chat/completions"}
    assert {name for name, one in said.items() if one["too_many"]} == set()
    assert len(arrived) == sum(one["status"] == 200 for one in said.values())


def test_what_a_client_says_about_itself_is_dropped(client, gateway, hosts, address, mirror) -> None:
    true = {
        "x-forwarded-for": address("client"),
        "x-forwarded-host": f"{gateway.address}:4000",
        "x-forwarded-proto": "http",
        "x-real-ip": address("client"),
    }
    forged = run_probe(client, gateway.url, "forwarded", "--path", "/v1/models")
    heard = {name: ClientAnswer.of(said) for name, said in forged.items()}
    # A header that the Connection header names is dropped by some proxies, after they have set it.
    named = {"Connection": "close, X-Forwarded-For, X-Real-IP", "X-Forwarded-For": "127.0.0.1"}
    heard["named-in-connection"] = send_requests(client, gateway.url, [{"path": "/v1/models", "headers": named}])[0]
    arrived = {
        name: {
            header.lower(): value
            for header, value in one.body["headers"]
            if header.lower().startswith(("x-forwarded-", "forwarded", "x-real-ip"))
        }
        for name, one in heard.items()
    }
    assert arrived == dict.fromkeys(heard, true)
    assert {one.body["target"] for one in heard.values()} == {"/v1/models"}
    assert {one.body["method"] for one in heard.values()} == {"GET"}


def test_with_nothing_ready_it_says_when_to_come_again(client, gateway, mirror) -> None:
    mirror.stop()
    heard = wait_until(
        lambda: send_requests(client, gateway.url, ["/v1/models"])[0], lambda heard: heard.error == NOT_READY
    )
    assert heard.headers["retry-after"] == "5"
