"""The files of a LiteLLM config: what they include, and what YAML makes of them without a word."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from platelayer.errors import InventoryError
from platelayer.migrate import tree
from platelayer.migrate.findings import Findings

_WRITE = "write the path of LiteLLM's config.yaml"


class _Loader(yaml.CSafeLoader):
    """Dates stay the texts that they are: `api_version: 2024-02-01`."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's own way
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }


def _as_text(loader: Any, node: Any) -> Any:
    return loader.construct_scalar(node)


# Bytes stay the text that stands for them: a secret is told by its text.
_Loader.add_constructor("tag:yaml.org,2002:binary", _as_text)


def read(path: Path, findings: Findings | None = None) -> dict[str, Any]:
    """A config with everything that it includes, merged as LiteLLM merges; raises InventoryError.

    findings: gets what one part of it silently takes from another.
    """
    findings = Findings() if findings is None else findings
    config = _file(path, findings)
    waiting = _included(config, path)
    seen = {path.resolve()}
    while waiting:
        other, asked_by = waiting.pop(0)
        if other.resolve() in seen:
            continue
        seen.add(other.resolve())
        if not other.is_file():
            raise InventoryError([f"{asked_by}: include: there is no file {other}; write its path from this file on"])
        included = _file(other, findings)
        waiting += _included(included, other)
        config = _merged(config, included, other, findings)
    return {key: value for key, value in config.items() if key != "include"}


def _file(path: Path, findings: Findings) -> dict[str, Any]:
    text = _text(path)
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is not None:
            _check(node, path, findings)
        found = loader.construct_document(node) if node is not None else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "somewhere"
        raise InventoryError([f"{path}: {place}: {error.problem}; mend the YAML there"]) from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise InventoryError([f"{path}: is not YAML; {_WRITE}"]) from None
    finally:
        loader.dispose()
    if not isinstance(found, dict):
        raise InventoryError([f"{path}: is not a mapping of settings; {_WRITE}"])
    return {str(key): value for key, value in found.items()}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise InventoryError([f"{path}: there is no such file; {_WRITE}"]) from None
    except UnicodeDecodeError as error:
        raise InventoryError([f"{path}: byte {error.start + 1} is not UTF-8; save it as UTF-8"]) from None
    except OSError as error:
        raise InventoryError([f"{path}: cannot be read, {error.strerror}; {_WRITE}"]) from None


def _check(node: yaml.Node, path: Path, findings: Findings) -> None:
    """Refuse aliases that unfold without end, and tell keys that are there twice."""
    if not tree.is_bounded(node):
        what = f"its aliases stand for more than {tree.MOST:,} values; write out what they stand for"
        raise InventoryError([f"{path}: {what}"])
    for key, first, last in tree.repeated(node):
        what = f"stands twice in one mapping of {path.name}, in lines {first} and {last}; the later one counts"
        findings.add("never_worked", key, what)


def _included(config: Mapping[str, Any], path: Path) -> list[tuple[Path, Path]]:
    names = config.get("include") or []
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise InventoryError([f"{path}: 'include' is not a list of file names; write include: [models.yaml]"])
    return [(path.parent / name, path) for name in names]


def _merged(config: Mapping[str, Any], included: Mapping[str, Any], path: Path, findings: Findings) -> dict[str, Any]:
    """Lists are joined, everything else is replaced by what is included."""
    merged = dict(config)
    for key, value in included.items():
        ours = merged.get(key)
        if isinstance(ours, list) and isinstance(value, list):
            merged[key] = [*ours, *value]
            continue
        if ours not in (None, value) and key != "include":
            what = f"is there again in {path.name}, which replaces the whole section; the later one counts"
            findings.add("never_worked", key, what)
        merged[key] = value
    return merged
