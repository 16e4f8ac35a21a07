"""Archives with checksums: a folder appears whole, or nothing does."""

import gzip
import hashlib
import http.server
import io
import os
import stat
import tarfile
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from platelayer.host.errors import HostError
from platelayer.host.release_archive import ReleaseArchive

NAME = "program_1.2.0_linux_amd64.tar.gz"


def pack(*members: tuple[str, bytes, int], **attributes: object) -> bytes:
    """An archive of these files: name, content, mode."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, content, mode in members:
            member = tarfile.TarInfo(name)
            member.size, member.mode, member.uid, member.gid = len(content), mode, 1001, 1001
            for attribute, value in attributes.items():
                setattr(member, attribute, value)
            archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()


PROGRAM = pack(("program", b"#!/bin/sh\n", 0o700), ("docs/readme", b"Read me.\n", 0o600))


class Releases:
    """A folder of releases, the server that publishes it, and the folder where programs are installed."""

    def __init__(self, root: Path, url: str) -> None:
        self.root, self.url, self.programs = root, url, root / "opt" / "program"

    def publish(self, content: bytes, checksum: str = "") -> ReleaseArchive:
        (self.root / NAME).write_bytes(content)
        checksum = checksum or hashlib.sha256(content).hexdigest()
        checksums = f"{'0' * 64}  other.tar.gz\n{checksum}  {NAME}\n"
        return ReleaseArchive(f"{self.url}/{NAME}", checksums, self.programs / "1.2.0")


class _Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Be silent."""


@pytest.fixture
def releases(tmp_path: Path) -> Iterator[Releases]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=tmp_path)) as server:
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        yield Releases(tmp_path, f"http://127.0.0.1:{server.server_address[1]}")
        server.shutdown()


def refused(releases: Releases, archive: ReleaseArchive) -> str:
    """The message of an archive that is not installed and leaves nothing behind."""
    with pytest.raises(HostError) as caught:
        archive.install()
    assert not archive.is_installed()
    assert not releases.programs.exists() or list(releases.programs.iterdir()) == []
    return str(caught.value)


@pytest.mark.parametrize("umask", [0o022, 0o077])
def test_a_release_is_downloaded_and_unpacked(releases: Releases, umask: int) -> None:
    archive = releases.publish(PROGRAM)
    assert not archive.is_installed()
    before = os.umask(umask)
    try:
        archive.install()
    finally:
        os.umask(before)
    assert archive.is_installed()
    modes = {
        str(path.relative_to(releases.programs)): stat.S_IMODE(path.stat().st_mode)
        for path in releases.programs.rglob("*")
    }
    assert modes == {"1.2.0": 0o755, "1.2.0/program": 0o755, "1.2.0/docs": 0o755, "1.2.0/docs/readme": 0o644}
    assert (archive.folder / "program").read_bytes() == b"#!/bin/sh\n"
    assert stat.S_IMODE(releases.programs.stat().st_mode) == 0o755
    assert {path.stat().st_uid for path in releases.programs.rglob("*")} == {os.getuid()}


@pytest.mark.parametrize("form", ["{checksum}  {name}", "{checksum} *{name}", "{upper}  {name}"])
def test_an_archive_on_the_host_needs_a_checksum_too(releases: Releases, form: str) -> None:
    path = str(releases.root / NAME)
    archive = releases.publish(PROGRAM)
    checksum = archive.find_checksum()
    line = form.format(checksum=checksum, upper=checksum.upper(), name=NAME)
    ReleaseArchive(path, line, archive.folder).install()
    assert (archive.folder / "docs" / "readme").read_bytes() == b"Read me.\n"


def test_another_archive_than_that_of_the_release_is_refused(releases: Releases) -> None:
    archive = releases.publish(PROGRAM, "a" * 64)
    checksum = hashlib.sha256(PROGRAM).hexdigest()
    assert refused(releases, archive) == (
        f"{archive.source}: has the SHA-256 {checksum}, its checksums say {'a' * 64}; the download is incomplete, "
        "or the file is not that of the release. Nothing was installed"
    )


def test_half_an_archive_is_refused(releases: Releases) -> None:
    archive = releases.publish(PROGRAM[:80], hashlib.sha256(PROGRAM).hexdigest())
    assert "; the download is incomplete, or the file is not that of the release." in refused(releases, archive)


def test_an_archive_that_the_checksums_do_not_name_is_refused(releases: Releases) -> None:
    archive = ReleaseArchive(f"{releases.url}/{NAME}", f"{'0' * 64}  other-{NAME}\n", releases.programs / "1.2.0")
    assert refused(releases, archive) == (
        f"{archive.source}: its checksums have no line for {NAME}; write those of the same release"
    )


def test_an_archive_that_is_not_there_is_told(releases: Releases) -> None:
    archive = releases.publish(PROGRAM)
    (releases.root / NAME).unlink()
    assert refused(releases, archive) == (
        f"{archive.source}: cannot be installed in {archive.folder}: HTTP Error 404: File not found"
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (gzip.compress(b"no tar"), "cannot be installed in"),
        (pack(("../outside", b"", 0o644)), "the archive has ../outside, which is not a file or folder in it"),
        (pack(("/etc/outside", b"", 0o644)), "the archive has /etc/outside, which is not a file or folder in it"),
        (
            pack(("link", b"", 0o644), type=tarfile.SYMTYPE, linkname="/etc/passwd"),
            "the archive has link, which is not a file or folder in it; nothing was installed",
        ),
    ],
    ids=["no tar", "above", "elsewhere", "link"],
)
def test_a_hostile_archive_is_refused(releases: Releases, content: bytes, reason: str) -> None:
    assert reason in refused(releases, releases.publish(content))


def test_what_a_killed_run_left_is_written_over(releases: Releases) -> None:
    archive = releases.publish(PROGRAM)
    (releases.programs / ".1.2.0.new" / "half").mkdir(parents=True)
    archive.install()
    assert [path.name for path in releases.programs.iterdir()] == ["1.2.0"]
    assert sorted(path.name for path in archive.folder.iterdir()) == ["docs", "program"]
