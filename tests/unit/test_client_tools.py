"""The tools of tests/client, and their driver for tests on hosts: what is wrong is counted, everything is bounded."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import itertools
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import aiohttp
import pytest
import testinfra

from platelayer.echo.faults import (
    ConnectionRefusedFault,
    CutFault,
    EmptyAnswerFault,
    ErrorInStreamFault,
    Fault,
    HangFault,
    MalformedChunkFault,
    StatusFault,
    WrongContentTypeFault,
)
from platelayer.echo.options import parse_settings
from platelayer.echo.server import EchoServer

TESTS = Path(__file__).parents[1]
CLIENT = TESTS / "client"
sys.path.insert(0, str(CLIENT))

from asking import Outcome, Question, ask  # noqa: E402 - the folder is no package, as on the client host
from rawhttp import Target, exchange_bytes, format_request, parse_replies  # noqa: E402 - as above it
from scan import parse_ports, scan_ports  # noqa: E402 - as above it
from summary import compute_percentiles, summarize  # noqa: E402 - as above it
from traffic import Settings, Traffic  # noqa: E402 - as above it

KEY = "key-EXAMPLE"
QUESTION = Question(1, "stream", "m", "hello", words=2)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"


def driver() -> ModuleType:
    """tests/testinfra/load.py; by its path, because the tool has the same name."""
    spec = importlib.util.spec_from_file_location("testinfra_load", TESTS / "testinfra" / "load.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


load = driver()


class Echo:
    """An echo provider in a thread; its words are 10 ms apart."""

    def __init__(self) -> None:
        options = {"upstreams": ["a=127.0.0.1:0"], "require_key": ["a=KEY"], "environment": {"KEY": KEY}}
        self._server = EchoServer(parse_settings(chunk_delay=0.01, **options))
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)

    def __enter__(self) -> Echo:
        self._thread.start()
        self._do(self._server.start())
        return self

    def __exit__(self, *_: object) -> None:
        self._do(self._server.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(60)
        self._loop.close()

    @property
    def url(self) -> str:
        return self._server.upstreams["a"].url.removesuffix("/v1")

    def fail(self, fault: Fault) -> None:
        self._do(self._server.upstreams["a"].set_fault(fault))

    def counters(self) -> Any:
        return self._server.upstreams["a"].as_json()["counters"]

    def _do(self, what: Any) -> None:
        asyncio.run_coroutine_threadsafe(what, self._loop).result(60)


@pytest.fixture
def echo() -> Iterator[Echo]:
    with Echo() as running:
        yield running


class Script:
    """A server that says the same bytes on every connection, and remembers what it was sent."""

    def __init__(self, answer: bytes, tls: ssl.SSLContext | None, patience: float, silence: float) -> None:
        self.received: list[bytes] = []
        self._answer, self._tls, self._patience, self._silence = answer, tls, patience, silence
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, plain: socket.socket) -> None:
        data = b""
        with contextlib.suppress(OSError), plain:
            connection = self._tls.wrap_socket(plain, server_side=True) if self._tls else plain
            connection.settimeout(self._patience)
            with contextlib.suppress(TimeoutError):
                while part := connection.recv(65_536):
                    data += part
                    if not self._answer:
                        continue
                    connection.settimeout(self._silence)
            self.received.append(data)
            connection.sendall(self._answer)
            connection.close()


@pytest.fixture
def script() -> Iterator[Callable[..., Script]]:
    """Start a server with its answer; without one it closes after ``patience`` seconds of silence.

    It answers when a client that has begun says nothing for ``silence`` seconds.
    """
    running: list[Script] = []

    def start(
        answer: bytes = b"", *, tls: ssl.SSLContext | None = None, patience: float = 60, silence: float = 0.05
    ) -> Script:
        running.append(Script(answer, tls, patience, silence))
        return running[-1]

    yield start
    for server in running:
        server.close()


def run(url: str, **options: Any) -> list[Outcome]:
    """Traffic in this process; its streams take 10 to 100 ms."""
    usual = {"key": KEY, "pause": 0.01, "token_seconds": 0.01, "unary_seconds": 0.01, "stream_seconds": (0.01, 0.1)}
    usual |= {"unary_clients": 2, "stream_clients": 2, "at_most_seconds": 300.0}
    outcomes: list[Outcome] = []

    async def make() -> None:
        await Traffic(Settings(url, **usual | options), outcomes.append).run()

    asyncio.run(make())
    return outcomes


def ask_once(url: str, question: Question = QUESTION) -> Outcome:
    async def once() -> Outcome:
        async with aiohttp.ClientSession() as session:
            return await ask(session, url, question)

    return asyncio.run(once())


def tool(name: str, *arguments: object, stdin: str = "") -> Any:
    """Run a tool as on the client host; its JSON."""
    command = [sys.executable, str(CLIENT / f"{name}.py"), *map(str, arguments)]
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def events(*contents: str, end: str = "data: [DONE]\n\n") -> bytes:
    chunks = ({"choices": [{"delta": {"content": content}}]} for content in contents)
    return HEAD + "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks).encode() + end.encode()


def test_good_traffic_is_counted_and_without_errors(echo: Echo) -> None:
    outcomes = run(echo.url, at_most_requests=30)
    assert [outcome.error for outcome in outcomes if outcome.error] == []
    assert len(outcomes) == 30 == echo.counters()["completed"]
    said = summarize(outcomes)
    assert (said["requests"], said["errors"], said["statuses"]) == (30, 0, {"200": 30})
    assert said["stream"]["requests"] == echo.counters()["streams"] > 0
    assert {(outcome.kind, outcome.connection) for outcome in outcomes} == {
        (kind, connection) for kind in ("unary", "stream") for connection in ("kept", "new")
    }
    assert sum(second["requests"] for second in said["by_second"]) == 30
    assert all(0 <= outcome.added < outcome.duration for outcome in outcomes)


def test_every_other_client_keeps_its_connection() -> None:
    asked: list[int] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(0)
        mine = len(asked) - 1
        with contextlib.suppress(asyncio.IncompleteReadError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                await reader.readexactly(int(head.partition(b"Content-Length: ")[2].split(b"\r")[0]))
                asked[mine] += 1
                writer.write(b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    async def make() -> None:
        async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
            url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            await Traffic(
                Settings(url, pause=0.01, unary_clients=2, stream_clients=0, at_most_requests=30), outcomes.append
            ).run()

    outcomes: list[Outcome] = []
    asyncio.run(make())
    new = sum(outcome.connection == "new" for outcome in outcomes)
    assert 1 < new < 29
    assert sorted(asked) == [1] * new + [30 - new]


def test_streams_of_different_lengths_are_mixed(echo: Echo) -> None:
    outcomes = run(echo.url, unary_clients=0, stream_clients=4, at_most_requests=12)
    in_order = sorted(outcomes, key=lambda outcome: outcome.number)
    wanted = [round(outcome.duration - outcome.added, 2) for outcome in in_order]
    assert set(wanted) >= {0.01, 0.02, 0.05, 0.08, 0.09}
    assert all(abs(a - b) > 0.02 for a, b in itertools.pairwise(wanted)), wanted
    assert all(outcome.added >= 0 for outcome in outcomes)


@pytest.mark.parametrize("kind", ["unary", "stream"])
@pytest.mark.parametrize(
    ("fault", "words"),
    [
        pytest.param(StatusFault(status=503), {"status 503: "}, id="status"),
        pytest.param(ConnectionRefusedFault(), {"ClientConnectorError: "}, id="refused"),
        pytest.param(CutFault(after_chunks=1), {"ClientPayloadError: ", "ClientOSError: "}, id="cut"),
        pytest.param(
            ErrorInStreamFault(after_chunks=1), {"an error event: ", "the answer is no chat: "}, id="error-event"
        ),
        pytest.param(
            MalformedChunkFault(), {"an event is no chunk of a chat: ", "the answer is no chat: "}, id="broken"
        ),
        pytest.param(EmptyAnswerFault(), {"it ended without [DONE]", "the answer is no chat: "}, id="empty"),
        pytest.param(WrongContentTypeFault(), {"a line is no event: ", "the answer is no chat: "}, id="web-page"),
        pytest.param(HangFault(), {"no complete answer within "}, id="hang"),
    ],
)
def test_every_fault_is_an_error_each_time(echo: Echo, kind: str, fault: Fault, words: set[str]) -> None:
    echo.fail(fault)
    clients = {"unary_clients": 0, "stream_clients": 0} | {f"{kind}_clients": 2}
    outcomes = run(echo.url, at_most_requests=4, request_seconds=1 if isinstance(fault, HangFault) else 60, **clients)
    assert len(outcomes) == 4
    for outcome in outcomes:
        assert not outcome.complete
        assert any((outcome.error or "").startswith(start) for start in words), outcome.error
    assert summarize(outcomes)[kind]["errors"] == 4
    # Nothing was tried again.
    assert echo.counters()["requests"] == (0 if isinstance(fault, ConnectionRefusedFault) else 4)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (events("echo: ", "hello ", "w1"), None),
        (
            events("echo: ", "hello ", "hello ", "w1"),
            "the text is not the echo from character 12 on: 'hello w1' instead of 'w1'",
        ),
        (events("echo: ", "hello "), "the text is not the echo from character 12 on: '' instead of 'w1'"),
        (events("echo: ", "hello ", "w1", end=""), "it ended without [DONE]"),
        (events("echo: ", "hello ", "w1", end="data: [DONE]\n\n" * 2), "something follows [DONE]: data: [DONE]"),
        (
            events("echo: ", "other ", "w1"),
            "the text is not the echo from character 6 on: 'other w1' instead of 'hello w1'",
        ),
    ],
    ids=["whole", "doubled", "word-missing", "no-done", "done-twice", "somebody-else's"],
)
def test_a_stream_is_the_whole_echo_once(script: Callable[..., Script], answer: bytes, error: str | None) -> None:
    outcome = ask_once(script(answer).url)
    assert (outcome.status, outcome.error, outcome.complete) == (200, error, error is None)


def test_a_wrong_text_in_one_piece_is_an_error(script: Callable[..., Script]) -> None:
    body = b'{"choices": [{"message": {"content": "echo: hello"}}]}'
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\nX-LiteLLM-Model-Id: chat/a\r\n\r\n%s"
    server = script(answer % (len(body), body))
    good = ask_once(server.url, Question(1, "unary", "m", "hello"))
    assert (good.error, good.deployment) == (None, "chat/a")
    assert ask_once(server.url, Question(1, "unary", "m", "other")).error is not None


def test_it_ends_at_its_bounds(echo: Echo) -> None:
    many = 1_000_000
    assert 0 < len(run(echo.url, at_most_seconds=0.3, at_most_requests=many)) < many


def test_the_key_is_in_no_error(script: Callable[..., Script]) -> None:
    server = script(b"HTTP/1.1 401 No\r\nConnection: close\r\n\r\nbad key " + KEY.encode())
    outcome = run(server.url, unary_clients=1, stream_clients=0, at_most_requests=1)[0]
    assert outcome.error == "status 401: bad key (the key)"


def test_percentiles_are_values_that_were_there() -> None:
    assert compute_percentiles(range(1, 201)) == {"p50": 100, "p95": 190, "p99": 198, "max": 200}
    assert compute_percentiles([]) is None


def test_sigterm_ends_it_in_order(echo: Echo, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text(f"{KEY}\n")
    out = tmp_path / "out.jsonl"
    options = [
        "--key-file",
        str(key),
        "--out",
        str(out),
        "--unary-clients",
        "1",
        "--stream-clients",
        "1",
        "--pause",
        "0",
    ]
    options += ["--token-seconds", "0.01", "--stream-seconds", "0.5", "0.5"]
    process = subprocess.Popen(
        [sys.executable, str(CLIENT / "load.py"), "--url", echo.url, *options], stdout=subprocess.PIPE, text=True
    )
    try:
        wait_until(lambda: echo.counters()["streams"] > 0 and out.read_text().count("\n") > 2)
        process.send_signal(signal.SIGTERM)
        said = json.loads(process.communicate(timeout=60)[0])["summary"]
    finally:
        process.kill()
    assert process.returncode == 0
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert len(lines) == said["requests"] == echo.counters()["requests"] == echo.counters()["completed"]
    assert [line["complete"] for line in lines if line["kind"] == "stream"] == [True]


def test_https_needs_the_right_authority(tmp_path: Path, script: Callable[..., Script]) -> None:
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subject = ["-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1"]
    out = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", *subject, *out],
        check=True,
        capture_output=True,
    )
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate, key)
    server = script(b"HTTP/1.1 404 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", tls=tls)
    once = {"unary_clients": 1, "stream_clients": 0, "at_most_requests": 1}
    trusted = ssl.create_default_context(cafile=str(certificate))
    assert run(server.url, **once, tls=trusted)[0].error == "status 404: "
    assert "certificate" in str(run(server.url, **once)[0].error)
    sent = format_request("GET", "/", [("Connection", "close")])
    assert exchange_bytes(Target(server.url, certificate), [sent]).replies[0].status == 404
    assert "certificate" in str(exchange_bytes(Target(server.url), [sent]).error)


# The driver.


@pytest.fixture
def traffic(echo: Echo, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Start traffic on this machine as on a client host."""
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    host = testinfra.get_host("local://")
    usual = {"unary_clients": 2, "stream_clients": 1, "pause": 0.02, "token_seconds": 0.01, "unary_seconds": 0.01}
    usual |= {"stream_seconds": (0.1, 0.3), "request_seconds": 60, "at_most_seconds": 300}
    return lambda **options: load.Traffic(host, echo.url, KEY, tools=str(CLIENT), **usual | options)


