"""Secrets: made once, strong, written where only their owner reads them, never shown."""

import os
import secrets
from pathlib import Path


def new_key() -> str:
    """A key as LiteLLM wants its own: `sk-` and 256 random bits."""
    return f"sk-{secrets.token_hex(32)}"


def write_once(path: Path, text: str) -> bool:
    """Write a private file unless there is one; whether it was written. Missing folders are made private too."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w") as stream:
        stream.write(text)
    return True
