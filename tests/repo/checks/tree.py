"""The repository's files, and YAML as these checks want to see it."""

import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]


@cache
def files() -> tuple[str, ...]:
    """Every file that git tracks or would add, relative to the root; what is ignored is not part of the tree."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return tuple(sorted(name for name in set(listed.split("\0")) if name and (ROOT / name).is_file()))


def read(name: str) -> str:
    """Return the text of one file of the tree."""
    return (ROOT / name).read_text(encoding="utf-8")


def texts() -> Iterator[tuple[str, str]]:
    """Yield every text file of the tree with its content."""
    for name in files():
        content = (ROOT / name).read_bytes()
        if b"\0" not in content:
            yield name, content.decode("utf-8", errors="replace")


def roles() -> list[str]:
    """Name every role."""
    return sorted({name.split("/")[1] for name in files() if name.startswith("roles/") and name.count("/") > 1})


def copy_inventories(root: Path) -> list[Path]:
    """Copy every environment to below `root`, without what is encrypted; return their folders."""
    for name in files():
        content = (ROOT / name).read_bytes() if name.startswith("inventories/") else b"$ANSIBLE_VAULT"
        if not content.startswith(b"$ANSIBLE_VAULT"):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(content)
    return sorted((root / "inventories").glob("*/"))


class LinedDict(dict[Any, Any]):
    """A mapping that knows the line it begins on."""

    line = 0


class Unsafe(str):
    """Text that Ansible never templates: `!unsafe` and `!vault` values."""

    __slots__ = ()


class _Loader(yaml.SafeLoader):
    pass


def _mapping(loader: _Loader, node: yaml.MappingNode) -> Iterator[LinedDict]:
    value = LinedDict()
    value.line = node.start_mark.line + 1
    yield value
    loader.flatten_mapping(node)
    value.update(loader.construct_mapping(node, deep=True))


def _opaque(loader: _Loader, _suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return Unsafe(node.value)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return dict(loader.construct_mapping(node, deep=True)) if isinstance(node, yaml.MappingNode) else None


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)
_Loader.add_multi_constructor("!", _opaque)


def parse_yaml(text: str) -> Any:
    """Load YAML with Ansible's tags; mappings know their lines, encrypted and unsafe text is `Unsafe`."""
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - a subclass of SafeLoader


def held(findings: list[str]) -> None:
    """Fail with every finding on a line of its own."""
    if findings:
        pytest.fail("\n" + "\n".join(findings), pytrace=False)
