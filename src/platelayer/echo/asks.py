"""Requests as understood: the few fields of a body that matter here, checked."""

from collections.abc import Mapping
from dataclasses import dataclass

from platelayer.echo.problems import invalid, not_json

MOST_DIMENSIONS = 8192
USUAL_DIMENSIONS = 256


@dataclass(frozen=True)
class ChatAsk:
    """A chat request. `text` is what the user said last, `limit` the most words to answer with."""

    model: str
    text: str
    prompt_words: int
    limit: int | None = None
    stream: bool = False
    include_usage: bool = False


@dataclass(frozen=True)
class EmbeddingsAsk:
    """A request for one vector of `dimensions` numbers for each of `texts`."""

    model: str
    texts: tuple[str, ...]
    dimensions: int = USUAL_DIMENSIONS
    as_base64: bool = False


def chat(body: object) -> ChatAsk:
    """Read the body of /v1/chat/completions. Raises ProblemError (400)."""
    fields = _fields(body)
    messages = fields.get("messages")
    if not isinstance(messages, list) or not messages or not all(isinstance(message, Mapping) for message in messages):
        raise invalid("'messages' must be a list of at least one message object.", "messages")
    said = [_text(message.get("content")) for message in messages]
    by_user = [text for text, message in zip(said, messages, strict=True) if message.get("role") == "user"]
    options = fields.get("stream_options")
    # The older name and the newer one; a client that sends both means the newer.
    limit = _whole(fields, "max_completion_tokens")
    return ChatAsk(
        model=_model(fields),
        text=(by_user or said)[-1],
        prompt_words=sum(len(text.split()) for text in said),
        limit=_whole(fields, "max_tokens") if limit is None else limit,
        stream=fields.get("stream") is True,
        include_usage=isinstance(options, Mapping) and options.get("include_usage") is True,
    )


def embeddings(body: object) -> EmbeddingsAsk:
    """Read the body of /v1/embeddings. Raises ProblemError (400)."""
    fields = _fields(body)
    given = fields.get("input")
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, list) or not texts or not all(isinstance(text, str) and text for text in texts):
        raise invalid("'input' must be a text or a list of at least one text, none of them empty.", "input")
    encoding = fields.get("encoding_format", "float")
    if encoding not in ("float", "base64"):
        raise invalid("'encoding_format' must be 'float' or 'base64'.", "encoding_format")
    dimensions = _whole(fields, "dimensions")
    if dimensions is not None and dimensions > MOST_DIMENSIONS:
        raise invalid(f"'dimensions' must be at most {MOST_DIMENSIONS}.", "dimensions")
    return EmbeddingsAsk(
        model=_model(fields),
        texts=tuple(texts),
        dimensions=dimensions or USUAL_DIMENSIONS,
        as_base64=encoding == "base64",
    )


def _fields(body: object) -> Mapping[str, object]:
    if not isinstance(body, Mapping):
        raise not_json()
    return body


def _model(fields: Mapping[str, object]) -> str:
    model = fields.get("model")
    if not isinstance(model, str) or not model:
        raise invalid("you must provide a model parameter", "model")
    return model


def _whole(fields: Mapping[str, object], name: str) -> int | None:
    value = fields.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise invalid(f"'{name}' must be a whole number, 1 or more.", name)
    return value


def _text(content: object) -> str:
    """The text of a message: its content is a text, or a list of parts of which only some are text, or null."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        parts = (part.get("text") for part in content if isinstance(part, Mapping))
        return " ".join(part for part in parts if isinstance(part, str))
    return ""
