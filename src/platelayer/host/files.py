"""Files that a service runs with: finished beside their places, put there in one step, and back again if need be."""

import grp
import os
import pwd
import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from .errors import HostError

Effect = Literal["restart", "reload", "none"]


@dataclass(frozen=True)
class File:
    """A text at a path, and what the service needs when it changes. What `hidden` matches is not to be shown."""

    path: Path
    content: str
    mode: int
    owner: str = "root"
    group: str = "root"
    effect: Effect = "restart"
    hidden: str = ""

    def is_there(self) -> bool:
        """Whether content, mode and owners are as wanted."""
        return self.has_text() and self.attributes() == {"mode": self.mode, "owner": self.owner, "group": self.group}

    def has_text(self) -> bool:
        """Whether a file with this content is there, and no link to one."""
        try:
            return not self.path.is_symlink() and self.path.read_bytes() == self.content.encode()
        except OSError:
            return False

    def attributes(self) -> dict[str, str | int]:
        """Mode, owner and group of what is there; an owner without a name is told by number."""
        found = self.path.stat()
        names: list[str] = []
        for number, name_of in ((found.st_uid, _user_name), (found.st_gid, _group_name)):
            try:
                names.append(name_of(number))
            except KeyError:
                names.append(str(number))
        return {"mode": stat.S_IMODE(found.st_mode), "owner": names[0], "group": names[1]}

    def shown(self, text: str, instead: str = "********") -> str:
        """A text of or about this file, without its secrets."""
        return re.sub(self.hidden, instead, text) if self.hidden else text

    def staged(self) -> Path:
        """Everything but the last step: the finished file, beside its place."""
        try:
            ids = pwd.getpwnam(self.owner).pw_uid, grp.getgrnam(self.group).gr_gid
        except KeyError as error:
            raise HostError(
                f"{self.path} is to belong to {self.owner}:{self.group}, but {str(error.args[0]).split(': ')[-1]} "
                "is not on this host"
            ) from None
        return _staged(self.path, self.content.encode(), self.mode, ids)


@dataclass(frozen=True)
class Before:
    """What stood in the place of a file: its bytes with mode and ids, a link, or nothing."""

    path: Path
    content: bytes | None = None
    mode: int = 0
    ids: tuple[int, int] = (0, 0)
    link: Path | None = None

    @classmethod
    def of(cls, path: Path) -> "Before":
        """Remember a file."""
        try:
            if path.is_symlink():
                return cls(path, link=path.readlink())
            found = path.stat()
            return cls(path, path.read_bytes(), stat.S_IMODE(found.st_mode), (found.st_uid, found.st_gid))
        except FileNotFoundError:
            return cls(path)
        except OSError as error:
            raise HostError(f"{path} cannot be replaced, {error.strerror}; move away what is there") from None

    def restore(self) -> None:
        """Put it back."""
        if self.content is not None:
            _staged(self.path, self.content, self.mode, self.ids).replace(self.path)
            return
        self.path.unlink(missing_ok=True)
        if self.link is not None:
            self.path.symlink_to(self.link)


def stage(files: Sequence[File], made: list[Path]) -> list[tuple[Path, Path]]:
    """Finished files beside their places; a full disk is met here. `made` gets the folders that were missing."""
    staged: list[tuple[Path, Path]] = []
    try:
        for file in files:
            for folder in reversed([parent for parent in file.path.parents if not parent.exists()]):
                folder.mkdir()
                made.append(folder)
                folder.chmod(0o755)  # Whatever umask root has.
            staged.append((file.staged(), file.path))
    except (HostError, OSError) as error:
        remove(staged)
        for folder in reversed(made):
            folder.rmdir()
        raise HostError(f"{error}; nothing was changed") from None
    return staged


def remove(staged: Sequence[tuple[Path, Path]]) -> None:
    """No finished file is left beside its place."""
    for finished, _ in staged:
        finished.unlink(missing_ok=True)


def _staged(path: Path, content: bytes, mode: int, ids: tuple[int, int]) -> Path:
    """A finished file beside its place. Its name is always the same, so that none is left over for long."""
    finished = path.with_name(f".{path.name}.new")
    finished.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(finished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fchown(stream.fileno(), *ids)
            os.fchmod(stream.fileno(), mode)
            os.fsync(stream.fileno())
    except BaseException:
        finished.unlink(missing_ok=True)
        raise
    return finished


def _user_name(number: int) -> str:
    return pwd.getpwuid(number).pw_name


def _group_name(number: int) -> str:
    return grp.getgrgid(number).gr_name
