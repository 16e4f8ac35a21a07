"""The direction of imports inside src/platelayer."""

import ast
import sys
from collections.abc import Iterator
from pathlib import PurePosixPath

PACKAGE = "platelayer"
# From the roof down, as the design has them: a room imports from floors below its own, and from its own floor.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("shim", "play"),
    ("cli",),
    ("terminal", "page"),
    ("wording",),
    ("migrate",),
    ("verify", "echo"),
    ("inventory",),
    ("catalog",),
    ("gateway",),
    ("providers",),
    ("settings",),
    ("schema", "transport"),
    ("errors", "advice", "atomic_file", "network"),
)
# Rooms that also run without the package, with what they may import besides themselves and the standard library.
APART: dict[str, frozenset[str]] = {
    "echo": frozenset({"aiohttp"}),
    "advice": frozenset(),
    "atomic_file": frozenset(),
    "errors": frozenset(),
    "network": frozenset(),
    "host": frozenset({"atomic_file"}),
    # Asks with the HTTP client of LiteLLM's own Python, which is on every gateway.
    "verify": frozenset({"httpx", "advice", "errors", "network"}),
    "bootstrap": frozenset(),
    # Loaded by LiteLLM or run with its Python, from the folder of a release.
    "hooks": frozenset({"litellm", "redis", "uvicorn", "yaml"}),
}
# Those of them that nobody imports.
STANDALONE = frozenset({"bootstrap", "hooks"})
# Those that are copied to a place where they have another name.
RELATIVE_ONLY = frozenset({"host", "verify"})
# Those that modules may take from the package.
FOR_MODULES = ("host", "verify", "errors")

_FLOOR_OF = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
_KNOWN = _FLOOR_OF.keys() | APART.keys()


def import_findings(path: str, source: str) -> list[str]:
    """Check one file of the package; `path` is relative to src/, as in `platelayer/cli/main.py`."""
    parts = PurePosixPath(path).with_suffix("").parts
    is_init = parts[-1] == "__init__"
    module = parts[:-1] if is_init else parts
    room = module[1] if len(module) > 1 else ""
    if room and room not in _KNOWN:
        return [f"src/{path}: the room {room} has no place yet; give it a floor in tests/repo/checks/imports.py"]
    findings = []
    for line, target, relative in _imports(source, module, is_init):
        findings += [f"src/{path}:{line}: {what}" for what in _wrong(room, target, relative)]
    return findings


def module_findings(path: str, source: str) -> list[str]:
    """Check an Ansible module of a role: beside what Ansible gives it, it takes only rooms that run on hosts."""
    ansible = ("ansible", "module_utils")
    return [
        f"{path}:{line}: imports {'.'.join(target)}; a module may import the standard library,"
        f" ansible.module_utils and of ansible.module_utils.{PACKAGE}: {', '.join(FOR_MODULES)}"
        for line, target, _ in _imports(source, ("library",), False)
        if target[0] not in sys.stdlib_module_names
        and (target[:2] != ansible or (target[2:3] == (PACKAGE,) and "".join(target[3:4]) not in FOR_MODULES))
    ]


def cycle_findings(sources: dict[str, str]) -> list[str]:
    """Check that no two rooms import each other, over however many rooms in between."""
    graph: dict[str, set[str]] = {}
    for path, source in sources.items():
        parts = PurePosixPath(path).with_suffix("").parts
        module = parts[:-1] if parts[-1] == "__init__" else parts
        if len(module) < 2:
            continue
        targets = {
            target[1]
            for _, target, _ in _imports(source, module, parts[-1] == "__init__")
            if target[0] == PACKAGE and len(target) > 1
        }
        graph.setdefault(module[1], set()).update(targets & _KNOWN - {module[1]})
    return [
        f"src/platelayer: {room} imports itself by way of others"
        for room in sorted(graph)
        if room in _reachable(graph, room)
    ]


def _wrong(room: str, target: tuple[str, ...], relative: bool) -> Iterator[str]:
    name = ".".join(target)
    inside = target[0] == PACKAGE
    to = target[1] if inside and len(target) > 1 and target[1] in _KNOWN else ""
    if (to or target[0]) in STANDALONE and to != room:
        yield f"imports {name}, which stands alone"
    elif room in APART:
        wanted = to if inside else target[0]
        allowed = wanted in sys.stdlib_module_names or wanted in APART[room] or wanted == room
        if not allowed:
            extra = "".join(f", {other}" for other in sorted(APART[room]))
            yield f"imports {name}; {room} may import the standard library{extra} and itself only"
        elif inside and room in RELATIVE_ONLY and not relative:
            yield f"imports {name} by its full name; {room} runs under another name on hosts, so import relatively"
    elif not room and to:
        yield f"imports {name}; the package's own file imports no room"
    elif to and to in _FLOOR_OF and _FLOOR_OF[to] < _FLOOR_OF[room]:
        yield f"{room} imports {name}, which lives above it"


def _imports(source: str, module: tuple[str, ...], is_init: bool) -> Iterator[tuple[int, tuple[str, ...], bool]]:
    """Yield line, dotted target and whether it was relative, for every import however deep in the file."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, tuple(alias.name.split(".")), False
        elif isinstance(node, ast.ImportFrom):
            up = node.level - 1 if is_init else node.level
            base = module[: len(module) - up] if node.level else ()
            named = tuple(node.module.split(".")) if node.module else ()
            for alias in node.names:
                yield node.lineno, (*base, *named, alias.name), bool(node.level)
        elif (
            isinstance(node, ast.Call)
            and getattr(node.func, "attr", getattr(node.func, "id", "")) == "import_module"
            and node.args
            and isinstance(node.args[0], ast.Constant)
            and isinstance(node.args[0].value, str)
        ):
            yield node.lineno, tuple(node.args[0].value.split(".")), False


def _reachable(graph: dict[str, set[str]], start: str) -> set[str]:
    seen: set[str] = set()
    waiting = list(graph[start])
    while waiting:
        room = waiting.pop()
        if room not in seen:
            seen.add(room)
            waiting += graph.get(room, ())
    return seen
