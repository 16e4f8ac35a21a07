#!/usr/bin/env python3
"""Stands where an instance would stand behind an edge, and answers each request with what arrived; JSON over HTTP.

/health/readiness says that it is ready and is not counted; /mirror/seen tells everything else that came. Standard
library only, and one file, so that it runs on any host. It listens on loopback and ends by itself.
"""

from __future__ import annotations

import argparse
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MOST_SEEN = 10_000
PIECE = 65_536


class Mirror(BaseHTTPRequestHandler):
    """One connection. A request's target is told as it stood in the request line."""

    protocol_version = "HTTP/1.1"
    seen: tuple[str, ...] = ()

    def answer(self) -> None:
        """Read the body to its end, note the request, and tell it."""
        length = left = int(self.headers.get("Content-Length") or 0)
        while left and (piece := self.rfile.read(min(PIECE, left))):
            left -= len(piece)
        method, target = self.requestline.split()[:2]
        if target == "/mirror/seen":
            self._say(list(Mirror.seen))
            return
        if target != "/health/readiness":
            Mirror.seen = (*Mirror.seen, f"{method} {target}")[-MOST_SEEN:]
        self._say({"method": method, "target": target, "headers": self.headers.items(), "body_bytes": length - left})

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = answer

    def log_message(self, *_: object) -> None:
        """Say nothing; who wants to know asks for /mirror/seen."""

    def _say(self, said: object) -> None:
        content = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


def main() -> None:
    """Exit codes: 0 at its end, 2 wrong usage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="on 127.0.0.1")
    parser.add_argument("--seconds", type=float, default=120, help="how long it runs (default: %(default)s)")
    given = parser.parse_args()
    try:
        server = ThreadingHTTPServer(("127.0.0.1", given.port), Mirror)
    except (OSError, OverflowError) as error:
        parser.error(str(error))
    threading.Timer(given.seconds, server.shutdown).start()
    server.serve_forever()


if __name__ == "__main__":
    main()
