"""What a person should look at, of deployments that came over as they were."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from platelayer.migrate.entries import Deployment
from platelayer.migrate.findings import Findings
from platelayer.migrate.hosts import doubt
from platelayer.providers import kinds


def remarks(found: Sequence[Deployment], findings: Findings) -> None:
    """Say how unusual deployments are written, and which addresses may be out of reach."""
    for member in found:
        for words in filter(None, (_of_kind(member), _of_host(member))):
            findings.add("check", member.name, words)


def _of_kind(member: Deployment) -> str | None:
    prefix, place = member.address.prefix, member.address.place
    if place.foreign:
        return f"Platelayer has no kind for '{prefix}/'; written as kind {place.kind}, with LiteLLM's own model string"
    own = kinds()[place.kind].prefix
    if prefix == "openai" != own:
        return f"is asked as openai/… at {place.kind}, as before; without extra.model it is asked as {own}/…"
    return None


def _of_host(member: Deployment) -> str | None:
    place = member.address.place
    try:
        base = place.api_base or (place.base.text if place.base else "")
        host = urlsplit(base).hostname or ""
    except ValueError:
        return None
    why = doubt(host)
    return f"is asked at '{host}', {why}" if why else None
