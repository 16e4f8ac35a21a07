"""The address, the CA file and the key file, as the command line gives them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from platelayer.verify.arguments import find_key_file_warning, load_ca_file, parse_base_url, read_key
from platelayer.verify.errors import UsageError

ADVICE = "write it like http://127.0.0.1:4000"
NOT_A_KEY = "its first line is not a key; a key has printable ASCII characters only, and no spaces"


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("http://127.0.0.1:4000", "http://127.0.0.1:4000"),
        (" http://127.0.0.1:4000/ ", "http://127.0.0.1:4000"),
        ("http://127.0.0.1:4000/v1", "http://127.0.0.1:4000"),
        ("https://llm.example.com/v1/", "https://llm.example.com"),
        ("https://example.com/llm/v1/", "https://example.com/llm"),
        ("http://[::1]:4000/", "http://[::1]:4000"),
    ],
)
def test_an_address_may_end_in_a_slash_or_v1(text: str, url: str) -> None:
    assert parse_base_url(text) == url


@pytest.mark.parametrize("text", ["", "127.0.0.1:4000", "ftp://example.com", "http://", "http://h:99999", "http://h:x"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as error:
        parse_base_url(text)

    assert str(error.value) == f"--url {text}: this is not a gateway's address; {ADVICE}"


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_file_without_an_authority_is_refused(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)
    with pytest.raises(UsageError) as error:
        load_ca_file(path)

    assert str(error.value) == (
        f"--ca-file {path}: no CA certificate can be read from it; "
        "write the path of a PEM file, such as the ca.pem of the gateway's host"
    )


@pytest.mark.parametrize("text", ["http://user:word@h", "http://h/?a=b", "http://h/#top"])
def test_an_address_with_more_in_it_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(UsageError) as error:
        parse_base_url(text)

    assert str(error.value) == f"--url: leave out user, password, query and fragment; {ADVICE}"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "its first line is empty; write the gateway's key there"),
        (b"\nsk-second-line\n", "its first line is empty; write the gateway's key there"),
        (b"key: sk-1\n", NOT_A_KEY),
        (b"sk-\x01\n", NOT_A_KEY),
        ("schlüssel\n".encode(), NOT_A_KEY),
        (b"\xff\xfe", "this is not text; write the key into it, alone on one line"),
    ],
)
def test_a_file_without_a_usable_key_is_refused(tmp_path: Path, content: bytes, problem: str) -> None:
    path = tmp_path / "key"
    path.write_bytes(content)

    with pytest.raises(UsageError) as error:
        read_key(path)

    assert str(error.value) == f"--key-file {path}: {problem}"


def test_a_missing_and_an_unreadable_key_file_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as missing:
        read_key(tmp_path / "none")
    with pytest.raises(UsageError) as folder:
        read_key(tmp_path)

    advice = "no such file; write the gateway's key into it, alone on one line"
    assert str(missing.value) == f"--key-file {tmp_path}/none: {advice}"
    assert (
        str(folder.value)
        == f"--key-file {tmp_path}: cannot be read (is a directory); write the path of a readable file"
    )


@pytest.mark.parametrize(
    ("mode", "warns"), [(0o600, False), (0o400, False), (0o640, True), (0o604, True), (0o644, True)]
)
def test_a_key_that_others_can_read_is_warned_about(tmp_path: Path, mode: int, warns: bool) -> None:
    path = tmp_path / "key"
    path.write_text("sk-x")
    path.chmod(mode)

    sentence = f"{path}: other users can read this key (mode {mode:04o}); run: chmod 600 {path}"
    assert find_key_file_warning(path) == (sentence if warns else "")


def test_the_warning_is_on_standard_error_and_changes_nothing_else(verify: Callable[..., Any], key_file: Path) -> None:
    key_file.chmod(0o644)

    done = verify("--json")

    assert done.code == 0
    assert done.err == f"warning: {key_file}: other users can read this key (mode 0644); run: chmod 600 {key_file}\n"


@pytest.mark.parametrize(
    "arguments",
    [(), ("--url", "http://127.0.0.1:1"), ("--url", "http://127.0.0.1:1", "--key-file", "k", "--concurrency", "0")],
)
def test_wrong_usage_is_exit_code_2(command: Callable[..., Any], arguments: tuple[str, ...]) -> None:
    assert command(*arguments).code == 2


def test_bad_arguments_are_one_sentence_and_exit_code_2(command: Callable[..., Any], key_file: Path) -> None:
    url = command("--url", "gateway:4000", "--key-file", key_file)
    folder = command("--url", "http://127.0.0.1:1", "--key-file", key_file, "--json-file", "/no/such/report.json")

    assert url == (2, "", f"--url gateway:4000: this is not a gateway's address; {ADVICE}\n")
    assert folder == (
        2,
        "",
        "--json-file /no/such/report.json: there is no such folder; make it, or write another path\n",
    )