def test_the_driver_reports_what_happened_when(echo: Echo, traffic: Callable[..., Any]) -> None:
    with traffic() as running:
        running.wait_for(5)
        before = time.time()
        echo.fail(StatusFault(status=500, times=3))
        wait_until(lambda: echo.counters()["faulted"] == 3)
        running.wait_for(requests=3, kind="unary")
        after = time.time()
        running.wait_for(1, kind="stream")
    report = running.report
    assert KEY not in " ".join(running._command)
    assert report.unary.total + report.streams.total == len(report.requests) == echo.counters()["requests"]
    assert len(report.errors) == report.unary.errors + report.streams.errors == 3
    assert report.errors_outside(before, after) == []
    assert len(report.errors_outside(after, after + 1)) == 3
    assert report.errors_outside(after, after + 1, kind="other") == []
    assert report.unary.latency.p50 <= report.unary.latency.max
    stream = next(request for request in report.requests if request.kind == "stream")
    assert report.in_flight((stream.start + stream.end) / 2, "stream") == [stream]
    assert sum(second.errors for second in report.by_second) == 3


def test_a_failing_test_stops_the_load(echo: Echo, traffic: Callable[..., Any]) -> None:
    running = traffic()
    with pytest.raises(ZeroDivisionError), running:
        raise ZeroDivisionError
    assert running._process.poll() == 0
    assert running.report.errors == []


