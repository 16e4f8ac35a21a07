#!/usr/bin/env python3
"""How long the same request takes at several places, asked in turn within one run; JSON on stdout.

Asked one after the other, two places would meet different moods of the machine. Standard library only, and one file,
so that it runs on any host.
"""

from __future__ import annotations

import argparse
import http.client
import json
import math
import ssl
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


class Place:
    """One URL and a connection that is kept open, or made anew for each request."""

    def __init__(self, url: str, tls: ssl.SSLContext, *, fresh: bool) -> None:
        self.url = url
        self.samples: list[float] = []
        self.errors: list[str] = []
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        self._fresh = fresh
        self._connection: http.client.HTTPConnection = (
            http.client.HTTPSConnection(host, port, timeout=30, context=tls)
            if parts.scheme == "https"
            else http.client.HTTPConnection(host, port, timeout=30)
        )

    def ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str], *, count: bool) -> None:
        """One request. An error is no sample, and asked no second time."""
        if self._fresh:
            self._connection.close()
        begin = time.perf_counter()
        try:
            self._connection.request(method, path, body, headers)
            reply = self._connection.getresponse()
            text = reply.read()
            problem = None if reply.status == 200 else f"status {reply.status}: {text[:200].decode(errors='replace')}"
        except (OSError, http.client.HTTPException) as error:
            problem = f"{type(error).__name__}: {error}"
            self._connection.close()
        took = time.perf_counter() - begin
        if problem:
            self.errors.append(problem)
        elif count:
            self.samples.append(took)

    def as_json(self) -> dict[str, Any]:
        """Milliseconds."""
        ordered = sorted(1000 * sample for sample in self.samples)
        ranks = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0} if ordered else {}
        numbers = {name: round(ordered[math.ceil(rank * len(ordered)) - 1], 3) for name, rank in ranks.items()}
        return {"url": self.url, "samples": len(ordered), **numbers, "errors": self.errors[:20]}


def measure(places: list[Place], rounds: int, pause: float, ask: tuple[str, str, bytes | None, dict[str, str]]) -> None:
    """Ask everywhere once in each round, every other round in the opposite order."""
    for number in range(-2, rounds):
        # The first two rounds open connections and fill caches.
        for place in places if number % 2 else reversed(places):
            place.ask(*ask, count=number >= 0)
            time.sleep(pause)


def main() -> None:
    """Exit codes: 0 no error, 1 errors among the answers, 2 wrong usage."""
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--url", action="append", required=True, help="may be given many times; the others are compared with the first")
    add("-n", type=int, default=100, dest="rounds", help="requests to each (default: %(default)s)")
    add("--path", default="/health/liveliness", help="to get (default: %(default)s)")
    add("--model", help="ask it for a chat instead")
    add("--key-file", help="the first line is the bearer key; - reads it from stdin")
    add("--ca-file", type=Path, help="trust only these certificate authorities (PEM)")
    add("--pause", type=float, default=0.01, help="seconds after each request (default: %(default)s)")
    add("--new-connections", action="store_true", help="one for each request, its opening included in the time")
    given = parser.parse_args()
    try:
        tls = ssl.create_default_context(cafile=given.ca_file)
        key = ""
        if given.key_file:
            key = (sys.stdin.read() if given.key_file == "-" else Path(given.key_file).read_text()).split("\n")[0]
    except OSError as error:
        parser.error(str(error))
    headers = {"Authorization": f"Bearer {key.strip()}"} if key.strip() else {}
    ask: tuple[str, str, bytes | None, dict[str, str]] = ("GET", given.path, None, headers)
    if given.model:
        body = {"model": given.model, "messages": [{"role": "user", "content": "hello"}]}
        headers["Content-Type"] = "application/json"
        ask = ("POST", "/v1/chat/completions", json.dumps(body).encode(), headers)
    places = [Place(url.rstrip("/"), tls, fresh=given.new_connections) for url in given.url]
    measure(places, given.rounds, given.pause, ask)
    said = [place.as_json() for place in places]
    first = said[0].get("p50")
    for place in said[1:]:
        place["p50_less_first"] = round(place["p50"] - first, 3) if first and "p50" in place else None
    print(json.dumps({"unit": "milliseconds", "places": said}))
    sys.exit(1 if any(place.errors for place in places) else 0)


if __name__ == "__main__":
    main()
