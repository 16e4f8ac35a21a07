# Managed by Platelayer: changes made here are lost. Edit the inventory and run playbooks/site.yml.
"""Starts LiteLLM as its own program does, sooner, and tells systemd when it serves; takes the arguments of `litellm`.

Loading LiteLLM makes a million objects that stay. Until it serves, Python need not search them for garbage; afterwards
it need not look at them again. The folder of this file is where LiteLLM finds the other hooks.
"""

import functools
import gc
import os
import socket
import sys
from pathlib import Path
from typing import Any

# Where Debian and Ubuntu, Fedora, and others keep the CAs that the machine trusts.
SYSTEM_BUNDLES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")


def notify_systemd(state: str) -> None:
    """Send a state such as READY=1 to systemd; do nothing where another program started this one."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if address:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as connection:
            # An abstract address is written with @ in the place of its first byte.
            connection.connect(address.replace("@", "\0", 1))
            connection.send(state.encode())


def trust_system_cas() -> None:
    """Let LiteLLM trust what the machine trusts, a private CA too, unless the environment says otherwise."""
    bundle = next(filter(os.path.isfile, SYSTEM_BUNDLES), None)
    if bundle is not None:
        os.environ.setdefault("SSL_CERT_FILE", bundle)


def locate_credential_files() -> None:
    """Give variables such as VERTEX_LOGIN_FILE, which name a file beside this one, its whole path.

    It is the path in the release's own folder: an instance that still runs keeps the file that it was started with.
    """
    folder = Path(__file__).resolve().parent
    for name, file in os.environ.copy().items():
        if name.endswith("_LOGIN_FILE"):
            os.environ[name] = str(folder / file)


def act_when_it_serves() -> None:
    """Let uvicorn turn the garbage collector on, and tell systemd, once the application has started."""
    import uvicorn

    start = uvicorn.Server.startup

    @functools.wraps(start)
    async def start_and_tell(self: Any, *arguments: Any, **options: Any) -> None:
        await start(self, *arguments, **options)
        gc.freeze()
        gc.enable()
        # Set when the application could not start, or the address is taken.
        if not self.should_exit:
            notify_systemd("READY=1")

    uvicorn.Server.startup = start_and_tell


if __name__ == "__main__":
    gc.disable()
    trust_system_cas()
    locate_credential_files()
    from litellm import run_server

    act_when_it_serves()
    sys.exit(run_server())
