"""One file of an edit: its difference, which shows no secret, and its writing."""

import difflib
import os
import re
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platelayer.errors import InventoryError

_CONTEXT = 1
_SECRET = re.compile(
    r"""([\w-]*(?:key|password|passphrase|secret|token|authorization)["']?\s*:\s*)"""
    r"""("(?:[^"\\]|\\.)*"|'[^']*'|[^\s"'!{\[#][^,}\]#]*)""",
    re.IGNORECASE,
)
_PRICE = re.compile(r"(_cost|_cost_per_\w+)\W*$", re.IGNORECASE)
_NO_SECRET = re.compile(r"\{\{|^[\"']?os\.environ/")
_MASK = "***"


@dataclass(frozen=True, slots=True)
class FileEdit:
    """A file that an edit changes."""

    path: Path
    before: str
    after: str

    def diff(self) -> str:
        """As `diff -u` shows it, with a line around each change; values that name a secret are masked."""
        lines = difflib.unified_diff(
            self.before.splitlines(), self.after.splitlines(), str(self.path), str(self.path), n=_CONTEXT, lineterm=""
        )
        return "\n".join(_SECRET.sub(_masked, line) for line in lines)

    def write(self) -> None:
        """Replace the file whole, with the mode that it has: a reader meets the old one or the new one."""
        # A link stays a link.
        path = self.path.resolve()
        try:
            self._replace(path)
        except OSError as error:
            reason = (error.strerror or "unknown reason").lower()
            raise InventoryError([f"{self.path}: cannot be written ({reason}); it is as it was"]) from None

    def _replace(self, path: Path) -> None:
        old = path.stat()
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "wb") as stream:
                with suppress(PermissionError):
                    os.fchown(stream.fileno(), old.st_uid, old.st_gid)
                os.fchmod(stream.fileno(), old.st_mode & 0o7777)
                stream.write(self.after.encode())
                stream.flush()
                os.fsync(stream.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {"path": str(self.path), "diff": self.diff()}


def _masked(found: "re.Match[str]") -> str:
    harmless = _PRICE.search(found[1]) or _NO_SECRET.search(found[2])
    return found[0] if harmless else f"{found[1]}{_MASK}"
