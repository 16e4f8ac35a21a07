"""The process that listens on a port, found in the kernel's files."""

from pathlib import Path

from platelayer.host.ports import find_port_holder

LISTENING = "sl local_address rem_address st\n 0: 0100007F:0FA2 00000000:0000 0A 0 0 0 0 0 {inode}\n"


def test_a_connection_that_ends_while_it_is_looked_for_hides_no_process(tmp_path: Path) -> None:
    (tmp_path / "net").mkdir()
    (tmp_path / "net/tcp").write_text(LISTENING.format(inode=77))
    process = tmp_path / "12"
    (process / "fd").mkdir(parents=True)
    (process / "cmdline").write_bytes(b"litellm\0")
    # Reading this fails as it does for a descriptor that was closed after the folder was read.
    (process / "fd/3").write_text("")
    (process / "fd/4").symlink_to("socket:[77]")
    (process / "fd/5").write_text("")
    holder = find_port_holder(4002, tmp_path)
    assert holder is not None
    assert (holder.pid, holder.command) == (12, "litellm")
