"""Imports inside the package go down, never up."""

import pytest

from .checks.imports import cycle_findings, import_findings, module_findings
from .checks.tree import files, held, read

SOURCES = {
    name.removeprefix("src/"): name for name in files() if name.startswith("src/platelayer/") and name.endswith(".py")
}


def test_rooms_import_only_from_below() -> None:
    assert SOURCES, "src/platelayer is empty"
    held([finding for path, name in SOURCES.items() for finding in import_findings(path, read(name))])


def test_modules_import_the_room_host_only() -> None:
    modules = [
        name
        for name in files()
        if "library/" in name and name.startswith(("roles/", "library/")) and name.endswith(".py")
    ]
    held([finding for name in modules for finding in module_findings(name, read(name))])


def test_rooms_do_not_import_each_other_in_circles() -> None:
    held(cycle_findings({path: read(name) for path, name in SOURCES.items()}))


@pytest.mark.parametrize(
    ("path", "source", "finding"),
    [
        ("gateway.py", "import platelayer.catalog", "gateway imports platelayer.catalog, which lives above it"),
        ("gateway.py", "from platelayer import catalog", "gateway imports platelayer.catalog, which lives above it"),
        ("gateway.py", "from . import catalog", "gateway imports platelayer.catalog, which lives above it"),
        (
            "errors.py",
            "from platelayer.schema import Gateway",
            "errors may import the standard library and itself only",
        ),
        (
            "providers/kind.py",
            "from ..catalog.plan import Plan",
            "providers imports platelayer.catalog.plan.Plan, which",
        ),
        (
            "providers/__init__.py",
            "from ..catalog import Plan",
            "providers imports platelayer.catalog.Plan, which lives",
        ),
        ("schema.py", "def f():\n    import platelayer.cli", "schema imports platelayer.cli, which lives above it"),
        (
            "schema.py",
            "import importlib\nimportlib.import_module('platelayer.cli')",
            "schema imports platelayer.cli, which",
        ),
        (
            "inventory/ask.py",
            "from platelayer.gateway.problems import x\nfrom platelayer.cli.main import app",
            "inventory imports platelayer.cli",
        ),
        ("newroom.py", "import os", "the room newroom has no place yet"),
        ("__init__.py", "from platelayer.schema import x", "the package's own file imports no room"),
        (
            "host/readiness.py",
            "import httpx",
            "imports httpx; host may import the standard library, atomic_file and itself only",
        ),
        (
            "host/readiness.py",
            "from ..errors import x",
            "imports platelayer.errors.x; host may import the standard library, atomic_file and",
        ),
        (
            "host/readiness.py",
            "from platelayer.host.log import x",
            "host runs under another name on hosts, so import relatively",
        ),
        (
            "echo/server.py",
            "from platelayer.errors import x",
            "echo may import the standard library, aiohttp and itself",
        ),
        (
            "echo/server.py",
            "import httpx",
            "imports httpx; echo may import the standard library, aiohttp and itself only",
        ),
        ("bootstrap.py", "import yaml", "imports yaml; bootstrap may import the standard library and itself only"),
        ("cli/main.py", "from platelayer import bootstrap", "imports platelayer.bootstrap, which stands alone"),
    ],
)
def test_an_import_that_goes_up_is_found(path: str, source: str, finding: str) -> None:
    findings = import_findings(f"platelayer/{path}", source)
    assert len(findings) == 1
    assert findings[0].startswith(f"src/platelayer/{path}:")
    assert finding in findings[0]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("cli/main.py", "import httpx\nfrom platelayer import __version__, gateway\nfrom platelayer.cli import env"),
        ("gateway.py", "from platelayer.schema.inventory import x\nfrom .errors import y"),
        ("host/readiness.py", "import json\nfrom .log import tail\nfrom . import errors"),
        ("echo/server.py", "import aiohttp.web\nfrom platelayer.echo.faults import x\nfrom . import answers"),
    ],
)
def test_an_import_that_goes_down_has_no_findings(path: str, source: str) -> None:
    assert import_findings(f"platelayer/{path}", source) == []


def test_a_circle_is_found() -> None:
    sources = {
        "platelayer/gateway.py": "from platelayer.catalog import x",
        "platelayer/catalog.py": "from platelayer.gateway.build import y\nfrom platelayer.errors import z",
        "platelayer/errors.py": "",
    }
    assert cycle_findings(sources) == [
        "src/platelayer: catalog imports itself by way of others",
        "src/platelayer: gateway imports itself by way of others",
    ]


@pytest.mark.parametrize(
    ("source", "imported"),
    [
        ("import yaml", "yaml"),
        ("from platelayer.host.ports import listener", "platelayer.host.ports.listener"),
        ("from ansible.module_utils.platelayer.schema import x", "ansible.module_utils.platelayer.schema.x"),
        ("from ansible.module_utils.platelayer import gateway", "ansible.module_utils.platelayer.gateway"),
        ("from ansible.plugins import x", "ansible.plugins.x"),
        ("import json\nfrom ansible.module_utils.basic import AnsibleModule", None),
        ("from ansible.module_utils.platelayer.host import ports", None),
        ("from ansible.module_utils.platelayer.verify.run import verify", None),
    ],
)
def test_a_module_that_imports_what_no_host_has_is_found(source: str, imported: str | None) -> None:
    findings = module_findings("m.py", source)
    assert len(findings) == (1 if imported else 0)
    assert all(finding.startswith(f"m.py:1: imports {imported}; ") for finding in findings)
