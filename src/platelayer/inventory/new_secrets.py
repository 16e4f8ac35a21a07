"""New secrets: random, written once, readable only by their owner, never printed."""

import os
import secrets
from pathlib import Path


def generate_key() -> str:
    """Return a new key in the form of LiteLLM's own: `sk-` and 256 random bits."""
    return f"sk-{secrets.token_hex(32)}"


def write_once(path: Path, text: str) -> bool:
    """Write a private file with its missing folders, unless the file exists; return whether it was written."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w") as stream:
        stream.write(text)
    return True
