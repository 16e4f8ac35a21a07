"""What a model of each mode is asked for, and what its answer must hold."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

MAX_TOKENS = 16
PROMPT = "Reply with the one word: ready"
# A tenth of a second of silence, 8,000 samples a second of one byte.
_SILENCE = (
    b"RIFF" + (836).to_bytes(4, "little") + b"WAVEfmt " + (16).to_bytes(4, "little")
    + b"\x01\x00\x01\x00" + (8000).to_bytes(4, "little") * 2 + b"\x01\x00\x08\x00"
    + b"data" + (800).to_bytes(4, "little") + b"\x80" * 800
)  # fmt: skip

# Why models of other modes are not tried.
SKIP_REASONS = {
    "image_generation": "a picture costs as much as many answers",
    "audio_speech": "the names of voices differ from server to server",
    "realtime": "it takes a WebSocket; try it with a client for speech",
}


@dataclass(frozen=True, slots=True)
class ModeProbe:
    """One request. `options`: its body without the model; `files`: what is uploaded beside it.

    `holds`: whether a decoded answer holds what it must, described by `wanted`; None means a stream of text.
    """

    path: str
    options: Mapping[str, object]
    wanted: str = "text"
    holds: Callable[[object], bool] | None = None
    files: Mapping[str, tuple[str, bytes, str]] = field(default_factory=dict)


def _has_embedding(answer: object) -> bool:
    match answer:
        case {"data": [{"embedding": vector}, *_]}:
            return bool(vector)
    return False


def _has_output(answer: object) -> bool:
    match answer:
        case {"output": [_, *_]}:
            return True
    return False


def _has_results(answer: object) -> bool:
    match answer:
        case {"results": [_, *_]}:
            return True
    return False


def _has_text(answer: object) -> bool:
    # Of silence nothing is heard, so the text may be empty.
    return isinstance(answer, dict) and isinstance(answer.get("text"), str)


_STREAM = {"max_tokens": MAX_TOKENS, "stream": True}
PROBES: Mapping[str, ModeProbe] = {
    "chat": ModeProbe("/v1/chat/completions", {**_STREAM, "messages": [{"role": "user", "content": PROMPT}]}),
    "completion": ModeProbe("/v1/completions", {**_STREAM, "prompt": PROMPT}),
    "responses": ModeProbe("/v1/responses", {"max_output_tokens": MAX_TOKENS, "input": PROMPT}, "output", _has_output),
    "embedding": ModeProbe("/v1/embeddings", {"input": "ready"}, "embedding", _has_embedding),
    "rerank": ModeProbe("/v1/rerank", {"query": "ready", "documents": ["ready", "not"]}, "results", _has_results),
    "moderation": ModeProbe("/v1/moderations", {"input": "ready"}, "results", _has_results),
    "audio_transcription": ModeProbe(
        "/v1/audio/transcriptions", {}, "text", _has_text, {"file": ("silence.wav", _SILENCE, "audio/wav")}
    ),
}
