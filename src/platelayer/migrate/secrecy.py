"""Which texts of a config are secrets: by the names of their settings, by their looks, by where they stand."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from platelayer.migrate.references import variable_of

_WORDS = (
    "key|keys|secret|token|password|passwd|passphrase|pass|pwd|pat|credentials?|auth_value|authorization|basic_auth|"
    "cookies?|signature|sig|dsn|license|webhook|webhook_url|connection_string|access_key_id|apikey"
)
_NAME = re.compile(rf"(^|_)({_WORDS})$", re.IGNORECASE)
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_LOOKS = re.compile(
    r"(sk|pk|rk|ghp|gsk|glpat|github_pat|tvly|pplx|r8|xox[abp]|AIza|AKIA|hf|nvapi)[-_A-Z0-9][\w-]{7,}"
    r"|([Bb]earer|[Bb]asic) +\S+|eyJ[\w-]{9,}\."
)
# Somewhere in a text: the query of an address, the words of a connection, a key in PEM.
_WITHIN = re.compile(
    rf"(?:^|[?&;,\s])([\w-]*(key|secret|token|password|signature)|{_WORDS}|auth|code)=[^&;,\s]|PRIVATE KEY",
    re.IGNORECASE,
)
_SECRET_URL = re.compile(r"https://(hooks\.slack\.com|discord(app)?\.com/api/webhooks|[^/]*webhook\.office\.com)/")
# A shorter number is no password that anybody would write down.
_PIN = 100_000
# No secret by its looks.
_ANYTHING = "x"
_HEADERS = re.compile(r"(^|_)headers?$", re.IGNORECASE)
# Headers that tell who asks for what. Every other one may be what lets a client in.
_HARMLESS = frozenset(
    {"accept", "accept-encoding", "accept-language", "anthropic-beta", "anthropic-version", "content-type",
     "helicone-cache-enabled", "http-referer", "openai-beta", "openai-organization", "openai-project", "origin",
     "referer", "user-agent", "x-title"}
)  # fmt: skip


def are_headers(name: str) -> bool:
    """Whether a setting of this name holds HTTP headers."""
    return _HEADERS.search(name.replace("-", "_")) is not None


def is_secret(name: str, value: str, *, header: bool = False) -> bool:
    """Whether a text is to be kept out of files and reports. name: the setting's; header: that of an HTTP header."""
    if not value or variable_of(value) or "cost_per" in name:
        return False
    return (
        (header and name.lower() not in _HARMLESS)
        or _NAME.search(_HUMP.sub("_", name).replace("-", "_")) is not None
        or _LOOKS.match(value) is not None
        or hides_secret(value)
    )


def long_number(value: Any) -> str | None:
    """A number that may be a password, as a text."""
    is_one = isinstance(value, int) and not isinstance(value, bool) and value >= _PIN
    return str(value) if is_one else None


def secret_variables(data: Any, name: str = "", *, header: bool = False) -> Iterator[str]:
    """The environment variables that a config refers to where a secret is expected."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield from secret_variables(value, str(key), header=header or are_headers(name))
    elif isinstance(data, list):
        for item in data:
            yield from secret_variables(item, name, header=header)
    elif (variable := variable_of(data)) and is_secret(name, _ANYTHING, header=header):
        yield variable


def hides_secret(value: str) -> bool:
    """Whether a text such as an address has a secret somewhere in it."""
    return _SECRET_URL.match(value) is not None or _WITHIN.search(value) is not None or _names_user(value)


def _names_user(value: str) -> bool:
    """`https://TOKEN@host`, with or without a password behind it."""
    try:
        return "://" in value and urlsplit(value).username is not None
    except ValueError:
        # No address, so nobody knows what it is.
        return "@" in value
