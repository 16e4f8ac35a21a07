"""Request bodies: the few fields that matter here, parsed and checked."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from platelayer.echo.error_answers import make_field_error, make_json_error
from platelayer.echo.tool_calls import ToolCall, check_tool_results, find_tool_calls, get_offered_tools

MAX_DIMENSIONS = 8192
DEFAULT_DIMENSIONS = 256


@dataclass(frozen=True)
class ChatRequest:
    """A chat request. `text`: what to repeat, the results of tools or the user's last message.

    `tool_calls`: what to answer with in place of the text; `max_tokens`: the most words of it, None for all.
    """

    model: str
    text: str
    prompt_words: int
    tool_calls: tuple[ToolCall, ...] = ()
    max_tokens: int | None = None
    stream: bool = False
    include_usage: bool = False


@dataclass(frozen=True)
class EmbeddingsRequest:
    """A request for one vector of `dimensions` numbers for each of `texts`."""

    model: str
    texts: tuple[str, ...]
    dimensions: int = DEFAULT_DIMENSIONS
    as_base64: bool = False


def parse_chat_request(body: bytes) -> ChatRequest:
    """Parse the body of /v1/chat/completions. Raises RejectedRequestError (400)."""
    fields = _parse_object(body)
    messages = fields.get("messages")
    if not isinstance(messages, list) or not messages or not all(isinstance(message, Mapping) for message in messages):
        raise make_field_error("'messages' must be a list of at least one message object.", "messages")
    check_tool_results(messages)
    turn = _get_turn(messages)
    results = _get_texts(turn, "tool")
    calls = () if results else find_tool_calls("\n".join(_get_texts(turn, "user")), get_offered_tools(fields))
    texts = _get_texts(messages)
    stream_options = fields.get("stream_options")
    # OpenAI's newer name, then the older one; a client that sends both means the newer.
    max_tokens = _get_positive_int(fields, "max_completion_tokens")
    return ChatRequest(
        model=_get_model(fields),
        text="\n".join(results) if results else (_get_texts(messages, "user") or texts)[-1],
        prompt_words=sum(len(text.split()) for text in texts),
        tool_calls=calls[:1] if fields.get("parallel_tool_calls") is False else calls,
        max_tokens=_get_positive_int(fields, "max_tokens") if max_tokens is None else max_tokens,
        stream=fields.get("stream") is True,
        include_usage=isinstance(stream_options, Mapping) and stream_options.get("include_usage") is True,
    )


def parse_embeddings_request(body: bytes) -> EmbeddingsRequest:
    """Parse the body of /v1/embeddings. Raises RejectedRequestError (400)."""
    fields = _parse_object(body)
    value = fields.get("input")
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not texts or not all(isinstance(text, str) and text for text in texts):
        raise make_field_error("'input' must be a text or a list of at least one text, none of them empty.", "input")
    encoding = fields.get("encoding_format", "float")
    if encoding not in ("float", "base64"):
        raise make_field_error("'encoding_format' must be 'float' or 'base64'.", "encoding_format")
    dimensions = _get_positive_int(fields, "dimensions")
    if dimensions is not None and dimensions > MAX_DIMENSIONS:
        raise make_field_error(f"'dimensions' must be at most {MAX_DIMENSIONS}.", "dimensions")
    return EmbeddingsRequest(
        model=_get_model(fields),
        texts=tuple(texts),
        dimensions=dimensions or DEFAULT_DIMENSIONS,
        as_base64=encoding == "base64",
    )


def _parse_object(body: bytes) -> Mapping[str, object]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise make_json_error() from None
    if not isinstance(value, Mapping):
        raise make_json_error()
    return value


def _get_turn(messages: Sequence[Mapping[str, object]]) -> Sequence[Mapping[str, object]]:
    """Return what was said since the last answer: clients add words of their own after a question or a result."""
    answered = [position for position, message in enumerate(messages) if message.get("role") == "assistant"]
    return messages[answered[-1] + 1 :] if answered else messages


def _get_model(fields: Mapping[str, object]) -> str:
    model = fields.get("model")
    if not isinstance(model, str) or not model:
        raise make_field_error("you must provide a model parameter", "model")
    return model


def _get_positive_int(fields: Mapping[str, object], name: str) -> int | None:
    value = fields.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise make_field_error(f"'{name}' must be a whole number, 1 or more.", name)
    return value


def _get_texts(messages: Sequence[Mapping[str, object]], role: str | None = None) -> list[str]:
    return [_get_text(message.get("content")) for message in messages if role in (None, message.get("role"))]


def _get_text(content: object) -> str:
    # A message's content is a text, or a list of parts of which only some are text, or null.
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        parts = (part.get("text") for part in content if isinstance(part, Mapping))
        return " ".join(part for part in parts if isinstance(part, str))
    return ""
