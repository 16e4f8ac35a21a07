"""Counters of what one upstream has received and answered."""

import time
from dataclasses import dataclass, field


@dataclass
class RequestCounters:
    """Counts since the start or the last reset.

    Every request ends as one of `completed`, `aborted_by_client` and `cut_by_fault` (aborted by this server).
    `faulted` counts the requests that a fault was applied to, `by_status` the answers whose headers were sent.
    """

    requests: int = 0
    by_kind: dict[str, int] = field(default_factory=lambda: {"chat": 0, "embeddings": 0, "models": 0, "other": 0})
    by_status: dict[int, int] = field(default_factory=dict)
    streams: int = 0
    faulted: int = 0
    completed: int = 0
    aborted_by_client: int = 0
    cut_by_fault: int = 0
    concurrent_max: int = 0
    _last: tuple[str, str | None, float] | None = None

    def count_arrival(self, kind: str, path: str, *, concurrent: int) -> None:
        """Count a request on its arrival. `concurrent`: requests under way, this one included."""
        self.requests += 1
        self.by_kind[kind] += 1
        self.concurrent_max = max(self.concurrent_max, concurrent)
        self._last = (path, None, time.monotonic())

    def count_parsed(self, path: str, model: str | None, *, stream: bool) -> None:
        """Count a request whose body is valid."""
        self.streams += stream
        self._last = (path, model, time.monotonic())

    def count_status(self, status: int) -> None:
        """Count an answer when its headers are sent."""
        self.by_status[status] = self.by_status.get(status, 0) + 1

    def count_end(self, *, complete: bool, cut: bool) -> None:
        """Count the end of a request: answered to the last byte, or cut by this server, or else by the client."""
        if complete:
            self.completed += 1
        elif cut:
            self.cut_by_fault += 1
        else:
            self.aborted_by_client += 1

    def as_json(self, *, concurrent: int) -> dict[str, object]:
        """Return the counts, `concurrent` {now, max}, and `last_request` {path, model, seconds_ago} or None."""
        last = None
        if self._last is not None:
            path, model, arrival = self._last
            last = {"path": path, "model": model, "seconds_ago": round(time.monotonic() - arrival, 3)}
        return {
            "requests": self.requests,
            **self.by_kind,
            "streams": self.streams,
            "faulted": self.faulted,
            "completed": self.completed,
            "aborted_by_client": self.aborted_by_client,
            "cut_by_fault": self.cut_by_fault,
            "by_status": {str(status): count for status, count in sorted(self.by_status.items())},
            "concurrent": {"now": concurrent, "max": self.concurrent_max},
            "last_request": last,
        }
