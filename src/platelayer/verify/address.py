"""A gateway's address, as people write it."""

import ssl
from pathlib import Path

import httpx

from .errors import UsageError


def base_url(text: str) -> str:
    """Return `text` without a trailing slash or `/v1`, for example ``http://127.0.0.1:4000``."""
    try:
        url = httpx.URL(text.strip())
    except httpx.InvalidURL:
        url = httpx.URL("")
    if url.scheme not in ("http", "https") or not url.host or not (url.port is None or 0 < url.port < 65536):
        raise UsageError(f"--url {text}: this is not a gateway's address; write it like http://127.0.0.1:4000")
    if url.userinfo or url.query or url.fragment:
        raise UsageError("--url: leave out user, password, query and fragment; write it like http://127.0.0.1:4000")
    return str(url).rstrip("/").removesuffix("/v1").rstrip("/")


def authority(path: Path | None) -> ssl.SSLContext | bool:
    """Believe the certificates of this authority alone; without a path, those that the system believes."""
    if path is None:
        return True
    try:
        return ssl.create_default_context(cafile=path)
    except (OSError, ssl.SSLError):
        raise UsageError(
            f"--ca-file {path}: there is no certificate authority in it; "
            "write the path of a PEM file, such as the ca.pem of the gateway's host"
        ) from None
