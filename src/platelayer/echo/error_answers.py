"""Error answers in the format of OpenAI's API: `{"error": {message, type, param, code}}`."""

from collections.abc import Mapping

# Per status: message, type, code. Gateways read these texts, so they are those of real providers: OpenAI's, but
# OpenRouter's for 402, New API's for 403 and Anthropic's for 529.
_REAL_ANSWERS: dict[int, tuple[str, str, str | int | None]] = {
    400: ("Invalid request.", "invalid_request_error", None),
    401: (
        "Incorrect API key provided. You can find your API key at https://platform.openai.com/account/api-keys.",
        "invalid_request_error",
        "invalid_api_key",
    ),
    402: ("Insufficient credits. Add more using https://openrouter.ai/settings/credits", "insufficient_credits", 402),
    403: ("user quota is not enough", "new_api_error", "insufficient_user_quota"),
    404: (
        "The model does not exist or you do not have access to it.",
        "invalid_request_error",
        "model_not_found",
    ),
    408: ("Request timed out.", "timeout", None),
    429: ("Rate limit reached for requests. Please try again later.", "requests", "rate_limit_exceeded"),
    500: ("The server had an error while processing your request. Sorry about that!", "server_error", None),
    502: ("Bad gateway.", "server_error", None),
    503: ("The engine is currently overloaded, please try again later.", "server_error", None),
    504: ("Gateway timeout.", "server_error", None),
    529: ("Overloaded", "overloaded_error", None),
}

CONTEXT_TOKENS = 8192


class RejectedRequestError(Exception):
    """A request that is answered with an error: an HTTP status and its JSON body."""

    def __init__(self, status: int, body: Mapping[str, object]) -> None:
        self.status = status
        self.body = body
        super().__init__(f"HTTP {status}")


def make_error_body(
    message: str, kind: str, code: str | int | None = None, param: str | None = None
) -> dict[str, object]:
    """Return the JSON body of an error; `kind` is OpenAI's `type`."""
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def make_status_error(status: int, message: str | None = None) -> RejectedRequestError:
    """Return the error that a real provider sends with this status, with another message if one is given."""
    answer = _REAL_ANSWERS.get(status)
    if answer is None:
        kind = "invalid_request_error" if status < 500 else "server_error"
        answer = (f"The request failed with status {status}.", kind, None)
    text, kind, code = answer
    return RejectedRequestError(status, make_error_body(message or text, kind, code))


def make_field_error(message: str, param: str | None = None) -> RejectedRequestError:
    """Return the error (400) for an invalid request; `param` names the field, if it is one."""
    return RejectedRequestError(400, make_error_body(message, "invalid_request_error", param=param))


def make_json_error() -> RejectedRequestError:
    """Return the error (400) for a body that is not a JSON object."""
    return make_field_error("We could not parse the JSON body of your request. The API expects a JSON object.")


def make_unknown_path_error(method: str, path: str) -> RejectedRequestError:
    """Return the error (404) for an unknown path."""
    return RejectedRequestError(404, make_error_body(f"Invalid URL ({method} {path})", "invalid_request_error"))


def make_wrong_method_error(method: str, path: str) -> RejectedRequestError:
    """Return the error (405) for a known path with another method."""
    return RejectedRequestError(405, make_error_body(f"Not allowed to {method} on {path}.", "invalid_request_error"))


def make_context_window_error(prompt_tokens: int) -> RejectedRequestError:
    """Return the error (400) for a prompt that is too long. Clients recognise it by its text and code."""
    text = (
        f"This model's maximum context length is {CONTEXT_TOKENS} tokens. However, your messages resulted in "
        f"{CONTEXT_TOKENS + prompt_tokens} tokens. Please reduce the length of the messages."
    )
    body = make_error_body(text, "invalid_request_error", "context_length_exceeded", "messages")
    return RejectedRequestError(400, body)


def make_content_policy_error() -> RejectedRequestError:
    """Return the error (400) for a prompt against the content policy. Clients recognise it by its text and code."""
    text = (
        "Your request was rejected as a result of our safety system. Your prompt may contain text that is not allowed "
        "by our safety system."
    )
    return RejectedRequestError(400, make_error_body(text, "invalid_request_error", "content_policy_violation"))
