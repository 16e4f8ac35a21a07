"""What a gateway or a connection said, as one short line for a person."""

import errno
import json
import os
import socket
import ssl
from collections.abc import Iterator

import httpx

LONGEST = 300
"""Most characters of a line."""


def one_line(text: str, key: str = "") -> str:
    """Return `text` on one line of at most 300 characters, without control characters and without `key`."""
    hidden = text.replace(key, "[key]") if key else text
    line = " ".join("".join(c if c.isprintable() else " " for c in hidden).split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def error_message(body: object) -> str:
    """Return the message of a decoded error body in any shape LiteLLM has for one, or an empty string."""
    match body:
        case {"error": {"message": str(message)}} | {"error": str(message)}:
            return message
        case {"detail": {"error": str(message)}} | {"detail": str(message)} | {"detail": [{"msg": str(message)}, *_]}:
            return message
        case {"message": str(message)}:
            return message
    return ""


def error_type(body: object) -> str:
    """Return the `type` of a decoded error body, or an empty string."""
    match body:
        case {"error": {"type": str(kind)}}:
            return kind
    return ""


def decoded(text: str) -> object:
    """Return the value of a JSON text, or None when it is not JSON."""
    try:
        value: object = json.loads(text)
    except ValueError:
        return None
    return value


def refusal(status: int, text: str, location: str = "") -> str:
    """Return what an HTTP answer says that was not the one hoped for, status first."""
    if location:
        return f"HTTP {status}: a redirect to {location}; give the address it leads to"
    body = decoded(text)
    if message := error_message(body):
        return f"HTTP {status}: {message}"
    if not text.strip():
        return f"HTTP {status} with an empty answer"
    if text.lstrip().startswith("<"):
        return f"HTTP {status} with HTML instead of JSON: this is not LiteLLM, or something in front of it answered"
    return f"HTTP {status}: {text}"


def connection_trouble(error: Exception, seconds: float) -> str:
    """Return what stood between a request and its answer; `seconds` is how long one answer was allowed to take."""
    if isinstance(error, httpx.ConnectTimeout):
        return "cannot be reached: nothing accepted the connection in time"
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return f"gave no complete answer within {seconds:g} s"
    if isinstance(error, httpx.RemoteProtocolError) and "without sending a response" in str(error):
        return "closed the connection without a word, as a server that speaks TLS does to http://"
    if not isinstance(error, httpx.ConnectError | httpx.ProxyError):
        return "cut the connection before its answer was complete"
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"cannot be trusted over TLS: {cause.verify_message}; name its CA with --ca-file"
        if isinstance(cause, ssl.SSLError):
            return "does not speak TLS as asked: check whether --url should begin with http:// or https://"
        if isinstance(cause, socket.gaierror):
            return f"cannot be found: {(cause.strerror or 'its name is unknown').lower()}"
        if isinstance(cause, OSError) and cause.errno == errno.ECONNREFUSED:
            return "cannot be reached: connection refused"
        if isinstance(cause, OSError) and cause.errno:
            return f"cannot be reached: {os.strerror(cause.errno).lower()}"
    return f"cannot be reached: {error}"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield `error` and what caused it, innermost last, groups by their first member."""
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.exceptions[0] if isinstance(seen, BaseExceptionGroup) else seen.__cause__ or seen.__context__
