"""The variables that Ansible reads in a YAML text, to prove that an edit changed only what it should."""

from typing import Any

import yaml

# PyYAML's C parser, which Ansible prefers too, is ten times as fast.
_SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _TagKeepingLoader(_SafeLoader):  # type: ignore[misc]
    """A loader that reads tags such as !vault as a pair of the tag and its text."""


def _construct_tagged(loader: Any, tag: str, node: Any) -> tuple[str, str]:
    return tag, node.value if isinstance(node, yaml.ScalarNode) else repr(node)


_TagKeepingLoader.add_multi_constructor("!", _construct_tagged)


def parse_variables(text: str) -> dict[str, Any]:
    """Return the variables of a file; empty if the text is no mapping. Raises PyYAML's YAMLError."""
    variables = yaml.load(text, _TagKeepingLoader)  # noqa: S506 - a safe loader
    return variables if isinstance(variables, dict) else {}
