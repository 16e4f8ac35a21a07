"""Programs that are published as archives: downloaded, compared with a checksum, unpacked into a folder per version."""

import hashlib
import http.client
import shutil
import tarfile
import tempfile
import urllib.parse
import urllib.request
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from .errors import HostError

_TIMEOUT_SECONDS = 60
_BLOCK_BYTES = 1 << 20


@dataclass(frozen=True)
class ReleaseArchive:
    """A tar archive of a release, and the folder for its content.

    source: a URL, or a path on this host; checksums: the text of the release's checksums.txt, as sha256sum writes it.
    """

    source: str
    checksums: str
    folder: Path

    @property
    def name(self) -> str:
        """The archive's file name, which its line in the checksums has."""
        return PurePosixPath(urllib.parse.urlsplit(self.source).path).name

    def is_installed(self) -> bool:
        """Return whether the folder is there. It appears in one step, when its content is complete."""
        return self.folder.is_dir()

    def find_checksum(self) -> str:
        """Return the SHA-256 that the archive must have. Raises HostError if the checksums do not name it."""
        for line in self.checksums.splitlines():
            checksum, _, name = line.strip().partition(" ")
            if name.lstrip(" *") == self.name:
                return checksum.lower()
        raise HostError(f"{self.source}: its checksums have no line for {self.name}; write those of the same release")

    def install(self) -> None:
        """Make the folder. Raises HostError if the archive is missing or another, and leaves nothing behind then."""
        expected = self.find_checksum()
        staging = self.folder.with_name(f".{self.folder.name}.new")
        try:
            # What a run left that was killed.
            shutil.rmtree(staging, ignore_errors=True)
            _make_folder(staging)
            with tempfile.TemporaryFile(dir=staging) as copy:
                checksum = self._download(copy)
                if checksum != expected:
                    raise HostError(
                        f"{self.source}: has the SHA-256 {checksum}, its checksums say {expected}; the download is "
                        "incomplete, or the file is not that of the release. Nothing was installed"
                    )
                copy.seek(0)
                _unpack(copy, staging)
            staging.rename(self.folder)
        except (OSError, http.client.HTTPException, tarfile.TarError) as error:
            raise HostError(f"{self.source}: cannot be installed in {self.folder}: {error}") from None
        finally:
            shutil.rmtree(staging, ignore_errors=True)

    def _download(self, copy: IO[bytes]) -> str:
        """Copy the archive block by block, and return its SHA-256."""
        digest = hashlib.sha256()
        with closing(self._open()) as stream:
            while block := stream.read(_BLOCK_BYTES):
                digest.update(block)
                copy.write(block)
        return digest.hexdigest()

    def _open(self) -> IO[bytes]:
        if self.source.startswith(("http://", "https://")):
            stream: IO[bytes] = urllib.request.urlopen(self.source, timeout=_TIMEOUT_SECONDS)  # noqa: S310 - the scheme is known
            return stream
        return Path(self.source).open("rb")


def _unpack(copy: IO[bytes], folder: Path) -> None:
    """Write the archive's files and folders, readable by everybody. Raises HostError for links and paths outside."""
    with tarfile.open(fileobj=copy) as archive:
        for member in archive:
            path = PurePosixPath(member.name)
            if path.is_absolute() or ".." in path.parts or not (member.isfile() or member.isdir()):
                raise HostError(f"the archive has {path}, which is not a file or folder in it; nothing was installed")
            target = folder / path
            _make_folder(target if member.isdir() else target.parent)
            if content := archive.extractfile(member):
                with target.open("wb") as stream:
                    shutil.copyfileobj(content, stream)
                target.chmod(0o755 if member.mode & 0o100 else 0o644)


def _make_folder(path: Path) -> None:
    """Make a folder and its missing parents with mode 0755, whatever umask root has."""
    for folder in reversed([folder for folder in (path, *path.parents) if not folder.exists()]):
        folder.mkdir()
        folder.chmod(0o755)
