"""The key that a file holds."""

import stat
from pathlib import Path

from .errors import UsageError


def read_key(path: Path) -> str:
    """Return the first line of `path`, stripped."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        raise UsageError(
            f"--key-file {path}: no such file; write the gateway's key into it, alone on one line"
        ) from None
    except OSError as error:
        why = (error.strerror or "unknown reason").lower()
        raise UsageError(f"--key-file {path}: cannot be read ({why}); name a file that you may read") from None
    except UnicodeDecodeError:
        raise UsageError(f"--key-file {path}: this is not text; write the key into it, alone on one line") from None
    key = lines[0].strip() if lines else ""
    if not key:
        raise UsageError(f"--key-file {path}: its first line is empty; write the gateway's key there")
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise UsageError(f"--key-file {path}: its first line is no key; a key has neither spaces nor special letters")
    return key


def readable_by_others(path: Path) -> str:
    """Return a warning when group or world may read the file, else an empty string."""
    status = path.stat()
    if not stat.S_ISREG(status.st_mode) or not status.st_mode & (stat.S_IRGRP | stat.S_IROTH):
        return ""
    return f"{path}: others can read this key (mode {stat.S_IMODE(status.st_mode):04o}); run: chmod 600 {path}"
