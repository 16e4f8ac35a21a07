"""The messages for answers and connection errors of a gateway."""

import ssl

import httpx
import pytest

from platelayer.verify.messages import describe_connection_error, describe_refusal, sanitize_line

HTML = "HTTP 502 with HTML instead of JSON: this is not LiteLLM, or something in front of it answered"


@pytest.mark.parametrize(
    ("status", "text", "sentence"),
    [
        (500, '{"error": {"message": "Connection error.", "code": "500"}}', "HTTP 500: Connection error."),
        (400, '{"error": "bad model"}', "HTTP 400: bad model"),
        (404, '{"detail": "Not Found"}', "HTTP 404: Not Found"),
        (500, '{"detail": {"error": "No DB Connected"}}', "HTTP 500: No DB Connected"),
        (422, '{"detail": [{"loc": ["body"], "msg": "Field required"}]}', "HTTP 422: Field required"),
        (429, '{"message": "slow down"}', "HTTP 429: slow down"),
        (502, "<html><h1>Bad Gateway</h1></html>", HTML),
        (502, "  <!doctype html>", HTML),
        (503, " ", "HTTP 503 with an empty answer"),
        (200, '{"hello": 1}', 'HTTP 200: {"hello": 1}'),
        (418, "short and stout", "HTTP 418: short and stout"),
    ],
)
def test_a_refusal_carries_the_status_and_the_message(status: int, text: str, sentence: str) -> None:
    assert describe_refusal(status, text) == sentence


def test_plain_words_to_a_server_with_tls_are_told_apart() -> None:
    error = httpx.RemoteProtocolError("Server disconnected without sending a response.")
    sentence = "closed the connection without an answer; if it serves HTTPS, its address begins with https://"
    assert describe_connection_error(error, 10) == sentence


def test_a_certificate_of_an_unknown_ca_names_the_option() -> None:
    cause = ssl.SSLCertVerificationError()
    cause.verify_message = "unable to get local issuer certificate"
    error = httpx.ConnectError("")
    error.__cause__ = cause
    sentence = (
        "has a TLS certificate that is not trusted: unable to get local issuer certificate; "
        "name its CA with --ca-file, in a play with verify_ca_file"
    )
    assert describe_connection_error(error, 10) == sentence


def test_a_redirect_names_where_it_leads() -> None:
    sentence = describe_refusal(301, "<html>", "https://llm.example.com/v1/models")
    assert sentence == "HTTP 301: a redirect to https://llm.example.com/v1/models; use that address instead"


def test_a_line_has_no_breaks_no_control_characters_and_at_most_300_characters() -> None:
    assert sanitize_line("one\n\n  two\x1b[31m\tthree ") == "one two [31m three"
    assert sanitize_line("x" * 301) == "x" * 299 + "…"


def test_the_key_is_hidden_before_the_line_is_cut() -> None:
    assert sanitize_line("x" * 290 + " sk-secret-secret", "sk-secret-secret") == "x" * 290 + " [key]"
