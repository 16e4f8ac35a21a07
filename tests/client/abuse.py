#!/usr/bin/env python3
"""Requests that no well-behaved client sends, byte for byte, and what the server answers; JSON on stdout.

Every probe is bounded in time and number. Nothing is judged here: whoever asked reads the answers.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from doubtful import FORWARDED, Headers, list_rewriting_headers, list_smuggling_requests
from rawhttp import Target, exchange_bytes, format_request
from slow import TricklePace, hold_connections

# A chat like any other but for its length, so that where no limit is, it is answered.
BEFORE, AFTER = b'{"model": "chat", "messages": [{"role": "user", "content": "', b'"}]}'
PIECE = 65_536
SMALLEST = len(BEFORE) + len(AFTER)
MOST_PROBES = 2_000
MOST_CONNECTIONS = 2_000


def probe_paths(given: argparse.Namespace, target: Target) -> list[dict[str, Any]]:
    """Ask for each path on a connection of its own, exactly as it is written."""
    text = sys.stdin.read() if given.paths == "-" else Path(given.paths).read_text()
    asked = [{"path": item} if isinstance(item, str) else item for item in json.loads(text)][:MOST_PROBES]
    return [_probe_path(given, target, **item) for item in asked]


def _probe_path(
    given: argparse.Namespace, target: Target, path: str, method: str = "GET", headers: Any = (), body: str = ""
) -> dict[str, Any]:
    content = body.encode("latin-1")
    own = [(str(name), str(value)) for name, value in (headers.items() if isinstance(headers, dict) else headers)]
    if content and "content-length" not in {name.lower() for name, _ in own}:
        own.append(("Content-Length", str(len(content))))
    sent = format_request(
        method, path, [*_list_usual_headers(given, target, own), *own, ("Connection", "close")], content
    )
    return {"path": path, "method": method} | exchange_bytes(
        target, [sent], method=method, seconds=given.seconds
    ).as_json()


def send_raw_bytes(given: argparse.Namespace, target: Target) -> dict[str, Any]:
    """Send the bytes of a file, or of stdin, and nothing else."""
    sent = sys.stdin.buffer.read() if given.bytes == "-" else Path(given.bytes).read_bytes()
    return exchange_bytes(target, [sent], expected=given.expected, seconds=given.seconds).as_json()


def send_oversized_body(given: argparse.Namespace, target: Target) -> dict[str, Any]:
    """Send a body of that size: announced and then not sent, or really sent."""
    head = _format_head(given, target, ("Content-Length", str(given.size)))
    parts = itertools.chain([head], [b"{"] if given.mode == "declared" else _split_body(given.size))
    return exchange_bytes(target, parts, method=given.method, seconds=given.seconds).as_json()


def send_chunked_body(given: argparse.Namespace, target: Target) -> dict[str, Any]:
    """Send a body of that size in chunks, whose length the server cannot know before."""
    head = _format_head(given, target, ("Transfer-Encoding", "chunked"))
    chunks = (b"%x\r\n%s\r\n" % (len(piece), piece) for piece in _split_body(given.size))
    parts = itertools.chain([head], chunks, [b"0\r\n\r\n"])
    return exchange_bytes(target, parts, method=given.method, seconds=given.seconds).as_json()


def send_body_without_length(given: argparse.Namespace, target: Target) -> dict[str, Any]:
    """Send a body with neither a length nor chunks; to the letter of HTTP it is not there."""
    return exchange_bytes(
        target, [_format_head(given, target) + b"{}"], method=given.method, seconds=given.seconds
    ).as_json()


def trickle_headers(given: argparse.Namespace, target: Target) -> dict[str, Any]:
    """Hold connections that send one header line after the other and never the last."""
    first = format_request("GET", given.path, _list_usual_headers(given, target, [])).removesuffix(b"\r\n")
    return asyncio.run(
        hold_connections(target, TricklePace(first, b"X-A: b\r\n", given.every), given.connections, given.seconds)
    )


def trickle_body(given: argparse.Namespace, target: Target) -> dict[str, Any]:
    """Hold connections that announce a body and send it byte by byte."""
    first = _format_head(given, target, ("Content-Length", str(given.size)))
    return asyncio.run(
        hold_connections(target, TricklePace(first, b" ", given.every), given.connections, given.seconds)
    )


def send_claiming_headers(given: argparse.Namespace, target: Target) -> dict[str, Any]:
    """Ask for the same path with headers that claim another client or another path; `none` is for comparison."""
    variants = FORWARDED | list_rewriting_headers(given.hidden)
    return {name: _probe_path(given, target, given.path, headers=headers) for name, headers in variants.items()}


def smuggle_requests(given: argparse.Namespace, target: Target) -> dict[str, Any]:
    """Hide a second request in the first; `too_many` tells whether it was answered."""
    answers = {}
    for name, (sent, expected) in list_smuggling_requests(
        _list_usual_headers(given, target, []), given.path, given.hidden
    ).items():
        answer = exchange_bytes(target, [sent], expected=expected, seconds=given.seconds).as_json()
        final = [reply for reply in answer["replies"] if (reply["status"] or 0) >= 200]
        answers[name] = answer | {"answers": len(final), "expected": expected, "too_many": len(final) > expected}
    return answers


def _split_body(size: int) -> Iterator[bytes]:
    yield BEFORE
    for begin in range(len(BEFORE), size - len(AFTER), PIECE):
        yield b"x" * min(PIECE, size - len(AFTER) - begin)
    yield AFTER


def _format_head(given: argparse.Namespace, target: Target, *headers: tuple[str, str]) -> bytes:
    usual = _list_usual_headers(given, target, [])
    return format_request(given.method, given.path, [*usual, ("Content-Type", "application/json"), *headers])


def _list_usual_headers(given: argparse.Namespace, target: Target, own: Headers) -> Headers:
    """Return host and key, unless the probe brings its own."""
    names = {name.lower() for name, _ in own}
    key = Path(given.key_file).read_text().split("\n")[0].strip() if given.key_file else ""
    usual = [("Host", target.authority)] + ([("Authorization", f"Bearer {key}")] if key else [])
    return [(name, value) for name, value in usual if name.lower() not in names]


def make_parser() -> argparse.ArgumentParser:
    """Return the options; each probe has its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    probes = parser.add_subparsers(required=True, metavar="PROBE")
    chat = "/v1/chat/completions"

    def probe(
        name: str, run: Any, path: str | None = chat, seconds: float = 10, *, key: bool = True
    ) -> argparse.ArgumentParser:
        added = probes.add_parser(name, help=run.__doc__, description=run.__doc__)
        added.set_defaults(run=run)
        added.add_argument("--url", required=True, help="http://192.0.2.11 or https://gateway.example.com:8443")
        added.add_argument("--ca-file", type=Path, help="trust only these certificate authorities (PEM)")
        if key:
            added.add_argument("--key-file", help="send its first line as the bearer key")
        added.add_argument("--seconds", type=float, default=seconds, help="for each connection (default: %(default)s)")
        if path is not None:
            added.add_argument("--path", default=path, help="default: %(default)s")
        return added

    shape = "JSON list of paths, or of {path, method, headers, body}; a character is a byte; - reads stdin"
    probe("paths", probe_paths, path=None).add_argument("--paths", required=True, metavar="FILE", help=shape)
    added = probe("raw", send_raw_bytes, path=None, key=False)
    added.add_argument("--bytes", required=True, metavar="FILE", help="- reads stdin")
    added.add_argument("--expected", type=int, default=1, help="answers to wait for (default: %(default)s)")

    for name, run in {
        "oversized": send_oversized_body,
        "chunked": send_chunked_body,
        "no-length": send_body_without_length,
    }.items():
        added = probe(name, run, seconds=30)
        added.add_argument("--method", default="POST", help="default: %(default)s")
        if run is not send_body_without_length:
            added.add_argument("--size", type=int, default=100_000_000, help="bytes (default: %(default)s)")
        if run is send_oversized_body:
            added.add_argument("--mode", choices=["declared", "real"], default="real", help="default: %(default)s")

    for name, run in {"slow-headers": trickle_headers, "slow-body": trickle_body}.items():
        added = probe(name, run, seconds=60)
        added.add_argument("--connections", type=int, default=50, help="default: %(default)s")
        added.add_argument("--every", type=float, default=1.0, help="seconds between two drops (default: %(default)s)")
        if run is trickle_body:
            added.add_argument("--method", default="POST", help="default: %(default)s")
            added.add_argument("--size", type=int, default=1000, help="announced bytes (default: %(default)s)")

    probe("forwarded", send_claiming_headers).add_argument(
        "--hidden", default="/health", help="a path that clients must not reach"
    )
    probe("smuggle", smuggle_requests).add_argument(
        "--hidden", default="/health", help="a path that clients must not reach"
    )
    return parser


def main() -> None:
    """Exit codes: 0 whatever the server did, 2 wrong usage."""
    options = make_parser()
    given = options.parse_args()
    if getattr(given, "connections", 0) > MOST_CONNECTIONS:
        options.error(f"--connections: at most {MOST_CONNECTIONS}")
    if getattr(given, "size", 1000) < SMALLEST:
        options.error(f"--size: at least {SMALLEST}")
    try:
        answers = given.run(given, Target(given.url.rstrip("/"), given.ca_file))
    except (OSError, ValueError, TypeError) as error:
        options.error(str(error))
    print(json.dumps(answers))


if __name__ == "__main__":
    main()
