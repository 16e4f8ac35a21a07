"""Anthropic's own API."""

from platelayer.providers.kind import Kind

KIND = Kind(name="anthropic", prefix="anthropic", needs_key=True)
