"""A new file of variables: YAML with comments that a person likes to read, and that Ansible reads the same."""

from collections.abc import Mapping
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq, TaggedScalar
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

# A model stays in one line, however long; the checkout's own linter is told so.
_LINT_WIDTH = 160


class JinjaExpression(str):
    """A text that Ansible evaluates, such as `{{ vault_key }}`. All other texts are written so that it does not."""


class VariablesFile:
    """A file of variables, each with a comment above it."""

    def __init__(self, comment: str) -> None:
        self._document = CommentedMap()
        self._document.yaml_set_start_comment(comment)

    def add(self, name: str, value: Any, comment: str, comments_of_keys: Mapping[str, str] | None = None) -> None:
        """Add a variable: mappings become blocks, lists of mappings one line for each, other lists one line."""
        block = _write_block(value)
        for key, text in (comments_of_keys or {}).items():
            block.yaml_set_comment_before_after_key(key, before=text, indent=2)
        self._document[name] = block
        self._document.yaml_set_comment_before_after_key(name, before=f"\n{comment}")

    def render(self) -> str:
        """Return the text of the file."""
        yaml = YAML()
        # What Ansible reads: words such as `on` need quotes there.
        yaml.version = (1, 1)
        yaml.width = 2**16
        yaml.indent(mapping=2, sequence=4, offset=2)
        stream = StringIO()
        yaml.dump(self._document, stream)
        text = stream.getvalue().removeprefix("%YAML 1.1\n")
        if max(map(len, text.splitlines())) > _LINT_WIDTH:
            text = text.replace("---\n", "---\n# yamllint disable rule:line-length\n", 1)
        return text


def _write_block(value: Any) -> Any:
    if isinstance(value, Mapping) and value:
        return CommentedMap({_write_scalar(key): _write_block(item) for key, item in value.items()})
    if isinstance(value, list) and any(isinstance(item, (Mapping, list)) for item in value):
        return CommentedSeq([_write_item(item) for item in value])
    return _write_line(value)


def _write_item(item: Any) -> Any:
    """Return an item of a list in one line; the layers of a virtual model have lines of their own."""
    if isinstance(item, Mapping) and (layers := item.get("layers")):
        rest = {key: _write_line(value) for key, value in item.items() if key != "layers"}
        return CommentedMap({**rest, "layers": CommentedSeq([_write_line(layer) for layer in layers])})
    return _write_line(item)


def _write_line(value: Any) -> Any:
    written: CommentedMap | CommentedSeq
    if isinstance(value, Mapping):
        written = CommentedMap({_write_scalar(key): _write_line(item) for key, item in value.items()})
    elif isinstance(value, (list, tuple)):
        written = CommentedSeq([_write_line(item) for item in value])
    else:
        return _write_scalar(value)
    written.fa.set_flow_style()
    return written


def _write_scalar(value: Any) -> Any:
    if isinstance(value, JinjaExpression):
        return DoubleQuotedScalarString(value)
    if not isinstance(value, str):
        return value
    if any(mark in value for mark in ("{{", "{%", "{#")):
        return TaggedScalar(value, style='"', tag="!unsafe")
    return value if value.isprintable() else DoubleQuotedScalarString(value)
