"""The echo provider that ships with Platelayer: it needs no key, costs nothing, and has no list."""

from platelayer.providers.kind import NO_KEY, ProviderKind

KIND = ProviderKind(name="echo", prefix="openai", needs_api_base=True, keyless=NO_KEY)