def test_load_that_cannot_begin_is_told_with_its_words(traffic: Callable[..., Any]) -> None:
    with pytest.raises(AssertionError, match="No such file or directory"), traffic(ca_file="/nowhere"):
        pass


def test_it_reaches_a_host_with_a_connection_of_its_own() -> None:
    known = {"ansible_host": "192.0.2.31", "ansible_user": "dev", "ansible_ssh_private_key_file": "/k"}
    known["ansible_ssh_common_args"] = "-o ControlPath=/shared -o LogLevel=ERROR"
    host = SimpleNamespace(
        backend=SimpleNamespace(NAME="ansible"), ansible=SimpleNamespace(get_variables=lambda: known)
    )
    # Of an option that is given twice, ssh takes the first.
    assert load.build_command(host, ["echo", "two words"]) == [
        *["ssh", "-o", "ControlPath=none", "-o", "BatchMode=yes", "-o", "ControlPath=/shared", "-o", "LogLevel=ERROR"],
        *["-i", "/k", "-p", "22", "dev@192.0.2.31", "echo 'two words'"],
    ]


def test_a_wait_is_bounded(traffic: Callable[..., Any]) -> None:
    with traffic() as running, pytest.raises(AssertionError, match="after 0.1 s still not 1000 more requests ended"):
        running.wait_for(1000, within=0.1)


