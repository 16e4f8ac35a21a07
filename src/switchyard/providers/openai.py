"""OpenAI's own API."""

from switchyard.providers.kind import Kind

KIND = Kind(name="openai", prefix="openai", needs_key=True)
