"""Traffic from a client host while a test does something to the gateway, and measurements from there.

The tools are in tests/client; a scenario mounts that folder on its client host. They run over an SSH connection of
their own. The key goes through stdin, so it is in no file, no argument and no environment. The load stops when its
stdin ends: at the end of the ``with``, and also when the tests are killed.
"""

from __future__ import annotations

import json
import shlex
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from testinfra.host import Host

TOOLS = "/srv/client"
LATENCY = Path(__file__).parents[1] / "client" / "latency.py"


@dataclass(frozen=True)
class FinishedRequest:
    """A finished request, as tests/client/asking.py tells it: seconds of the epoch, and seconds."""

    number: int
    kind: str
    start: float
    end: float
    client: int
    connection: str
    status: int | None
    error: str | None
    complete: bool
    deployment: str | None
    instance: str | None
    first_byte: float | None
    duration: float
    added: float
    stall: float | None


@dataclass(frozen=True)
class Percentiles:
    """Seconds; of requests without error."""

    p50: float
    p95: float
    p99: float
    max: float


@dataclass(frozen=True)
class KindReport:
    """The requests of one kind. None where nothing was measured."""

    total: int
    errors: int
    latency: Percentiles | None
    first_byte: Percentiles | None
    added: Percentiles | None
    stall: Percentiles | None


@dataclass(frozen=True)
class TrafficSecond:
    """The worst that requests met which began in that second of the epoch, in seconds."""

    second: int
    requests: int
    errors: int
    unary_added: float | None
    stream_added: float | None
    stream_first_byte: float | None


@dataclass(frozen=True)
class TrafficReport:
    """What became of the traffic. The requests are in the order in which they ended."""

    requests: tuple[FinishedRequest, ...] = field(repr=False)
    unary: KindReport
    streams: KindReport
    by_second: tuple[TrafficSecond, ...] = field(repr=False)

    @property
    def errors(self) -> list[FinishedRequest]:
        """Every request that was not answered with status 200 and the whole echo."""
        return [request for request in self.requests if request.error]

    def errors_outside(self, started: float, ended: float, kind: str | None = None) -> list[FinishedRequest]:
        """Errors of requests that were not under way at any moment between the two times."""
        return [
            request
            for request in self.errors
            if (request.end < started or request.start > ended) and kind in {None, request.kind}
        ]

    def in_flight(self, at: float, kind: str | None = None) -> list[FinishedRequest]:
        """The requests that were under way at that time: for example the streams that a restart could have cut."""
        return [
            request for request in self.requests if request.start <= at < request.end and kind in {None, request.kind}
        ]


