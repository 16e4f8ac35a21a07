"""The program that keeps the edge's certificate, with the openssl of this machine; each refusal is asserted whole.

It runs as it does on a host, by its file. The command of tailscale is a fake on PATH.
"""

from __future__ import annotations

import ipaddress
import json
import os
import re
import shutil
import ssl
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

import pytest

PROGRAM = Path(__file__).parents[2] / "roles" / "edge" / "files" / "gateway-certificate"
NAMES = ["gateway.example", "*.gateway.example", "192.0.2.10", "2001:db8::10"]
CURVE = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
AUTHORITY = """[ca]
default_ca = own
[own]
database = index
new_certs_dir = .
policy = any
default_md = sha256
rand_serial = yes
[any]
commonName = supplied
"""
# Like tailscaled, it answers with the certificate it has.
TAILSCALE = """#!/bin/sh
echo "$*" >>{root}/asked
[ "$1 $2 $4" = "cert --cert-file --key-file" ] || exit 2
cp {made}/certificate "$3" && cp {made}/key "$5"
"""
FAILING = """#!/bin/sh
echo 'Some advice first.' >&2
echo '500 Internal Server Error: your Tailscale account does not support getting TLS certs' >&2
exit 1
"""


class Said(NamedTuple):
    """How the program ended, and what it said."""

    code: int
    out: str
    err: str


class Seen(NamedTuple):
    """What openssl tells of a certificate."""

    names: set[str]
    starts: float
    ends: float

    @property
    def until(self) -> str:
        return time.strftime("%Y-%m-%d", time.gmtime(self.ends))


def changed(why: str, warning: str = "") -> Said:
    return Said(0, f"changed: {why}\n", warning)


def refused(why: str) -> Said:
    return Said(1, "", f"gateway-certificate: {why}\n")


def openssl(*words: object, cwd: Path | None = None) -> str:
    return subprocess.run(
        ["openssl", *map(str, words)], check=True, capture_output=True, text=True, cwd=cwd, timeout=30
    ).stdout


def seen(path: Path) -> Seen:
    said = openssl("x509", "-in", path, "-noout", "-dates", "-ext", "subjectAltName")
    starts, ends = (ssl.cert_time_to_seconds(re.search(f"{word}=(.+)", said)[1]) for word in ("notBefore", "notAfter"))
    names = dict(re.findall(r"(?:DNS|IP Address):([^,\s]+)()", said))
    return Seen({str(ipaddress.ip_address(name)) if ":" in name else name for name in names}, starts, ends)


def pair(folder: Path, name: str = "gateway.example", days: int = 90) -> Path:
    """A folder with a certificate and its key."""
    folder.mkdir(parents=True, exist_ok=True)
    place = ("-keyout", folder / "key", "-out", folder / "certificate")
    openssl(
        *("req", "-x509", *CURVE, *place, "-days", days, "-subj", f"/CN={name}"),
        *("-addext", f"subjectAltName=DNS:{name}"),
    )
    return folder


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


class Edge:
    """The folders of a host's edge, and its program."""

    def __init__(self, root: Path) -> None:
        self.root, self.config = root, root / "certificate.json"
        self.pem, self.state = root / "tls" / "edge.pem", root / "state"
        self.ca, self.ca_key = self.state / "ca.pem", self.state / "ca.key"
        self.certificate, self.key = root / "files" / "certificate", root / "files" / "key"
        for folder in (self.pem.parent, self.state, root / "bin"):
            folder.mkdir(exist_ok=True)

    def set(self, mode: str, names: list[str] = NAMES, **more: Any) -> Edge:
        if mode == "files":
            more = {"certificate": str(self.certificate), "key": str(self.key)} | more
        settings = {"mode": mode, "names": names, "pem": str(self.pem), "state": str(self.state)} | more
        self.config.write_text(json.dumps(settings))
        return self

    def take(self, folder: Path) -> Edge:
        """Have these files as the host's own."""
        shutil.copytree(folder, self.root / "files", dirs_exist_ok=True)
        return self

    def command(self, name: str, text: str) -> None:
        program = self.root / "bin" / name
        program.write_text(text)
        program.chmod(0o755)

    def run(self, *words: str, config: str = "", **environment: str) -> Said:
        """With a umask under which nothing is readable by accident."""
        inherited = {name: value for name, value in os.environ.items() if name != "CREDENTIALS_DIRECTORY"}
        done = subprocess.run(
            [sys.executable, "-S", str(PROGRAM), "--config", config or str(self.config), *words],
            env=inherited | {"PATH": f"{self.root / 'bin'}:{os.environ['PATH']}", "COLUMNS": "120"} | environment,
            capture_output=True,
            text=True,
            check=False,
            umask=0o077,
            timeout=60,
        )
        return Said(done.returncode, done.stdout, done.stderr)

    def listing(self) -> dict[str, tuple[bytes, int, int]]:
        """Everything the program may write: text, mode and time."""
        return {
            str(path.relative_to(self.root)): (path.read_bytes(), mode(path), path.stat().st_mtime_ns)
            for folder in (self.pem.parent, self.state)
            for path in folder.iterdir()
        }

    @property
    def unchanged(self) -> Said:
        return Said(0, f"unchanged: {self.pem} is up to date\n", "")

    def changes(self, why: str, warning: str = "") -> None:
        """It does, after a dry run that says the same and writes nothing."""
        before = self.listing()
        assert self.run("--dry-run") == changed(why, warning)
        assert self.listing() == before
        assert self.run() == changed(why, warning)
        assert self.listing() != before

    def keeps(self, expected: Said, *words: str, **environment: str) -> None:
        """It says this and leaves everything as it is."""
        before = self.listing()
        assert self.run(*words, **environment) == expected
        assert self.listing() == before


