"""The ways to fail, as types. Times are in seconds."""

from dataclasses import asdict, dataclass
from typing import ClassVar

PATHS = ("chat", "embeddings", "models")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Base of all faults. `KIND` is its name in JSON, `PATHS` the kinds of request in which it can be seen."""

    KIND: ClassVar[str]
    PATHS: ClassVar[tuple[str, ...]] = PATHS

    def as_json(self) -> dict[str, object]:
        """The fault as it could be sent again; options that are not set are left out."""
        return {"kind": self.KIND} | {name: value for name, value in asdict(self).items() if value is not None}


@dataclass(frozen=True, kw_only=True)
class Refuse(Fault):
    """Nobody listens, and every open connection is dropped, as when a provider's process dies."""

    KIND = "refuse"


@dataclass(frozen=True, kw_only=True)
class RequestFault(Fault):
    """A fault of single requests.

    `times`: it ends by itself after so many faulty requests. `probability`: 0 to 1, drawn for each request, repeatable
    with `seed`. `match_model`: a shell pattern for the model id. `match_path`: one of chat, embeddings, models.
    """

    times: int | None = None
    probability: float | None = None
    seed: int | None = None
    match_model: str | None = None
    match_path: str | None = None


@dataclass(frozen=True, kw_only=True)
class Status(RequestFault):
    """An error answer with the body that providers send for that status; `retry_after` in seconds is its header."""

    KIND = "status"
    status: int
    retry_after: float | None = None
    message: str | None = None


@dataclass(frozen=True, kw_only=True)
class Hang(RequestFault):
    """The request is taken and never answered. After `seconds`, if given, the connection breaks."""

    KIND = "hang"
    seconds: float | None = None


@dataclass(frozen=True, kw_only=True)
class SlowFirstToken(RequestFault):
    """`seconds` pass before the first token; of a stream, the headers have been sent by then."""

    KIND = "slow_first_token"
    seconds: float


@dataclass(frozen=True, kw_only=True)
class SlowTokens(RequestFault):
    """`seconds` pass between two tokens; an answer that is not streamed takes as long as all of them."""

    KIND = "slow_tokens"
    PATHS = ("chat",)
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Interruption(RequestFault):
    """Something happens in a stream after `after_chunks` content chunks, or after the last one if there are fewer.

    0 stands for: after the headers, before any chunk.
    """

    after_chunks: int = 1


@dataclass(frozen=True, kw_only=True)
class Cut(Interruption):
    """The connection breaks within the stream, or after half the body of an answer that is not streamed."""

    KIND = "cut"


@dataclass(frozen=True, kw_only=True)
class MalformedChunk(Interruption):
    """One line of the stream is broken JSON, and the stream goes on; a body that is not streamed ends half way."""

    KIND = "malformed_chunk"


@dataclass(frozen=True, kw_only=True)
class ErrorInStream(Interruption):
    """The stream, begun with 200, ends in an error event; without streaming it is 200 with an error as the body."""

    KIND = "error_in_stream"
    status: int = 500
    message: str | None = None


@dataclass(frozen=True, kw_only=True)
class WrongContentType(RequestFault):
    """200 with a web page, as a captive portal or a misconfigured proxy answers."""

    KIND = "wrong_content_type"


@dataclass(frozen=True, kw_only=True)
class Empty(RequestFault):
    """200 with nothing in it."""

    KIND = "empty"


@dataclass(frozen=True, kw_only=True)
class ContextWindow(RequestFault):
    """400: the messages are longer than the model's context."""

    KIND = "context_window"
    PATHS = ("chat", "embeddings")


@dataclass(frozen=True, kw_only=True)
class ContentPolicy(RequestFault):
    """400: the prompt offends the provider's rules."""

    KIND = "content_policy"
    PATHS = ("chat", "embeddings")


KINDS: dict[str, type[Fault]] = {
    kind.KIND: kind
    for kind in (
        Status,
        Refuse,
        Hang,
        SlowFirstToken,
        SlowTokens,
        Cut,
        MalformedChunk,
        WrongContentType,
        Empty,
        ContextWindow,
        ContentPolicy,
        ErrorInStream,
    )
}
