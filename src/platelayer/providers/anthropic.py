"""Anthropic's own API. Its list has no prices and is not read."""

from platelayer.providers.kind import ProviderKind

KIND = ProviderKind(
    name="anthropic",
    prefix="anthropic",
    needs_key=True,
    bare_names="claude-",
)
