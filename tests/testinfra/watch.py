"""Clients that go on asking while a whole module of tests does things to a gateway, and what they met meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from gateways import AUTHORITY, Gateway, Upstreams
from load import FinishedRequest, Traffic
from testinfra.host import Host

CLIENTS_AUTHORITY = "/root/gateway-ca.pem"
# The provider's pause between two words, so that prompts of 2 to 40 words make streams of 1 to 20 s.
TOKEN_SECONDS = 0.5


@dataclass
class TrafficWindow:
    """What happened between two moments; ``ended`` is 0 as long as it goes on."""

    name: str
    began: float
    ended: float = 0
    requests: list[FinishedRequest] = field(default_factory=list)

    @property
    def errors(self) -> list[FinishedRequest]:
        """Requests of that time that were not answered with status 200 and the whole echo."""
        return [request for request in self.requests if request.error]

    @property
    def worst(self) -> float:
        """The longest that a whole answer took, in seconds."""
        return max(request.duration for request in self.requests if request.kind == "unary")


@dataclass
class TrafficWatch:
    """Traffic that is there the whole time. ``excused`` are the errors that a test expected and counted."""

    traffic: Traffic
    windows: list[TrafficWindow] = field(default_factory=list)
    excused: list[FinishedRequest] = field(default_factory=list)

    @contextmanager
    def during(self, name: str, at_least: int = 60, within: float = 600) -> Iterator[TrafficWindow]:
        """Everything that is done in the block, and so many requests that begin after it and end."""
        window = TrafficWindow(name, time.time())
        self.traffic.wait_for(20)
        yield window
        self.traffic.wait_for(at_least, within=within)
        window.ended = time.time()
        window.requests = [request for request in self.traffic.requests if request.end >= window.began]
        self.windows.append(window)

    def excuse(self, window: TrafficWindow, is_excused: Callable[[FinishedRequest], bool]) -> list[FinishedRequest]:
        """Take errors that must be out of the account; returns them, to be counted."""
        found = [request for request in window.errors if is_excused(request)]
        self.excused += found
        window.requests = [request for request in window.requests if request not in found]
        return found

    def seconds_of(self, name: str) -> float:
        """How long the window of that name was: the pace of this machine."""
        return next(window.ended - window.began for window in self.windows if window.name == name)

    def table(self) -> str:
        """A line for each window, for the log of the tests."""
        lines = [
            f"{window.name:<44} {window.ended - window.began:6.1f} s {len(window.requests):6d} requests "
            f"{sum(request.kind == 'stream' for request in window.requests):4d} streams "
            f"{len(window.errors):3d} errors   slowest {window.worst:5.2f} s"
            for window in self.windows
        ]
        return "\n".join(lines)


@contextmanager
def watch_traffic(client: Host, gateway: Gateway, upstreams: Upstreams, **options: object) -> Iterator[TrafficWatch]:
    """Let clients ask until the end; whatever failed by then and was not excused is an error."""
    upstreams.fail("paid", kind="slow_tokens", seconds=TOKEN_SECONDS, match_model="slow-1")
    if gateway.tls:
        text = gateway.host.file(AUTHORITY).content_string
        client.check_output("printf %%s %s >%s", text, CLIENTS_AUTHORITY)
        options = {"ca_file": CLIENTS_AUTHORITY} | options
    # Pauses leave the two cores to what the test does; a gap in service of half a second is seen all the same.
    options = {"at_most_seconds": 7200, "at_most_requests": 100_000, "pause": 0.5} | options
    traffic = Traffic(client, gateway.url, gateway.key, stream_model="slow", token_seconds=TOKEN_SECONDS, **options)
    with traffic:
        # The first requests to an instance that has just started take longer.
        traffic.wait_for(100)
        watch = TrafficWatch(traffic)
        yield watch
    print(watch.table())
    errors = [request for request in traffic.report.errors if request not in watch.excused]
    assert errors == [], errors[:5]
