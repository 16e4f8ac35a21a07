#!/usr/bin/env python3
"""Mixed traffic against a gateway: unary clients and stream clients at the same time, every answer judged.

An error is any status but 200, any failure of the transport, and any answer that is not the whole expected echo. There
are no second tries. It runs until SIGTERM, SIGINT, or with --stop-with-stdin the end of its input, and never longer
than its bounds. What has begun by then may finish.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import signal
import ssl
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

from asking import Outcome
from summary import summarize
from traffic import Settings, Traffic

USUAL = Settings(url="")


def make_parser() -> argparse.ArgumentParser:
    """Return the options."""
    parser = argparse.ArgumentParser(
        description=__doc__, epilog="Exit codes: 0 no error, 1 errors among the answers, 2 wrong usage."
    )
    add = parser.add_argument
    add("--url", required=True, help="the gateway, without /v1: http://192.0.2.11:4001")
    add("--ca-file", type=Path, help="trust only these certificate authorities (PEM)")
    add("--key-file", metavar="FILE", help="the first line is the bearer key; - reads it from stdin")
    add("--out", metavar="FILE", default="-", help="a JSON line for each finished request; - is stdout (default)")
    add("--model", default=USUAL.model, help="asked by the unary clients (default: %(default)s)")
    add("--stream-model", help="asked by the stream clients (default: the same model)")
    add("--unary-clients", type=int, metavar="N", default=USUAL.unary_clients, help="default: %(default)s")
    add("--stream-clients", type=int, metavar="N", default=USUAL.stream_clients, help="default: %(default)s")
    add(
        "--pause",
        type=float,
        metavar="SECONDS",
        default=USUAL.pause,
        help="between two requests of a client (default: %(default)s)",
    )
    add(
        "--unary-seconds",
        type=float,
        metavar="SECONDS",
        default=USUAL.unary_seconds,
        help="what the provider itself takes for a unary answer (default: %(default)s)",
    )
    add(
        "--stream-seconds",
        type=float,
        nargs=2,
        metavar=("MIN", "MAX"),
        default=USUAL.stream_seconds,
        help="how long streams last, evenly spread (default: 1 20)",
    )
    add(
        "--token-seconds",
        type=float,
        metavar="SECONDS",
        default=USUAL.token_seconds,
        help="what the provider is set to wait between two words (default: %(default)s)",
    )
    add(
        "--request-seconds",
        type=float,
        metavar="SECONDS",
        default=USUAL.request_seconds,
        help="a request that takes longer is an error (default: %(default)s)",
    )
    add(
        "--at-most-seconds",
        type=float,
        metavar="SECONDS",
        default=USUAL.at_most_seconds,
        help="no request begins later (default: %(default)s)",
    )
    add("--at-most-requests", type=int, metavar="N", default=USUAL.at_most_requests, help="default: %(default)s")
    add("--instance-header", metavar="NAME", help="the answer's header that tells which instance answered")
    add(
        "--stop-with-stdin", action="store_true", help="stop when stdin ends, as it does when whoever started this dies"
    )
    return parser


def read_settings(given: argparse.Namespace, key: str) -> Settings:
    """Return the traffic that the options describe."""
    return Settings(
        url=given.url.rstrip("/"),
        key=key,
        model=given.model,
        stream_model=given.stream_model or given.model,
        unary_clients=given.unary_clients,
        stream_clients=given.stream_clients,
        pause=given.pause,
        unary_seconds=given.unary_seconds,
        stream_seconds=tuple(given.stream_seconds),
        token_seconds=given.token_seconds,
        request_seconds=given.request_seconds,
        at_most_seconds=given.at_most_seconds,
        at_most_requests=given.at_most_requests,
        instance_header=given.instance_header,
        tls=ssl.create_default_context(cafile=given.ca_file),
    )


def read_key(name: str | None) -> str:
    """Return the first line of the file."""
    if name is None:
        return ""
    if name == "-":
        return sys.stdin.readline().strip()
    with Path(name).open() as file:
        return file.readline().strip()


async def run_traffic(wanted: Settings, out: TextIO, *, stop_with_stdin: bool = False) -> list[Outcome]:
    """Make the traffic until it is enough; every finished request is written at once."""
    outcomes: list[Outcome] = []

    def record(outcome: Outcome) -> None:
        outcomes.append(outcome)
        out.write(json.dumps(asdict(outcome)) + "\n")
        out.flush()

    traffic = Traffic(wanted, record)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, traffic.enough.set)
    if stop_with_stdin:
        threading.Thread(target=_wait_for_the_end_of_stdin, args=(loop, traffic.enough), daemon=True).start()
    await traffic.run()
    return outcomes


def _wait_for_the_end_of_stdin(loop: asyncio.AbstractEventLoop, enough: asyncio.Event) -> None:
    # Not sys.stdin: a thread that waits in a buffered reader spoils the end of the program.
    while os.read(0, 4096):
        pass
    # The loop may have ended by itself meanwhile.
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(enough.set)


def main() -> None:
    """Exit codes: 0 no error, 1 errors among the answers, 2 wrong usage."""
    options = make_parser()
    given = options.parse_args()
    shortest, longest = given.stream_seconds
    if given.token_seconds <= 0 or not 0 <= shortest <= longest:
        options.error("--token-seconds must be more than 0, and of --stream-seconds the first not more than the second")
    try:
        wanted = read_settings(given, read_key(given.key_file))
        out = sys.stdout if given.out == "-" else Path(given.out).open("w")  # noqa: SIM115 - closed below
    except (OSError, ssl.SSLError) as error:
        options.error(str(error))
    with out:
        outcomes = asyncio.run(run_traffic(wanted, out, stop_with_stdin=given.stop_with_stdin))
        said = summarize(outcomes)
        # With the requests on stdout, too, it is the last line and the only one without `kind`.
        print(json.dumps({"summary": said}, indent=None if out is sys.stdout else 2), flush=True)
    sys.exit(1 if said["errors"] else 0)


if __name__ == "__main__":
    main()
