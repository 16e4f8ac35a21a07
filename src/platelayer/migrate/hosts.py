"""Names of servers that only some machines know."""

import re

# One word is no name that every machine knows.
_ONE_WORD = re.compile(r"[a-z][a-z0-9_-]*")


def doubt(host: str) -> str | None:
    """Why the gateway's host may not reach a server of this name, or None where nothing speaks against it."""
    if host == "host.docker.internal" or host == "host.containers.internal":
        return "which only containers know; on the gateway's host the same machine is 127.0.0.1"
    if host != "localhost" and _ONE_WORD.fullmatch(host):
        return "which looks like a name of a compose network; the gateway's host must know it"
    return None