def test_two_places_are_compared(echo: Echo) -> None:
    host = testinfra.get_host("local://")
    first, second = load.measure_latency(host, [echo.url, f"{echo.url}/"], 5, key=KEY, model="chat")
    assert (first.samples, second.samples) == (5, 5)
    assert 10 < first.p50 <= first.max
    assert second.p50_less_first == pytest.approx(second.p50 - first.p50, abs=0.002)
    assert echo.counters()["chat"] == 2 * (5 + 2)
    with pytest.raises(AssertionError, match="status 404"):
        load.measure_latency(host, [echo.url], 1, key=KEY, path="/nowhere")


# Ports.


def test_a_scan_tells_open_from_refused_and_silent() -> None:
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        closed = stack.enter_context(socket.socket())
        closed.bind(("127.0.0.1", 0))
        # Nobody accepts, and with a full queue the kernel drops whoever else comes.
        full = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        stack.enter_context(socket.create_connection(full.getsockname()))
        wanted = [made.getsockname()[1] for made in (listener, closed, full)]
        said = scan_ports("127.0.0.1", sorted(wanted), 0.1, 60)
    assert said["open"] == wanted[:1]
    assert said["others"] == {"refused": [[wanted[1]] * 2], "silent": [[wanted[2]] * 2]}
    assert said["complete"]


