"""Connections that say as little as possible, and how long a server puts up with them."""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass
from typing import Any

from rawhttp import Target, parse_replies


@dataclass(frozen=True)
class TricklePace:
    """``first`` at once, then ``drop`` again and again, ``every`` so many seconds."""

    first: bytes
    drop: bytes
    every: float = 1.0


async def hold_connections(target: Target, trickle: TricklePace, connections: int, at_most: float) -> dict[str, Any]:
    """Open so many connections, keep all of them busy at this pace, and tell what became of each."""
    began = time.monotonic()
    held = await asyncio.gather(*(_hold_one(target, trickle, at_most) for _ in range(connections)))
    ends = [connection["ended"] for connection in held]
    ended = [connection["seconds"] for connection in held if connection["ended"] in {"close", "reset"}]
    return {
        "connections": held,
        "counts": {word: ends.count(word) for word in sorted(set(ends))},
        "ended_after": {"min": min(ended), "max": max(ended)} if ended else None,
        "answers": sorted({connection.pop("answer") for connection in held} - {""}),
        "seconds": round(time.monotonic() - began, 2),
    }


async def _hold_one(target: Target, trickle: TricklePace, at_most: float) -> dict[str, Any]:
    """Hold one connection and return what became of it.

    ``ended``: refused (never open), close or reset (by the server), or open (until the bound).

    ``answered`` are the seconds until the server said anything.
    """
    began = time.monotonic()
    try:
        connecting = asyncio.open_connection(target.host, target.port, ssl=target.tls())
        reader, writer = await asyncio.wait_for(connecting, at_most)
    except (OSError, TimeoutError) as error:
        return {
            "ended": "refused",
            "seconds": _measure_seconds(began),
            "status": None,
            "drops": 0,
            "answer": "",
            "error": repr(error),
        }
    drops, received, ended, answered = 0, b"", "open", None
    try:
        writer.write(trickle.first)
        while (left := at_most - (time.monotonic() - began)) > 0:
            try:
                data = await asyncio.wait_for(reader.read(65_536), min(trickle.every, left))
            except TimeoutError:
                writer.write(trickle.drop)
                await writer.drain()
                drops += 1
                continue
            received += data[: 100_000 - len(received)]
            if not data:
                ended = "close"
                break
            answered = answered or _measure_seconds(began)
    except OSError:
        ended = "reset"
    seconds = _measure_seconds(began)
    writer.close()
    with contextlib.suppress(OSError, TimeoutError):
        await asyncio.wait_for(writer.wait_closed(), 1)
    first = next(iter(parse_replies(received)), None)
    return {
        "ended": ended,
        "seconds": seconds,
        "answered": answered,
        "status": first.status if first else None,
        "answer": first.body.decode(errors="replace") if first else "",
        "drops": drops,
    }


def _measure_seconds(began: float) -> float:
    return round(time.monotonic() - began, 2)
