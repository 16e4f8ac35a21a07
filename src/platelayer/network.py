"""What every HTTP client keeps to: whom it trusts, and what it asks without a proxy."""

import ssl
from pathlib import Path

# Where Debian and Ubuntu, Fedora, and others keep the CAs that the machine trusts.
_SYSTEM_BUNDLES = (
    Path("/etc/ssl/certs/ca-certificates.crt"),
    Path("/etc/pki/tls/certs/ca-bundle.crt"),
    Path("/etc/ssl/cert.pem"),
)
# httpx's `mounts`. A proxy in the environment cannot reach this machine's own loopback.
LOOPBACK_WITHOUT_PROXY = dict.fromkeys(("all://localhost", "all://127.0.0.1", "all://[::1]"))


def trust_system_cas(context: ssl.SSLContext) -> ssl.SSLContext:
    """Let a context trust what the machine trusts, a private CA too, besides what it trusts already; return it."""
    for bundle in filter(Path.is_file, _SYSTEM_BUNDLES):
        context.load_verify_locations(bundle)
    return context