@pytest.fixture
def edge(tmp_path: Path) -> Edge:
    return Edge(tmp_path)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Edge, Said]:
    """An edge after its first certificate of an own CA."""
    edge = Edge(tmp_path_factory.mktemp("first")).set("self_made")
    return edge, edge.run()


@pytest.fixture
def made(edge: Edge, first: tuple[Edge, Said]) -> Edge:
    """A copy of it."""
    for name in ("tls", "state"):
        shutil.copytree(first[0].root / name, edge.root / name, dirs_exist_ok=True)
    return edge.set("self_made")


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pair(tmp_path_factory.mktemp("one"))


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pair(tmp_path_factory.mktemp("other"), "other.example")


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Only `openssl ca` makes a certificate of the past."""
    folder = tmp_path_factory.mktemp("ended")
    (folder / "index").touch()
    (folder / "config").write_text(AUTHORITY)
    openssl("req", "-new", *CURVE, "-keyout", "key", "-out", "request", "-subj", "/CN=gateway.example", cwd=folder)
    openssl(
        *("ca", "-batch", "-config", "config", "-selfsign", "-keyfile", "key", "-in", "request", "-notext"),
        *("-startdate", "20200101000000Z", "-enddate", "20200201000000Z", "-out", "certificate"),
        cwd=folder,
    )
    return folder


@pytest.fixture
def taken(edge: Edge, one: Path) -> Edge:
    """An edge that took over the host's files."""
    edge.take(one).set("files")
    assert edge.run().code == 0
    return edge


# A CA of its own


def test_the_first_run_makes_a_ca_and_a_certificate(first: tuple[Edge, Said]) -> None:
    edge, said = first
    assert said == changed("there is no CA yet")
    assert {name: mode for name, (_, mode, _) in edge.listing().items()} == {
        "state/ca.key": 0o600,
        "state/ca.pem": 0o644,
        "tls/edge.pem": 0o640,
    }
    assert "PRIVATE KEY" not in edge.ca.read_text()
    assert edge.ca_key.read_text().startswith(edge.ca.read_text().strip())
    ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(edge.pem)


def test_the_certificate_is_for_exactly_the_names_and_short_enough_for_every_client(first: tuple[Edge, Said]) -> None:
    made = seen(first[0].pem)
    assert made.names == set(NAMES)
    assert 396 * 86400 < made.ends - made.starts <= 397 * 86400
    assert abs(made.starts - time.time()) < 600


@pytest.mark.parametrize("asked", ["hostname=gateway.example", "hostname=a.gateway.example", "ip=2001:db8::10"])
def test_the_chain_verifies_for_strict_clients(first: tuple[Edge, Said], asked: str) -> None:
    kind, name = asked.split("=")
    strict = ("-x509_strict", "-purpose", "sslserver", "-no-CApath", "-CAfile", first[0].ca)
    assert openssl("verify", *strict, f"-verify_{kind}", name, first[0].pem) == f"{first[0].pem}: OK\n"


def test_the_ca_signs_for_ten_years_and_nothing_below_it(first: tuple[Edge, Said]) -> None:
    said = openssl("x509", "-in", first[0].ca, "-noout", "-ext", "basicConstraints,keyUsage")
    assert "CA:TRUE, pathlen:0" in said
    assert "Certificate Sign, CRL Sign" in said
    ca = seen(first[0].ca)
    assert ca.ends - ca.starts == 3650 * 86400


