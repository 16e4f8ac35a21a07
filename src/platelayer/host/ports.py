"""Ports of this host, and the processes that listen on them."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_LISTEN = "0A"


@dataclass(frozen=True)
class PortHolder:
    """A process that holds a listening socket; pid 0 when it belongs to a user whose processes are not shown."""

    pid: int
    command: str
    # The control groups it is in, as the kernel tells them; they name its systemd unit.
    groups: str = ""

    def belongs_to(self, mark: str) -> bool:
        """Tell whether its command line or its unit contains a text."""
        return mark in self.command or mark in self.groups

    def __str__(self) -> str:
        return f"{self.command} (pid {self.pid})" if self.pid else "a process of another user"


def find_port_holder(port: int, proc: Path = Path("/proc")) -> PortHolder | None:
    """Return the process that listens on a TCP port, on any address; None if there is none."""
    inodes = {inode for table in ("tcp", "tcp6") for inode in _list_inodes(proc / "net" / table, port)}
    if not inodes:
        return None
    wanted = {f"socket:[{inode}]" for inode in inodes}
    for entry in proc.iterdir():
        if entry.name.isdigit() and _has_socket(entry / "fd", wanted):
            return PortHolder(int(entry.name), _read_command(entry), _read_text(entry / "cgroup"))
    return PortHolder(0, "")


def has_address(address: str) -> bool:
    """Tell whether this host can listen on an address."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.bind((address, 0))
    except OSError:
        return False
    return True


def find_free_port(address: str = "127.0.0.1") -> int:
    """Return a TCP port on which nobody listens at this moment."""
    with socket.socket() as probe:
        probe.bind((address, 0))
        port: int = probe.getsockname()[1]
        return port


def _list_inodes(table: Path, port: int) -> Iterator[str]:
    try:
        lines = table.read_text().splitlines()[1:]
    except OSError:
        return
    for line in lines:
        fields = line.split()
        if fields[3] == _LISTEN and int(fields[1].rpartition(":")[2], 16) == port:
            yield fields[9]


def _has_socket(descriptors: Path, wanted: set[str]) -> bool:
    try:
        return any(_read_link(entry) in wanted for entry in descriptors.iterdir())
    except OSError:
        return False


def _read_link(entry: Path) -> str:
    # A connection that ends meanwhile takes its descriptor away; the others are still to be looked at.
    try:
        return str(entry.readlink())
    except OSError:
        return ""


def _read_text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def _read_command(entry: Path) -> str:
    """Return the program's command line up to its first option: arguments may hold secrets."""
    try:
        words = (entry / "cmdline").read_bytes().decode(errors="replace").rstrip("\0").split("\0")
    except OSError:
        return "a process"
    shown = []
    for word in words:
        if word.startswith("-"):
            break
        shown.append(word)
    return " ".join(shown)[:120] or "a process"
