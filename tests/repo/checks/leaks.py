"""Nothing in the tree that looks like a secret, or that only one developer's machine knows."""

import re
from collections.abc import Iterator
from typing import Any

# The patterns are written so that none of them matches itself.
_SECRETS = {
    "an API key": r"(?<![A-Za-z0-9])s[k]-[A-Za-z0-9_\-]{20,}",
    "an AWS key": r"(?<![A-Za-z0-9])(?:A[K]IA|A[S]IA)[A-Z0-9]{16}\b",
    "a GitHub token": r"(?<![A-Za-z0-9])(?:g[h][pousr]_[A-Za-z0-9]{20,}|github[_]pat_[A-Za-z0-9_]{20,})",
    "a Hugging Face token": r"(?<![A-Za-z0-9])h[f]_[A-Za-z0-9]{20,}",
    "a Google API key": r"(?<![A-Za-z0-9])A[I]za[A-Za-z0-9_\-]{30,}",
    "a Slack token": r"(?<![A-Za-z0-9])x[o]x[abprs]-[A-Za-z0-9\-]{10,}",
    "a private key": r"-----BEGI[N] (?:[A-Z]+ )*PRIVATE KEY-----",
    "a bearer token": r"(?i)\bbeare[r]\s+[A-Za-z0-9_\-.~+/]{20,}",
    "credentials in a URL": r"\b[a-z][a-z0-9+]*:/[/][^\s:/@'\"{}<>$]+:[^\s:/@'\"{}<>$]{6,}@",
}
_MACHINE = {
    "a path of a developer's machine": r"(?<![\w.~$}\)\]/\-])(?:/wor[k]/|/root/[.]pyen[v]|/User[s]/\w)",
    "a package index of one machine": r"--(?:(?:extra-)?index-ur[l]|trusted-hos[t]|find-link[s])[ =]+[\w/]\S*",
    "a home folder": r"(?<![\w.~$}\)\]/\-])/hom[e]/(?!you/|dev/|user/|operator/|runner/|example)[a-z]\w*/",
    "a host of a package mirror": (
        r"(?i)\b(?:artifactor[y]|codeartifac[t]|devp[i]|jfro[g]|nexu[s])\w*(?:\.[\w\-]+)*\.[a-z]{2,}\b"
    ),
}
_FAKE = re.compile(r"EXAMPLE")
_SECRET_NAME = re.compile(r"(?:^|_)(?:api_key|master_key|salt_key|private_key|password|passphrase|secret|token)$")
_NO_SECRET = re.compile(r"\{\{|^os\.environ/|^\$ANSIBLE_VAULT|EXAMPLE")


def secret_findings(path: str, text: str) -> list[str]:
    """Find what looks like a secret; a value that holds the word EXAMPLE in capitals is fake by agreement."""
    return list(_matches(path, text, _SECRETS, quote=False))


def machine_findings(path: str, text: str, hosts: tuple[str, ...] = ()) -> list[str]:
    """Find paths, package indexes and the given host names that only one machine knows."""
    patterns = _MACHINE | {f"the host {host} of this machine's settings": rf"\b{re.escape(host)}\b" for host in hosts}
    return list(_matches(path, text, patterns, quote=True))


def literal_findings(path: str, data: Any) -> list[str]:
    """Find variables named like a secret whose value is written out instead of taken from the vault."""
    if isinstance(data, list):
        return [finding for value in data for finding in literal_findings(path, value)]
    if not isinstance(data, dict):
        return []
    findings = []
    for key, value in data.items():
        literal = isinstance(value, str) and value and not _NO_SECRET.search(value)
        if literal and _SECRET_NAME.search(str(key)):
            findings.append(f"{path}: {key} is written out; take it from the vault")
        findings += literal_findings(path, value)
    return findings


def _matches(path: str, text: str, patterns: dict[str, str], *, quote: bool) -> Iterator[str]:
    for number, line in enumerate(text.splitlines(), start=1):
        for what, pattern in patterns.items():
            for match in re.finditer(pattern, line):
                if not _FAKE.search(match[0]):
                    shown = f" ({match[0]})" if quote else ""
                    yield f"{path}:{number}: looks like {what}{shown}"
