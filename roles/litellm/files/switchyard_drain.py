# Managed by Switchyard: changes made here are lost. Edit the inventory and run playbooks/site.yml.
"""Lets the answers of one instance end before systemd stops it: `switchyard_drain.py INSTANCE`, run as ExecStop=.

The instance says at /health/readiness that it wants no more requests, answers those that still come until the edge has
seen that, and waits for those it has. What to ask is read from the environment of the running process: the files may
already be those of the next release.
"""

import http.client
import os
import sys
import time
from pathlib import Path

# The edge asks every second, and twice before it believes.
SECONDS_TO_BE_SEEN = 3


def main(instance: int) -> None:
    """Drain; an instance that cannot is stopped all the same."""
    began = time.monotonic()
    block = Path("/proc", os.environ["MAINPID"], "environ").read_text(errors="replace")
    variables = dict(entry.split("=", 1) for entry in block.split("\0") if "=" in entry)
    patience = float(variables.get("GRACEFUL_SHUTDOWN_TIMEOUT", "30"))
    port = int(variables["SWITCHYARD_BASE_PORT"]) + instance
    connection = http.client.HTTPConnection(variables["SWITCHYARD_ADDRESS"], port, timeout=patience + 10)
    connection.request("GET", "/health/drain", headers={"X-Drain-Token": variables["DRAIN_ENDPOINT_TOKEN"]})
    answer = connection.getresponse()
    answer.read()
    if answer.status == http.HTTPStatus.OK:
        time.sleep(max(0, SECONDS_TO_BE_SEEN - (time.monotonic() - began)))
    else:
        print(f"instance {instance} did not drain: HTTP {answer.status}", file=sys.stderr)


try:
    main(int(sys.argv[1]))
except (KeyError, OSError, http.client.HTTPException) as error:
    print(f"instance {sys.argv[1]} did not drain: {error!r}", file=sys.stderr)
