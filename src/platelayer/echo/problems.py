"""Error answers in the shape that OpenAI and its imitators send: `{"error": {message, type, param, code}}`."""

from collections.abc import Mapping

# Per status: message, type, code. Gateways read these texts, so they keep the words of real providers: OpenAI's, but
# OpenRouter's for 402, New API's for 403 and Anthropic's for 529.
_REALISTIC: dict[int, tuple[str, str, str | int | None]] = {
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


class ProblemError(Exception):
    """A request that is answered with an error: an HTTP status and its JSON body."""

    def __init__(self, status: int, body: Mapping[str, object]) -> None:
        self.status = status
        self.body = body
        super().__init__(f"HTTP {status}")


def error(message: str, kind: str, code: str | int | None = None, param: str | None = None) -> dict[str, object]:
    """An error's body."""
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def realistic(status: int, message: str | None = None) -> ProblemError:
    """What a provider sends with this status, with another message if one is given."""
    usual = _REALISTIC.get(status)
    if usual is None:
        kind = "invalid_request_error" if status < 500 else "server_error"
        usual = (f"The request failed with status {status}.", kind, None)
    text, kind, code = usual
    return ProblemError(status, error(message or text, kind, code))


def invalid(message: str, param: str | None = None) -> ProblemError:
    """The client's fault, in one field of its request where `param` names it."""
    return ProblemError(400, error(message, "invalid_request_error", param=param))


def not_json() -> ProblemError:
    """A body that is not a JSON object."""
    return invalid("We could not parse the JSON body of your request. The API expects a JSON object.")


def unknown_path(method: str, path: str) -> ProblemError:
    """A path that nobody serves."""
    return ProblemError(404, error(f"Invalid URL ({method} {path})", "invalid_request_error"))


def wrong_method(method: str, path: str) -> ProblemError:
    """A path that is served, but not with this method."""
    return ProblemError(405, error(f"Not allowed to {method} on {path}.", "invalid_request_error"))


def context_window(prompt_tokens: int) -> ProblemError:
    """The prompt is too long. The words and the code are what clients recognise it by."""
    text = (
        f"This model's maximum context length is {CONTEXT_TOKENS} tokens. However, your messages resulted in "
        f"{CONTEXT_TOKENS + prompt_tokens} tokens. Please reduce the length of the messages."
    )
    return ProblemError(400, error(text, "invalid_request_error", "context_length_exceeded", "messages"))


def content_policy() -> ProblemError:
    """The prompt offends the provider's rules. The words and the code are what clients recognise it by."""
    text = (
        "Your request was rejected as a result of our safety system. Your prompt may contain text that is not allowed "
        "by our safety system."
    )
    return ProblemError(400, error(text, "invalid_request_error", "content_policy_violation"))
