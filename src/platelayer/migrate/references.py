"""How texts of a config refer to environment variables, and keys that are written into it."""

import re
from dataclasses import dataclass, field
from typing import Any

ENVIRON = "os.environ/"
# `${X}`, `${X:-default}`, `$X`, a template that nobody filled, and what looks like Python or a path behind
# `os.environ/X`.
_MISTAKES = re.compile(
    r"\$\{(\w+)(?::?-[^}]*)?\}|\$([A-Z_][A-Z0-9_]*)|\{\{\s*([A-Z_][A-Z0-9_]*)\s*\}\}|"
    r"os\.(?:environ|getenv)[\[(./]+[\"']?(\w+)[\"'\])/].*"
)
# What people write where a server wants no key, and LiteLLM's client wants any.
_NO_KEYS = frozenset(
    {"", "-", "anything", "dummy", "empty", "fake", "key", "local", "n/a", "na", "no-key", "no-key-needed",
     "no-key-required", "none", "not-needed", "null", "ollama", "placeholder", "sk-no-key-required", "x", "xxx"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Key:
    """A provider's key or address: the variable that holds it, or the text that stood in the config, never to be shown.

    place: where it stood.
    """

    variable: str | None
    text: str = field(default="", repr=False)
    place: str = field(default="", compare=False)

    @property
    def origin(self) -> str:
        """Where its value is to be found."""
        return f"the variable {self.variable}" if self.variable else f"{self.place}, in clear text"


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
