# Managed by Platelayer: changes made here are lost. Edit the inventory and run playbooks/site.yml.
"""Lets the answers of an instance end before systemd stops it; run as ExecStop=.

The instance reports at /health/readiness that it takes no more requests, answers those that still come until the edge
has seen that, and waits for the answers under way. Its address was noted when it started.
"""

import http.client
import os
import sys
import time
from pathlib import Path

# The edge asks every second, and twice before it believes.
SECONDS_TO_BE_SEEN = 3


def drain(note: Path) -> None:
    """Wait until an instance has no request under way, and the edge has seen that it takes no more.

    note: four lines, the instance's address and port, its drain token, and for how many seconds it waits at most.
    Raises OSError, ValueError or HTTPException if it cannot drain.
    """
    began = time.monotonic()
    address, port, token, patience = note.read_text().splitlines()
    connection = http.client.HTTPConnection(address, int(port), timeout=float(patience) + 10)
    connection.request("GET", "/health/drain", headers={"X-Drain-Token": token})
    answer = connection.getresponse()
    answer.read()
    if answer.status != http.HTTPStatus.OK:
        raise OSError(f"HTTP {answer.status}")
    time.sleep(max(0, SECONDS_TO_BE_SEEN - (time.monotonic() - began)))


if __name__ == "__main__":
    try:
        drain(Path(os.environ["RUNTIME_DIRECTORY"], "drain"))
    except (OSError, ValueError, http.client.HTTPException) as error:
        # An instance that cannot drain is stopped all the same.
        print(f"stopped without draining: {error}", file=sys.stderr)
