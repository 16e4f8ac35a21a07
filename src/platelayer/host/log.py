"""The end of a program's log, fit to be shown: no colours, no secrets, not too long."""

import re
from collections.abc import Iterable

# How Python underlines the guilty part of a source line in a traceback.
_UNDERLINE = re.compile(r"[\s^~]+")
_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
# Shorter values (True, 30) are settings and would blank out half of any log.
_SHORTEST_SECRET = 8


def extract_last_lines(text: str, secrets: Iterable[str], lines: int = 15) -> list[str]:
    """Return the last lines that are not empty, with every secret replaced by asterisks."""
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= _SHORTEST_SECRET:
            text = text.replace(secret, "********")
    plain_lines = (_COLOUR.sub("", line).rstrip() for line in text.splitlines())
    return [line[:400] for line in plain_lines if not _UNDERLINE.fullmatch(line) and line][-lines:]