def test_a_second_run_changes_nothing(made: Edge) -> None:
    made.keeps(made.unchanged)
    made.keeps(made.unchanged, "--dry-run")


def test_the_spelling_and_order_of_names_is_no_change(made: Edge) -> None:
    made.set("self_made", ["2001:DB8:0::10", "192.0.2.10", "*.Gateway.Example", "GATEWAY.example"])
    made.keeps(made.unchanged)


def test_a_dry_run_on_an_empty_host_says_what_the_first_run_does(edge: Edge) -> None:
    edge.set("self_made").keeps(changed("there is no CA yet"), "--dry-run")
    assert edge.listing() == {}


@pytest.mark.parametrize(
    ("names", "why"),
    [
        ([*NAMES, "new.example", "192.0.2.11"], "it is not for 192.0.2.11, new.example"),
        (["gateway.example"], "it is still for *.gateway.example, 192.0.2.10, 2001:db8::10"),
    ],
    ids=["more", "fewer"],
)
def test_other_names_give_another_certificate_of_the_same_ca(made: Edge, names: list[str], why: str) -> None:
    ca, key = made.ca.read_bytes(), made.ca_key.read_bytes()
    made.set("self_made", names).changes(why)
    assert (made.ca.read_bytes(), made.ca_key.read_bytes()) == (ca, key)
    assert seen(made.pem).names == set(names)
    openssl("verify", "-CAfile", made.ca, made.pem)
    assert made.run() == made.unchanged


def test_it_is_renewed_when_too_few_days_remain(made: Edge) -> None:
    ca, key = made.ca.read_bytes(), made.ca_key.read_bytes()
    made.set("self_made", renew_days=398).changes(f"it ends on {seen(made.pem).until}")
    assert (made.ca.read_bytes(), made.ca_key.read_bytes()) == (ca, key)
    # A whole day less than its validity is left from the first second on.
    assert made.set("self_made", renew_days=396).run() == made.unchanged


def test_a_ca_about_to_end_is_for_the_operator_to_replace(made: Edge) -> None:
    until = seen(made.ca).until
    made.set("self_made", renew_days=3651).keeps(
        refused(
            f"the CA {made.ca} ends on {until}; remove it and {made.ca_key} to get a new CA, and give clients the new "
            "ca.pem"
        )
    )


def test_a_lost_ca_key_is_told_and_not_replaced(made: Edge) -> None:
    made.ca_key.unlink()
    made.keeps(refused(f"{made.ca_key} is missing beside {made.ca}; restore it, or remove {made.ca} to get a new CA"))


def test_a_spoilt_ca_key_is_told_and_not_replaced(made: Edge) -> None:
    made.ca_key.write_bytes(b"\xff\xfe")
    made.keeps(refused(f"{made.ca_key} holds no certificate in PEM form"))


@pytest.mark.parametrize("spoilt", [None, b"\xff\xfe"], ids=["missing", "binary"])
def test_the_copy_of_the_ca_for_clients_comes_back(made: Edge, spoilt: bytes | None) -> None:
    copy = made.ca.read_bytes()
    if spoilt is None:
        made.ca.unlink()
    else:
        made.ca.write_bytes(spoilt)
    made.changes(f"{made.ca} is missing or is not the CA of {made.ca_key}")
    assert made.ca.read_bytes() == copy


@pytest.mark.parametrize("spoilt", [b"", b"\xff\xfe"], ids=["empty", "binary"])
def test_a_spoilt_certificate_is_replaced(made: Edge, spoilt: bytes) -> None:
    made.pem.write_bytes(spoilt)
    made.changes("there is no usable certificate")


def test_a_certificate_of_another_ca_is_replaced(made: Edge, one: Path) -> None:
    made.pem.write_text((one / "certificate").read_text() + (one / "key").read_text())
    made.set("self_made", ["gateway.example"]).changes(f"the CA {made.ca} did not sign it")


def test_what_it_writes_gets_the_group_of_its_folder(edge: Edge, one: Path) -> None:
    others = [group for group in os.getgroups() if group != os.getgid()]
    group = 1 if os.getuid() == 0 else (others or [os.getgid()])[0]
    os.chown(edge.pem.parent, -1, group)
    assert edge.take(one).set("files").run().code == 0
    assert edge.pem.stat().st_gid == group


def test_a_missing_folder_is_one_sentence(edge: Edge) -> None:
    edge.state.rmdir()
    assert edge.set("self_made").run() == refused(f"{edge.state}: No such file or directory")


