"""Bytes to a server and what it answers, with nothing in between that would tidy them up."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

# An answer is read up to this size; what follows is not looked at.
MOST_READ = 1_000_000
# How much of a body is reported.
BODY_SHOWN = 4_000
# After the answers that were expected, so long for one more that should not be there.
QUIET = 0.3


@dataclass(frozen=True)
class Target:
    """Where to send to. The certificate's name and the Host header are those of the URL."""

    url: str
    ca_file: Path | None = None

    @property
    def host(self) -> str:
        """The host's name or address."""
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        """The port, also where the URL names none."""
        parts = urlsplit(self.url)
        return parts.port or (443 if parts.scheme == "https" else 80)

    @property
    def authority(self) -> str:
        """What the Host header says."""
        return urlsplit(self.url).netloc

    def tls(self) -> ssl.SSLContext | None:
        """Return what checks the server's certificate, or None without TLS."""
        return ssl.create_default_context(cafile=self.ca_file) if self.url.startswith("https:") else None

    def connect(self, seconds: float) -> socket.socket:
        """Open a connection, with TLS where the URL has it."""
        plain = socket.create_connection((self.host, self.port), timeout=seconds)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        tls = self.tls()
        return tls.wrap_socket(plain, server_hostname=self.host) if tls else plain


def format_request(method: str, path: str, headers: Iterable[tuple[str, str]], body: bytes = b"") -> bytes:
    """Return the bytes of a request; every character of the arguments becomes one byte, whatever it is."""
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers)]
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode("latin-1") + body


@dataclass(frozen=True)
class Reply:
    """One answer as it came."""

    status_line: str
    headers: list[list[str]]
    body: bytes
    complete: bool

    @property
    def status(self) -> int | None:
        """The number of the status line."""
        parts = self.status_line.split()
        return int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else None

    def header(self, name: str) -> str:
        """A header's value, or nothing."""
        return next((value for key, value in self.headers if key.lower() == name), "")

    def as_json(self) -> dict[str, Any]:
        """The answer; of a long body the beginning."""
        return {
            "status": self.status,
            "status_line": self.status_line,
            "headers": self.headers,
            "body": self.body[:BODY_SHOWN].decode(errors="replace"),
            "body_bytes": len(self.body),
            "complete": self.complete,
        }


@dataclass
class Exchange:
    """What became of a connection. ``ended``: ``close`` or ``reset`` by the server, ``error``, or still ``open``."""

    sent: int = 0
    sent_all: bool = False
    replies: list[Reply] = field(default_factory=list)
    ended: str = "open"
    error: str | None = None
    seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """Everything, with the status of the first final answer at hand."""
        final = [reply for reply in self.replies if (reply.status or 0) >= 200]
        return {
            "status": final[0].status if final else None,
            "replies": [reply.as_json() for reply in self.replies],
            "sent": self.sent,
            "sent_all": self.sent_all,
            "ended": self.ended,
            "error": self.error,
            "seconds": round(self.seconds, 3),
        }


def exchange_bytes(
    target: Target, parts: Iterable[bytes], *, expected: int = 1, method: str = "GET", seconds: float = 10
) -> Exchange:
    """Send the parts on one connection and read the answers, until there are as many as expected and then silence.

    Stops sending at the first word of the server: it may refuse a body without reading it.
    """
    result, begin = Exchange(), time.monotonic()
    deadline = begin + seconds
    received = bytearray()
    try:
        with target.connect(seconds) as connection:
            _send(connection, parts, result, received, deadline)
            _receive(connection, result, received, deadline, lambda data: parse_replies(data, method), expected)
    except (ConnectionResetError, BrokenPipeError):
        result.ended = "reset"
    except OSError as error:  # TLS and refused connections, too.
        result.ended, result.error = "error", f"{type(error).__name__}: {error}"
    result.replies = parse_replies(bytes(received), method)
    result.seconds = time.monotonic() - begin
    return result


def _send(
    connection: socket.socket, parts: Iterable[bytes], result: Exchange, received: bytearray, deadline: float
) -> None:
    for part in parts:
        connection.settimeout(max(0.01, deadline - time.monotonic()))
        try:
            connection.sendall(part)
        except TimeoutError:
            return
        except OSError:
            # The server has closed; what it said before that can mostly still be read.
            result.ended = "reset"
            return
        result.sent += len(part)
        if _read_arrived(connection, received):
            return
    result.sent_all = True


def _read_arrived(connection: socket.socket, received: bytearray) -> bool:
    """Take what has arrived already; return whether there was anything, the end included."""
    connection.settimeout(0)
    try:
        data = connection.recv(65_536)
    except (BlockingIOError, ssl.SSLWantReadError):
        return False
    received += data
    return True


def _receive(
    connection: socket.socket,
    result: Exchange,
    received: bytearray,
    deadline: float,
    parse: Callable[[bytes], list[Reply]],
    expected: int,
) -> None:
    while len(received) < MOST_READ:
        left = deadline - time.monotonic()
        final = [reply for reply in parse(bytes(received)) if (reply.status or 0) >= 200 and reply.complete]
        if len(final) >= expected:
            left = min(left, QUIET)
        if left <= 0:
            return
        connection.settimeout(left)
        try:
            data = connection.recv(65_536)
        except (TimeoutError, ssl.SSLWantReadError):
            return
        if not data:
            result.ended = "reset" if result.ended == "reset" else "close"
            return
        received += data


def parse_replies(data: bytes, method: str = "GET") -> list[Reply]:
    """Return the answers in what a server has sent; the last one may be incomplete."""
    parsed = []
    while data:
        head, mark, rest = data.partition(b"\r\n\r\n")
        status_line, *lines = head.decode("latin-1").split("\r\n")
        headers = [[part.strip() for part in line.partition(":")[::2]] for line in lines]
        if not mark or not status_line.startswith("HTTP/"):
            parsed.append(Reply(status_line, headers, b"", False))
            return parsed
        bare = Reply(status_line, headers, b"", True)
        body, data, complete = _split_body(bare, rest, method)
        parsed.append(Reply(status_line, headers, body, complete))
    return parsed


def _split_body(head: Reply, rest: bytes, method: str) -> tuple[bytes, bytes, bool]:
    """Return the body, what follows it, and whether it is complete."""
    status = head.status or 0
    if status < 200 or status in {204, 304} or method == "HEAD":
        return b"", rest, True
    if head.header("transfer-encoding").lower() == "chunked":
        return _decode_chunks(rest)
    length = head.header("content-length")
    if not length.isdigit():
        # It ends with the connection, so everything belongs to it, and nobody can tell whether it is whole.
        return rest, b"", False
    return rest[: int(length)], rest[int(length) :], len(rest) >= int(length)


def _decode_chunks(rest: bytes) -> tuple[bytes, bytes, bool]:
    body = b""
    while True:
        size, mark, after = rest.partition(b"\r\n")
        try:
            length = int(size.split(b";")[0], 16)
        except ValueError:
            return body, b"", False
        if not mark or len(after) < length + 2:
            return body + after[:length], b"", False
        if length == 0:
            # Trailers are not expected of any server here.
            return body, after[2:], True
        body, rest = body + after[:length], after[length + 2 :]
