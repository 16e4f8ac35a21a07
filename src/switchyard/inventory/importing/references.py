"""How texts of a config refer to environment variables, and which texts are secrets."""

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

ENVIRON = "os.environ/"
# `${X}`, `${X:-default}`, `$X`, and what looks like Python or a path behind `os.environ/X`.
_MISTAKES = re.compile(
    r"\$\{(\w+)(?::?-[^}]*)?\}|\$([A-Z_][A-Z0-9_]*)|os\.(?:environ|getenv)[\[(./]+[\"']?(\w+)[\"'\])/].*"
)
_SECRET_NAME = re.compile(
    r"(^|_)(key|keys|secret|token|password|passwd|credentials?|authorization|dsn|license|webhook_url)$", re.IGNORECASE
)
_SECRET_TEXT = re.compile(r"(sk|pk|rk|ghp|xox[abp]|AIza|AKIA|hf|nvapi)[-_A-Z0-9][\w-]{7,}|(Bearer|Basic) \S+")
_SECRET_URL = re.compile(r"https://(hooks\.slack\.com|discord(app)?\.com/api/webhooks|[^/]*webhook\.office\.com)/")
# What people write where a server wants no key, and LiteLLM's client wants any.
_NO_KEYS = frozenset(
    {"", "-", "anything", "dummy", "empty", "fake", "key", "local", "n/a", "na", "no-key", "no-key-needed",
     "no-key-required", "none", "not-needed", "null", "ollama", "placeholder", "sk-no-key-required", "x", "xxx"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Key:
    """A provider's key: the variable that holds it, or the text that was written into the config and is never shown."""

    variable: str | None
    text: str = field(default="", repr=False)

    @property
    def origin(self) -> str:
        """Where its value is to be found."""
        return f"the variable {self.variable}" if self.variable else "the config itself, where it stands in clear text"


def variable_of(value: Any) -> str | None:
    """The environment variable that LiteLLM reads in the place of this value."""
    found = re.fullmatch(r"os\.environ/(\w+)", value) if isinstance(value, str) else None
    return found[1] if found else None


def mistaken_variable(value: Any) -> str | None:
    """The variable that this whole text is meant to name; LiteLLM takes such a text for the value itself."""
    found = _MISTAKES.fullmatch(value.strip()) if isinstance(value, str) else None
    return next(filter(None, found.groups())) if found else None


def embedded_variable(value: str) -> str | None:
    """The variable of a shell that a text has somewhere in it; LiteLLM does not expand it."""
    found = re.search(r"\$\{(\w+)", value)
    return found[1] if found else None


def is_no_key(text: str) -> bool:
    """Whether a key is only there because LiteLLM's client wants one."""
    return text.strip().lower() in _NO_KEYS


def is_secret(name: str, value: str) -> bool:
    """Whether a text is to be kept out of files and reports, by the name of its setting or by its looks."""
    if not value or value.startswith(ENVIRON) or "cost_per" in name:
        return False
    return (
        _SECRET_NAME.search(name.replace("-", "_")) is not None
        or _SECRET_TEXT.match(value) is not None
        or _SECRET_URL.match(value) is not None
        or _has_password(value)
    )


def _has_password(value: str) -> bool:
    try:
        return "://" in value and urlsplit(value).password is not None
    except ValueError:
        return False
