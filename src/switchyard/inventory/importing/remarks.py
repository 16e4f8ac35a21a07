"""What a person should look at, of deployments that came over as they were."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from switchyard.inventory.importing.entries import Deployment
from switchyard.inventory.importing.findings import Findings
from switchyard.providers import kinds


def remarks(found: Sequence[Deployment], findings: Findings) -> None:
    """Say how unusual deployments are written, and which addresses may be out of reach."""
    for member in found:
        for words in filter(None, (_of_kind(member), _of_host(member))):
            findings.add("check", member.name, words)


def _of_kind(member: Deployment) -> str | None:
    prefix, place = member.address.prefix, member.address.place
    if place.foreign:
        return f"Switchyard has no kind for '{prefix}/'; written as kind {place.kind}, with LiteLLM's own model string"
    own = kinds()[place.kind].prefix
    if prefix == "openai" != own:
        return f"is asked as openai/… at {place.kind}, as before; without extra.model it is asked as {own}/…"
    return None


def _of_host(member: Deployment) -> str | None:
    try:
        host = urlsplit(member.address.place.api_base or "").hostname or ""
    except ValueError:
        return None
    # One word is no name that every machine knows.
    if host == "localhost" or not re.fullmatch(r"[a-z][a-z0-9_-]*", host):
        return None
    return f"is asked at '{host}', which looks like a name of a compose network; the gateway's host must know it"
