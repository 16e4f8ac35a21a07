"""What Ansible reads in a YAML text: the proof that a change of the text is the change that was meant."""

from typing import Any

import yaml

# The C parser of PyYAML, which Ansible prefers as well, is ten times as fast.
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc]
    """Tags such as !vault stand for themselves."""


def _tagged(loader: Any, tag: str, node: Any) -> tuple[str, str]:
    return tag, node.value if isinstance(node, yaml.ScalarNode) else repr(node)


_Loader.add_multi_constructor("!", _tagged)


def meaning(text: str) -> dict[str, Any]:
    """The variables of a file. Raises PyYAML's YAMLError."""
    found = yaml.load(text, _Loader)  # noqa: S506 - a safe loader
    return found if isinstance(found, dict) else {}