def test_a_scan_ends_at_its_bound() -> None:
    said = scan_ports("127.0.0.1", [1, 2, 3], 1, 0)
    assert (said["complete"], said["counts"]) == (False, {"open": 0, "unasked": 3})


def test_ports_are_read_and_checked() -> None:
    assert parse_ports("22,80,4000-4002,80") == [22, 80, 4000, 4001, 4002]
    with pytest.raises(ValueError, match="ports are 1 to 65535"):
        parse_ports("0-10")


# Bytes.


def test_paths_are_sent_as_they_are(script: Callable[..., Script]) -> None:
    server = script(b"HTTP/1.1 404 Not Found\r\nX-A: b\r\nContent-Length: 2\r\n\r\nno")
    asked = [
        "/a/../%2e%2e//b?c#d",
        {"path": "/\u0000\u00ff x", "method": "PUT", "headers": {"Host": "h"}, "body": "\u00e4"},
    ]
    first, second = tool("abuse", "paths", "--url", server.url, "--paths", "-", stdin=json.dumps(asked))
    authority = server.url.removeprefix("http://").encode()
    assert (
        server.received[0]
        == b"GET /a/../%2e%2e//b?c#d HTTP/1.1\r\nHost: " + authority + b"\r\nConnection: close\r\n\r\n"
    )
    assert server.received[1] == (
        b"PUT /\x00\xff x HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nConnection: close\r\n\r\n\xe4"
    )
    assert (first["status"], first["ended"], second["path"]) == (404, "close", "/\u0000\u00ff x")
    assert first["replies"] == [
        {
            "status": 404,
            "status_line": "HTTP/1.1 404 Not Found",
            "headers": [["X-A", "b"], ["Content-Length", "2"]],
            "body": "no",
            "body_bytes": 2,
            "complete": True,
        }
    ]