class Traffic:
    """``with Traffic(client, url, key) as traffic:`` runs load; ``traffic.report`` is there afterwards.

    Options are those of tests/client/load.py, such as ``stream_clients=4`` or ``stream_seconds=(1, 6)``. Times of
    requests are the client's clock, which for containers is this machine's.
    """

    def __init__(self, client: Host, url: str, key: str, *, tools: str = TOOLS, **options: object) -> None:
        options = {"at_most_seconds": 600, "request_seconds": 40} | options
        self._report: TrafficReport | None = None
        self._requests: list[FinishedRequest] = []
        self._summary: dict[str, Any] = {}
        self._key = key
        # The load ends in order after these two. The hard end is for a load that does not, wherever we are by then.
        self._patience = float(str(options["request_seconds"])) + 10
        hard = float(str(options["at_most_seconds"])) + self._patience
        words = ["timeout", "--signal=KILL", f"{hard:.0f}", "python3", f"{tools}/load.py", "--url", url]
        self._command = build_command(client, [*words, "--key-file", "-", "--stop-with-stdin", *_as_words(options)])

    @property
    def report(self) -> TrafficReport:
        """What became of it, after the end."""
        assert self._report is not None, "the traffic has not ended"
        return self._report

    @property
    def requests(self) -> list[FinishedRequest]:
        """Those that have ended so far."""
        return list(self._requests)

    @property
    def finished(self) -> int:
        """How many requests have ended so far."""
        return len(self._requests)

    def wait_for(self, requests: int, kind: str | None = None, within: float = 600) -> None:
        """Return when so many requests have begun after now and ended."""
        since = time.time()
        self._until(
            lambda: (
                sum(request.start >= since and kind in {None, request.kind} for request in self._requests) >= requests
            ),
            within,
            f"{requests} more requests",
        )

    def __enter__(self) -> Self:
        self._stderr = tempfile.TemporaryFile("w+")
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._stderr, text=True
        )
        self._reader = threading.Thread(target=self._read, args=(self._process.stdout,), daemon=True)
        self._reader.start()
        try:
            assert self._process.stdin is not None
            self._process.stdin.write(f"{self._key}\n")
            self._process.stdin.flush()
            self._until(lambda: self.finished > 0, 120, "the first request")
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        code = self._stop()
        if self._summary:
            self._report = _report(self._requests, self._summary)
        elif error is None:
            raise AssertionError(f"the load did not end in order (exit code {code}):\n{self._said()}")

    def _until(self, is_so: Callable[[], bool], within: float, what: str) -> None:
        deadline = time.monotonic() + within
        while not is_so():
            assert self._process.poll() is None, f"the load ended before {what} ended:\n{self._said()}"
            assert time.monotonic() < deadline, f"after {within:g} s still not {what} ended; {self.finished} in all"
            time.sleep(0.05)

    def _read(self, lines: IO[str]) -> None:
        for line in lines:
            said = json.loads(line)
            if "summary" in said:
                self._summary = said["summary"]
            else:
                self._requests.append(FinishedRequest(**said))

    def _stop(self) -> int:
        """End the load: by the end of its stdin, and if that does not help, by force on this side."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.close()
            code = self._process.wait(self._patience)
        except (BrokenPipeError, subprocess.TimeoutExpired):
            self._process.kill()
            code = self._process.wait()
        self._reader.join(5)
        return code

    def _said(self) -> str:
        self._stderr.seek(0)
        return self._stderr.read()[-2000:]


@dataclass(frozen=True)
class Latency:
    """How long one place took, in milliseconds. ``p50_less_first`` is its median less that of the first URL."""

    url: str
    samples: int
    p50: float
    p95: float
    p99: float
    max: float
    p50_less_first: float | None = None


def measure_latency(
    host: Host, urls: Sequence[str], n: int = 100, *, key: str = "", **options: object
) -> list[Latency]:
    """Ask every URL ``n`` times in turn from that host, and fail on any error; the tool need not be there.

    Options are those of tests/client/latency.py: ``model="chat"`` asks for chats instead of /health/liveliness.
    """
    named = [word for url in urls for word in ("--url", url)]
    words = ["python3", "-c", LATENCY.read_text(), *named, "-n", str(n), "--key-file", "-", *_as_words(options)]
    done = subprocess.run(
        build_command(host, words),
        input=f"{key}\n",
        capture_output=True,
        text=True,
        timeout=300 + n * len(urls),
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:] or done.stdout
    names = {field.name for field in fields(Latency)}
    return [
        Latency(**{name: value for name, value in place.items() if name in names})
        for place in json.loads(done.stdout)["places"]
    ]


def build_command(host: Host, words: Iterable[str]) -> list[str]:
    """The command here that runs these words there, with stdin, stdout and stderr connected."""
    if host.backend.NAME == "local":
        return list(words)
    known = host.ansible.get_variables()
    # Not through the shared connection: it would hold our stderr open, and another test may end it.
    return [
        "ssh",
        *["-o", "ControlPath=none", "-o", "BatchMode=yes"],
        *shlex.split(known.get("ansible_ssh_common_args", "")),
        *["-i", known["ansible_ssh_private_key_file"], "-p", str(known.get("ansible_port", 22))],
        f"{known.get('ansible_user', 'root')}@{known['ansible_host']}",
        shlex.join(words),
    ]


def _as_words(options: dict[str, object]) -> list[str]:
    """``stream_seconds=(1, 6)`` as ``--stream-seconds 1 6``; True is an option without a value."""
    words = []
    for name, value in options.items():
        words.append(f"--{name.replace('_', '-')}")
        if value is not True:
            words += [str(part) for part in (value if isinstance(value, (tuple, list)) else [value])]
    return words


def _report(requests: list[FinishedRequest], summary: dict[str, Any]) -> TrafficReport:
    def kind(said: dict[str, Any]) -> KindReport:
        measured = {
            name: Percentiles(**said[name]) if said[name] else None
            for name in ("latency", "first_byte", "added", "stall")
        }
        return KindReport(said["requests"], said["errors"], **measured)

    seconds = tuple(TrafficSecond(**second) for second in summary["by_second"])
    return TrafficReport(tuple(requests), kind(summary["unary"]), kind(summary["stream"]), seconds)
