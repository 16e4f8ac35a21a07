"""One request to a gateway whose model is an echo provider, and whether its answer is the right one."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any

import aiohttp

# So much of an answer that nobody expected is shown.
EXCERPT = 300


@dataclass(frozen=True)
class Question:
    """What is asked. No two are alike, so that an answer to somebody else's question is seen."""

    number: int
    kind: str
    model: str
    name: str
    words: int = 1
    provider_seconds: float = 0.0

    @property
    def prompt(self) -> str:
        """So many words, all different: LiteLLM ends a stream that repeats itself."""
        return " ".join([self.name, *(f"w{number}" for number in range(1, self.words))])

    @property
    def expected(self) -> str:
        """What the echo provider says to it."""
        return f"echo: {self.prompt}"

    def body(self) -> dict[str, Any]:
        """The request."""
        messages = [{"role": "user", "content": self.prompt}]
        return {"model": self.model, "messages": messages, "stream": self.kind == "stream"}


@dataclass
class Outcome:
    """A finished request. ``start`` and ``end`` are seconds of the epoch, all other times are seconds.

    ``added`` is what the gateway took beyond the provider's own time; ``stall`` the longest silence within a stream.
    """

    number: int
    kind: str
    start: float
    client: int = 0
    connection: str = "kept"
    end: float = 0.0
    status: int | None = None
    error: str | None = None
    complete: bool = False
    deployment: str | None = None
    instance: str | None = None
    first_byte: float | None = None
    duration: float = 0.0
    added: float = 0.0
    stall: float | None = None


class StreamReader:
    """Reads the lines of a stream and remembers the first thing that is wrong with them."""

    def __init__(self) -> None:
        self.text = ""
        self.done = False
        self.problem: str | None = None

    def read(self, line: bytes) -> None:
        """Take one line."""
        line = line.rstrip(b"\r\n")
        if not line or line.startswith((b":", b"event:", b"id:", b"retry:")):
            return
        if self.done:
            self._note_problem("something follows [DONE]", line)
        elif not line.startswith(b"data:"):
            self._note_problem("a line is no event", line)
        elif (data := line.removeprefix(b"data:").strip()) == b"[DONE]":
            self.done = True
        else:
            self._read_chunk(data)

    def judge(self, expected: str) -> str | None:
        """Return what is wrong with the whole stream, or None."""
        return (
            self.problem
            or (None if self.done else "it ended without [DONE]")
            or describe_difference(self.text, expected)
        )

    def _read_chunk(self, data: bytes) -> None:
        try:
            payload = json.loads(data)
            if "error" in payload:
                self._note_problem("an error event", data)
                return
            # The last one, with the usage, has no choices; the first and the last but one no content.
            self.text += "".join(choice["delta"].get("content") or "" for choice in payload["choices"])
        except (ValueError, LookupError, TypeError, AttributeError):
            self._note_problem("an event is no chunk of a chat", data)

    def _note_problem(self, what: str, seen: bytes) -> None:
        self.problem = self.problem or f"{what}: {seen[:EXCERPT].decode(errors='replace')}"


def judge_body(body: bytes, expected: str) -> str | None:
    """Return what is wrong with an answer in one piece, or None."""
    try:
        content = json.loads(body)["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError):
        return f"the answer is no chat: {body[:EXCERPT].decode(errors='replace')}"
    return describe_difference(content or "", expected)


def describe_difference(text: str, expected: str) -> str | None:
    """Return where the text stops being the expected one, or None."""
    if text == expected:
        return None
    same = next((at for at, (a, b) in enumerate(zip(text, expected, strict=False)) if a != b), None)
    if same is None:
        same = min(len(text), len(expected))
    seen, wanted = text[same : same + 40], expected[same : same + 40]
    return f"the text is not the echo from character {same} on: {seen!r} instead of {wanted!r}"


async def ask(
    session: aiohttp.ClientSession, url: str, question: Question, instance_header: str | None = None
) -> Outcome:
    """Ask once and judge. Nothing that the gateway or the network does raises."""
    outcome = Outcome(question.number, question.kind, time.time())
    begin = time.perf_counter()
    try:
        async with session.post(url, json=question.body(), allow_redirects=False) as reply:
            outcome.status = reply.status
            outcome.deployment = reply.headers.get("x-litellm-model-id")
            outcome.instance = reply.headers.get(instance_header) if instance_header else None
            outcome.error = await _read_answer(reply, question, outcome, begin)
    except TimeoutError:
        outcome.error = f"no complete answer within {time.perf_counter() - begin:.1f} s"
    except (aiohttp.ClientError, OSError, ValueError) as error:
        outcome.error = f"{type(error).__name__}: {error}"
    outcome.duration = time.perf_counter() - begin
    outcome.end = outcome.start + outcome.duration
    outcome.added = outcome.duration - question.provider_seconds
    outcome.complete = outcome.error is None
    return outcome


async def _read_answer(reply: aiohttp.ClientResponse, question: Question, outcome: Outcome, begin: float) -> str | None:
    if reply.status != 200 or question.kind != "stream":
        body = await reply.read()
        outcome.first_byte = time.perf_counter() - begin
        if reply.status != 200:
            return f"status {reply.status}: {body[:EXCERPT].decode(errors='replace')}"
        return judge_body(body, question.expected)
    events, before, longest = StreamReader(), None, 0.0
    async for line in reply.content:
        now = time.perf_counter()
        if before is None:
            outcome.first_byte = now - begin
        else:
            longest = max(longest, now - before)
        before = now
        outcome.stall = longest
        events.read(line)
    return events.judge(question.expected)
