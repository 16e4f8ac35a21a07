"""The search for secrets in all places of a gateway's host where they must not be."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from gateways import Gateway

# In memory, where the search through the disks does not look.
PATTERNS = "/run/planted-secrets"
DISKS = "/etc /home /opt /root /srv /tmp /usr/local /var"


@contextmanager
def place_patterns(gateway: Gateway, secrets: Iterable[str]) -> Iterator[Gateway]:
    """A gateway whose host holds the patterns to search for; they came there through a pipe, so no argv had them."""
    container = f"platelayer-{os.environ['MOLECULE_SCENARIO_NAME']}-{gateway.name}"
    write = ["docker", "exec", "--interactive", container, "sh", "-c", f"umask 077; cat >{PATTERNS}"]
    subprocess.run(write, input="\n".join(secrets), text=True, check=True)
    yield gateway
    gateway.host.check_output(f"rm {PATTERNS}")


def find_secret_files(gateway: Gateway) -> set[str]:
    """The files that hold one of the secrets."""
    everything = f"find {DISKS} -xdev -type f -print0"
    search = f"xargs --null --max-procs 2 grep --fixed-strings --files-with-matches --no-messages --file {PATTERNS}"
    return set(gateway.host.run(f"{everything} | {search}").stdout.splitlines())


def list_secret_files(gateway: Gateway) -> set[str]:
    """The files that may hold them: environment files, and credential files of clouds where there are some."""
    listed = gateway.host.run("ls -1 /etc/litellm/releases/*/env /etc/litellm/releases/*/*.credentials.json")
    return set(listed.stdout.splitlines())


def count_secret_lines(gateway: Gateway, command: str) -> int:
    """How many lines of what a command says hold one. Counted, not shown: a test's output is a wrong place too."""
    assert gateway.host.check_output(f"{command} | grep --text --count litellm") != "0"
    return int(gateway.host.run(f"{command} | grep --text --fixed-strings --count --file {PATTERNS}").stdout)
