"""Anthropic's own API. Its models and prices are not listed."""

from platelayer.providers.kind import ProviderKind

KIND = ProviderKind(name="anthropic", prefix="anthropic", needs_key=True)
