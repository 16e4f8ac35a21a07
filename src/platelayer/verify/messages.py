"""Answers and errors of a gateway as short one-line messages."""

import errno
import json
import os
import socket
import ssl
from collections.abc import Iterator

import httpx

MAX_LINE = 300
"""The most characters of a line."""


def sanitize_line(text: str, key: str = "") -> str:
    """Return `text` on one line of at most 300 characters, without control characters and without `key`."""
    hidden = text.replace(key, "[key]") if key else text
    line = " ".join("".join(c if c.isprintable() else " " for c in hidden).split())
    return line if len(line) <= MAX_LINE else line[: MAX_LINE - 1] + "…"


def extract_error_message(body: object) -> str:
    """Return the message of a decoded error body in any of LiteLLM's formats, or an empty string."""
    match body:
        case {"error": {"message": str(message)}} | {"error": str(message)}:
            return message
        case {"detail": {"error": str(message)}} | {"detail": str(message)} | {"detail": [{"msg": str(message)}, *_]}:
            return message
        case {"message": str(message)}:
            return message
    return ""


def extract_error_type(body: object) -> str:
    """Return the `type` of a decoded error body, or an empty string."""
    match body:
        case {"error": {"type": str(kind)}}:
            return kind
    return ""


def decode_json(text: str) -> object:
    """Return the value of a JSON text, or None if it is not JSON."""
    try:
        value: object = json.loads(text)
    except ValueError:
        return None
    return value


def describe_refusal(status: int, text: str, location: str = "") -> str:
    """Return the status and the message of an unwanted HTTP answer. `location`: of a redirect."""
    if location:
        return f"HTTP {status}: a redirect to {location}; use that address instead"
    if message := extract_error_message(decode_json(text)):
        return f"HTTP {status}: {message}"
    if not text.strip():
        return f"HTTP {status} with an empty answer"
    if text.lstrip().startswith("<"):
        return f"HTTP {status} with HTML instead of JSON: this is not LiteLLM, or something in front of it answered"
    return f"HTTP {status}: {text}"


def describe_connection_error(error: Exception, seconds: float) -> str:
    """Return why a request got no complete answer. `seconds`: the time limit of one answer."""
    if isinstance(error, httpx.ConnectTimeout):
        return "cannot be reached: nothing accepted the connection in time"
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return f"gave no complete answer within {seconds:g} s"
    if isinstance(error, httpx.RemoteProtocolError) and "without sending a response" in str(error):
        return "closed the connection without an answer; if it serves HTTPS, its address begins with https://"
    if not isinstance(error, httpx.ConnectError | httpx.ProxyError):
        return "closed the connection before its answer was complete"
    for cause in _walk_causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            advice = "name its CA with --ca-file, in a play with verify_ca_file"
            return f"has a TLS certificate that is not trusted: {cause.verify_message}; {advice}"
        if isinstance(cause, ssl.SSLError):
            return "cannot be reached over TLS: check whether its address begins with http:// or https://"
        if isinstance(cause, socket.gaierror):
            return f"cannot be found: {(cause.strerror or 'its name is unknown').lower()}"
        if isinstance(cause, OSError) and cause.errno == errno.ECONNREFUSED:
            return "cannot be reached: connection refused"
        if isinstance(cause, OSError) and cause.errno:
            return f"cannot be reached: {os.strerror(cause.errno).lower()}"
    return f"cannot be reached: {error}"


def _walk_causes(error: BaseException) -> Iterator[BaseException]:
    """Yield `error` and its causes, innermost last; of an exception group, only the first member is followed."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.exceptions[0] if isinstance(cause, BaseExceptionGroup) else cause.__cause__ or cause.__context__