def test_without_openssl_only_a_dry_run_answers(edge: Edge) -> None:
    edge.set("self_made").keeps(changed("openssl is not installed yet"), "--dry-run", PATH="/nonexistent")
    edge.keeps(refused("openssl req does not run: [Errno 2] No such file or directory: 'openssl'"), PATH="/nonexistent")


# The host's files


def test_certificate_and_key_become_one_file(edge: Edge, one: Path) -> None:
    edge.take(one).set("files").changes(f"{edge.certificate} is new, valid until {seen(edge.certificate).until}")
    assert edge.pem.read_text() == edge.certificate.read_text() + edge.key.read_text()
    assert mode(edge.pem) == 0o640
    assert list(edge.state.iterdir()) == []
    edge.keeps(edge.unchanged)
    edge.keeps(edge.unchanged, "--dry-run")


def test_the_chain_is_kept_and_remarks_are_not(edge: Edge, one: Path, other: Path) -> None:
    edge.take(one).set("files")
    leaf, issuer = edge.certificate.read_text(), (other / "certificate").read_text()
    edge.certificate.write_text(f"the leaf:\n{leaf}\nits issuer:\n{issuer}")
    assert edge.run() == changed(f"{edge.certificate} is new, valid until {seen(edge.certificate).until}")
    assert edge.pem.read_text() == leaf + issuer + edge.key.read_text()


def test_other_files_on_the_host_are_taken_over(taken: Edge, other: Path) -> None:
    taken.take(other).changes(f"{taken.certificate} is new, valid until {seen(taken.certificate).until}")
    assert taken.pem.read_text() == taken.certificate.read_text() + taken.key.read_text()


def test_files_that_end_soon_are_taken_and_told(edge: Edge, one: Path) -> None:
    edge.take(one).set("files", renew_days=91)
    until = seen(edge.certificate).until
    warning = f"{edge.certificate} ends on {until}; put a new one there\n"
    edge.changes(f"{edge.certificate} is new, valid until {until}", warning)
    edge.keeps(edge.unchanged._replace(err=warning))


def test_what_systemd_hands_over_goes_first(edge: Edge, one: Path) -> None:
    edge.set("files")
    until = seen(one / "certificate").until
    said = edge.run(CREDENTIALS_DIRECTORY=str(one))
    assert said == changed(f"{edge.certificate} is new, valid until {until}")


def test_a_key_of_another_certificate_keeps_the_old(taken: Edge, other: Path) -> None:
    taken.key.write_bytes((other / "key").read_bytes())
    for words in ([], ["--dry-run"]):
        taken.keeps(refused(f"{taken.key} is not the key of {taken.certificate}"), *words)


def test_an_ended_certificate_keeps_the_old(taken: Edge, ended: Path) -> None:
    taken.take(ended).keeps(refused(f"{taken.certificate} ended on 2020-02-01"))


@pytest.mark.parametrize("name", ["certificate", "key"])
def test_a_missing_file_keeps_the_old(taken: Edge, name: str) -> None:
    path: Path = getattr(taken, name)
    path.unlink()
    taken.keeps(refused(f"{path} cannot be read: No such file or directory"))


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("certificate", b"", "holds no certificate in PEM form"),
        ("certificate", b"\xff\xfe", "cannot be read: it is not text"),
        ("key", b"", "holds no private key in PEM form without a passphrase"),
        (
            "key",
            b"-----BEGIN ENCRYPTED " + b"PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
            "holds no private key in PEM form without a passphrase",
        ),
    ],
    ids=["no certificate", "binary", "no key", "passphrase"],
)
def test_a_file_with_something_else_keeps_the_old(taken: Edge, name: str, content: bytes, why: str) -> None:
    path: Path = getattr(taken, name)
    path.write_bytes(content)
    taken.keeps(refused(f"{path} {why}"))


def test_what_openssl_refuses_is_told_with_its_first_line(taken: Edge) -> None:
    taken.command("openssl", "#!/bin/sh\necho 'unable to load it' >&2\necho '140:error:0909006C' >&2\nexit 1\n")
    taken.keeps(refused(f"{taken.certificate} is refused by openssl x509: unable to load it"))


# Tailscale


@pytest.fixture
def tailnet(edge: Edge, one: Path) -> Edge:
    """An edge whose tailscaled has a certificate."""
    edge.command("tailscale", TAILSCALE.format(root=edge.root, made=one))
    return edge.set("tailscale", ["gateway.example"])


def asked(edge: Edge) -> list[str]:
    path = edge.root / "asked"
    return path.read_text().splitlines() if path.exists() else []


