"""OpenAI's own API."""

from platelayer.providers.kind import Kind

KIND = Kind(name="openai", prefix="openai", needs_key=True)