def test_a_real_body_has_its_size_and_a_declared_one_is_not_sent(script: Callable[..., Script]) -> None:
    server = script(silence=1, answer=b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
    real = tool("abuse", "oversized", "--url", server.url, "--size", 200_000)
    declared = tool("abuse", "oversized", "--url", server.url, "--mode", "declared", "--size", 10**12)
    bodies = [data.partition(b"\r\n\r\n")[2] for data in server.received]
    assert [len(body) for body in bodies] == [200_000, 1]
    assert json.loads(bodies[0])["model"] == "chat"
    assert b"Content-Length: 1000000000000\r\n" in server.received[1]
    assert (real["status"], declared["status"], real["sent_all"]) == (413, 413, True)


def test_chunks_and_bodies_without_length(script: Callable[..., Script]) -> None:
    server = script(silence=1, answer=b"HTTP/1.1 411 Length Required\r\nContent-Length: 0\r\n\r\n")
    tool("abuse", "chunked", "--url", server.url, "--size", 100, "--method", "PUT")
    tool("abuse", "no-length", "--url", server.url)
    assert server.received[0].startswith(b"PUT /v1/chat/completions HTTP/1.1\r\n")
    assert b"Transfer-Encoding: chunked\r\n" in server.received[0]
    assert server.received[0].endswith(b"\r\n0\r\n\r\n")
    assert b"Length" not in server.received[1]
    assert server.received[1].endswith(b"\r\n\r\n{}")


def test_a_second_answer_is_seen(script: Callable[..., Script], tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text(KEY)
    server = script(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" * 2)
    said = tool("abuse", "smuggle", "--url", server.url, "--key-file", key, "--hidden", "/hidden")
    assert {name for name, answer in said.items() if not answer["too_many"]} == {"pipelined"}
    sent = dict(zip(said, server.received, strict=True))
    assert {name for name, data in sent.items() if b"GET /hidden" not in data} == {"length-twice-the-same"}
    assert b"Content-Length: " in sent["both"]
    assert b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /hidden HTTP/1.1\r\n" in sent["both"]
    assert sent["both"].count(f"Authorization: Bearer {KEY}\r\n".encode()) == 2


def test_forwarded_headers_are_sent(script: Callable[..., Script]) -> None:
    server = script(b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n")
    said = tool("abuse", "forwarded", "--url", server.url, "--hidden", "/hidden")
    sent = dict(zip(said, server.received, strict=True))
    assert b"X-Forwarded-For: 127.0.0.1\r\n" in sent["x-forwarded-for"]
    assert b"X-Original-URL: /hidden\r\n" in sent["x-original-url"]
    assert b"orwarded" not in sent["none"]


@pytest.mark.parametrize("probe", ["slow-headers", "slow-body"])
def test_it_is_told_when_the_server_ends_slow_connections(script: Callable[..., Script], probe: str) -> None:
    # A pause of a minute is more than this server waits, and one of 0.05 s is not.
    server = script(patience=1)
    begin = ["--url", server.url, "--connections", 3]
    ended = tool("abuse", probe, *begin, "--seconds", 60, "--every", 60)
    assert ended["counts"] == {"close": 3}
    assert 0.9 < ended["ended_after"]["min"] <= ended["ended_after"]["max"]
    held = tool("abuse", probe, *begin, "--seconds", 2, "--every", 0.05)
    assert held["counts"] == {"open": 3}
    assert held["ended_after"] is None
    assert all(connection["drops"] > 3 for connection in held["connections"])


def test_a_pipeline_of_answers_is_taken_apart() -> None:
    data = (
        b"HTTP/1.1 100 Continue\r\n\r\n"
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
        b"HTTP/1.1 204 No Content\r\n\r\n"
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab"
    )
    assert [(reply.status, reply.body, reply.complete) for reply in parse_replies(data)] == [
        (100, b"", True),
        (200, b"abc", True),
        (204, b"", True),
        (200, b"ab", False),
    ]


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)
