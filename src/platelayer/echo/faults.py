"""The faults that an upstream can be given, as types. Times are in seconds."""

from dataclasses import asdict, dataclass
from typing import ClassVar

REQUEST_KINDS = ("chat", "embeddings", "models")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Base of all faults. `KIND`: its name in JSON; `REQUEST_KINDS`: the kinds of request that it has an effect on."""

    KIND: ClassVar[str]
    REQUEST_KINDS: ClassVar[tuple[str, ...]] = REQUEST_KINDS

    def as_json(self) -> dict[str, object]:
        """Return the fault as the control API takes it, without options that are not set."""
        return {"kind": self.KIND} | {name: value for name, value in asdict(self).items() if value is not None}


@dataclass(frozen=True, kw_only=True)
class ConnectionRefusedFault(Fault):
    """A closed port; every open connection is dropped, as when a provider's process dies."""

    KIND = "refuse"


@dataclass(frozen=True, kw_only=True)
class RequestFault(Fault):
    """Base of the faults of single requests.

    `times`: it ends by itself after this many faulty requests. `probability`: 0 to 1, drawn for each request,
    repeatable with `seed`. `match_model`: a shell pattern for the model id. `match_path`: one of REQUEST_KINDS.
    """

    times: int | None = None
    probability: float | None = None
    seed: int | None = None
    match_model: str | None = None
    match_path: str | None = None


@dataclass(frozen=True, kw_only=True)
class StatusFault(RequestFault):
    """An error status with the body that providers send for it; `retry_after` (seconds) becomes a header."""

    KIND = "status"
    status: int
    retry_after: float | None = None
    message: str | None = None


@dataclass(frozen=True, kw_only=True)
class HangFault(RequestFault):
    """A request without an answer. After `seconds`, if set, the connection breaks."""

    KIND = "hang"
    seconds: float | None = None


@dataclass(frozen=True, kw_only=True)
class SlowFirstTokenFault(RequestFault):
    """A delay of `seconds` before the first token. The headers of a stream are sent before the delay."""

    KIND = "slow_first_token"
    seconds: float


@dataclass(frozen=True, kw_only=True)
class SlowTokensFault(RequestFault):
    """A delay of `seconds` between two tokens. An answer without streaming is delayed by their sum."""

    KIND = "slow_tokens"
    REQUEST_KINDS = ("chat",)
    seconds: float


@dataclass(frozen=True, kw_only=True)
class StreamFault(RequestFault):
    """Base of the faults that happen in a stream after `after_chunks` content chunks, at the latest after the last.

    0 means after the headers and before any chunk.
    """

    after_chunks: int = 1


@dataclass(frozen=True, kw_only=True)
class CutFault(StreamFault):
    """A connection that breaks within the stream, or without streaming after half the body."""

    KIND = "cut"


@dataclass(frozen=True, kw_only=True)
class MalformedChunkFault(StreamFault):
    """One additional chunk of broken JSON in a stream that goes on; without streaming, half the body."""

    KIND = "malformed_chunk"


@dataclass(frozen=True, kw_only=True)
class ErrorInStreamFault(StreamFault):
    """A stream that begins with 200 and ends in an error event; without streaming, 200 with an error as the body."""

    KIND = "error_in_stream"
    status: int = 500
    message: str | None = None


@dataclass(frozen=True, kw_only=True)
class WrongContentTypeFault(RequestFault):
    """200 with a web page, as a captive portal or a misconfigured proxy answers."""

    KIND = "wrong_content_type"


@dataclass(frozen=True, kw_only=True)
class EmptyAnswerFault(RequestFault):
    """200 with an empty body."""

    KIND = "empty"


@dataclass(frozen=True, kw_only=True)
class ContextWindowFault(RequestFault):
    """400: the messages are longer than the model's context window."""

    KIND = "context_window"
    REQUEST_KINDS = ("chat", "embeddings")


@dataclass(frozen=True, kw_only=True)
class ContentPolicyFault(RequestFault):
    """400: the prompt violates the provider's content policy."""

    KIND = "content_policy"
    REQUEST_KINDS = ("chat", "embeddings")


FAULT_KINDS: dict[str, type[Fault]] = {
    fault.KIND: fault
    for fault in (
        StatusFault,
        ConnectionRefusedFault,
        HangFault,
        SlowFirstTokenFault,
        SlowTokensFault,
        CutFault,
        MalformedChunkFault,
        WrongContentTypeFault,
        EmptyAnswerFault,
        ContextWindowFault,
        ContentPolicyFault,
        ErrorInStreamFault,
    )
}
