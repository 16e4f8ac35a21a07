# Managed by Platelayer: changes made here are lost. Edit the inventory and run playbooks/site.yml.
"""Lets the answers of an instance end before systemd stops it; run as ExecStop=.

The instance says at /health/readiness that it wants no more requests, answers those that still come until the edge has
seen that, and waits for those it has. Where it listens was noted when it started.
"""

import http.client
import os
import sys
import time
from pathlib import Path

# The edge asks every second, and twice before it believes.
SECONDS_TO_BE_SEEN = 3


def main() -> None:
    """Drain; an instance that cannot is stopped all the same."""
    began = time.monotonic()
    note = Path(os.environ["RUNTIME_DIRECTORY"], "drain").read_text()
    address, port, token, patience = note.splitlines()
    connection = http.client.HTTPConnection(address, int(port), timeout=float(patience) + 10)
    connection.request("GET", "/health/drain", headers={"X-Drain-Token": token})
    answer = connection.getresponse()
    answer.read()
    if answer.status != http.HTTPStatus.OK:
        raise OSError(f"HTTP {answer.status}")
    time.sleep(max(0, SECONDS_TO_BE_SEEN - (time.monotonic() - began)))


try:
    main()
except (OSError, ValueError, http.client.HTTPException) as error:
    print(f"stopped without draining: {error}", file=sys.stderr)
