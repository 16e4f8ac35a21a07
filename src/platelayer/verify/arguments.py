"""The gateway's address, CA file and key file, as the command line gives them."""

import ssl
import stat
from pathlib import Path

import httpx

from ..network import trust_system_cas
from .errors import UsageError


def parse_base_url(text: str) -> str:
    """Return `text` without a trailing slash or `/v1`, for example ``http://127.0.0.1:4000``. Raises UsageError."""
    try:
        url = httpx.URL(text.strip())
    except httpx.InvalidURL:
        url = httpx.URL("")
    if url.scheme not in ("http", "https") or not url.host or not (url.port is None or 0 < url.port < 65536):
        raise UsageError(f"--url {text}: this is not a gateway's address; write it like http://127.0.0.1:4000")
    if url.userinfo or url.query or url.fragment:
        raise UsageError("--url: leave out user, password, query and fragment; write it like http://127.0.0.1:4000")
    return str(url).rstrip("/").removesuffix("/v1").rstrip("/")


def load_ca_file(path: Path | None) -> ssl.SSLContext:
    """Return httpx's `verify`: trust this CA alone, or without a path what the machine trusts. Raises UsageError."""
    if path is None:
        return trust_system_cas(httpx.create_ssl_context())
    try:
        return ssl.create_default_context(cafile=path)
    except (OSError, ssl.SSLError):
        raise UsageError(
            f"--ca-file {path}: no CA certificate can be read from it; "
            "write the path of a PEM file, such as the ca.pem of the gateway's host"
        ) from None


def read_key(path: Path) -> str:
    """Return the first line of `path`, stripped. Raises UsageError if it is not a key."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        raise UsageError(
            f"--key-file {path}: no such file; write the gateway's key into it, alone on one line"
        ) from None
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise UsageError(f"--key-file {path}: cannot be read ({reason}); write the path of a readable file") from None
    except UnicodeDecodeError:
        raise UsageError(f"--key-file {path}: this is not text; write the key into it, alone on one line") from None
    key = lines[0].strip() if lines else ""
    if not key:
        raise UsageError(f"--key-file {path}: its first line is empty; write the gateway's key there")
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise UsageError(
            f"--key-file {path}: its first line is not a key; a key has printable ASCII characters only, and no spaces"
        )
    return key


def find_key_file_warning(path: Path) -> str:
    """Return a warning if group or others may read the file, else an empty string."""
    status = path.stat()
    if not stat.S_ISREG(status.st_mode) or not status.st_mode & (stat.S_IRGRP | stat.S_IROTH):
        return ""
    return f"{path}: other users can read this key (mode {stat.S_IMODE(status.st_mode):04o}); run: chmod 600 {path}"
