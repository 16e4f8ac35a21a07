"""Files that a service runs with: finished beside their places, put there in one step, and put back on failure."""

import grp
import pwd
import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ..atomic_file import stage_file, write_file
from .errors import HostError

Effect = Literal["restart", "reload", "none"]


@dataclass(frozen=True)
class ServiceFile:
    """A text at a path, and what the service needs when it changes.

    mode: as a number; hidden: a regular expression, what it matches is not to be shown.
    """

    path: Path
    content: str
    mode: int
    owner: str = "root"
    group: str = "root"
    effect: Effect = "restart"
    hidden: str = ""

    def is_current(self) -> bool:
        """Tell whether content, mode and owners on the host are as wanted."""
        wanted = {"mode": self.mode, "owner": self.owner, "group": self.group}
        return self.has_wanted_text() and self.read_attributes() == wanted

    def has_wanted_text(self) -> bool:
        """Tell whether a file with this content is there, and no link to one."""
        try:
            return not self.path.is_symlink() and self.path.read_bytes() == self.content.encode()
        except OSError:
            return False

    def read_attributes(self) -> dict[str, str | int]:
        """Return mode, owner and group of the file on the host; an owner without a name as its number."""
        status = self.path.stat()
        try:
            owner = pwd.getpwuid(status.st_uid).pw_name
        except KeyError:
            owner = str(status.st_uid)
        try:
            group = grp.getgrgid(status.st_gid).gr_name
        except KeyError:
            group = str(status.st_gid)
        return {"mode": stat.S_IMODE(status.st_mode), "owner": owner, "group": group}

    def mask(self, text: str, replacement: str = "********") -> str:
        """Replace the secrets of this file in a text of or about it."""
        return re.sub(self.hidden, replacement, text) if self.hidden else text

    def stage(self) -> Path:
        """Write the finished file beside its place. Raises HostError if its user or group is missing, or OSError."""
        try:
            ids = pwd.getpwnam(self.owner).pw_uid, grp.getgrnam(self.group).gr_gid
        except KeyError as error:
            raise HostError(
                f"{self.path} is to belong to {self.owner}:{self.group}, but {str(error.args[0]).split(': ')[-1]} "
                "is not on this host"
            ) from None
        return stage_file(self.path, self.content.encode(), mode=self.mode, ids=ids)


@dataclass(frozen=True)
class FileBackup:
    """The former state of a path: bytes with mode and ids, a link, or nothing."""

    path: Path
    content: bytes | None = None
    mode: int = 0
    ids: tuple[int, int] = (0, 0)
    link: Path | None = None

    @classmethod
    def read(cls, path: Path) -> "FileBackup":
        """Read what is at a path. Raises HostError if that is no file."""
        try:
            if path.is_symlink():
                return cls(path, link=path.readlink())
            status = path.stat()
            return cls(path, path.read_bytes(), stat.S_IMODE(status.st_mode), (status.st_uid, status.st_gid))
        except FileNotFoundError:
            return cls(path)
        except OSError as error:
            raise HostError(f"{path} cannot be replaced, {error.strerror}; move away what is there") from None

    def restore(self) -> None:
        """Put back what was there. Raises OSError."""
        if self.content is not None:
            write_file(self.path, self.content, mode=self.mode, ids=self.ids)
            return
        self.path.unlink(missing_ok=True)
        if self.link is not None:
            self.path.symlink_to(self.link)


def stage_files(files: Sequence[ServiceFile], new_folders: list[Path]) -> list[tuple[Path, Path]]:
    """Write finished files beside their places, and return pairs of finished file and place.

    new_folders: gets the folders that were missing. Raises HostError; then nothing is left.
    """
    staged: list[tuple[Path, Path]] = []
    try:
        for file in files:
            for folder in reversed([parent for parent in file.path.parents if not parent.exists()]):
                folder.mkdir()
                new_folders.append(folder)
                folder.chmod(0o755)  # Whatever umask root has.
            staged.append((file.stage(), file.path))
    except (HostError, OSError) as error:
        remove_staged(staged)
        for folder in reversed(new_folders):
            folder.rmdir()
        raise HostError(f"{error}; nothing was changed") from None
    return staged


def remove_staged(staged: Sequence[tuple[Path, Path]]) -> None:
    """Remove finished files that were not put in their places."""
    for finished, _ in staged:
        finished.unlink(missing_ok=True)
