"""The workflows, the hooks, the Makefile and the collections agree with one another."""

import re
from collections.abc import Iterator
from typing import Any

from .tree import parse_yaml

# (workflow, job) → what it may do beside reading: the one that opens pull requests.
PROPOSES = {("catalog-refresh.yml", "refresh"): {"contents": "write", "pull-requests": "write"}}

_USES = re.compile(r"^\s*(?:-\s+)?uses:\s*(?P<action>\S+)(?P<rest>.*)$")
_PINNED = re.compile(r"^[\w.\-]+/[\w.\-/]+@[0-9a-f]{40}$")
_VERSION_COMMENT = re.compile(r"^\s+#\s*v\d+(?:\.\d+)*\s*$")
_MAKE = re.compile(
    r"(?:^|[`;&|($]|\brun:|\bentry:)\s*make((?: +[A-Za-z_]\w*=\S+| +[A-Za-z][\w\-]*(?![\w=:\-]))+)", re.M
)
_CODE = re.compile(r"^ {0,3}(`{3,}|~{3,}).*?^ {0,3}\1\s*$|`[^`\n]+`", re.M | re.S)
_RULE = re.compile(r"^([A-Za-z][\w \-]*?)\s*:(?![=:])", re.M)
_COLLECTION = re.compile(
    r"(?<![\w./\-@])((?!ansible\.(?:builtin|legacy|module_utils)\b)[a-z]\w*\.[a-z]\w*)\.[a-z]\w+(?![\w/.])"
)


def workflow_findings(path: str, text: str) -> list[str]:
    """Check one workflow: pinned actions, least permissions, one run at a time, a deadline for each job."""
    findings = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not (uses := _USES.match(line)):
            continue
        if not _PINNED.match(uses["action"]):
            findings.append(f"{path}:{number}: {uses['action']} is not pinned by a full commit SHA")
        elif not _VERSION_COMMENT.match(uses["rest"]):
            findings.append(f"{path}:{number}: {uses['action']} needs its version behind it, as in `# v1.2.3`")
    data = parse_yaml(text)
    if data.get("permissions") != {"contents": "read"}:
        findings.append(f"{path}: permissions are not `contents: read`")
    if "concurrency" not in data:
        findings.append(f"{path}: has no concurrency group")
    for name, job in data["jobs"].items():
        if "timeout-minutes" not in job:
            findings.append(f"{path}: job {name} has no timeout-minutes")
        if "permissions" in job and job["permissions"] != PROPOSES.get((path.rpartition("/")[2], name)):
            findings.append(f"{path}: job {name} asks for permissions of its own")
    return findings


def hook_findings(path: str, text: str) -> list[str]:
    """Check that pre-commit runs local hooks only, so that it needs no network."""
    findings = []
    for repository in parse_yaml(text)["repos"]:
        if repository["repo"] != "local":
            findings.append(f"{path}: {repository['repo']} is fetched; use a local hook")
            continue
        findings += [
            f"{path}: hook {hook['id']} is of language {hook['language']}; only `system` needs no network"
            for hook in repository["hooks"]
            if hook["language"] != "system"
        ]
    return findings


def make_targets(makefile: str) -> set[str]:
    """Name the targets of a Makefile."""
    return {target for rule in _RULE.findall(makefile) for target in rule.split()}


def make_findings(path: str, text: str, targets: set[str]) -> list[str]:
    """Check that every `make TARGET` in a text, in Markdown only in its code, names a target that exists."""
    if path.endswith(".md"):
        text = _code_alone(text)
    return [
        f"{path}:{text.count(chr(10), 0, call.start(1)) + 1}: the Makefile has no target {target}"
        for call in _MAKE.finditer(text)
        for target in call[1].split()
        if "=" not in target and target not in targets
    ]


def _code_alone(markdown: str) -> str:
    """Blank everything that is not code, keep the line breaks."""
    kept, end = [], 0
    for code in _CODE.finditer(markdown):
        kept += ["\n" * markdown.count("\n", end, code.start()), code[0]]
        end = code.end()
    return "".join(kept)


def collections_used(text: str) -> set[str]:
    """Name the collections whose modules, filters or connections a YAML or Jinja text mentions, comments aside."""
    return {name for line in text.splitlines() for name in _COLLECTION.findall(line.partition("#")[0])}


def collection_findings(required: dict[str, str], installed: dict[str, str], used: dict[str, str]) -> list[str]:
    """Compare requirements.yml with what is installed, and with what is used (name to the file it was seen in)."""
    return [
        *_pin_findings(required, installed),
        *(
            f"{path}: uses {name}, which is not in requirements.yml"
            for name, path in used.items()
            if name not in required
        ),
        *(f"requirements.yml: nothing uses {name}" for name in required if name not in used),
    ]


def _pin_findings(required: dict[str, str], installed: dict[str, str]) -> Iterator[str]:
    for name, version in required.items():
        if name not in installed:
            yield f"requirements.yml: {name} is not installed"
        elif version != installed[name]:
            yield f"requirements.yml: {name} is {version}, the installed one is {installed[name]}"


def required_collections(data: Any) -> dict[str, str]:
    """Return name and version of each entry of requirements.yml."""
    return {entry["name"]: str(entry.get("version", "any")) for entry in data["collections"]}
