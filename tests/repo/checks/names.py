"""Names in the package: a class says its kind and stands once; a module hides no library."""

import ast
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

# What the project deals with or imports; a module of such a name would be taken for it.
LIBRARIES = frozenset(
    {
        *(
            "aiohttp",
            "ansible",
            "docker",
            "haproxy",
            "httpx",
            "jinja2",
            "litellm",
            "molecule",
            "packaging",
            "postgresql",
        ),
        *(
            "prisma",
            "pydantic",
            "pytest",
            "redis",
            "rich",
            "ruamel",
            "supervisor",
            "systemd",
            "typer",
            "uvicorn",
            "yaml",
        ),
    }
)
# The files of the kinds of providers are called after their kind.
CALLED_AFTER_KIND = "platelayer/providers/"


def repeated_class_findings(sources: Mapping[str, str]) -> list[str]:
    """Check that no two classes of the package have one name. sources: path below src/ → text."""
    places: dict[str, list[str]] = defaultdict(list)
    for path, source in sources.items():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ClassDef):
                places[node.name.lstrip("_")].append(f"src/{path}:{node.lineno}")
    return [
        f"{', '.join(found)}: each has a class {name}; give them names of their own"
        for name, found in sorted(places.items())
        if len(found) > 1
    ]


def shadowing_module_findings(paths: Iterable[str]) -> list[str]:
    """Check that no module or package is called like a library. paths: below src/."""
    return [
        f"src/{path}: the name '{name}' is that of a library; say what the module holds"
        for path in sorted(paths)
        if not path.startswith(CALLED_AFTER_KIND)
        and (name := _module_name(path)) in (LIBRARIES | sys.stdlib_module_names)
    ]


def _module_name(path: str) -> str:
    parts = PurePosixPath(path).with_suffix("").parts
    return parts[-2] if parts[-1] == "__init__" else parts[-1]
