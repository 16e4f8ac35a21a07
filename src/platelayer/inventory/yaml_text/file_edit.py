"""One file of an edit: its diff, in which secrets are masked, and its atomic replacement."""

import difflib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platelayer.atomic_file import write_file
from platelayer.errors import InventoryError

_CONTEXT_LINES = 1
_SECRET = re.compile(
    r"""([\w-]*(?:key|password|passphrase|secret|token|authorization)["']?\s*:\s*)"""
    r"""("(?:[^"\\]|\\.)*"|'[^']*'|[^\s"'!{\[#][^,}\]#]*)""",
    re.IGNORECASE,
)
_PRICE = re.compile(r"(_cost|_cost_per_\w+)\W*$", re.IGNORECASE)
_REFERENCE = re.compile(r"\{\{|^[\"']?os\.environ/")
_MASK = "***"


@dataclass(frozen=True, slots=True)
class FileEdit:
    """A file that an edit changes, with its whole text before and after."""

    path: Path
    before: str
    after: str

    def diff(self) -> str:
        """Return the change as `diff -U1` shows it, with the values of secrets masked."""
        lines = difflib.unified_diff(
            self.before.splitlines(),
            self.after.splitlines(),
            str(self.path),
            str(self.path),
            n=_CONTEXT_LINES,
            lineterm="",
        )
        return "\n".join(_SECRET.sub(_mask, line) for line in lines)

    def write(self) -> None:
        """Replace the file atomically and keep its mode and owner. Raises InventoryError if it cannot be written."""
        try:
            # A link stays a link.
            write_file(self.path.resolve(), self.after.encode())
        except OSError as error:
            reason = (error.strerror or "unknown reason").lower()
            raise InventoryError([f"{self.path}: cannot be written ({reason}); it is unchanged"]) from None

    def as_dict(self) -> dict[str, Any]:
        """Return the path and the diff as plain data."""
        return {"path": str(self.path), "diff": self.diff()}


def _mask(secret: "re.Match[str]") -> str:
    is_harmless = _PRICE.search(secret[1]) or _REFERENCE.search(secret[2])
    return secret[0] if is_harmless else f"{secret[1]}{_MASK}"
