"""Imports inside the package go down, never up."""

import pytest

from .checks.imports import cycle_findings, import_findings, module_findings
from .checks.tree import files, held, read

SOURCES = {
    name.removeprefix("src/"): name for name in files() if name.startswith("src/switchyard/") and name.endswith(".py")
}


def test_rooms_import_only_from_below() -> None:
    assert SOURCES, "src/switchyard is empty"
    held([finding for path, name in SOURCES.items() for finding in import_findings(path, read(name))])


def test_modules_import_the_room_host_only() -> None:
    modules = [name for name in files() if name.startswith("roles/") and "/library/" in name and name.endswith(".py")]
    held([finding for name in modules for finding in module_findings(name, read(name))])


def test_rooms_do_not_import_each_other_in_circles() -> None:
    held(cycle_findings({path: read(name) for path, name in SOURCES.items()}))


@pytest.mark.parametrize(
    ("path", "source", "finding"),
    [
        ("merge.py", "import switchyard.litellm", "merge imports switchyard.litellm, which lives above it"),
        ("merge.py", "from switchyard import litellm", "merge imports switchyard.litellm, which lives above it"),
        ("merge.py", "from . import litellm", "merge imports switchyard.litellm, which lives above it"),
        (
            "errors.py",
            "from switchyard.model import Gateway",
            "errors may import the standard library and itself only",
        ),
        (
            "providers/kind.py",
            "from ..catalog.plan import Plan",
            "providers imports switchyard.catalog.plan.Plan, which",
        ),
        (
            "providers/__init__.py",
            "from ..catalog import Plan",
            "providers imports switchyard.catalog.Plan, which lives",
        ),
        ("model.py", "def f():\n    import switchyard.cli", "model imports switchyard.cli, which lives above it"),
        (
            "model.py",
            "import importlib\nimportlib.import_module('switchyard.cli')",
            "model imports switchyard.cli, which",
        ),
        (
            "inventory/ask.py",
            "from switchyard.rules import x\nfrom switchyard.cli.main import app",
            "inventory imports switchyard.cli",
        ),
        ("newroom.py", "import os", "the room newroom has no place yet"),
        ("__init__.py", "from switchyard.model import x", "the package's own file imports no room"),
        ("host/http.py", "import httpx", "imports httpx; host may import the standard library and itself only"),
        (
            "host/http.py",
            "from ..errors import x",
            "imports switchyard.errors.x; host may import the standard library and",
        ),
        (
            "host/http.py",
            "from switchyard.host.log import x",
            "host runs under another name on hosts, so import relatively",
        ),
        (
            "echo/server.py",
            "from switchyard.errors import x",
            "echo may import the standard library, aiohttp and itself",
        ),
        (
            "echo/server.py",
            "import httpx",
            "imports httpx; echo may import the standard library, aiohttp and itself only",
        ),
        ("bootstrap.py", "import yaml", "imports yaml; bootstrap may import the standard library and itself only"),
        ("cli/main.py", "from switchyard import bootstrap", "imports switchyard.bootstrap, which stands alone"),
    ],
)
def test_an_import_that_goes_up_is_found(path: str, source: str, finding: str) -> None:
    findings = import_findings(f"switchyard/{path}", source)
    assert len(findings) == 1
    assert findings[0].startswith(f"src/switchyard/{path}:")
    assert finding in findings[0]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("cli/main.py", "import httpx\nfrom switchyard import __version__, litellm\nfrom switchyard.cli import env"),
        ("merge.py", "from switchyard.virtual import x\nfrom .errors import y"),
        ("host/http.py", "import json\nfrom .log import tail\nfrom . import errors"),
        ("echo/server.py", "import aiohttp.web\nfrom switchyard.echo.faults import x\nfrom . import answers"),
    ],
)
def test_an_import_that_goes_down_has_no_findings(path: str, source: str) -> None:
    assert import_findings(f"switchyard/{path}", source) == []


def test_a_circle_is_found() -> None:
    sources = {
        "switchyard/merge.py": "from switchyard.virtual import x",
        "switchyard/virtual.py": "from switchyard.merge import y\nfrom switchyard.errors import z",
        "switchyard/errors.py": "",
    }
    assert cycle_findings(sources) == [
        "src/switchyard: merge imports itself by way of others",
        "src/switchyard: virtual imports itself by way of others",
    ]


@pytest.mark.parametrize(
    ("source", "imported"),
    [
        ("import yaml", "yaml"),
        ("from switchyard.host.ports import listener", "switchyard.host.ports.listener"),
        ("from ansible.module_utils.switchyard.model import x", "ansible.module_utils.switchyard.model.x"),
        ("from ansible.module_utils.switchyard import merge", "ansible.module_utils.switchyard.merge"),
        ("from ansible.plugins import x", "ansible.plugins.x"),
        ("import json\nfrom ansible.module_utils.basic import AnsibleModule", None),
        ("from ansible.module_utils.switchyard.host import ports", None),
        ("from ansible.module_utils.switchyard.verify.run import verify", None),
    ],
)
def test_a_module_that_imports_what_no_host_has_is_found(source: str, imported: str | None) -> None:
    findings = module_findings("m.py", source)
    assert len(findings) == (1 if imported else 0)
    assert all(finding.startswith(f"m.py:1: imports {imported}; ") for finding in findings)
