#!/usr/bin/env python3
"""Which TCP ports of a host are open, refused or silent, by connecting to each of them; JSON on stdout.

Whatever does not answer is asked a second time, so that one lost packet does not hide an open port. All 65,535 ports
take 3 s where everything is refused, and 15 s where everything is silent.
"""

from __future__ import annotations

import argparse
import errno
import itertools
import json
import resource
import selectors
import socket
import sys
import time
from collections.abc import Iterable
from typing import Any

LAST = 65_535
# Connections under way at the same time; a host that drops everything is the case that needs many.
WINDOW = 8_000


def parse_ports(text: str) -> list[int]:
    """Return ``22,80,4000-4010`` as numbers, each once."""
    found: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        found.update(range(int(first), int(last or first) + 1))
    if not found or min(found) < 1 or max(found) > LAST:
        raise ValueError(f"ports are 1 to {LAST}")
    return sorted(found)


def join_ranges(numbers: Iterable[int]) -> list[list[int]]:
    """Return ``[[first, last], ...]`` for numbers in order."""
    found: list[list[int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return found


def scan_once(address: str, wanted: Iterable[int], patience: float, deadline: float) -> dict[int, str]:
    """Return what connecting to each port led to: open, refused, silent, unasked, or the name of another error.

    ``patience`` is for one port; ``deadline``, on the monotonic clock, is for all of them.
    """
    window = _raise_file_limit()
    waiting = iter(wanted)
    state: dict[int, str] = {}
    # In the order of their beginning, which is the order in which their patience ends.
    begun: dict[socket.socket, tuple[int, float]] = {}
    more = True
    with selectors.DefaultSelector() as selector:
        while more or begun:
            # Not all at once: answers must be read in between, or their time would be up before anybody has looked.
            batch = min(256, window - len(begun)) if time.monotonic() < deadline else 0
            chosen = list(itertools.islice(waiting, batch))
            more = bool(chosen) or (batch == 0 and time.monotonic() < deadline)
            for port in chosen:
                begun.update(_begin_attempt(address, port, selector, state))
            for key, _ in selector.select(0 if chosen else 0.05):
                attempt = key.fileobj
                assert isinstance(attempt, socket.socket)
                port, _ = begun.pop(attempt)
                state[port] = _read_outcome(attempt)
                _end_attempt(attempt, selector)
            now = time.monotonic()
            while begun:
                attempt, (port, since) = next(iter(begun.items()))
                if now - since < patience and now < deadline:
                    break
                state[port] = "silent"
                del begun[attempt]
                _end_attempt(attempt, selector)
    return state | dict.fromkeys(waiting, "unasked")


def _begin_attempt(
    address: str, port: int, selector: selectors.BaseSelector, state: dict[int, str]
) -> dict[socket.socket, tuple[int, float]]:
    attempt = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    attempt.setblocking(False)
    result = attempt.connect_ex((address, port))
    if result != errno.EINPROGRESS:
        state[port] = _name_outcome(result)
        attempt.close()
        return {}
    selector.register(attempt, selectors.EVENT_WRITE)
    return {attempt: (port, time.monotonic())}


def _end_attempt(attempt: socket.socket, selector: selectors.BaseSelector) -> None:
    selector.unregister(attempt)
    attempt.close()


def _read_outcome(attempt: socket.socket) -> str:
    code = attempt.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    # On its own host, a connection may get the very port that it asks for, and then it has reached itself.
    if code == 0 and attempt.getsockname() == attempt.getpeername():
        return "refused"
    return _name_outcome(code)


def _name_outcome(code: int) -> str:
    return {0: "open", errno.ECONNREFUSED: "refused", errno.ETIMEDOUT: "silent"}.get(code) or errno.errorcode[code]


def _raise_file_limit() -> int:
    """Return how many connections may be under way, after this process's limit of open files was raised for them."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    limit = WINDOW + 100 if hard == resource.RLIM_INFINITY else min(hard, WINDOW + 100)
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
    return limit - 100


def scan_ports(host: str, wanted: list[int], patience: float, at_most: float) -> dict[str, Any]:
    """Scan twice, and say it in few words: ports by what became of them, as ranges."""
    begin = time.monotonic()
    address = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0][4][0]
    state = scan_once(str(address), wanted, patience, begin + at_most)
    silent = [port for port in wanted if state[port] == "silent"]
    again = scan_once(str(address), silent, patience, begin + at_most)
    # Where the time was up, the first look stands.
    state |= {port: word for port, word in again.items() if word != "unasked"}
    open_ports = [port for port in wanted if state[port] == "open"]
    others = sorted(set(state.values()) - {"open"})
    return {
        "host": host,
        "address": address,
        "asked": len(wanted),
        "open": open_ports,
        "others": {word: join_ranges(port for port in wanted if state[port] == word) for word in others},
        "counts": {word: sum(state[port] == word for port in wanted) for word in ["open", *others]},
        "complete": "unasked" not in state.values(),
        "seconds": round(time.monotonic() - begin, 2),
    }


def main() -> None:
    """Exit codes: 0 all asked, 1 the time was up before, 2 wrong usage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("host")
    parser.add_argument("--ports", default=f"1-{LAST}", help="such as 22,80,4000-4010 (default: %(default)s)")
    parser.add_argument("--patience", type=float, default=0.7, help="seconds for one port (default: %(default)s)")
    parser.add_argument("--at-most-seconds", type=float, default=20, help="for everything (default: %(default)s)")
    given = parser.parse_args()
    try:
        said = scan_ports(given.host, parse_ports(given.ports), given.patience, given.at_most_seconds)
    except (ValueError, OSError) as error:
        parser.error(str(error))
    print(json.dumps(said))
    sys.exit(0 if said["complete"] else 1)


if __name__ == "__main__":
    main()
