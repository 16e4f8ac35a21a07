"""Who listens on a port of this host."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_LISTEN = "0A"


@dataclass(frozen=True)
class Listener:
    """A process that holds a listening socket; pid 0 when it belongs to a user whose processes are not shown."""

    pid: int
    command: str
    # The control groups it is in, as the kernel tells them; they name its systemd unit.
    groups: str = ""

    def belongs_to(self, mark: str) -> bool:
        """Whether its command line or its unit holds a mark."""
        return mark in self.command or mark in self.groups

    def __str__(self) -> str:
        return f"{self.command} (pid {self.pid})" if self.pid else "a process of another user"


def listener(port: int, proc: Path = Path("/proc")) -> Listener | None:
    """Who listens on a TCP port, on any address; None when nobody does."""
    inodes = {inode for table in ("tcp", "tcp6") for inode in _listening(proc / "net" / table, port)}
    if not inodes:
        return None
    wanted = {f"socket:[{inode}]" for inode in inodes}
    for entry in proc.iterdir():
        if entry.name.isdigit() and _holds(entry / "fd", wanted):
            return Listener(int(entry.name), _command(entry), _read(entry / "cgroup"))
    return Listener(0, "")


def has_address(address: str) -> bool:
    """Whether this host can listen on an address."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.bind((address, 0))
    except OSError:
        return False
    return True


def free_port(address: str = "127.0.0.1") -> int:
    """A TCP port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((address, 0))
        port: int = probe.getsockname()[1]
        return port


def _listening(table: Path, port: int) -> Iterator[str]:
    try:
        lines = table.read_text().splitlines()[1:]
    except OSError:
        return
    for line in lines:
        fields = line.split()
        if fields[3] == _LISTEN and int(fields[1].rpartition(":")[2], 16) == port:
            yield fields[9]


def _holds(descriptors: Path, wanted: set[str]) -> bool:
    try:
        return any(str(entry.readlink()) in wanted for entry in descriptors.iterdir())
    except OSError:
        return False


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def _command(entry: Path) -> str:
    """The program's command line up to its first option: arguments may hold secrets."""
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