def test_tailscale_is_asked_and_its_certificate_kept(tailnet: Edge, one: Path) -> None:
    assert tailnet.run() == changed(f"tailscale's certificate is new, valid until {seen(one / 'certificate').until}")
    assert tailnet.pem.read_text() == (one / "certificate").read_text() + (one / "key").read_text()
    assert mode(tailnet.pem) == 0o640
    tailnet.keeps(tailnet.unchanged)
    assert [line.split()[-1] for line in asked(tailnet)] == ["gateway.example"] * 2


def test_a_dry_run_does_not_ask_tailscale(tailnet: Edge, one: Path, other: Path) -> None:
    def has(certificate: Path) -> None:
        tailnet.pem.write_text((certificate / "certificate").read_text() + (certificate / "key").read_text())

    tailnet.keeps(changed("there is no usable certificate"), "--dry-run")
    has(other)
    tailnet.keeps(changed("it is not for gateway.example"), "--dry-run")
    has(one)
    tailnet.keeps(tailnet.unchanged, "--dry-run")
    has(pair(tailnet.root / "short", days=13))
    tailnet.keeps(changed(f"it ends on {seen(tailnet.pem).until}"), "--dry-run")
    assert asked(tailnet) == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            FAILING,
            "tailscale cert gateway.example failed: "
            "500 Internal Server Error: your Tailscale account does not support getting TLS certs",
        ),
        ("#!/bin/sh\nexit 1\n", "tailscale cert gateway.example failed: no reason given"),
        ("#!/bin/sh\n: >$3; : >$5\n", "tailscale's certificate holds no certificate in PEM form"),
    ],
    ids=["refused", "silent", "empty"],
)
def test_a_tailscale_that_fails_keeps_the_old(tailnet: Edge, text: str, why: str) -> None:
    assert tailnet.run().code == 0
    tailnet.command("tailscale", text)
    tailnet.keeps(refused(why))


def test_a_certificate_of_tailscale_for_another_name_keeps_the_old(tailnet: Edge, other: Path) -> None:
    assert tailnet.run().code == 0
    tailnet.command("tailscale", TAILSCALE.format(root=tailnet.root, made=other))
    tailnet.keeps(refused("tailscale's certificate is not for gateway.example but for other.example"))


def test_without_tailscale_it_says_what_to_do(edge: Edge) -> None:
    edge.set("tailscale", ["gateway.example"]).keeps(
        refused("there is no program 'tailscale'; install it and bring the host into the tailnet first"),
        PATH=str(edge.root / "bin"),
    )


# Settings and options


def test_an_unknown_mode_is_one_sentence(edge: Edge) -> None:
    edge.set("letsencrypt").keeps(
        refused(f"{edge.config}: the mode 'letsencrypt' is unknown; write one of files, self_made, tailscale")
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"mode": ', "Expecting value: line 1 column 10 (char 9)"),
        ("[]", "list indices must be integers or slices, not str"),
        ('{"pem": "a", "state": "b"}', "'mode'"),
        (
            '{"mode": "files", "pem": "a", "state": "b", "renew_days": "x"}',
            "invalid literal for int() with base 10: 'x'",
        ),
    ],
    ids=["broken", "list", "no mode", "word as a number"],
)
def test_settings_that_are_none_are_one_sentence(edge: Edge, text: str, why: str) -> None:
    edge.config.write_text(text)
    assert edge.run() == refused(f"{edge.config} cannot be read as settings: {why}")


def test_missing_settings_are_one_sentence(edge: Edge) -> None:
    assert edge.run() == refused(
        f"{edge.config} cannot be read as settings: [Errno 2] No such file or directory: '{edge.config}'"
    )


def test_settings_may_be_given_as_text(made: Edge) -> None:
    assert made.run("--dry-run", config=made.config.read_text()) == made.unchanged


def test_help_tells_the_options(edge: Edge) -> None:
    said = edge.run("--help")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("usage: gateway-certificate [-h] [--config CONFIG] [--dry-run]\n")
    assert "Keep the certificate with which the edge of the gateway speaks TLS." in said.out
    assert "  --config CONFIG  the settings: a file, or their text; /etc/gateway-edge/certificate.json\n" in said.out
    assert "  --dry-run        print what would change, and change nothing\n" in said.out


def test_an_unknown_option_is_refused(edge: Edge) -> None:
    said = edge.run("--force")
    assert (said.code, said.out) == (2, "")
    assert said.err == (
        "usage: gateway-certificate [-h] [--config CONFIG] [--dry-run]\n"
        "gateway-certificate: error: unrecognized arguments: --force\n"
    )
