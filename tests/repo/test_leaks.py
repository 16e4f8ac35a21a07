"""No secret and nothing of a developer's machine is in the tree."""

import configparser
import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from .checks.leaks import literal_findings, machine_findings, secret_findings
from .checks.tree import files, held, parse_yaml, read, texts

KEY = "abcdefghijKLMNOPQRST0123456789"


def _hosts_of_this_machine() -> tuple[str, ...]:
    """Return the package indexes that this machine is set up to use."""
    addresses = [value for name, value in os.environ.items() if name.endswith(("_INDEX_URL", "_INDEX", "GOPROXY"))]
    for file in ("/etc/pip.conf", "~/.pip/pip.conf", "~/.config/pip/pip.conf"):
        settings = configparser.ConfigParser(interpolation=None, strict=False)
        settings.read(Path(file).expanduser())
        addresses += [value for part in settings.values() for key, value in part.items() if key.endswith("index-url")]
    hosts = {urlsplit(word).hostname for address in addresses for word in address.replace(",", " ").split()}
    return tuple(sorted(host for host in hosts if host and host != "localhost"))


def test_no_secret_is_in_the_tree() -> None:
    held([finding for path, text in texts() for finding in secret_findings(path, text)])


def test_nothing_of_a_developers_machine_is_in_the_tree() -> None:
    hosts = _hosts_of_this_machine()
    held([finding for path, text in texts() for finding in machine_findings(path, text, hosts)])


def test_no_secret_variable_is_written_out() -> None:
    checked = [
        name for name in files() if name.startswith(("inventories/", "roles/")) and name.endswith((".yml", ".example"))
    ]
    held(
        [
            finding
            for path in checked
            if "/meta/" not in path
            for finding in literal_findings(path, parse_yaml(read(path)))
        ]
    )


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("key: sk" + f"-{KEY}", "an API key"),
        ("key: sk" + f"-or-v1-{KEY}", "an API key"),
        ("key: sk" + f"-ant-api03-{KEY}", "an API key"),
        ("AKIA" + "ABCDEFGH12345678", "an AWS key"),
        ("ghp" + f"_{KEY}", "a GitHub token"),
        ("github" + f"_pat_{KEY}", "a GitHub token"),
        ("hf" + f"_{KEY}", "a Hugging Face token"),
        ("AIza" + f"{KEY}12345", "a Google API key"),
        ("xoxb" + "-1234567890-abc", "a Slack token"),
        ("-----BEGIN" + " RSA PRIVATE KEY-----", "a private key"),
        ("-----BEGIN" + " PRIVATE KEY-----", "a private key"),
        ("Authorization: Bearer" + f" {KEY}", "a bearer token"),
        ("postgresql://me:" + "abcdef123@db.example.com/x", "credentials in a URL"),
    ],
)
def test_a_secret_is_found_and_not_repeated(text: str, what: str) -> None:
    assert secret_findings("file", f"first line\n{text}") == [f"file:2: looks like {what}"]


@pytest.mark.parametrize(
    "text",
    [
        "sk" + "-short",
        "sk" + "-EXAMPLE-EXAMPLE-EXAMPLE",
        "disk" + "-encryption-with-a-long-name",
        "Bearer" + " {{ vault_litellm_master_key }}",
        "--hash=sha256:065665c041c42a5938ed220bdcd7230f22527fbec085e1853d2402c8a3615d9d",
        "postgresql://{{ user }}:" + "{{ password }}@db.example.com/x",
    ],
)
def test_what_is_no_secret_is_left_alone(text: str) -> None:
    assert secret_findings("file", text) == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("cd /wor" + "k/main", "a path of a developer's machine (/wor" + "k/)"),
        ("/root/" + ".pyenv/bin", "a path of a developer's machine (/root/" + ".pyenv)"),
        ("path: '/hom" + "e/jane/code'", "a home folder (/hom" + "e/jane/)"),
        ("--index-" + "url https://x.example.com/simple", "a package index of one machine"),
        ("https://mirror.jfro" + "g.io/api", "a host of a package mirror"),
        ("https://pip.corp.example.net/", "the host pip.corp.example.net of this machine's settings"),
    ],
)
def test_a_trace_of_a_machine_is_found(text: str, what: str) -> None:
    (finding,) = machine_findings("file", f"\n{text}", ("pip.corp.example.net",))
    assert finding.startswith(f"file:2: looks like {what}")


def test_ordinary_paths_are_left_alone() -> None:
    assert (
        machine_findings("file", "docs/wor" + "k/a ~/wor" + "k/ {{ x }}/wor" + "k/ /hom" + "e/you/x /root/.ssh") == []
    )


def test_a_secret_variable_that_is_written_out_is_found() -> None:
    data = {"x_api_key": "abc", "x_list": [{"password": "abc"}], "x_token": "{{ vault_x }}", "x_secret": ""}
    assert literal_findings("file", data) == [
        "file: x_api_key is written out; take it from the vault",
        "file: password is written out; take it from the vault",
    ]
