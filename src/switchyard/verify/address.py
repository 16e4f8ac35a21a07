"""A gateway's address, as people write it."""

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
