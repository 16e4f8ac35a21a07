"""The echo provider that ships with Platelayer: it needs no key, costs nothing, and has no list."""

from platelayer.providers.kind import NO_KEY, ChatServerKind

KIND = ChatServerKind(name="echo", needs_api_base=True, keyless=NO_KEY)
