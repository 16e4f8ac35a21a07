"""How task files are written."""

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Any

from .tree import parse_yaml

LONGEST_TASK_FILE = 80

_BLOCKS = ("block", "rescue", "always")
_CONSTANT_OUTCOME = re.compile(
    r"^\s*(?:- )?(changed_when|failed_when):\s*[\"']?(true|false|yes|no|\[\])[\"']?\s*(?:#|$)", re.I
)
_NOQA = re.compile(r"#\s*noqa\b(?P<rules>:?\s*[\w\-\[\],: ]*)", re.I)
_FEWEST_WORDS = 2
# In the order of a run. Only where something precedes the service is there something to configure.
_PHASES = ("validate", "install", "configure", "service", "uninstall")
_CALL = re.compile(r"(?:import|include)_tasks: (\w+)\.yml")


def task_file_findings(path: str, text: str) -> list[str]:
    """Check one task or handler file of a role: `roles/ROLE/tasks/….yml` or `roles/ROLE/handlers/….yml`."""
    findings = []
    inside = PurePath(path).parts[2:]
    if inside[0] == "tasks" and (lines := len(text.splitlines())) > LONGEST_TASK_FILE:
        findings.append(f"{path}: {lines} lines, split it so that each file has at most {LONGEST_TASK_FILE}")
    stems = [*inside[1:-1], PurePath(inside[-1]).stem]
    prefix = "" if inside[0] != "tasks" or stems == ["main"] else "".join(f"{stem} | " for stem in stems)
    data = parse_yaml(text)
    for task in _tasks(data):
        name, is_block = task.get("name"), any(key in task for key in _BLOCKS)
        if not name and not is_block:
            findings.append(f"{path}:{task.line}: a task has no name")
        elif name and not str(name).startswith(prefix):
            findings.append(f"{path}:{task.line}: the task name {name!r} does not begin with {prefix!r}")
    return findings + flow_findings(path, text, data)


def verb_findings(path: str, data: Any, verbs: frozenset[str]) -> list[str]:
    """Check that the names of plays, tasks and handlers begin with one of the verbs, behind the bars of their file."""
    return [
        f"{path}:{named.line}: the name {named['name']!r} begins with none of the verbs in tests/repo/test_tasks.py"
        for named in [*_tasks(data), *(task for play in _plays(data) for task in _tasks_of(play))]
        if named.get("name") and str(named["name"]).rpartition(" | ")[2].partition(" ")[0] not in verbs
    ]


def phase_findings(task_files: Mapping[str, str], without: Mapping[tuple[str, str], str]) -> list[str]:
    """Check that each role that runs a service has a file for each phase, and that main.yml calls them in order.

    task_files: path → text; without: role and phase that it lacks → reason.
    """
    findings = []
    services = sorted(path.split("/")[1] for path in task_files if path.endswith("/tasks/service.yml"))
    for role in services:
        folder = f"roles/{role}/tasks"
        there = [phase for phase in _PHASES if f"{folder}/{phase}.yml" in task_files]
        called = _CALL.findall(task_files[f"{folder}/main.yml"])
        if [phase for phase in called if phase in _PHASES] != there:
            findings.append(f"{folder}/main.yml: calls {', '.join(called)}; call {', '.join(there)} in this order")
        findings += [
            f"{folder}: runs a service and has no {phase}.yml"
            for phase in _PHASES
            if phase not in (*there, "configure") and (role, phase) not in without
        ]
    return findings + [
        f"roles/{role}/tasks: is said to have no {phase}.yml, but runs no service or has the file"
        for role, phase in without
        if role not in services or f"roles/{role}/tasks/{phase}.yml" in task_files
    ]


def _plays(data: Any) -> list[Any]:
    return [play for play in data or [] if isinstance(play, dict) and "hosts" in play]


def _tasks_of(play: Any) -> Iterator[Any]:
    for key in ("pre_tasks", "tasks", "post_tasks", "handlers"):
        yield from _tasks(play.get(key))


def flow_findings(path: str, text: str, data: Any) -> list[str]:
    """Check that nothing is swept under a rug: `ignore_errors`, and constant outcomes without a reason."""
    findings = [f"{path}:{task.line}: ignore_errors hides failures" for task in _with_key(data, "ignore_errors")]
    lines = text.splitlines()
    for number, line in enumerate(lines, start=1):
        constant = _CONSTANT_OUTCOME.match(line)
        if constant and not _reasoned(lines, number):
            findings.append(
                f"{path}:{number}: {constant[1]}: {constant[2]} needs a comment with its reason, here or above"
            )
    return findings


def noqa_findings(path: str, text: str) -> list[str]:
    """Check that every exemption from a linter, in YAML or Python, says why."""
    lines = text.splitlines()
    return [
        f"{path}:{number}: this noqa needs its reason, behind it or on the line above"
        for number, line in enumerate(lines, start=1)
        if _NOQA.search(line) and not _reasoned(lines, number)
    ]


def _reasoned(lines: list[str], number: int) -> bool:
    """Tell whether line `number` or the one above it has a comment of at least two words besides a noqa."""
    above = lines[number - 2].strip() if number > 1 else ""
    comments = [above if above.startswith("#") else "", _comment_of(lines[number - 1])]
    return any(len(re.findall(r"\w{2,}", _NOQA.sub(" ", comment))) >= _FEWEST_WORDS for comment in comments)


def _comment_of(line: str) -> str:
    """Return a line's comment; what follows a noqa's rules counts from the next dash, colon or hash on."""
    _code, hash_, comment = line.partition("#")
    noqa = _NOQA.search(line)
    if not noqa:
        return hash_ + comment
    before = line[: noqa.start()].partition("#")[2]
    _rules, _dash, after = line[noqa.start() :].partition(" - ")
    _rules2, _hash2, later = line[noqa.end() :].partition("#")
    return f"{before} {after} {later}"


def _tasks(data: Any) -> Iterator[Any]:
    for task in data or []:
        if isinstance(task, dict):
            yield task
            for key in _BLOCKS:
                yield from _tasks(task.get(key))


def _with_key(data: Any, key: str) -> Iterator[Any]:
    if isinstance(data, dict):
        if key in data:
            yield data
        for value in data.values():
            yield from _with_key(value, key)
    elif isinstance(data, list):
        for value in data:
            yield from _with_key(value, key)
